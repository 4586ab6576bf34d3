"""Is one system better than another, or were its test utterances lucky? A paired bootstrap over utterances.

Method: Bisani and Ney 2004. Whole utterances are drawn with replacement, both systems' errors on each together, so what
is hard for both cancels. An utterance that several runs decoded (seeds, splits) is one unit with its counts added up:
its runs hang together and must not count as independent evidence. Utterances of one speaker hang together too, which
units of one utterance do not see; name speakers as units where there are enough of them.

A resampling where neither is better counts against both sides, and one is added to counts and draws alike
(Davison and Hinkley 1997, 4.11), so that no p is ever 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_DRAWS_PER_BLOCK: Final = 1 << 22  # bounds memory at 32 MB of indices whatever the number of units


@dataclass(frozen=True, slots=True)
class Tally:
    """Errors in a reference of so many words, or characters; adding two pools them."""

    errors: int = 0
    reference_length: int = 0

    @property
    def rate(self) -> float:
        """Errors in percent of the reference; an empty one counts as one word, as in `scoring.errors`."""
        return 100.0 * self.errors / max(self.reference_length, 1)

    def __add__(self, other: "Tally") -> "Tally":
        """Pool two tallies."""
        return Tally(self.errors + other.errors, self.reference_length + other.reference_length)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedTest:
    """A candidate beside a baseline. Rates in percent, `gain` to `gain_high` in points of rate, positive is better.

    `gain_low` to `gain_high` is the 95 % interval. `p_better` is one-sided: the probability of a gain of zero or less.
    `p_different` is two-sided.
    """

    units: int
    baseline_rate: float
    candidate_rate: float
    gain: float
    gain_low: float
    gain_high: float
    p_better: float
    p_different: float

    @property
    def relative_gain(self) -> float:
        """Share of the baseline's errors that the candidate avoids, in percent; 0 where the baseline makes none."""
        return 100.0 * self.gain / self.baseline_rate if self.baseline_rate else 0.0


def pool(runs: Iterable[Mapping[str, Tally]]) -> dict[str, Tally]:
    """Add up what several runs made of the same units.

    >>> pool([{"u1": Tally(1, 4), "u2": Tally(0, 3)}, {"u1": Tally(2, 4)}])
    {'u1': Tally(errors=3, reference_length=8), 'u2': Tally(errors=0, reference_length=3)}
    """
    pooled: dict[str, Tally] = {}
    for run in runs:
        for unit, tally in run.items():
            pooled[unit] = pooled.get(unit, Tally()) + tally
    return pooled


def paired_bootstrap(
    baseline: Mapping[str, Tally], candidate: Mapping[str, Tally], samples: int, seed: int
) -> PairedTest:
    """Test whether a candidate makes fewer errors than a baseline on the same references.

    Args:
        baseline: tally of each unit.
        candidate: tally of each unit, of the same units and reference lengths.
        samples: resamplings, 1 or more.
        seed: of the draws.

    Raises:
        ValueError: there are no units, or the two were not scored on the same references.
    """
    _refuse_other_references(baseline, candidate)
    lengths = np.array([tally.reference_length for tally in baseline.values()], dtype=np.int64)
    saved = np.array([tally.errors - candidate[unit].errors for unit, tally in baseline.items()], dtype=np.int64)
    # The references agree, so whole numbers decide which system is better, and ties are exact.
    drawn_saved, drawn_lengths = _resample(saved, lengths, samples, seed)
    low, high = np.percentile(100.0 * drawn_saved / np.maximum(drawn_lengths, 1), [2.5, 97.5])
    not_better, not_worse = (int(np.count_nonzero(sign * drawn_saved <= 0)) for sign in (1, -1))
    p_better, p_worse = ((count + 1) / (samples + 1) for count in (not_better, not_worse))
    total = int(lengths.sum())
    return PairedTest(
        units=len(baseline),
        baseline_rate=sum(baseline.values(), Tally()).rate,
        candidate_rate=sum(candidate.values(), Tally()).rate,
        gain=Tally(int(saved.sum()), total).rate,
        gain_low=float(low),
        gain_high=float(high),
        p_better=p_better,
        p_different=min(1.0, 2 * min(p_better, p_worse)),
    )


def _refuse_other_references(baseline: Mapping[str, Tally], candidate: Mapping[str, Tally]) -> None:
    if not baseline or baseline.keys() != candidate.keys():
        raise ValueError(
            f"{len(baseline)} units against {len(candidate)}, {len(baseline.keys() & candidate.keys())} of them the "
            "same: the same units, one or more, were wanted"
        )
    for unit, tally in baseline.items():
        if tally.reference_length != candidate[unit].reference_length:
            raise ValueError(
                f"{unit}: reference of {tally.reference_length} against one of {candidate[unit].reference_length}: "
                "the same references were wanted"
            )


def _resample(
    saved: NDArray[np.int64], lengths: NDArray[np.int64], samples: int, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sum both `(units,)` over `samples` draws of as many units, with replacement; `(samples,)` each."""
    rng = np.random.default_rng(seed)
    block = max(1, _DRAWS_PER_BLOCK // len(saved))
    sums: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for start in range(0, samples, block):
        drawn = rng.integers(len(saved), size=(min(block, samples - start), len(saved)))
        sums.append((saved[drawn].sum(axis=1), lengths[drawn].sum(axis=1)))
    return np.concatenate([one for one, _ in sums]), np.concatenate([other for _, other in sums])
