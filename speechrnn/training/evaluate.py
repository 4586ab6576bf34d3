"""Decode a split and score it."""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from lhotse import CutSet
from numpy.typing import NDArray

from speechrnn.bundle.export import output_step_seconds
from speechrnn.data.loader import Loader
from speechrnn.decoding.clues import Clues, find_clues
from speechrnn.decoding.decoder import GREEDY_SETTINGS, Decoder, build_decoder
from speechrnn.decoding.greedy import BLANK, greedy
from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.decoding.parallel import decode_all
from speechrnn.decoding.rejection import without_words
from speechrnn.model.acoustic import AcousticModel
from speechrnn.recipe import DecodingConfig
from speechrnn.scoring.errors import Score, score
from speechrnn.scoring.fold import fold, kept
from speechrnn.text.alphabet import Alphabet
from speechrnn.training.posteriors import BatchSums, Utterance, posteriors


@dataclass(frozen=True, slots=True)
class Decoded:
    """One utterance: what was said and what was heard, as they are scored, with the log score of the hypothesis."""

    utterance_id: str
    reference: str
    hypothesis: str
    log_score: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A decoded split.

    Attributes:
        decoded: what the decoder made of each utterance.
        score: of that.
        loss: per label, over the utterances CTC has a path for.
        blank_rate: share of frames whose best label is the blank.
        seconds: taken in all.
        audio_seconds: of what was decoded.
        greedy: the same utterances read without search or language model.
        hypotheses: what the decoder gave for each, best first.
        settings: of the decoder, as a signature names them.
        decoder_seconds: taken by the decoder alone, added up over processes.
        clues: to the best hypothesis of each, where the search was asked for them.
        refusals: why an utterance was rejected as out of the grammar and reads as nothing, by its id; None where the
            decoder rejects none.
    """

    decoded: tuple[Decoded, ...]
    score: Score
    loss: float
    blank_rate: float
    seconds: float
    audio_seconds: float
    greedy: tuple[Decoded, ...] = ()
    hypotheses: tuple[tuple[Hypothesis, ...], ...] = ()
    settings: Mapping[str, object] = field(default_factory=lambda: GREEDY_SETTINGS)
    decoder_seconds: float = 0.0
    clues: tuple[Clues, ...] = ()
    refusals: Mapping[str, str] | None = None

    @property
    def real_time_factor(self) -> float:
        """Seconds of work per second of audio, reading and features included."""
        return self.seconds / self.audio_seconds if self.audio_seconds else 0.0

    def of_greedy(self) -> "Evaluation":
        """Give what greedy decoding alone came to."""
        texts = [one.reference for one in self.greedy], [one.hypothesis for one in self.greedy]
        return replace(
            self,
            decoded=self.greedy,
            score=score(*texts),
            hypotheses=(),
            settings=GREEDY_SETTINGS,
            decoder_seconds=0.0,
            refusals=None,
        )

    @property
    def decoder_real_time_factor(self) -> float:
        """Seconds of one core's work on decoding alone per second of audio."""
        return self.decoder_seconds / self.audio_seconds if self.audio_seconds else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How to decode.

    Attributes:
        decoder: what decodes.
        nbest: hypotheses wanted per utterance.
        jobs: processes to spread utterances over.
        clues: whether to look for clues to how sure the best hypothesis is.
        step_seconds: from one frame to the next; `evaluate` sets it, and the next.
        rule: by which texts are folded before they are scored, if any.
    """

    decoder: Decoder
    nbest: int = 1
    jobs: int = 1
    clues: bool = False
    step_seconds: float = 0.0
    rule: str | None = None

    def __call__(self, log_probs: NDArray[np.floating]) -> "Found":
        """Decode one utterance."""
        started = time.perf_counter()
        hypotheses = self.decoder.decode(log_probs, self.nbest)
        seconds = time.perf_counter() - started
        refusal = self.decoder.refusal(hypotheses, self.step_seconds)
        read = without_words(hypotheses[0]) if refusal else hypotheses[0]
        clues = self._find_clues(log_probs, read) if self.clues else None
        return Found(hypotheses, seconds, clues, refusal)

    def _find_clues(self, log_probs: NDArray[np.floating], read: Hypothesis) -> Clues:
        """Look for clues to the words that are scored: of others nobody can say whether they are right."""
        clues = find_clues(log_probs, read, self.decoder.alphabet)
        scored = np.array(kept(self.decoder.text(read), self.rule), dtype=np.bool_)
        return clues if scored.all() else replace(clues, words=clues.words[scored])


@dataclass(frozen=True, slots=True)
class Found:
    """Hypotheses of an utterance, best first, the seconds they took, clues to the best if asked for.

    `refusal` says why the utterance is rejected as out of the grammar; empty where it is not.
    """

    hypotheses: list[Hypothesis]
    seconds: float
    clues: Clues | None
    refusal: str = ""


def evaluate(
    model: AcousticModel,
    loader: Loader,
    cuts: CutSet,
    batch_seconds: float,
    advance: Callable[[int], None] = lambda utterances: None,
    search: Search | None = None,
) -> Evaluation:
    """Decode and score utterances in the order of `cuts`; one that cannot be read is left to `loader.failures`.

    Args:
        model: the acoustic model; its mode is restored afterwards.
        loader: reads the utterances.
        cuts: the split.
        batch_seconds: audio per batch.
        advance: told how many utterances each batch had.
        search: the decoder; greedy by default.
    """
    started, search = time.perf_counter(), search or Search(decoder=build_decoder(DecodingConfig(), loader.alphabet))
    rule = loader.recipe.text.score_as
    search = replace(search, rule=rule, step_seconds=output_step_seconds(loader.extractor, model))
    sums: list[BatchSums] = []
    read: list[_Read] = []

    def utterances() -> Iterator[tuple[str, NDArray[np.float32]]]:
        for batch, sums_of_batch in posteriors(model, loader, cuts, batch_seconds, advance):
            sums.append(sums_of_batch)
            for utterance in batch:
                read.append(_read_greedily(utterance, loader.alphabet, rule))
                yield utterance.utterance_id, utterance.log_probs

    found = list(decode_all(search, utterances(), search.jobs))
    return _gather(read, found, sums, search, cuts, time.perf_counter() - started)


@dataclass(frozen=True, slots=True)
class _Read:
    """The best path of an utterance, and how many of its frames are blank."""

    decoded: Decoded
    blanks: int


def _read_greedily(utterance: Utterance, alphabet: Alphabet, rule: str | None) -> _Read:
    best = greedy(utterance.log_probs)[0]
    text = " ".join(alphabet.decode(best.labels).split())
    blanks = int((utterance.log_probs.argmax(axis=1) == BLANK).sum())
    said, heard = fold(utterance.text, rule), fold(text, rule)
    return _Read(Decoded(utterance.utterance_id, said, heard, best.score), blanks)


def _gather(
    read: Sequence[_Read],
    found: Sequence[Found],
    sums: Sequence[BatchSums],
    search: Search,
    cuts: CutSet,
    seconds: float,
) -> Evaluation:
    decoder, rule = search.decoder, search.rule
    place_of = {one.decoded.utterance_id: place for place, one in enumerate(read)}
    places = [place_of[cut.id] for cut in cuts if cut.id in place_of]
    hypotheses = [found[place].hypotheses for place in places]
    plain = [read[place].decoded for place in places]
    refusals = {read[place].decoded.utterance_id: why for place in places if (why := found[place].refusal)}
    decoded = tuple(
        replace(one, hypothesis=fold(text, rule), log_score=best[0].score)
        for one, best in zip(plain, hypotheses, strict=True)
        for text in ["" if one.utterance_id in refusals else decoder.text(best[0])]
    )
    return Evaluation(
        decoded=decoded,
        score=score([one.reference for one in decoded], [one.hypothesis for one in decoded]),
        loss=math.fsum(part.loss for part in sums) / max(sum(part.labels for part in sums), 1),
        blank_rate=sum(one.blanks for one in read) / max(sum(part.frames for part in sums), 1),
        seconds=seconds,
        audio_seconds=sum(part.audio_seconds for part in sums),
        greedy=tuple(plain),
        hypotheses=tuple(map(tuple, hypotheses)),
        settings=decoder.settings(),
        decoder_seconds=math.fsum(one.seconds for one in found),
        clues=tuple(clues for place in places if (clues := found[place].clues) is not None),
        refusals=None if decoder.rejection is None else refusals,
    )
