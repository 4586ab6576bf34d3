"""Decode one split of a model's own corpus and lay out what came of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.data.cuts import load_split
from speechrnn.data.loader import Loader
from speechrnn.data.source import open_cache
from speechrnn.errors import UsageError
from speechrnn.scoring.confusion import confusions
from speechrnn.training.evaluate import Decoded, evaluate
from speechrnn.training.hypotheses import worst, write_hypotheses
from speechrnn.training.progress import Reporter
from speechrnn.training.result import Result, make_result
from speechrnn.training.system import load_system


@dataclass(frozen=True, slots=True)
class Decoding:
    """A decoded split with its score; `failures` maps utterances that could not be read to the reason."""

    model: Path
    hypotheses: Path
    decoded: tuple[Decoded, ...]
    result: Result
    failures: dict[str, str]

    def json_text(self) -> str:
        """Give the result as one JSON object."""
        values: dict[str, Any] = {**self.result.to_json(), "model": str(self.model), "hypotheses": str(self.hypotheses)}
        return json.dumps({**values, "unreadable": len(self.failures)}, indent=2, ensure_ascii=False)

    def lines(self, count: int) -> Iterator[str]:
        """Say the result, the worst utterances and the commonest confusions in plain lines."""
        yield self.result.line()
        yield f"{self.result.seconds:.1f} s, real-time factor {self.result.rtf:.4f}; hypotheses in {self.hypotheses}"
        if bad := worst(self.decoded, count):
            yield f"\nworst of {self.result.utterances} utterances (word errors, said, heard):"
            for errors, one in bad:
                yield f"  {errors:>3}  {one.utterance_id}"
                yield f"       said   {one.reference}\n       heard  {one.hypothesis}"
        pairs = confusions([one.reference for one in self.decoded], [one.hypothesis for one in self.decoded])
        if pairs[:count]:
            yield f"\nmost frequent of {len(pairs)} confusions (count, said, heard; - is nothing):"
            for pair in pairs[:count]:
                yield f"  {pair.count:>3}  {pair.reference or '-'}  ->  {pair.hypothesis or '-'}"


def decode_split(model: Path, split: str, data_directory: Path, output: Path | None, reporter: Reporter) -> Decoding:
    """Decode a split with the weights of a model file.

    Args:
        model: the model file; its recipe says which corpus.
        split: train, dev or test.
        data_directory: holds the corpora.
        output: the hypotheses file; None puts it beside the model.
        reporter: shown what happens.

    Raises:
        CorpusError: the corpus is absent.
        UsageError: it has no such split, or `output` is a folder.
    """
    system = load_system(model)
    corpus = prepare_corpus(system.recipe.corpus, data_directory)
    if split not in corpus.splits:
        raise UsageError(f"{corpus.name}: no split {split!r}; --split takes {', '.join(corpus.splits)}")
    hypotheses = output or model.with_name(f"hypotheses_{split}.tsv")
    if hypotheses.is_dir():
        raise UsageError(f"{hypotheses}: a folder came, a file to write the hypotheses to was wanted")
    cuts = load_split(corpus.directory, split)
    loader = Loader(system.recipe, system.extractor, system.alphabet, cache=open_cache(system.recipe, data_directory))
    reporter.start(split, len(cuts))
    evaluation = evaluate(system.model, loader, cuts, system.recipe.training.batch_seconds, reporter.advance)
    write_hypotheses(hypotheses, evaluation.decoded)
    result = make_result(evaluation, system.recipe, split)
    return Decoding(model, hypotheses, evaluation.decoded, result, loader.failures)
