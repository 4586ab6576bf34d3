"""Reads one line of JSON lines, or says why it cannot be read."""

import json
from typing import Any

from speechrnn.corpora.encoding import is_unicode


def json_object(line: str, keys: frozenset[str], wanted: str) -> dict[str, Any] | str:
    r"""Read an object.

    Args:
        line: as it stands in the file.
        keys: those it must have.
        wanted: what to say where it is something else, as the end of `wanted an object with ...`.

    Returns:
        The object, or the reason why there is none.

    >>> json_object('{"audio": "a.wav"}', frozenset(["audio"]), "audio"), json_object("[1]", frozenset(), "audio")
    ({'audio': 'a.wav'}, 'wanted an object with audio')
    >>> json_object(r'{"text": "\ud83d"}', frozenset(), "text")
    'holds half a character, a lone surrogate; write it again'
    """
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        return f"not JSON ({error.msg} at character {min(error.pos, len(line.rstrip())) + 1})"
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets in thousands
        return f"not JSON ({error})"
    if not isinstance(record, dict) or not keys <= record.keys():
        return f"wanted an object with {wanted}"
    # Only an escape can bring one in, and few lines have any, so that the others need not be written to find out.
    if "\\u" in line and not is_unicode(json.dumps(record, ensure_ascii=False)):
        return "holds half a character, a lone surrogate; write it again"
    return record
