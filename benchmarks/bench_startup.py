"""How long does a user wait for `speechrnn --help`, and for a short file to be transcribed, from a cold start?

Every timing is a whole new process, the median of 10, with the bytecode that `pip install` leaves. The model is the
default one of 1 M weights, not trained: what it hears is noise, how long it takes is not. The file is three seconds at
8 kHz, so resampling is paid for too.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from figure import median_seconds, show_figure

if TYPE_CHECKING:
    from speechrnn.recipe import ModelConfig

ROUNDS = 10
ROOT = Path(__file__).parents[1]
DOOR = [sys.executable, str(ROOT / "cli.py")]


def main() -> None:
    """Time both commands."""
    with tempfile.TemporaryDirectory() as folder:
        model, sound = Path(folder) / "model.srnn", Path(folder) / "three_seconds.wav"
        write_model(model)
        write_sound(sound)
        environment = as_installed(Path(folder) / "bytecode")
        bare, helped, heard = median_seconds(
            lambda: run([sys.executable, "-c", "pass"], environment),
            lambda: run([*DOOR, "--help"], environment),
            lambda: run([*DOOR, "transcribe", str(sound), "-m", str(model)], environment),
            rounds=ROUNDS,
        )
    print(f"python alone {bare:.3f} s, speechrnn --help {helped:.3f} s, speechrnn transcribe {heard:.3f} s")
    show_figure("help_seconds", helped, 0.25)
    show_figure("transcribe_seconds", heard, 0.7)


def as_installed(bytecode: Path) -> dict[str, str]:
    """Give the environment of a user: the first call of each command, which is not timed, leaves its bytecode there."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(bytecode)}


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run a command to its end; a failure ends the benchmark with what the command said."""
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr}")


def write_sound(path: Path) -> None:
    """Write three seconds of quiet noise at 8 kHz."""
    import soundfile

    noise = np.random.default_rng(0).normal(scale=0.05, size=24000).astype(np.float32)
    soundfile.write(path, noise, 8000)


def write_model(path: Path, shape: "ModelConfig | None" = None) -> None:
    """Write an untrained model of the default recipe, or of another shape."""
    from speechrnn.bundle.export import export_onnx, output_step_seconds
    from speechrnn.bundle.layout import BundleContents, ModelInfo
    from speechrnn.bundle.write import write_bundle
    from speechrnn.features.extract import FeatureExtractor
    from speechrnn.features.frames import min_samples
    from speechrnn.model.acoustic import AcousticModel
    from speechrnn.recipe import FeaturesConfig, ModelConfig
    from speechrnn.text.alphabet import Alphabet

    features, alphabet = FeaturesConfig(), Alphabet(tuple("abcdefghijklmnopqrstuvwxyz"))
    shape = ModelConfig() if shape is None else shape
    extractor = FeatureExtractor(features)
    model = AcousticModel(shape, features.num_features, alphabet.size)
    info = ModelInfo(
        name="untrained",
        sample_rate_hz=features.sample_rate_hz,
        alphabet=alphabet,
        output_step_seconds=output_step_seconds(extractor, model),
        min_samples=min_samples(features),
    )
    contents = BundleContents(
        model=info,
        weights={name: value.numpy() for name, value in model.state_dict().items()},
        recipe_yaml="",
        graph=export_onnx(extractor, model),
        result={},
        card="",
        self_tests=(),
    )
    write_bundle(path, contents)


if __name__ == "__main__":
    main()
