"""Utterances joined into longer ones for one epoch: isolated digits become strings of digits.

A joined utterance is a lhotse MixedCut with one track per part, so plans count its true length and everything that asks
for its text or duration needs to know nothing. Each utterance begins one; partners are drawn from the others, and what
is drawn depends on the recipe's seed, the epoch and the utterance's id alone. So an epoch has as many utterances as
before and more speech, and a resumed run joins the same ones.
"""

import zlib
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from lhotse import CutSet
from lhotse.cut import MixedCut, MixTrack, MonoCut

from speechrnn.data.cuts import utterance_text
from speechrnn.data.frames import input_frames, spellable
from speechrnn.errors import CorpusError
from speechrnn.recipe import Recipe
from speechrnn.text.alphabet import Alphabet
from speechrnn.text.normalize import normalize

_STREAM = 1
"""Keeps these draws apart from those of the utterance's augmentation, which have the same seed, epoch and id."""


def concatenate(cuts: CutSet, recipe: Recipe, epoch: int) -> CutSet:
    """Join utterances as augment.concatenate_probability says.

    Args:
        cuts: the training part; every transcript can be spelled.
        recipe: the experiment.
        epoch: counted from 0.

    Returns:
        As many cuts in the same order, MonoCuts and, under ids like `a + b`, MixedCuts.

    Raises:
        CorpusError: partners must be of the same speaker, and an utterance names none.
    """
    if not recipe.augment.concatenate_probability:
        return cuts
    groups: dict[str, list[MonoCut]] = defaultdict(list)
    places = []
    for cut in cuts:
        group = groups[_group(cut, recipe)]
        places.append((group, len(group)))
        group.append(cut)
    return CutSet.from_cuts(_begin(group, place, recipe, epoch) for group, place in places)


def parts_of(cut: MonoCut | MixedCut) -> list[MonoCut]:
    """Give the utterances that a joined one is made of, in order; of any other, the utterance itself."""
    return [track.cut for track in cut.tracks] if isinstance(cut, MixedCut) else [cut]


def gaps_of(cut: MonoCut | MixedCut) -> list[float]:
    """Give the pauses between the parts of a joined utterance, in seconds; one fewer than parts."""
    tracks = cut.tracks if isinstance(cut, MixedCut) else []
    ends = [track.offset + track.cut.duration for track in tracks]
    return [float(after.offset - end) for end, after in zip(ends, tracks[1:], strict=False)]


def _group(cut: MonoCut, recipe: Recipe) -> str:
    """Name those an utterance may be joined with."""
    if recipe.augment.concatenate_speakers == "any":
        return ""
    speaker = cut.supervisions[0].speaker
    if speaker is None:
        raise CorpusError(
            f"{cut.id}: no speaker is named, and augment.concatenate_speakers is same; "
            "name speakers when the corpus is prepared, or set it to any"
        )
    return str(speaker)


def _begin(group: Sequence[MonoCut], place: int, recipe: Recipe, epoch: int) -> MonoCut | MixedCut:
    """Join the utterance at a place of a group with others of it, or leave it alone."""
    cut, augment = group[place], recipe.augment
    draw = np.random.default_rng([recipe.seed, epoch, zlib.crc32(cut.id.encode()), _STREAM])
    if draw.random() >= augment.concatenate_probability or len(group) < 2:
        return cut
    count = int(draw.integers(1, augment.concatenate_max_utterances))
    numbers = draw.integers(len(group) - 1, size=count)
    parts = [cut, *(group[number + (number >= place)] for number in numbers)]
    gaps = draw.uniform(*augment.concatenate_gap_seconds, size=count).tolist()
    return _join(parts, gaps) if _has_path(parts, recipe) else cut


def _join(parts: Sequence[MonoCut], gaps: Sequence[float]) -> MixedCut:
    tracks, offset = [], 0.0
    for part, gap in zip(parts, [*gaps, 0.0], strict=True):
        tracks.append(MixTrack(cut=part, offset=offset))
        offset += part.duration + gap
    return MixedCut(id=" + ".join(part.id for part in parts), tracks=tracks)


def _has_path(parts: Sequence[MonoCut], recipe: Recipe) -> bool:
    """Tell whether CTC can spell the joined transcript: the spaces want frames too. Pauses only add to them."""
    # A part may have one frame less than its duration says once it is resampled.
    frames = sum(input_frames(part, recipe) - 1 for part in parts)
    text = normalize(" ".join(utterance_text(part) for part in parts), recipe.text)
    return spellable(frames, Alphabet.of([text], recipe.text.unit).encode(text), recipe)
