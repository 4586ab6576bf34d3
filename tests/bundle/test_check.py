"""Self-tests: they pass on the model they were made for, and on no other."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from speechrnn.bundle.check import check_bundle
from speechrnn.bundle.layout import BundleContents, SelfTest
from speechrnn.bundle.write import write_bundle
from speechrnn.errors import BundleError
from tests.tiny_bundle import contents, contents_on_stored_features


def _check(tmp_path: Path, given: BundleContents) -> list[bool]:
    write_bundle(tmp_path / "model.srnn", given)
    return [result.ok for result in check_bundle(tmp_path / "model.srnn")]


def _with_first_test(given: BundleContents, test: SelfTest) -> BundleContents:
    return replace(given, self_tests=(test, *given.self_tests[1:]))


def test_what_torch_decoded_is_what_onnxruntime_decodes(tiny: Path) -> None:
    results = check_bundle(tiny)
    assert [result.name for result in results] == ["noise-1", "noise-2", "noise-3"]
    assert all(result.ok for result in results)


def test_the_self_tests_spell_varied_text(tiny: Path) -> None:
    assert len({result.got for result in check_bundle(tiny)}) == 3


def test_stored_features_are_replayed_through_the_acoustic_graph(tmp_path: Path) -> None:
    assert _check(tmp_path, contents_on_stored_features()) == [True]


def test_another_text_fails(tmp_path: Path) -> None:
    given = contents()
    wrong = replace(given.self_tests[0], expected_text=given.self_tests[0].expected_text + "a")
    assert _check(tmp_path, _with_first_test(given, wrong)) == [False, True, True]


@pytest.mark.parametrize(("factor", "ok"), [(1.0001, True), (1.01, False)])
def test_a_score_may_differ_in_the_fourth_digit_only(tmp_path: Path, factor: float, ok: bool) -> None:
    given = contents()
    moved = replace(given.self_tests[0], expected_score=given.self_tests[0].expected_score * factor)
    assert _check(tmp_path, _with_first_test(given, moved)) == [ok, True, True]


def test_spaces_at_the_ends_of_the_expected_text_do_not_matter(tmp_path: Path) -> None:
    given = contents()
    spaced = replace(given.self_tests[0], expected_text=f" {given.self_tests[0].expected_text}  ")
    assert _check(tmp_path, _with_first_test(given, spaced)) == [True, True, True]


def test_the_graph_of_another_model_fails(tmp_path: Path) -> None:
    assert _check(tmp_path, replace(contents(), graph=contents(seed=5).graph)) == [False, False, False]


def test_a_model_without_self_tests_has_no_results(tmp_path: Path) -> None:
    assert _check(tmp_path, replace(contents(), self_tests=())) == []


def test_bytes_that_are_no_graph_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"onnxruntime cannot open the graph \([^\[:;]*\); write the model again"):
        _check(tmp_path, replace(contents(), graph=b"no graph"))


def test_features_that_do_not_fit_the_graph_are_refused_with_the_test_named(tmp_path: Path) -> None:
    given = contents_on_stored_features()
    wide = replace(given.self_tests[0], static=np.zeros((20, 99), np.float32))
    with pytest.raises(BundleError, match=r"self-test cepstra: onnxruntime cannot run .*\(20, 99\)"):
        _check(tmp_path, replace(given, self_tests=(wide,)))
