from pathlib import Path

import pytest

from speechrnn.corpora import name_form as name_form_file
from speechrnn.corpora.name_form import name_form

PAIRS = [("a.wav", "A.wav"), ("\u00e9.wav", "e\u0301.wav"), ("a.wav", "b.wav")]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_names_have_one_form_just_where_the_disk_takes_them_for_one(one: str, other: str, tmp_path: Path) -> None:
    form = name_form(tmp_path)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / one).write_text("one")
    (tmp_path / other).write_text("other")
    assert (form(one) == form(other)) == (len(list(tmp_path.iterdir())) == 1)


@pytest.mark.parametrize(
    ("blind_to", "same"), [((), []), (("A",), PAIRS[:1]), (("e\u0301",), PAIRS[1:2]), (("A", "e\u0301"), PAIRS[:2])]
)
def test_a_disk_may_be_blind_to_case_to_unicode_form_or_to_both(
    blind_to: tuple[str, ...], same: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name_form_file, "_are_one", lambda folder, name, other: other in blind_to)
    form = name_form(tmp_path)
    assert [(one, other) for one, other in PAIRS if form(one) == form(other)] == same
