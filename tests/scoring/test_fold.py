"""TIMIT's phones in 39 classes, held to lhotse's tables of the same."""

import pytest
from lhotse.recipes.timit import get_phonemes

from speechrnn.scoring.fold import fold, kept


@pytest.mark.parametrize("phone", sorted(get_phonemes(39)))
def test_the_61_phones_and_the_48_fold_to_the_same_39(phone: str) -> None:
    wanted = get_phonemes(39)[phone]
    assert fold(phone, "timit39") == wanted
    assert fold(get_phonemes(48)[phone], "timit39") == wanted


def test_there_are_39_classes_and_folding_twice_is_folding_once() -> None:
    classes = {fold(phone, "timit39") for phone in get_phonemes(39)} - {""}
    assert len(classes) == 39
    assert {fold(name, "timit39") for name in classes} == classes


def test_silences_that_meet_stay_as_many_as_they_were() -> None:
    assert fold("vcl epi sil", "timit39") == "sil sil sil"


def test_the_glottal_stop_is_left_out_and_known_to_be() -> None:
    assert fold("h# q ao q", "timit39") == "sil aa"
    assert kept("h# q ao q", "timit39") == [True, False, True, False]


def test_what_is_no_phone_stays_and_without_a_rule_all_does() -> None:
    assert fold("xyz ao", "timit39") == "xyz aa"
    assert fold(" ao  q", None) == " ao  q"
    assert kept("ao q", None) == [True, True]
