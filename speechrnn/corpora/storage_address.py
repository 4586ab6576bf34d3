"""Addresses of object storage as its tools write them, `s3://` and `gs://`, and where the public reads the same.

Only what is public can be read so: nothing is signed, no key is looked for. A store other than Amazon's is named as for
Amazon's tools, by `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`, and asked with the bucket in the path, which all of them
understand. Sources: "Virtual hosting of buckets" of Amazon S3, "Request endpoints" of Google Cloud Storage.
"""

import os
import re
from typing import Final
from urllib.parse import quote

from speechrnn.errors import UsageError

_AMAZON: Final = "s3.amazonaws.com"
_GOOGLE: Final = "https://storage.googleapis.com"
_ENDPOINTS: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")


def web_address(address: str) -> str:
    """Return the web address of what lies in a bucket, and any other address as it is.

    >>> web_address("s3://speech/an4/an4 sphere.tar.gz")
    'https://speech.s3.amazonaws.com/an4/an4%20sphere.tar.gz'
    >>> web_address("gs://speech/an4")
    'https://storage.googleapis.com/speech/an4'

    Raises:
        UsageError: it names no bucket.
    """
    scheme, _, rest = address.partition("://")
    if scheme not in ("s3", "gs"):
        return address
    bucket, _, key = rest.partition("/")
    if not _BUCKET.fullmatch(bucket):
        raise UsageError(f"{address}: {bucket!r} is no name of a bucket; wanted {scheme}://BUCKET/FOLDER")
    return f"{_root(scheme, bucket)}/{quote(key.strip('/'))}".rstrip("/")


def below(address: str, name: str) -> str:
    """Return the address of a file below that of a folder; what follows `?`, such as a signature, goes for all files.

    >>> below("https://example.org/m/?sig=a", "b.tar")
    'https://example.org/m/b.tar?sig=a'
    """
    folder, mark, query = address.partition("?")
    return f"{folder.rstrip('/')}/{name}{mark}{query}"


def _root(scheme: str, bucket: str) -> str:
    """Return the web address of a bucket."""
    if scheme == "gs":
        return f"{_GOOGLE}/{bucket}"
    endpoint = next(filter(None, map(os.environ.get, _ENDPOINTS)), None)
    if endpoint is not None:
        return f"{endpoint.rstrip('/')}/{bucket}"
    # The certificate of Amazon's hosts is for one name before the dot, not for several.
    return f"https://{_AMAZON}/{bucket}" if "." in bucket else f"https://{bucket}.{_AMAZON}"
