"""A score with everything that made it, as JSON and as words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from speechrnn.decoding.decoder import GREEDY_SETTINGS
from speechrnn.recipe import CorpusConfig, Recipe, TextConfig
from speechrnn.scoring.bootstrap import wer_interval
from speechrnn.scoring.errors import score_each
from speechrnn.scoring.signature import signature
from speechrnn.training.evaluate import Evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The score of one split. Rates in percent; `errors` counts words; `wer_low` to `wer_high` is the 95 % interval."""

    split: str
    utterances: int
    words: int
    errors: int
    substitutions: int
    deletions: int
    insertions: int
    wer: float
    wer_low: float
    wer_high: float
    cer: float
    ser: float
    blank_rate: float
    seconds: float
    rtf: float
    signature: str

    def to_json(self) -> dict[str, Any]:
        """Give plain values."""
        return asdict(self)

    def line(self) -> str:
        """Say it in one line."""
        return (
            f"{self.split}: WER {self.wer:.2f} % [{self.wer_low:.2f}, {self.wer_high:.2f}] "
            f"({self.errors} errors in {self.words} words: {self.substitutions} sub, {self.deletions} del, "
            f"{self.insertions} ins)  CER {self.cer:.2f} %  SER {self.ser:.2f} %  "
            f"{self.utterances} utterances  {self.signature}"
        )


def make_result(evaluation: Evaluation, recipe: Recipe, split: str) -> Result:
    """Count, and bound by bootstrap, what an evaluation came to."""
    words = evaluation.score.words
    each = score_each([d.reference for d in evaluation.decoded], [d.hypothesis for d in evaluation.decoded])
    low, high = wer_interval([one.words for one in each], recipe.decoding.bootstrap_samples, recipe.seed)
    return Result(
        split=split,
        utterances=evaluation.score.utterances,
        words=words.reference_length,
        errors=words.errors,
        substitutions=words.substitutions,
        deletions=words.deletions,
        insertions=words.insertions,
        wer=evaluation.score.wer,
        wer_low=low,
        wer_high=high,
        cer=evaluation.score.cer,
        ser=evaluation.score.ser,
        blank_rate=100 * evaluation.blank_rate,
        seconds=evaluation.seconds,
        rtf=evaluation.real_time_factor,
        signature=result_signature(recipe, split, evaluation.settings),
    )


def result_signature(recipe: Recipe, split: str, decoding: Mapping[str, object] = GREEDY_SETTINGS) -> str:
    """Name the settings a score depends on; `decoding` are those of the decoder."""
    return signature(
        recipe=recipe.name,
        corpus=recipe.corpus.name,
        **_chosen(recipe.corpus),
        split=split,
        split_seed=recipe.corpus.split_seed,
        case=recipe.text.case,
        removed=recipe.text.remove or "none",
        **_spelling(recipe.text),
        **decoding,
        seed=recipe.seed,
    )


def _spelling(text: TextConfig) -> dict[str, object]:
    """Name the steps of the pipeline that a recipe asked for beyond case and removal, and the rule of scoring."""
    chosen: dict[str, object] = {
        "punctuation": "removed" if text.punctuation == "remove" else None,
        "numbers": text.numbers,
        "scored_as": text.score_as,
    }
    return {name: value for name, value in chosen.items() if value is not None}


def _chosen(corpus: CorpusConfig) -> dict[str, object]:
    """Return what was chosen of a corpus, where it is not all of it as published."""
    chosen: dict[str, object] = {
        "left_out": corpus.leave_out,
        "language": corpus.language,
        "parts": corpus.parts,
        "options": [f"{name}={value}" for name, value in sorted(corpus.options.items())],
        "tier": corpus.tier,
    }
    return {name: value for name, value in chosen.items() if value}
