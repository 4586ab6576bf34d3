"""Foreign pages are told from programs and from the server's own page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.serve.origin import is_own_host, is_own_origin

OWN = [
    "localhost",
    "LOCALHOST:8000",
    "localhost.",
    "127.0.0.1",
    "127.0.0.1:1",
    "[::1]:8000",
    "192.168.1.4:80",
    "asr.lan",
]
FOREIGN = [
    "",
    "evil.example",
    "evil.example:8000",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.example@localhost",
    "localhost@evil.example",
    "localhost/evil.example",
    "[::1",
    "0x7f.1",
    "2130706433",
]


@pytest.mark.parametrize("host", OWN)
def test_names_and_addresses_of_the_server_are_its_own(host: str) -> None:
    assert is_own_host(host, ["asr.lan"])


@pytest.mark.parametrize("host", FOREIGN)
def test_a_name_that_anybody_may_point_here_is_not_its_own(host: str) -> None:
    assert not is_own_host(host, ["asr.lan"])


@given(st.from_regex(r"[a-z0-9-]{1,20}(\.[a-z0-9-]{1,20}){0,3}\.[a-z]{2,10}(:[0-9]{1,5})?", fullmatch=True))
def test_no_name_of_the_internet_is_its_own(host: str) -> None:
    assert not is_own_host(host, [])


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "asr.lan"])
def test_only_a_page_of_the_same_host_and_port_is_its_own(host: str) -> None:
    assert is_own_origin(f"http://{host}", host)
    assert is_own_origin(f"https://{host.upper()}", host)
    for other in (
        "null",
        "",
        host,
        f"http://{host}1",
        f"http://x.{host}",
        f"ftp://{host}",
        f"file://{host}",
        "http://",
    ):
        assert not is_own_origin(other, host), other
