import unicodedata

import pytest

from speechrnn.corpora.member_check import HARMLESS_BYTES, MOST_TIMES, check_members
from speechrnn.corpora.members import Kind, Member
from speechrnn.errors import CorpusError, DownloadError

ENOUGH = 1 << 40


def as_it_is(name: str) -> str:
    return name


def entry(name: str, kind: Kind = "file", target: str = "", num_bytes: int = 1) -> Member:
    return Member(name=name, kind=kind, num_bytes=num_bytes, target=target)


def check(*members: Member, **others: object) -> None:
    usual = {"packed_bytes": ENOUGH, "free_bytes": ENOUGH, "form": as_it_is} | others
    check_members("a.tar", members, **usual)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    ["/a", "//a", "../a", "a/../../b", "a/..", "C:/a", "C:\\a", "\\a", "\\\\host\\share\\a", "a\\..\\b", "..\\a"],
)
def test_a_name_that_leaves_the_folder_on_any_system_is_refused(name: str) -> None:
    with pytest.raises(CorpusError, match="^a.tar: refused, its member .* leaves the folder"):
        check(entry(name))


@pytest.mark.parametrize("name", ["a", "./a", "a/b.wav", "a..b", "...", "a b/ü.wav", "a:b/c", "-rf"])
def test_an_odd_name_that_stays_is_taken(name: str) -> None:
    check(entry(name))


@pytest.mark.parametrize("target", ["b", "d/e", "../b", "../d/../b", "/etc/passwd", "../../..", "a/..", "\\x", "C:/x"])
def test_a_link_stays_in_its_folder_and_goes_up_at_its_beginning_only(target: str) -> None:
    if target in ("b", "d/e", "../b"):
        check(entry("c/l", "link", target))
        return
    with pytest.raises(CorpusError, match="its member 'c/l' links out of the folder, to "):
        check(entry("c/l", "link", target))


def test_a_link_may_not_leave_the_folder_that_is_kept() -> None:
    check(entry("corpus/sub/l", "link", "../b"), inside=1)
    with pytest.raises(CorpusError, match="links out of the folder, to '../b'"):
        check(entry("corpus/l", "link", "../b"), inside=1)


@pytest.mark.parametrize("first", ["link", "file", "hard link"])
def test_nothing_lies_behind_what_is_no_folder(first: Kind) -> None:
    with pytest.raises(CorpusError, match="its member 'c/l/x' lies behind 'c/l', which is no folder"):
        check(entry("t"), entry("c/l", first, "t"), entry("c/l/x"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (entry("a"), entry("a")),
        (entry("c/a"), entry("c//./a")),
        (entry("a", "folder"), entry("a")),
        (entry("a"), entry("a/", "folder")),
        (entry("a/b"), entry("a", "link", "x")),
        (entry("a", "link", "x"), entry("a")),
    ],
)
def test_two_members_of_one_name_are_refused(first: Member, second: Member) -> None:
    with pytest.raises(CorpusError, match="comes twice"):
        check(first, second)


def test_folders_may_come_as_often_as_they_like() -> None:
    check(entry("a/b"), entry("a", "folder"), entry("a/", "folder"), entry("./", "folder"))


def test_a_hard_link_is_to_an_earlier_file() -> None:
    check(entry("a"), entry("b", "hard link", "a"), entry("c", "hard link", "b"))
    for members in ([entry("b", "hard link", "a")], [entry("a", "hard link", "a")], [entry("a", "link", "x")]):
        with pytest.raises(CorpusError, match="links to 'a', which is no file before it"):
            check(*members, entry("z", "hard link", "a"))


def test_names_that_the_disk_takes_for_one_are_refused_there_only() -> None:
    pair = entry("c/A.wav"), entry("c/a.wav")
    check(*pair)
    with pytest.raises(CorpusError, match=r"its member 'c/a\.wav' is the same file as 'c/A\.wav' on this disk"):
        check(*pair, form=str.casefold)
    forms = entry("\u00e9.wav"), entry("e\u0301.wav")
    check(*forms)
    with pytest.raises(CorpusError, match="on this disk, which does not tell such names apart"):
        check(*forms, form=lambda name: unicodedata.normalize("NFC", name))
    check(entry("C/a", "file"), entry("c/b"), form=str.casefold)


def test_what_grows_too_much_is_refused_at_the_first_member_that_is_too_much() -> None:
    packed = HARMLESS_BYTES // MOST_TIMES + 1
    read: list[int] = []

    def members(count: int) -> object:
        for number in range(count):
            read.append(number)
            yield entry(str(number), num_bytes=packed)

    check(*members(MOST_TIMES), packed_bytes=packed)  # type: ignore[misc]
    read.clear()
    with pytest.raises(CorpusError, match=f"no more than {MOST_TIMES} times as much is taken"):
        check_members("a", members(10**9), packed_bytes=packed, free_bytes=ENOUGH, form=as_it_is)  # type: ignore[arg-type]
    assert read == list(range(MOST_TIMES + 1))


def test_a_small_archive_may_grow_as_it_likes() -> None:
    check(entry("a", num_bytes=HARMLESS_BYTES), packed_bytes=1)
    with pytest.raises(CorpusError, match="would become"):
        check(entry("a", num_bytes=HARMLESS_BYTES + 1), packed_bytes=1)


def test_what_the_disk_has_no_room_for_is_refused() -> None:
    check(entry("a", num_bytes=5), entry("b", num_bytes=5), free_bytes=10)
    with pytest.raises(DownloadError, match=r"^a\.tar: needs 0\.0 GB or more unpacked, and the disk has 0\.0 GB free"):
        check(entry("a", num_bytes=5), entry("b", num_bytes=6), free_bytes=10)


def test_a_device_is_refused() -> None:
    with pytest.raises(CorpusError, match="is a device, a pipe or a link of a kind that is not unpacked"):
        check(entry("dev/sda", "special"))
