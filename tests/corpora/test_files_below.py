from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.corpora.files_below import files_below


@settings(max_examples=25)
@given(st.sets(st.lists(st.sampled_from(["a", "a.wav", "a-b", "b", "B", "a b"]), min_size=1, max_size=3).map(tuple)))
def test_the_order_is_that_of_sorted_paths(tmp_path_factory, parts) -> None:
    root = tmp_path_factory.mktemp("root")
    for names in sorted(parts, key=len, reverse=True):
        path = root.joinpath(*names)
        if not path.exists() and not any(parent.is_file() for parent in path.parents):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")
    expected = sorted(path for path in root.rglob("*") if path.is_file())
    assert [path for path, _ in files_below(root)] == expected


def test_hidden_files_and_what_lies_behind_links_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "x.wav").write_text("")
    root = tmp_path / "root"
    (root / ".hidden").mkdir(parents=True)
    for name in ("a.wav", ".b.wav", ".hidden/c.wav"):
        (root / name).write_text("")
    (root / "link").symlink_to(tmp_path / "far")
    (root / "z.wav").symlink_to(tmp_path / "far" / "x.wav")
    assert [path.name for path, _ in files_below(root)] == ["a.wav", "z.wav"]


def test_a_file_comes_with_the_names_of_its_own_folder(tmp_path: Path) -> None:
    for name in ("a.WAV", "a.txt", "sub/b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert {path.name: set(names) for path, names in files_below(tmp_path)} == {
        "a.WAV": {"a.wav", "a.txt"},
        "a.txt": {"a.wav", "a.txt"},
        "b.txt": {"b.txt"},
    }
