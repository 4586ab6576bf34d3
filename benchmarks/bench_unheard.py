"""How right is a model of digits on people it never heard? AN4's digit strings, their sound made from stored cepstra.

    python benchmarks/bench_unheard.py AN4 MODEL...

AN4 is the folder of Sphinx cepstra (`an4_mfc`). Its train part has over a hundred strings of nothing but digits, by
some seventy people over another microphone than the Free Spoken Digit Dataset's. The archive holds no sound, so it is
made anew (`sound_from_cepstra.py`); a model of `recipes/an4.yaml`, which knows these people, tells how much that costs.
Each model hears them as they are, with digital silence around, in noise, and 30 dB more quietly. The first model named
is held to the bar.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import jiwer
import numpy as np
from figure import show_figure
from sound_from_cepstra import make_sound

from speechrnn.audio import Audio
from speechrnn.bundle.find import resolve_model
from speechrnn.corpora import an4
from speechrnn.corpora.sphinx import read_sphinx
from speechrnn.corpora.utterance import Utterance
from speechrnn.recipe import CorpusConfig, FeaturesConfig
from speechrnn.recipe.load import load_recipe
from speechrnn.transcription.recognizer import Recognizer

NAMES = set("zero one two three four five six seven eight nine".split())
RECIPE = Path(__file__).parents[1] / "recipes" / "an4.yaml"
PITCH_HZ = {"m": 110.0, "f": 190.0}
SNR_DB = 15.0
SILENCE_SECONDS = 0.7
QUIET = 10 ** (-30 / 20)
TARGET_PERCENT = 10.0


@dataclass(frozen=True, slots=True)
class Said:
    """One digit string: who said what, and how it sounds."""

    speaker: str
    text: str
    audio: Audio


def main(corpus: Path, models: list[Path]) -> None:
    """Score every model under every condition."""
    said = digit_strings(corpus)
    words, speakers = sum(len(one.text.split()) for one in said), len({one.speaker for one in said})
    print(f"{len(said)} strings, {words} digits, {speakers} speakers")
    rates = [score(path, said) for path in models]
    show_figure("unheard_speakers_wer_percent", rates[0], TARGET_PERCENT)


def digit_strings(corpus: Path) -> list[Said]:
    """Make the sound of all utterances of nothing but digits."""
    config, rng = load_recipe(RECIPE).features, np.random.default_rng(0)
    if not (corpus / "feat").is_dir():
        sys.exit(
            f"error: {corpus}: no folder feat of cepstra; the folder of AN4's archive of them, an4_mfc, was wanted"
        )
    listed = an4.list_utterances(corpus, CorpusConfig(name="an4")).utterances
    return [sounding(one, config, rng) for one in listed if set(one.text.lower().split()) <= NAMES]


def sounding(one: Utterance, config: FeaturesConfig, rng: np.random.Generator) -> Said:
    """Make one utterance audible; AN4 names women's folders f..., men's m...."""
    speaker = str(one.speaker)
    samples = make_sound(read_sphinx(one.path).astype(np.float64), config, PITCH_HZ[speaker[0]], rng)
    return Said(speaker, one.text.lower(), Audio(samples.astype(np.float32), config.sample_rate_hz))


def score(model: Path, said: list[Said]) -> float:
    """Print a model's errors under each condition; give the word error rate of the sound as it is, in percent."""
    recognizer, rates = Recognizer.load(resolve_model(model)), []
    for name, change in CONDITIONS.items():
        rng = np.random.default_rng(1)
        heard = [recognizer.transcribe(change(one.audio, rng)).text for one in said]
        counts = jiwer.process_words([one.text for one in said], heard)
        rates.append(100 * counts.wer)
        print(
            f"{model}: {name}: WER {rates[-1]:.1f} % ({counts.substitutions} sub, {counts.deletions} del, "
            f"{counts.insertions} ins)"
        )
    return rates[0]


def unchanged(audio: Audio, rng: np.random.Generator) -> Audio:
    """Leave it as it is."""
    return audio


def in_silence(audio: Audio, rng: np.random.Generator) -> Audio:
    """Put digital silence around it."""
    silence = np.zeros(int(SILENCE_SECONDS * audio.sample_rate_hz), np.float32)
    return replace(audio, samples=np.concatenate([silence, audio.samples, silence]))


def in_noise(audio: Audio, rng: np.random.Generator) -> Audio:
    """Add white noise."""
    scale = np.sqrt(np.mean(audio.samples**2) / 10 ** (SNR_DB / 10))
    noise = scale * rng.standard_normal(len(audio.samples))
    return replace(audio, samples=np.clip(audio.samples + noise, -1, 1).astype(np.float32))


def quiet(audio: Audio, rng: np.random.Generator) -> Audio:
    """Turn it down."""
    return replace(audio, samples=audio.samples * np.float32(QUIET))


CONDITIONS: dict[str, Callable[[Audio, np.random.Generator], Audio]] = {
    "as it is": unchanged,
    f"{SILENCE_SECONDS:g} s of digital silence around": in_silence,
    f"white noise, {SNR_DB:g} dB": in_noise,
    "30 dB more quietly": quiet,
}


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), [Path(path) for path in sys.argv[2:]])
