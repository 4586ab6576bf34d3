"""The folder for sherpa-onnx, run by the real package, and its graph on features of kaldi-native-fbank."""

import json
import runpy
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import kaldi_native_fbank as knf
import numpy as np
import pytest
from sherpa_onnx import FeatureExtractorConfig, OfflineModelConfig, OfflineRecognizerConfig
from sherpa_onnx.lib._sherpa_onnx import OfflineFireRedAsrCtcModelConfig, OfflineRecognizer

from speechrnn.bundle.deploy import export_model
from speechrnn.bundle.layout import GRAPH
from speechrnn.bundle.read import Bundle
from speechrnn.bundle.runtime import open_graph, run_graph, run_session
from speechrnn.bundle.sherpa import front_end, sherpa_graph, tokens
from speechrnn.bundle.sherpa_folder import README, TRANSCRIPTS
from speechrnn.bundle.target import Target
from speechrnn.decoding.greedy import greedy
from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.errors import UsageError
from speechrnn.recipe import FeaturesConfig, ModelConfig
from speechrnn.text.alphabet import Alphabet
from tests.deployable import deployable, in_words, sounds, written
from tests.tiny_bundle import ALPHABET, FEATURES, MODEL

WIDE = FeaturesConfig(kind="log_mel", deltas=0, cmvn="global", num_mel_bins=40)
CONV = ModelConfig(cell="gru", size=12, layers=2, subsampling="conv", conv_channels=24, subsampling_factor=4)


def sherpa(folder: Path, features: FeaturesConfig) -> OfflineRecognizer:
    network = OfflineFireRedAsrCtcModelConfig(model=str(folder / "model.onnx"))
    model = OfflineModelConfig(fire_red_asr_ctc=network, tokens=str(folder / "tokens.txt"), num_threads=1)
    extractor = FeatureExtractorConfig(sampling_rate=features.sample_rate_hz, feature_dim=features.num_mel_bins)
    return OfflineRecognizer(OfflineRecognizerConfig(feat_config=extractor, model_config=model))


def ours(bundle: Bundle) -> list[Hypothesis]:
    session = open_graph(bundle.path, bundle.read(GRAPH), threads=1)
    return [greedy(run_graph(session, samples))[0] for samples in sounds(bundle.model.sample_rate_hz)]


@pytest.mark.parametrize(
    ("features", "model", "words"),
    [(FEATURES, MODEL, False), (FEATURES, MODEL, True), (WIDE, CONV, False)],
    ids=["mfcc-lstm", "words", "log-mel-gru"],
)
def test_the_real_package_gives_the_same_tokens_at_the_same_times_in_one_batch(
    tmp_path: Path, features: FeaturesConfig, model: ModelConfig, words: bool
) -> None:
    given = deployable(features, model)
    bundle = written(tmp_path / "m.srnn", in_words(given) if words else given)
    export_model(bundle, Target.SHERPA, tmp_path / "folder")
    recognizer = sherpa(tmp_path / "folder", features)
    streams = [recognizer.create_stream() for _ in sounds(features.sample_rate_hz)]
    for stream, samples in zip(streams, sounds(features.sample_rate_hz), strict=True):
        stream.accept_waveform(features.sample_rate_hz, samples)
    recognizer.decode_streams(streams)
    expected = ours(bundle)
    symbols = [f" {word}" for word in bundle.model.alphabet.symbols] if words else ALPHABET.symbols
    assert [one.result.tokens for one in streams] == [[symbols[i - 1] for i in best.labels] for best in expected]
    assert sum(len(best.labels) for best in expected) > 5
    for stream, best in zip(streams, expected, strict=True):
        times = [frame * bundle.model.output_step_seconds for frame in best.frames]
        assert stream.result.timestamps == pytest.approx(times, abs=1e-5)


def test_in_8_bits_the_recordings_that_come_along_read_as_the_folder_says(tmp_path: Path) -> None:
    bundle = written(tmp_path / "m.srnn", deployable())
    exported = export_model(bundle, Target.SHERPA_INT8, tmp_path / "folder")
    assert exported.num_bytes < 0.6 * exported.own_bytes
    assert readme_says(tmp_path / "folder") == first_transcript(tmp_path / "folder")


def test_the_command_in_the_readme_reads_what_the_folder_says(tmp_path: Path) -> None:
    bundle = written(tmp_path / "m.srnn", deployable())
    export_model(bundle, Target.SHERPA, tmp_path / "folder")
    shown = (tmp_path / "folder" / README).read_text(encoding="utf-8").split("```sh\n")[1].split("```")[0]
    name, *arguments = shlex.split(shown)
    program = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    assert program is not None, "sherpa-onnx-bin is not installed"
    done = subprocess.run([program, *arguments], cwd=tmp_path / "folder", capture_output=True, text=True, check=True)
    (found,) = (json.loads(line) for line in (done.stdout + done.stderr).splitlines() if line.startswith("{"))
    assert " ".join(found["text"].split()) == first_transcript(tmp_path / "folder") != ""


def first_transcript(folder: Path) -> str:
    return (folder / TRANSCRIPTS).read_text(encoding="utf-8").splitlines()[0].partition("\t")[2]


def readme_says(folder: Path) -> str:
    """Run the Python that the folder's README shows, in that folder."""
    code = (folder / README).read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    script = folder.parent / "shown.py"
    script.write_text(code, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return " ".join(str(runpy.run_path(str(script))["stream"].result.text).split())


def fbank(samples: np.ndarray, features: FeaturesConfig) -> np.ndarray:
    """Log mel energies as kaldi-native-fbank computes them, `(time, num_mel_bins)`."""
    options = knf.FbankOptions()
    options.frame_opts.dither = 0
    options.frame_opts.samp_freq = features.sample_rate_hz
    options.mel_opts.num_bins = features.num_mel_bins
    computed = knf.OnlineFbank(options)
    computed.accept_waveform(features.sample_rate_hz, (32768 * samples).tolist())
    computed.input_finished()
    return np.stack([computed.get_frame(number) for number in range(computed.num_frames_ready)])


def test_the_graph_scores_kaldis_features_as_ours_scores_samples_each_of_a_batch_by_itself(tmp_path: Path) -> None:
    bundle = written(tmp_path / "m.srnn", deployable(WIDE, CONV))
    graph = open_graph(tmp_path, sherpa_graph(bundle.read(GRAPH), bundle.model, WIDE.num_mel_bins), threads=1)
    waveform = open_graph(tmp_path, bundle.read(GRAPH), threads=1)
    features = [fbank(samples, WIDE) for samples in sounds(16000)[:3]]
    lengths = np.array([len(frames) for frames in features])
    batch = np.full((3, lengths.max(), WIDE.num_mel_bins), -23, dtype=np.float32)
    for row, frames in zip(batch, features, strict=True):
        row[: len(frames)] = frames
    scores, score_lengths = run_session(graph, [batch, lengths])
    assert score_lengths.tolist() == [-(-length // 4) for length in lengths]
    for row, length, samples in zip(scores, score_lengths, sounds(16000), strict=False):
        np.testing.assert_allclose(row[:length], run_graph(waveform, samples), atol=5e-3)
        assert not row[length:].any()


def test_tokens_are_numbered_as_the_labels_and_a_space_is_marked() -> None:
    assert tokens(Alphabet((" ", "a", "é"))) == "<blk> 0\n\u2581 1\na 2\né 3\n"
    assert tokens(Alphabet(("no", "yes"), "word")) == "<blk> 0\n\u2581no 1\n\u2581yes 2\n"


def test_a_symbol_that_would_be_written_as_a_space_is_refused() -> None:
    with pytest.raises(UsageError, match="would write a space for this symbol; export --to onnx"):
        tokens(Alphabet(("a", "\u2581")))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"convention": "librosa"}, "features.convention librosa (not kaldi)"),
        ({"convention": "sphinx", "low_hz": 130.0}, "convention sphinx (not kaldi), features.low_hz 130.0 (not 20.0)"),
        ({"high_hz": -400.0}, "features.high_hz 3600.0 (not 4000.0)"),
        ({"frame_shift_ms": 12.5}, "features.frame_shift_ms 12.5 (not 10.0)"),
        ({"frame_length_ms": 20.0}, "features.frame_length_ms 20.0 (not 25.0)"),
    ],
)
def test_a_front_end_that_sherpa_does_not_compute_is_refused_by_name(
    tmp_path: Path, change: dict[str, object], named: str
) -> None:
    bundle = written(tmp_path / "m.srnn", deployable(replace(FEATURES, **change)))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="computes other features than this model was trained on") as caught:
        export_model(bundle, Target.SHERPA, tmp_path / "folder")
    assert named in str(caught.value)
    assert not (tmp_path / "folder").exists()


def test_the_upper_edge_may_be_given_in_either_way(tmp_path: Path) -> None:
    bundle = written(tmp_path / "m.srnn", deployable(replace(FEATURES, high_hz=4000.0)))
    assert front_end(bundle).num_mel_bins == 23
