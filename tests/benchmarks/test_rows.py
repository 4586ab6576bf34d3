"""What stored runs come to: means, spreads, and tests on runs in common only."""

import pytest
from accuracy.bars import show_bars
from accuracy.experiments import Ablation, Bars, Experiment, RunKey, Task
from accuracy.rows import Runs, compare, make_row, seed_spread, task_rows
from accuracy.table import HEAD, table_lines

from speechrnn.errors import UsageError
from speechrnn.scoring.paired import paired_bootstrap
from tests.benchmarks.ablation_runs import keyed, run

TWO = Experiment(task="t", splits=(0, 1))


def ablation(bars: Bars) -> Ablation:
    task = Task(about="", metric="wer", recipe="r.yaml", baseline="plain", chosen="best", bars=bars)
    return Ablation(tasks={"t": task}, experiments={"plain": TWO, "best": TWO, "none": TWO})


def test_a_rate_is_the_mean_over_runs_whatever_their_length() -> None:
    runs = keyed(run(1), run(3, 3, 3, split=1))
    row = make_row("row", TWO.keys(), runs, "wer", {})
    assert (row.wer, row.cer, row.stored, row.wanted, row.test) == (20, 10, 2, 2, None)


def test_a_run_that_the_list_does_not_ask_for_is_not_counted_as_one_it_asks_for() -> None:
    row = make_row("row", TWO.keys(), keyed(run(1), run(1, seed=5)), "wer", {})
    assert (row.stored, row.wanted) == (1, 2)
    assert (make_row("row", (), keyed(run(1), run(1, seed=5)), "wer", {}).stored) == 2


def test_beside_the_baseline_only_runs_in_common_count_and_on_both_sides() -> None:
    baseline = keyed(run(4, 4), run(9, 9, split=1))
    row = make_row("row", TWO.keys(), keyed(run(2, 2), run(0, 0, seed=2)), "wer", baseline)
    assert row.test is not None
    assert (row.paired_runs, row.test.baseline_rate, row.test.candidate_rate, row.test.relative_gain) == (1, 40, 20, 50)
    assert make_row("row", TWO.keys(), keyed(run(2, seed=3)), "wer", baseline).test is None


def test_the_test_pools_what_seeds_made_of_one_utterance() -> None:
    baseline, other = keyed(run(4, 0), run(2, 2, seed=2)), keyed(run(1, 1), run(1, 1, seed=2))
    test = compare(baseline, other, [RunKey(0, None, 1), RunKey(0, None, 2)], "wer")
    once = paired_bootstrap(run(6, 2).tallies("wer"), run(2, 2).tallies("wer"), 10_000, 1)
    assert (test.units, test.p_better) == (2, once.p_better)
    assert test.relative_gain == pytest.approx(50)


def test_a_task_that_only_screens_has_no_figures(capsys: pytest.CaptureFixture[str]) -> None:
    task = Task(about="", metric="wer", recipe="r.yaml", baseline="plain")
    show_bars(Ablation(tasks={"t": task}, experiments={"plain": TWO}), "t", {"plain": keyed(run(1))})
    assert not capsys.readouterr().out


def test_runs_of_other_references_are_not_compared() -> None:
    with pytest.raises(UsageError, match=r"plain and plain: cannot be compared: 1 units against 2"):
        compare(keyed(run(1)), keyed(run(1, 1)), [RunKey(0, None, 1)], "wer")


def test_the_spread_over_seeds_is_of_the_mean_over_parts() -> None:
    runs = keyed(run(1), run(3, split=1), run(2, seed=2), run(6, split=1, seed=2))
    assert seed_spread(runs, "wer") == pytest.approx(20 / 2**0.5)
    assert seed_spread(runs, "cer") == pytest.approx(10 / 2**0.5)
    assert seed_spread(keyed(run(1), run(3, split=1)), "wer") is None
    assert seed_spread(keyed(run(1), run(3, split=1, seed=2)), "wer") is None


def test_rows_stand_in_the_order_of_the_list_and_the_baseline_is_not_compared_with_itself() -> None:
    runs: dict[str, Runs] = {"best": keyed(run(1)), "plain": keyed(run(2)), "apart": keyed(run(3))}
    rows = task_rows(ablation(Bars()), "t", runs)
    assert [(row.name, row.test is None) for row in rows] == [("plain", True), ("best", False)]


def test_the_table_is_aligned_markdown_with_every_figure() -> None:
    runs = keyed(run(2, 2, 4), run(2, 2, 4, seed=2, date="2026-11-22"))
    baseline = keyed(run(4, 4, 8), run(4, 4, 8, seed=2))
    lines = list(table_lines([make_row("row", TWO.keys(), runs, "wer", baseline)], frozenset({"row"})))
    assert len({len(line) for line in lines}) == 1
    head, rule, cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    assert tuple(head) == HEAD
    assert [rule[0][-1], *{cell[-1] for cell in rule[1:]}] == ["-", ":"]
    found = dict(zip(head, cells, strict=True))
    assert found == {
        "experiment": "row",
        "runs": "1/2*",
        "WER %": "26.67",
        "CER %": "13.33",
        "± seeds": "0.00",
        "paired": "2",
        "baseline": "53.33",
        "gain %": "+50.0",
        "95 % points": found["95 % points"],
        "p": "0.0001",
        "M weights": "1.00",
        "min": "2.5",
        "trained": "2026-11-20..2026-11-22",
    }
    assert found["95 % points"] == "+20.00 +40.00"


def test_figures_say_whether_the_bars_are_cleared(capsys: pytest.CaptureFixture[str]) -> None:
    runs: dict[str, Runs] = {
        "plain": keyed(run(2, 2), run(2, 2, split=1)),
        "best": keyed(run(1, 1), run(1, 1, split=1)),
    }
    show_bars(ablation(Bars(rate_at_most=10, gain_at_least=51, p_below=0.05)), "t", runs)
    assert capsys.readouterr().out.splitlines() == [
        "figure t_mean_wer_percent 10 target 10 ok",
        "figure t_gain_percent 50 target 51 short",
        "figure t_paired_p 0.0001 target 0.05 ok",
    ]


def test_no_figure_rests_on_half_the_runs(capsys: pytest.CaptureFixture[str]) -> None:
    bars = Bars(rate_at_most=10, gain_at_least=20)
    both, one = keyed(run(1), run(1, split=1)), keyed(run(1))
    show_bars(ablation(bars), "t", {"plain": both, "best": one})
    show_bars(ablation(bars), "t", {"plain": one, "best": both})
    show_bars(ablation(Bars(rate_at_most=10)), "t", {"best": both})
    assert capsys.readouterr().out.splitlines() == [
        "t: no figure yet, 1 runs of best are missing: split1-seed1",
        "figure t_mean_wer_percent 10 target 10 ok",
        "t: no gain yet, 1 runs of plain are missing: split1-seed1",
        "figure t_mean_wer_percent 10 target 10 ok",
    ]
