"""Where a model may come from."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.errors import UsageError
from speechrnn.hub.address import HubAddress, WebAddress, check_name, parse_address, parse_sha256

DIGEST = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "address", "name"),
    [
        ("https://example.org/yesno.srnn", WebAddress("https://example.org/yesno.srnn", None), "yesno"),
        ("https://e.org/d/my%20m.srnn?dl=1", WebAddress("https://e.org/d/my%20m.srnn?dl=1", None), "my m"),
        (f"https://e.org/a.srnn#sha256={DIGEST.upper()}", WebAddress("https://e.org/a.srnn", DIGEST), "a"),
        ("hf://ann/digits", HubAddress("ann/digits"), "digits"),
        ("hf://ann/digits@v1.2", HubAddress("ann/digits", "v1.2"), "digits"),
        ("hf://ann/digits/small.srnn", HubAddress("ann/digits", None, "small.srnn"), "small"),
        ("hf://ann/digits@main/a/model.srnn", HubAddress("ann/digits", "main", "a/model.srnn"), "digits"),
    ],
)
def test_an_address_is_read_as_written_and_suggests_a_name(
    text: str, address: WebAddress | HubAddress, name: str
) -> None:
    parsed = parse_address(text)
    assert parsed == address
    assert not isinstance(parsed, Path)
    assert parsed.name == name


WORD = st.text("abcXYZ019_-.", min_size=1, max_size=8)


@given(user=WORD, name=WORD, revision=st.none() | WORD, file=st.none() | st.lists(WORD, min_size=1).map("/".join))
def test_an_address_of_the_hub_reads_back_from_how_it_is_written(
    user: str, name: str, revision: str | None, file: str | None
) -> None:
    address = HubAddress(f"{user}/{name}", revision, file)
    assert parse_address(str(address)) == address


def test_anything_else_is_a_path() -> None:
    assert parse_address("runs/yesno") == Path("runs/yesno")
    assert parse_address("~/m.srnn") == Path.home() / "m.srnn"


@pytest.mark.parametrize("text", ["hf://ann", "hf://", "hf://ann/", "hf://a b/c"])
def test_half_an_address_of_the_hub_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=f"{text}: wanted hf://user/name"):
        parse_address(text)


@pytest.mark.parametrize("digest", ["", "abc", "g" * 64, DIGEST + "0"])
def test_what_is_no_checksum_is_refused_with_what_it_was_given_for(digest: str) -> None:
    with pytest.raises(UsageError, match=r"--sha256: .* came as SHA-256, 64 hexadecimal digits were wanted"):
        parse_sha256(digest, "--sha256")


@pytest.mark.parametrize("name", ["", "../a", "a/b", ".hidden", "-m", "a b", "x" * 101])
def test_what_could_be_a_path_or_an_option_is_no_name(name: str) -> None:
    with pytest.raises(UsageError, match="--name: .* came"):
        check_name(name)


@pytest.mark.parametrize("name", ["digits", "Ziffern-2.1_klein", "数字"])
def test_names_are_of_any_script(name: str) -> None:
    assert check_name(name) == name
