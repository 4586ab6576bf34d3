"""Every setting of a recipe changes something: none is read and forgotten.

Each is changed alone, and a short run must come out otherwise: its weights, its alphabet, its batches, or what dev
gives. A setting that moves something else is listed with the test that shows it.
"""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.data.batches import plan_epoch
from speechrnn.data.cuts import load_split
from speechrnn.recipe import Recipe
from speechrnn.training import run as run_module
from speechrnn.training.preflight import build_alphabet
from speechrnn.training.run import train
from tests.conftest import Mini, write_mini
from tests.mini_corpus import Silent, write_corpus
from tests.recipe.test_show import SETTINGS
from tests.training.conftest import history, tensors_of

ROOT = Path(__file__).parents[2]

# setting: what must be set for it to matter, and the changed value
CHANGES: dict[str, tuple[tuple[str, ...], str]] = {
    "seed": ((), "2"),
    "corpus.path": ((), "OTHER"),
    "corpus.leave_out": (("corpus.path=TABLE",), "bob"),
    "corpus.dev_fraction": (("corpus.path=TABLE",), "0.4"),
    "corpus.split_seed": (("corpus.path=TABLE",), "5"),
    "text.case": ((), "upper"),
    "text.remove": ((), "a"),
    "text.punctuation": (("corpus.path=SIGNS",), "remove"),
    "text.numbers": (("corpus.path=SIGNS",), "en"),
    "text.unit": ((), "word"),
    "text.alphabet": ((), "' abcdxyz'"),
    "features.kind": ((), "log_mel"),
    "features.convention": ((), "librosa"),
    "features.sample_rate_hz": ((), "7000"),
    "features.frame_length_ms": ((), "32"),
    "features.frame_shift_ms": ((), "8"),
    "features.num_mel_bins": ((), "18"),
    "features.num_ceps": ((), "9"),
    "features.low_hz": ((), "100"),
    "features.high_hz": ((), "-200"),
    "features.deltas": ((), "1"),
    "features.cmvn": ((), "global"),
    "augment.speed_factors": ((), "[0.8, 1.2]"),
    "augment.warp_factors": ((), "[0.8, 1.2]"),
    "augment.tempo_factors": ((), "[0.8, 1.2]"),
    "augment.pitch_semitones": ((), "2"),
    "augment.tilt_db_per_octave": (("features.cmvn=none",), "6"),
    "augment.room_probability": ((), "0.5"),
    "augment.room_rt60_seconds": (("augment.room_probability=1",), "[0.6, 0.9]"),
    "augment.room_direct_db": (("augment.room_probability=1",), "[-5, 0]"),
    "augment.gain_db": (("features.cmvn=none",), "12"),
    "augment.noise_probability": ((), "0.5"),
    "augment.noise_snr_db": (("augment.noise_probability=1",), "[0, 5]"),
    "augment.band_limit_probability": ((), "0.5"),
    "augment.band_limit_low_hz": (("augment.band_limit_probability=1",), "[500, 700]"),
    "augment.band_limit_high_hz": (("augment.band_limit_probability=1",), "[1500, 2000]"),
    "augment.concatenate_probability": ((), "0.5"),
    "augment.concatenate_max_utterances": (("augment.concatenate_probability=1",), "2"),
    "augment.concatenate_gap_seconds": (("augment.concatenate_probability=1",), "[0.5, 0.6]"),
    "augment.concatenate_speakers": (("corpus.path=TABLE", "augment.concatenate_probability=1"), "same"),
    "augment.pause_probability": ((), "0.5"),
    "augment.pause_seconds": (("augment.pause_probability=1",), "[0.6, 0.9]"),
    "augment.num_time_masks": ((), "2"),
    "augment.max_time_mask_frames": (("augment.num_time_masks=2",), "3"),
    "augment.max_time_mask_share": (("augment.num_time_masks=2",), "0.05"),
    "augment.num_feature_masks": ((), "1"),
    "augment.max_feature_mask_bins": (("augment.num_feature_masks=1",), "2"),
    "model.cell": ((), "rnn"),
    "model.bidirectional": ((), "false"),
    "model.layers": ((), "2"),
    "model.size": ((), "20"),
    "model.subsampling": ((), "conv"),
    "model.subsampling_factor": ((), "3"),
    "model.conv_channels": (("model.subsampling=conv",), "8"),
    "model.conv_activation": (("model.subsampling=conv",), "relu"),
    "model.dropout": ((), "0.5"),
    "model.conv_layers": (("model.subsampling=conv",), "1"),
    "model.dropout_kind": ((), "locked"),
    "model.recurrent_dropconnect": ((), "0.5"),
    "model.layer_norm": ((), "false"),
    "model.residual": (("model.layers=2",), "true"),
    "model.attention_heads": ((), "4"),
    "model.lookahead_frames": (("model.bidirectional=false", "features.cmvn=global"), "3"),
    "model.inter_layers": (("model.layers=3", "loss.inter_weight=0.5", "model.inter_layers=[1]"), "[2]"),
    "loss.kind": ((), "ctc_crf"),
    "loss.denominator_order": (("loss.kind=ctc_crf",), "3"),
    "loss.ctc_share": (("loss.kind=ctc_crf",), "0.5"),
    "loss.inter_weight": (("model.layers=3", "loss.inter_weight=0.5", "model.inter_layers=[1]"), "0.2"),
    "loss.consistency_weight": ((), "0.2"),
    "loss.label_smoothing": ((), "0.1"),
    "loss.entropy_weight": ((), "0.1"),
    "loss.normalize": (("training.clip_norm=1000",), "utterance"),
    "training.epochs": ((), "3"),
    "training.batch_seconds": ((), "5"),
    "training.length_jitter": ((), "0.5"),
    "training.learning_rate": ((), "0.02"),
    "training.weight_decay": ((), "0.5"),
    "training.schedule": ((), "cosine"),
    "training.warmup_fraction": ((), "0.5"),
    "training.precision": ((), "bf16"),
    "training.clip_norm": ((), "0.01"),
    "training.clip_value": ((), "0.001"),
    "training.curriculum_epochs": (("training.batch_seconds=1.5",), "1"),
    "training.ema_decay": ((), "0.9"),
}
# setting: the test that shows what it moves
ELSEWHERE = {
    "name": "tests/cli/test_train.py::test_the_name_of_the_recipe_is_that_of_the_run_folder",
    "title": "tests/cli/test_recipe.py::test_list_shows_title_and_measured_result_of_every_recipe",
    "card": "tests/training/test_finish.py::test_its_card_holds_what_the_recipe_says_of_it",
    "corpus.name": "tests/recipe/test_load.py::test_name_and_corpus_are_all_a_recipe_needs",
    "corpus.language": "tests/corpora/bridge/test_prepare.py::"
    "test_one_language_that_is_there_is_taken_and_of_several_one_must_be_named",
    "corpus.parts": "tests/corpora/bridge/test_prepare.py::test_parts_choose_what_is_prepared",
    "corpus.options": "tests/corpora/bridge/test_prepare.py::test_options_reach_lhotses_function",
    "corpus.format": "tests/corpora/imports/test_recognise.py::test_a_folder_of_two_layouts_must_be_named",
    "corpus.tier": "tests/corpora/imports/test_tiers.py::test_several_tiers_with_text_are_listed_and_one_must_be_named",
    "corpus.encoding": "tests/corpora/test_encoding.py::test_an_encoding_that_is_named_is_used",
    "corpus.fix": "tests/corpora/test_fixes.py::test_preparing_with_fix_repairs_the_manifests_and_writes_down_what",
    "corpus.allow_leak": "tests/corpora/test_leaks.py::test_a_speaker_of_train_and_test_is_refused_until_it_is_allowed",
    "corpus.folds": "tests/training/test_folds.py::test_each_fold_is_a_run_that_leaves_one_speaker_out",
    "text.score_as": "tests/training/test_timit.py::test_phones_of_one_class_count_as_one_wherever_a_score_is_made",
    "features.stored": "tests/data/test_loader.py::test_stored_cepstra_are_read_in_place_of_audio",
    "training.plateau_patience": "tests/training/test_loop.py::"
    "test_the_rate_is_halved_each_time_dev_has_not_got_better_for_longer_than_the_patience",
    "distill.teacher": "tests/training/test_distill.py::test_a_student_with_a_teacher_beats_the_same_without",
    "distill.weight": "tests/training/test_distill.py::test_weight_and_temperature_change_what_is_learnt",
    "distill.temperature": "tests/training/test_distill.py::test_weight_and_temperature_change_what_is_learnt",
    "training.average_epochs": "tests/training/test_average.py::"
    "test_the_mean_becomes_the_model_where_dev_likes_it_better",
    "training.early_stop_epochs": "tests/training/test_loop.py::"
    "test_training_stops_after_epochs_without_a_better_dev_result",
    "training.checkpoint_minutes": "tests/training/test_resume.py::"
    "test_a_run_killed_in_mid_epoch_ends_in_the_same_bits",
    "training.prefetch_batches": "tests/training/test_unfelt.py::"
    "test_batches_are_made_in_a_thread_of_their_own_when_asked_for_ahead",
    "training.cache_gib": "tests/training/test_unfelt.py::"
    "test_the_second_run_on_a_corpus_decodes_no_file_to_train_or_score",
    "training.device": "tests/training/test_system.py::test_auto_takes_a_gpu_when_there_is_one",
    "training.threads": "tests/training/test_loop.py::test_threads_are_those_of_the_recipe",
    "decoding.kind": "tests/training/test_evaluate.py::test_a_search_is_scored_and_greedy_decoding_stands_beside_it",
    "decoding.beam_size": "tests/decoding/test_decoder.py::test_every_setting_of_the_search_changes_what_is_found",
    "decoding.beam_threshold": "tests/decoding/test_decoder.py::test_every_setting_of_the_search_changes_what_is_found",
    "decoding.token_threshold": "tests/decoding/test_decoder.py::"
    "test_every_setting_of_the_search_changes_what_is_found",
    "decoding.blank_skip": "tests/decoding/test_decoder.py::test_every_setting_of_the_search_changes_what_is_found",
    "decoding.lm": "tests/decoding/test_decoder.py::test_the_files_that_settings_name_are_opened",
    "decoding.alpha": "tests/decoding/test_decoder.py::test_every_weight_changes_what_is_found",
    "decoding.beta": "tests/decoding/test_decoder.py::test_every_weight_changes_what_is_found",
    "decoding.unknown_penalty": "tests/decoding/test_decoder.py::test_every_weight_changes_what_is_found",
    "decoding.lexicon": "tests/decoding/test_decoder.py::test_the_files_that_settings_name_are_opened",
    "decoding.grammar": "tests/decoding/test_decoder.py::test_the_files_that_settings_name_are_opened",
    "decoding.hotwords": "tests/decoding/test_decoder.py::test_grammar_and_hot_words_are_fused_too",
    "decoding.reject_below": "tests/decoding/test_decoder.py::"
    "test_a_threshold_rejects_what_scores_less_a_label_and_stands_in_the_signature",
    "decoding.rescore": "tests/decoding/test_rescore.py::"
    "test_a_decoder_with_a_second_model_ranks_the_whole_search_anew",
    "decoding.rescore_weight": "tests/decoding/test_rescore.py::"
    "test_a_second_model_without_weight_leaves_the_search_as_it_was",
    "decoding.bootstrap_samples": "tests/training/test_result.py::"
    "test_the_interval_depends_on_the_seed_and_on_how_often_is_drawn",
    "expected.split": "tests/training/test_run.py::test_a_finished_run_asked_for_another_split_is_scored_on_that_one",
    "expected.metric": "tests/training/test_folds.py::test_a_promise_is_kept_or_broken_by_its_metric_and_bound",
    "expected.at_most": "tests/training/test_folds.py::test_a_promise_is_kept_or_broken_by_its_metric_and_bound",
    "expected.measured": "tests/cli/test_recipe.py::test_list_shows_title_and_measured_result_of_every_recipe",
    "expected.bar": "tests/cli/test_recipe.py::test_list_as_json_holds_all_facts_with_null_for_what_nobody_knows",
    "expected.train_hours": "tests/recipe/test_minutes.py::"
    "test_an_estimate_is_speech_times_the_seconds_that_one_of_it_takes",
    "expected.minutes": "tests/recipe/test_minutes.py::test_measured_minutes_are_given_as_they_are",
    "expected.machine": "tests/cli/test_recipe.py::test_list_as_json_holds_all_facts_with_null_for_what_nobody_knows",
}

Effect = Callable[..., str]


def test_every_setting_is_accounted_for_once() -> None:
    assert sorted([*CHANGES, *ELSEWHERE]) == sorted(SETTINGS)


@pytest.mark.parametrize("setting", ELSEWHERE)
def test_the_test_named_for_a_setting_exists(setting: str) -> None:
    file, _, name = ELSEWHERE[setting].partition("::")
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Mini:
    """Two corpora of a few utterances, and a table of the first that names speakers and no split."""
    root = tmp_path_factory.mktemp("settings")
    mini = write_mini(root, {"train": 9, "dev": 2, "test": 2})
    write_corpus(root / "other", {"train": 9, "dev": 2, "test": 2}, seed=9)
    lines = [
        f"{file},{file.with_suffix('.txt').read_text().strip()},{speaker}"
        for file, speaker in zip(sorted(mini.corpus.rglob("*.wav")), ["ann", "bob", "cy", "di"] * 4, strict=False)
    ]
    (root / "table.csv").write_text("\n".join(["audio,text,speaker", *lines]))
    signed = [
        f"{audio},{text.replace('a', '1').replace('b', '-')},{who}"
        for audio, text, who in (line.split(",") for line in lines)
    ]
    (root / "signs.csv").write_text("\n".join(["audio,text,speaker", *signed]))
    return mini


@pytest.fixture(scope="module")
def effect(small: Mini, tmp_path_factory: pytest.TempPathFactory) -> Effect:
    """Train two epochs and give everything that came of it as one text; the same settings are run once."""
    known: dict[tuple[str, ...], str] = {}
    places = {"OTHER": small.corpus.with_name("other"), "TABLE": small.corpus.with_name("table.csv")}
    places["SIGNS"] = small.corpus.with_name("signs.csv")

    def of(*overrides: str) -> str:
        if overrides not in known:
            settings = [re.sub("OTHER|TABLE|SIGNS", lambda match: str(places[match[0]]), text) for text in overrides]
            known[overrides] = run_once(small, small.recipe(*BASE, *settings), tmp_path_factory.mktemp("run"))
        return known[overrides]

    return of


BASE = "training.epochs=2", "training.batch_seconds=3", "model.size=12", "training.clip_norm=1", "model.dropout=0.1"


def run_once(mini: Mini, recipe: Recipe, run: Path) -> str:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(run_module, "draw_curves", lambda *arguments: None)
        patched.setattr(run_module, "finish", lambda *arguments: None)
        patched.setattr(run_module, "TensorBoardLog", SilentBoard)
        train(recipe, mini.data, run, Silent())
    cuts = load_split(prepare_corpus(recipe.corpus, mini.data).directory, "train")
    plan = [[cut.id for cut in batch] for batch in plan_epoch(cuts, recipe.training, recipe.seed, 0)]
    digest = hashlib.sha256()
    for name, tensor in sorted(tensors_of(run).items()):
        digest.update(name.encode() + tensor.numpy().tobytes())
    return f"{digest.hexdigest()} {history(run)} {plan} {build_alphabet(cuts, recipe).symbols}"


class SilentBoard:
    """Stands for TensorBoard, which takes longer than these runs."""

    def __init__(self, run: Path, first_epoch: int) -> None:
        """Open nothing."""

    def write(self, record: object) -> None:
        """Write nothing."""

    def close(self) -> None:
        """Close nothing."""


def test_the_same_settings_have_the_same_effect(small: Mini, effect: Effect, tmp_path: Path) -> None:
    assert run_once(small, small.recipe(*BASE), tmp_path / "again") == effect()


@pytest.mark.parametrize("setting", CHANGES)
def test_a_setting_changes_what_comes_of_a_run(effect: Effect, setting: str) -> None:
    needed, value = CHANGES[setting]
    assert effect(*needed, f"{setting}={value}") != effect(*needed)
