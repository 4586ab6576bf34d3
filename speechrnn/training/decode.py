"""Decode one split of a model's own corpus and lay out what came of it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from speechrnn.bundle.confidence import Wanted, open_judge
from speechrnn.bundle.decoder_options import DecoderOptions, open_decoder
from speechrnn.bundle.read import read_bundle
from speechrnn.errors import UsageError
from speechrnn.recipe import Recipe
from speechrnn.scoring.confusion import confusions
from speechrnn.training.beside import Beside, set_beside_greedy
from speechrnn.training.evaluate import Decoded, Evaluation, Search, evaluate
from speechrnn.training.hypotheses import worst, write_hypotheses, write_nbest
from speechrnn.training.own_split import open_split
from speechrnn.training.progress import Reporter
from speechrnn.training.result import Result, make_result
from speechrnn.training.sureness import Sureness, judge_words


@dataclass(frozen=True, slots=True)
class Decoding:
    """A decoded split with its score.

    Attributes:
        model: the model file.
        hypotheses: the file of what was said and heard.
        decoded: the same.
        result: the score.
        beside: greedy decoding beside it, where it is not that.
        nbest: the file of all hypotheses, if more than one was asked for.
        failures: utterances that could not be read, with the reason.
        sureness: how far its confidence can be trusted, where the model was calibrated.
        refusals: why utterances were rejected as out of the grammar; None where the decoder rejects none.
    """

    model: Path
    hypotheses: Path
    decoded: tuple[Decoded, ...]
    result: Result
    beside: Beside | None
    nbest: Path | None
    failures: dict[str, str]
    sureness: Sureness | None = None
    refusals: Mapping[str, str] | None = None

    def json_text(self) -> str:
        """Give the result as one JSON object."""
        values: dict[str, Any] = {**self.result.to_json(), "model": str(self.model), "hypotheses": str(self.hypotheses)}
        values["unreadable"] = len(self.failures)
        if self.refusals is not None:
            values["rejected_utterances"] = len(self.refusals)
        if self.nbest is not None:
            values["nbest"] = str(self.nbest)
        if self.beside is not None:
            values |= self.beside.to_json()
        if self.sureness is not None:
            values |= self.sureness.to_json()
        return json.dumps(values, indent=2, ensure_ascii=False)

    def lines(self, count: int) -> Iterator[str]:
        """Say the result, the worst utterances and the commonest confusions in plain lines."""
        yield self.result.line()
        if self.refusals is not None:
            yield (
                f"rejected: {len(self.refusals)} of {self.result.utterances} utterances, not in the grammar; "
                "their words count as deleted"
            )
        if self.beside is not None:
            yield from self.beside.lines()
        if self.sureness is not None:
            yield from self.sureness.lines()
        files = f"{self.hypotheses}" if self.nbest is None else f"{self.hypotheses} and {self.nbest}"
        yield f"{self.result.seconds:.1f} s, real-time factor {self.result.rtf:.4f}; hypotheses in {files}"
        shown = self.sureness.shown if self.sureness is not None else {}
        if bad := worst(self.decoded, count):
            yield f"\nworst of {self.result.utterances} utterances (word errors, said, heard):"
            for errors, one in bad:
                yield f"  {errors:>3}  {one.utterance_id}"
                yield f"       said   {one.reference}\n       heard  {shown.get(one.utterance_id, one.hypothesis)}"
        pairs = confusions([one.reference for one in self.decoded], [one.hypothesis for one in self.decoded])
        if pairs[:count]:
            yield f"\nmost frequent of {len(pairs)} confusions (count, said, heard; - is nothing):"
            for pair in pairs[:count]:
                yield f"  {pair.count:>3}  {pair.reference or '-'}  ->  {pair.hypothesis or '-'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How to decode.

    Attributes:
        options: changes to what the model file says.
        nbest: hypotheses per utterance to write.
        jobs: processes.
        wanted: how sure a word must be.
    """

    options: DecoderOptions = field(default_factory=DecoderOptions)
    nbest: int = 1
    jobs: int = 1
    wanted: Wanted = field(default_factory=Wanted)


def decode_split(
    model: Path, split: str, data_directory: Path, output: Path | None, reporter: Reporter, how: How | None = None
) -> Decoding:
    """Decode a split with the weights of a model file.

    Args:
        model: the model file; its recipe says which corpus.
        split: train, dev or test.
        data_directory: holds the corpora.
        output: the hypotheses file; None puts it beside the model.
        reporter: shown what happens.
        how: the decoder; by default as the model file says, one hypothesis, one process.

    Raises:
        CorpusError: the corpus is absent.
        UsageError: it has no such split, `output` is a folder, or a decoder option cannot be used with this model.
        LanguageModelError, GrammarError: the file of one cannot be read.
    """
    bundle, how = read_bundle(model), how or How()
    decoder = open_decoder(bundle, how.options)
    judge = open_judge(bundle, decoder, how.wanted)
    if how.nbest > 1 and decoder.config.kind == "greedy":
        raise UsageError(f"--nbest: {how.nbest} came, and greedy decoding gives one hypothesis; add --beam")
    own = open_split(model, split, data_directory)
    hypotheses = output or model.with_name(f"hypotheses_{split}.tsv")
    if hypotheses.is_dir():
        raise UsageError(f"{hypotheses}: a folder came, a file to write the hypotheses to was wanted")
    reporter.start(split, len(own.cuts))
    search = Search(decoder=decoder, nbest=how.nbest, jobs=how.jobs, clues=judge is not None)
    evaluation = evaluate(own.system.model, own.loader, own.cuts, own.batch_seconds, reporter.advance, search)
    decoding = _report(model, hypotheses, evaluation, search, (own.system.recipe, split), own.loader.failures)
    return decoding if judge is None else replace(decoding, sureness=judge_words(evaluation, judge))


def _report(
    model: Path,
    hypotheses: Path,
    evaluation: Evaluation,
    search: Search,
    experiment: tuple[Recipe, str],
    failures: dict[str, str],
) -> Decoding:
    """Write the files of a decoding and work out its scores."""
    write_hypotheses(hypotheses, evaluation.decoded)
    nbest = hypotheses.with_suffix(".nbest.tsv") if search.nbest > 1 else None
    if nbest is not None:
        write_nbest(nbest, evaluation, search.decoder)
    compared = search.decoder.config.kind != "greedy" and bool(evaluation.decoded)
    return Decoding(
        model=model,
        hypotheses=hypotheses,
        decoded=evaluation.decoded,
        result=make_result(evaluation, *experiment),
        beside=set_beside_greedy(evaluation, *experiment, search.decoder.part_names) if compared else None,
        nbest=nbest,
        failures=failures,
        refusals=evaluation.refusals,
    )
