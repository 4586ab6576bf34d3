"""The plan of the embedded corpus: who says which digits, how, and in how much noise. Nothing is synthesised here.

A voice is an accent with a variant (its timbre and register). The variants of train, dev and test are disjoint, so test
voices are unheard; accents are shared. Variants with breath or whisper are left out: their noise is seeded by the clock
and would not come out twice the same (found by hashing every variant in three processes, espeak-ng 1.52).
Draws use `random.Random.random()` alone, the only draw Python promises to keep between versions.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeVar

from speechrnn.corpora.espeak import Speech

PLAN_VERSION: Final = 1
DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
VARIANTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "train": (
            *(
                "m1",
                "m3",
                "m4",
                "m5",
                "m6",
                "m8",
                "f1",
                "Alex",
                "Andrea",
                "Andy",
                "Annie",
                "Gene",
                "Hugo",
                "Lee",
                "Marco",
            ),
            *("Mario", "Mike", "Nguyen", "Reed", "adam", "announcer", "antonio", "aunty", "belinda", "boris", "david"),
            *(
                "edward",
                "grandma",
                "grandpa",
                "ian",
                "iven4",
                "klatt3",
                "klatt4",
                "marcelo",
                "max",
                "miguel",
                "norbert",
            ),
            *("pablo", "paul", "pedro", "quincy", "rob", "robosoft3", "shelby", "steph", "steph2", "travis"),
        ),
        "dev": ("m7", "Diogo", "caleb", "gustave"),
        "test": ("m2", "f4", "Michael", "linda", "Denis", "anika"),
    }
)
_ACCENTS: Final = ("en-us", "en", "en-gb-x-rp", "en-gb-scotland", "en-gb-x-gbclan", "en-029", "en-us-nyc")
_SNR_DB: Final = (50.0, 30.0, 20.0, 15.0)
_LONGEST: Final = 6

Choice = TypeVar("Choice")


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitSizes:
    """Utterances per split, and the seed of every draw."""

    train: int = 1500
    dev: int = 120
    test: int = 240
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitString:
    """One utterance to make.

    Attributes:
        utterance_id: also the stem of its file.
        split: `train`, `dev`, `test`, or `demo`.
        speech: what espeak-ng is asked for.
        snr_db: speech power over noise power.
        noise: white is flat; pink falls by 3 dB an octave, as room noise does.
        gain_db: level of the whole, below full scale.
        lead_seconds: noise before the speech.
        trail_seconds: noise after it.
        noise_seed: seed of the noise samples.
    """

    utterance_id: str
    split: str
    speech: Speech
    snr_db: float
    noise: Literal["white", "pink"]
    gain_db: float
    lead_seconds: float
    trail_seconds: float
    noise_seed: int


def plan_digits(sizes: DigitSizes) -> tuple[DigitString, ...]:
    """Plan the whole corpus, the demo recording last; the same sizes give the same plan."""
    draws = random.Random(sizes.seed)
    counts = {"train": sizes.train, "dev": sizes.dev, "test": sizes.test}
    strings = [_draw_string(draws, split, number) for split, count in counts.items() for number in range(count)]
    return (*strings, _demo())


def _draw_string(draws: random.Random, split: str, number: int) -> DigitString:
    """Draw one utterance; variants take turns so that each is heard equally often."""
    variants = VARIANTS[split]
    variant = variants[number % len(variants)]
    num_digits = 1 + int(draws.random() * _LONGEST)
    speech = Speech(
        text=" ".join(_pick(draws, DIGITS) for _ in range(num_digits)),
        voice=f"{_pick(draws, _ACCENTS)}+{variant}",
        words_per_minute=_between(draws, 130, 210),
        pitch=_between(draws, 30, 70),
        pitch_range=_between(draws, 30, 70),
        word_gap=_between(draws, 0, 8),
    )
    return DigitString(
        utterance_id=f"{split}-{number:04d}-{variant}",
        split=split,
        speech=speech,
        snr_db=_pick(draws, _SNR_DB),
        noise=_pick(draws, ("white", "pink")),
        gain_db=-3.0 - 12.0 * draws.random(),
        lead_seconds=0.05 + 0.25 * draws.random(),
        trail_seconds=0.05 + 0.25 * draws.random(),
        noise_seed=int(draws.random() * 2**32),
    )


def _demo() -> DigitString:
    """Return the recording that the demo transcribes: a test voice in light noise."""
    speech = Speech(text="three one four one five nine", voice="en-us+m2", words_per_minute=160, word_gap=3)
    return DigitString(
        utterance_id="demo",
        split="demo",
        speech=speech,
        snr_db=30.0,
        noise="pink",
        gain_db=-6.0,
        lead_seconds=0.2,
        trail_seconds=0.2,
        noise_seed=314159,
    )


def _pick(draws: random.Random, choices: Sequence[Choice]) -> Choice:
    """Draw one of several, evenly."""
    return choices[int(draws.random() * len(choices))]


def _between(draws: random.Random, low: int, high: int) -> int:
    """Draw a whole number, both ends included."""
    return low + int(draws.random() * (high - low + 1))
