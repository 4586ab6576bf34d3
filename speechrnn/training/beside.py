"""A decoder beside greedy decoding on the same log-probabilities: both scores, and whether the difference is luck."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from speechrnn.recipe import Recipe
from speechrnn.scoring.errors import score_each
from speechrnn.scoring.paired import PairedTest, Tally, paired_bootstrap
from speechrnn.training.evaluate import Decoded, Evaluation
from speechrnn.training.result import Result, make_result


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a beam search changed.

    Attributes:
        greedy: the score of greedy decoding.
        paired: the test of one against the other, by word errors of utterances.
        changed: utterances that read otherwise.
        better: those of them with fewer word errors.
        worse: those with more.
        lm_per_word: what the language model added to the log score per word heard, bonus included; None without one.
        decoder_seconds: of one core, for the search alone.
        decoder_rtf: the same per second of audio.
    """

    greedy: Result
    paired: PairedTest
    changed: int
    better: int
    worse: int
    lm_per_word: float | None
    decoder_seconds: float
    decoder_rtf: float

    def to_json(self) -> dict[str, Any]:
        """Give plain values."""
        kept = ("errors", "wer", "wer_low", "wer_high", "cer", "ser", "signature")
        test = asdict(self.paired)
        return {
            "greedy": {name: getattr(self.greedy, name) for name in kept},
            "paired": {name: test[name] for name in ("gain", "gain_low", "gain_high", "p_better", "p_different")},
            **{name: getattr(self, name) for name in ("changed", "better", "worse", "lm_per_word")},
            "decoder_seconds": self.decoder_seconds,
            "decoder_rtf": self.decoder_rtf,
        }

    def lines(self) -> Iterator[str]:
        """Say it in plain lines."""
        test = self.paired
        yield f"greedy {self.greedy.line()}"
        yield (
            f"against greedy: {test.gain:+.2f} points of WER gained [{test.gain_low:+.2f}, {test.gain_high:+.2f}], "
            f"{test.relative_gain:.1f} % of its errors; p {test.p_different:.3g} (paired bootstrap over utterances)"
        )
        read = f"{self.changed} of {self.greedy.utterances} utterances read otherwise"
        yield f"{read}: {self.better} better, {self.worse} worse"
        if self.lm_per_word is not None:
            yield f"language model: {self.lm_per_word:+.2f} of log score a word, bonus included"
        yield f"decoder alone: {self.decoder_seconds:.1f} s of one core, real-time factor {self.decoder_rtf:.4f}"


def set_beside_greedy(evaluation: Evaluation, recipe: Recipe, split: str, graphs: Sequence[str]) -> Beside:
    """Compare an evaluation with its own greedy decoding.

    Args:
        evaluation: of one utterance or more.
        recipe: for seed and resamplings.
        split: its name.
        graphs: names of what the decoder fused, in the order of the parts of hypotheses.
    """
    greedy, decoded = _tallies(evaluation.greedy), _tallies(evaluation.decoded)
    pairs = [(greedy[name].errors, decoded[name].errors) for name in greedy]
    texts = zip(evaluation.greedy, evaluation.decoded, strict=True)
    return Beside(
        greedy=make_result(evaluation.of_greedy(), recipe, split),
        paired=paired_bootstrap(greedy, decoded, recipe.decoding.bootstrap_samples, recipe.seed),
        changed=sum(one.hypothesis != other.hypothesis for one, other in texts),
        better=sum(after < before for before, after in pairs),
        worse=sum(after > before for before, after in pairs),
        lm_per_word=_lm_per_word(evaluation, graphs.index("lm")) if "lm" in graphs else None,
        decoder_seconds=evaluation.decoder_seconds,
        decoder_rtf=evaluation.decoder_real_time_factor,
    )


def _tallies(decoded: Sequence[Decoded]) -> dict[str, Tally]:
    each = score_each([one.reference for one in decoded], [one.hypothesis for one in decoded])
    counts = [one.words for one in each]
    return {
        one.utterance_id: Tally(count.errors, count.reference_length)
        for one, count in zip(decoded, counts, strict=True)
    }


def _lm_per_word(evaluation: Evaluation, place: int) -> float:
    words = sum(len(one.hypothesis.split()) for one in evaluation.decoded)
    read = zip(evaluation.decoded, evaluation.hypotheses, strict=True)
    refused = evaluation.refusals or {}
    parts = [hypotheses[0].parts[place] for one, hypotheses in read if one.utterance_id not in refused]
    return sum(parts) / max(words, 1)
