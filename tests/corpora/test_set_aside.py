import json
from pathlib import Path

from speechrnn.corpora.problem import Problem, joined
from speechrnn.corpora.set_aside import SetAside

PROBLEMS = [
    Problem("a", "a.wav", "too_short", "1 ms"),
    Problem("b", "b.wav", "empty_text", "its transcript \u2028 is empty"),
    Problem("c", "c.wav", "too_short", "2 ms"),
]


def write(path: Path) -> SetAside:
    lines = (json.dumps(problem.to_dict(), ensure_ascii=False) for problem in PROBLEMS)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return SetAside(path, {"too_short": 2, "empty_text": 1})


def test_problems_come_back_in_order_as_often_as_they_are_asked_for(tmp_path: Path) -> None:
    set_aside = write(tmp_path / "set_aside.jsonl")
    assert list(set_aside) == list(set_aside) == PROBLEMS
    assert len(set_aside) == 3
    assert PROBLEMS[1] in set_aside
    assert Problem("d", "d.wav", "too_short", "3 ms") not in set_aside


def test_it_is_false_where_nothing_was_set_aside_and_then_needs_no_file(tmp_path: Path) -> None:
    assert not SetAside(tmp_path / "gone", {})
    assert write(tmp_path / "set_aside.jsonl")


def test_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    set_aside = write(tmp_path / "set_aside.jsonl")
    with set_aside.path.open("a") as file:
        file.write("no JSON\n")
    assert next(iter(set_aside)) == PROBLEMS[0]


def test_an_utterance_with_several_faults_is_one_line_and_comes_back_whole(tmp_path: Path) -> None:
    several = joined([PROBLEMS[0], Problem("a", "t.csv", "bad_line", "no end", "t.csv:3"), PROBLEMS[1]])
    path = tmp_path / "set_aside.jsonl"
    path.write_text(json.dumps(several.to_dict(), ensure_ascii=False) + "\n", encoding="utf-8")
    (found,) = SetAside(path, {"too_short": 1})
    assert found == several
    assert [one.reason for one in found.each()] == ["1 ms", "no end", "its transcript \u2028 is empty"]
    assert joined([found, PROBLEMS[2]]).also == (*several.also, PROBLEMS[2])
