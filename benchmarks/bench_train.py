"""How many hours of speech does an hour of training get through, all told, beside the usual way of doing it?

Both train the same model on the same files from the first decoding on: features, augmentation, steps, validation, and
with us also checkpoints and the log. They take turns, an epoch each, so that a busy moment of the machine falls on
both; the peer is described in `packed_training.py`. The corpus is noise under random texts, AN4's lengths: what is
learnt is nothing, how long it takes is not.
"""

import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
import torch
from figure import show_figure
from packed_training import PackedTraining
from rich.console import Console

from speechrnn.data.cuts import total_seconds
from speechrnn.data.loader import Loader
from speechrnn.data.source import open_cache
from speechrnn.recipe import Recipe
from speechrnn.recipe.load import load_recipe
from speechrnn.training.interrupt import StopRequest
from speechrnn.training.loop import Trainer
from speechrnn.training.material import Material, gather
from speechrnn.training.progress import Lines
from speechrnn.training.system import new_system

UTTERANCES = {"train": 400, "dev": 20}
RATE_HZ = 16000
EPOCHS = 2
RECIPE = """
name: bench
corpus: {{name: folder, path: {path}}}
features: {{sample_rate_hz: 16000, num_mel_bins: 40, num_ceps: 13, deltas: 2}}
augment: {{speed_factors: [0.9, 1.0, 1.1], num_time_masks: 1, num_feature_masks: 1}}
model: {{cell: lstm, layers: 3, size: 256, subsampling_factor: 2}}
training: {{epochs: {epochs}, batch_seconds: 40, length_jitter: 0.02}}
"""


def main() -> None:
    """Train both in turns and print what they got through."""
    with tempfile.TemporaryDirectory() as folder:
        recipe = write_recipe(Path(folder))
        reporter = Lines(Console(file=io.StringIO()))
        material = gather(recipe, Path(folder) / "data", reporter)
        trainer = new_trainer(recipe, material, Path(folder), reporter)
        peer = PackedTraining(recipe, material, batch_size(recipe, material))
        peer.load(list(material.dev)[:2], epoch=0)  # librosa compiles itself when it is first called
        records, epochs = [], trainer.epochs()
        ours, theirs = 0.0, 0.0
        for number in range(EPOCHS):
            ours += timed(lambda: records.append(next(epochs)))
            theirs += timed(lambda number=number: peer.epoch(number))
    hours = EPOCHS * total_seconds(material.train) / 3600
    print(f"{EPOCHS} epochs of {60 * hours / EPOCHS:.1f} min of speech, {torch.get_num_threads()} threads")
    print(f"  ours                            {3600 * hours / ours:6.0f} hours of speech per hour")
    print(f"  packed, random batches, librosa {3600 * hours / theirs:6.0f} hours of speech per hour")
    show_figure("train_speedup_over_packed_librosa", theirs / ours, 2, at_most=False)
    show_figure("train_percent_of_a_step_waiting", np.median([record.loading_share for record in records]), 5)
    show_figure("train_percent_padding", np.mean([record.padding_share for record in records]), 5)


def timed(work: Callable[[], object]) -> float:
    """Seconds a work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def new_trainer(recipe: Recipe, material: Material, folder: Path, reporter: Lines) -> Trainer:
    """Make a run of ours, its cache empty."""
    system = new_system(recipe, material.alphabet)
    loader = Loader(recipe, system.extractor, material.alphabet, cache=open_cache(recipe, folder / "data"))
    return Trainer(system, loader, material.train, material.dev, folder / "run", reporter, StopRequest())


def batch_size(recipe: Recipe, material: Material) -> int:
    """Utterances per batch of the peer, as many as ours hold on average."""
    return round(recipe.training.batch_seconds * len(material.train) / total_seconds(material.train))


def write_recipe(folder: Path) -> Recipe:
    """Write corpus and recipe."""
    draw = np.random.default_rng(0)
    for split, count in UTTERANCES.items():
        (folder / "corpus" / split).mkdir(parents=True)
        for number in range(count):
            path = folder / "corpus" / split / f"{number:03}.wav"
            seconds = float(np.clip(draw.lognormal(np.log(2.7), 0.4), 0.8, 7.5))
            samples = draw.normal(scale=0.05, size=int(seconds * RATE_HZ)).astype(np.float32)
            soundfile.write(path, samples, RATE_HZ, subtype="PCM_16")
            path.with_suffix(".txt").write_text("".join(draw.choice(list("abcdefghijkl "), int(6 * seconds) + 1)))
    path = folder / "bench.yaml"
    path.write_text(RECIPE.format(path=folder / "corpus", epochs=EPOCHS))
    return load_recipe(path, [])


if __name__ == "__main__":
    main()
