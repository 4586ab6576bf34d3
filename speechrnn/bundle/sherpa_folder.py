"""The folder that sherpa-onnx opens: graph, tokens, recordings to try with what is heard in them, and how to run it."""

import io
from collections.abc import Iterator
from typing import Final

import numpy as np
import onnx
import soundfile
from numpy.typing import NDArray

from speechrnn.audio import resample
from speechrnn.bundle.cut import stretch
from speechrnn.bundle.graph import Graph
from speechrnn.bundle.graph_names import LOG_MEL, SAMPLES
from speechrnn.bundle.layout import ModelInfo
from speechrnn.bundle.read import Bundle
from speechrnn.bundle.runtime import open_graph, run_graph, run_session
from speechrnn.bundle.sherpa import front_end, sherpa_graph, tokens
from speechrnn.decoding.greedy import greedy
from speechrnn.errors import BundleError
from speechrnn.recipe import FeaturesConfig

GRAPH: Final = "model.onnx"
TOKENS: Final = "tokens.txt"
README: Final = "README.md"
RECORDINGS: Final = "test_wavs"
TRANSCRIPTS: Final = f"{RECORDINGS}/transcripts.txt"
_INT16: Final = 32768

_HOW: Final = """# {name}, for sherpa-onnx

Exported by `speechrnn export --to sherpa`.

In Python, with `pip install sherpa-onnx soundfile`:

```python
import soundfile
from sherpa_onnx import FeatureExtractorConfig, OfflineModelConfig, OfflineRecognizerConfig
from sherpa_onnx.lib._sherpa_onnx import OfflineFireRedAsrCtcModelConfig, OfflineRecognizer

network = OfflineFireRedAsrCtcModelConfig(model="model.onnx")
features = FeatureExtractorConfig(sampling_rate={rate}, feature_dim={bins})
model = OfflineModelConfig(fire_red_asr_ctc=network, tokens="tokens.txt")
recognizer = OfflineRecognizer(OfflineRecognizerConfig(feat_config=features, model_config=model))
samples, rate = soundfile.read("{wav}", dtype="float32")
stream = recognizer.create_stream()
stream.accept_waveform(rate, samples)
recognizer.decode_stream(stream)
print(stream.result.text.strip())
```

At the shell, with the program `sherpa-onnx-offline`. The package `sherpa-onnx` does not have it: `pip install
sherpa-onnx-bin` does, and so do the archives among sherpa-onnx's releases and its own build.

```sh
sherpa-onnx-offline --fire-red-asr-ctc=model.onnx --tokens=tokens.txt --sample-rate={rate} --feat-dim={bins} {wav}
```

In any other language: the model goes into `model_config.fire_red_asr_ctc.model`, the tokens into
`model_config.tokens`, and `feat_config` takes `sample_rate` {rate} and `feature_dim` {bins}. Decoding is greedy: a
language model, a grammar or a calibrated confidence that the speechrnn model may have does not come along.

What each recording in `test_wavs` should give is in `{transcripts}`.

{card}"""


def sherpa_files(bundle: Bundle, waveform_graph: bytes, card: str) -> dict[str, bytes]:
    """Make the files of the folder, the graph first, by their names in it.

    Args:
        bundle: the model file.
        waveform_graph: its graph, in float32 or with weights in 8 bits.
        card: what the model is, Markdown.

    Raises:
        UsageError: sherpa-onnx cannot run this model.
        BundleError: the model file is damaged, or the new graph does not give the labels of the old one.
    """
    features = front_end(bundle)
    graph = sherpa_graph(waveform_graph, bundle.model, features.num_mel_bins)
    files = {GRAPH: graph, TOKENS: tokens(bundle.model.alphabet).encode()}
    heard = []
    for number, samples in enumerate(_recordings(bundle), start=1):
        name = f"{RECORDINGS}/{number}.wav"
        buffer = io.BytesIO()
        soundfile.write(buffer, samples, bundle.model.sample_rate_hz, format="WAV", subtype="PCM_16")
        files[name] = buffer.getvalue()
        labels = _same_labels(bundle, name, samples, (waveform_graph, graph))
        heard.append(f"{number}.wav\t{' '.join(bundle.model.alphabet.decode(labels).split())}\n")
    return {**files, TRANSCRIPTS: "".join(heard).encode(), README: _how(bundle.model, features, card).encode()}


def _recordings(bundle: Bundle) -> Iterator[NDArray[np.float32]]:
    """Give the recordings of the self-tests at the model's rate, rounded to 16 bits as the files will be."""
    for test in bundle.self_tests():
        if test.audio is not None:
            samples = resample(test.audio, bundle.model.sample_rate_hz).samples
            yield (np.rint(samples * _INT16).clip(-_INT16, _INT16 - 1) / _INT16).astype(np.float32)


def _same_labels(
    bundle: Bundle, name: str, samples: NDArray[np.float32], graphs: tuple[bytes, bytes]
) -> tuple[int, ...]:
    """Run a recording through the graph from samples, and through the one behind our own log mel energies."""
    whole, behind = (open_graph(bundle.path, graph, threads=1) for graph in graphs)
    log_mel = run_graph(open_graph(bundle.path, _log_mel_graph(graphs[0], bundle), threads=1), samples)
    scores, lengths = run_session(behind, [log_mel[np.newaxis], np.asarray([len(log_mel)])])
    expected, got = greedy(run_graph(whole, samples))[0].labels, greedy(scores[0, : lengths[0]])[0].labels
    if got != expected:
        raise BundleError(f"{bundle.path}: {name}: the graph for sherpa-onnx gives {got}, the model {expected}")
    return expected


def _log_mel_graph(waveform_graph: bytes, bundle: Bundle) -> bytes:
    graph = Graph("speechrnn samples to log mel energies")
    front = stretch(onnx.load_from_string(waveform_graph).graph, SAMPLES, LOG_MEL)
    graph.include(front.nodes, front.constants)
    return graph.finish((SAMPLES, [1, "num_samples"]), (LOG_MEL, [1, "time", front_end(bundle).num_mel_bins]), {})


def _how(model: ModelInfo, features: FeaturesConfig, card: str) -> str:
    return _HOW.format(
        name=model.name,
        rate=features.sample_rate_hz,
        bins=features.num_mel_bins,
        wav=f"{RECORDINGS}/1.wav",
        transcripts=TRANSCRIPTS,
        card=card,
    )
