"""What is set aside before the first epoch."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from lhotse import CutSet

from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.data.cuts import load_split
from speechrnn.data.frames import input_frames
from speechrnn.data.loader import Loader
from speechrnn.errors import AlphabetError, CorpusError
from speechrnn.features.extract import FeatureExtractor
from speechrnn.losses.ctc import ctc_losses
from speechrnn.model.acoustic import AcousticModel
from speechrnn.recipe import Recipe
from speechrnn.recipe.load import parse_recipe
from speechrnn.text.alphabet import Alphabet
from speechrnn.training.preflight import build_alphabet, check_for_training, find_problems
from tests.stored_corpus import write_stored_corpus

RATE_HZ = 8000
SHIFT, WINDOW = 80, 200  # samples, at the front end's 10 and 25 ms
ALPHABET = Alphabet(tuple(" ab"))

Write = Callable[..., tuple[CutSet, Recipe]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write noise of given lengths in samples with transcripts, and read its train part."""

    def written(utterances: list[tuple[str, int]], *overrides: str, rate: int = RATE_HZ) -> tuple[CutSet, Recipe]:
        rng = np.random.default_rng(0)
        for number, (text, samples) in enumerate([*utterances, ("dev", 8000)]):
            folder = tmp_path / ("train" if number < len(utterances) else "dev")
            folder.mkdir(exist_ok=True)
            soundfile.write(folder / f"{number}.wav", rng.uniform(-0.1, 0.1, samples), rate)
            (folder / f"{number}.txt").write_text(text, encoding="utf-8")
        text = f"name: x\ncorpus: {{name: folder, path: {tmp_path}}}\nfeatures: {{sample_rate_hz: {RATE_HZ}}}\n"
        recipe = parse_recipe(text, "x", ["model.subsampling_factor=1", *overrides])
        return load_split(prepare_corpus(recipe.corpus, tmp_path / "data").directory, "train"), recipe

    return written


def samples_for(frames: int) -> int:
    """The fewest samples that make so many frames, by the rule of Kaldi: a window, then a step for each further one."""
    return WINDOW + (frames - 1) * SHIFT


def test_an_utterance_on_the_edge_is_kept_and_one_sample_less_is_set_aside(write: Write, tmp_path: Path) -> None:
    needed = samples_for(6)  # "ab aa" is five labels, and a blank between the two a's
    cuts, recipe = write([("ab aa", needed), ("ab aa", needed - 1), ("ab", needed - 1)])
    checked = check_for_training(cuts, recipe, ALPHABET)
    assert [cut.id for cut in checked.cuts] == ["train/0", "train/2"]
    (problem,) = checked.problems
    assert (problem.utterance_id, problem.kind) == ("train/1", "no_ctc_path")
    assert problem.path == str(tmp_path / "train" / "1.wav")
    assert problem.reason.startswith("5 frames after subsampling came, 6 were wanted for 'ab aa'")


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_ctc_has_a_finite_loss_for_exactly_what_is_kept(write: Write, factor: int) -> None:
    texts = ["a", "aa", "ab", "abab", "aabb", "a b a"]
    wanted = [(text, samples_for(frames)) for text in texts for frames in range(3, 20, 2)]
    cuts, recipe = write(wanted, f"model.subsampling_factor={factor}", "model.size=4", "model.layers=1")
    problems = find_problems(cuts, recipe, ALPHABET)
    torch.manual_seed(0)
    model = AcousticModel(recipe.model, recipe.features.num_features, ALPHABET.size).eval()
    batch = Loader(recipe, FeatureExtractor(recipe.features), ALPHABET).load(cuts)
    assert batch is not None
    log_probs, lengths = model(batch.features, batch.feature_lengths)
    losses = ctc_losses(log_probs.transpose(0, 1), batch.labels, lengths, batch.label_lengths)
    infinite = {name for name, loss in zip(batch.utterance_ids, losses.tolist(), strict=True) if loss == float("inf")}
    assert infinite == problems.keys()
    assert (0 < len(infinite) < len(wanted)) or factor == 1


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 44100])
def test_the_frames_expected_are_those_the_front_end_makes(write: Write, rate: int) -> None:
    lengths = [int(rate * seconds) + odd for seconds in (0.05, 0.1, 0.33, 0.7) for odd in (0, 1, 3)]
    cuts, recipe = write([("a", length) for length in lengths], rate=rate)
    batch = Loader(recipe, FeatureExtractor(recipe.features), ALPHABET).load(cuts)
    assert batch is not None
    assert [input_frames(cut, recipe) for cut in cuts] == batch.feature_lengths.tolist()


def test_characters_outside_the_alphabet_are_all_named(write: Write) -> None:
    cuts, recipe = write([("abba", 8000), ("a?bé", 8000)])
    checked = check_for_training(cuts, recipe, ALPHABET)
    (problem,) = checked.problems
    assert (problem.utterance_id, problem.kind) == ("train/1", "unknown_characters")
    assert problem.reason == "'?' 'é' not in the alphabet"


def test_a_transcript_of_which_nothing_is_left_is_set_aside(write: Write) -> None:
    cuts, recipe = write([("ab", 8000), ("!?", 8000)], "text.remove='!?'")
    (problem,) = check_for_training(cuts, recipe, ALPHABET).problems
    assert (problem.utterance_id, problem.kind) == ("train/1", "empty_text")


def test_when_nothing_is_left_the_first_reason_is_told(write: Write) -> None:
    cuts, recipe = write([("abababab", 400), ("?", 8000)])
    with pytest.raises(CorpusError, match="none of 2 train utterances can be used; the first: train/0: 3 frames"):
        check_for_training(cuts, recipe, ALPHABET)


def test_stored_features_count_their_own_frames(tmp_path: Path) -> None:
    directory = write_stored_corpus(tmp_path, {"short": ("ab ab", 8), "long": ("ab ab", 13)}, num_ceps=13)
    text = "name: x\ncorpus: {name: an4}\nfeatures: {stored: true}\nmodel: {subsampling_factor: 3}\n"
    cuts = load_split(directory, "train")
    problems = find_problems(cuts, parse_recipe(text, "x"), ALPHABET)
    assert {name: problem.path for name, problem in problems.items()} == {"short": str(tmp_path / "short.npy")}


def test_the_alphabet_is_that_of_the_transcripts_or_of_the_recipe(write: Write) -> None:
    cuts, recipe = write([("Bad", 8000), ("a dé", 8000)])
    assert build_alphabet(cuts, recipe).symbols == (" ", "a", "b", "d", "é")
    cuts, recipe = write([("Bad", 8000)], "text.alphabet='zaé a'")
    assert build_alphabet(cuts, recipe).symbols == (" ", "a", "z", "é")
    with pytest.raises(AlphabetError, match="no characters"):
        build_alphabet(CutSet.from_cuts([]), parse_recipe("name: x\ncorpus: {name: fsdd}", "x"))


def test_joining_utterances_adds_the_space_unless_texts_have_none(write: Write) -> None:
    joins = "augment.concatenate_probability=0.1"
    cuts, recipe = write([("ab", 8000)])
    assert build_alphabet(cuts, recipe).symbols == ("a", "b")
    cuts, recipe = write([("ab", 8000)], joins)
    assert build_alphabet(cuts, recipe).symbols == (" ", "a", "b")
    cuts, recipe = write([("ab", 8000)], joins, "text.remove=' '")
    assert build_alphabet(cuts, recipe).symbols == ("a", "b")
    cuts, recipe = write([("ab", 8000)], joins, "text.unit=word")
    assert build_alphabet(cuts, recipe).symbols == ("ab",)
