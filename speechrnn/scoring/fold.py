"""What reference and hypothesis become before errors are counted, where a corpus is scored in fewer classes.

`timit39` is the usual rule for TIMIT (Lee and Hon 1989, "Speaker-independent phone recognition using hidden Markov
models", table II): phones that are easily taken for each other are one class, closures and pauses are all silence, and
the glottal stop `q` is left out. It takes the 61 phones as transcribed and the 48 that are trained on alike.

Every silence is counted, like any other phone, also where two meet; so ESPnet has it (egs/timit/asr1). Kaldi
(egs/timit/s5/local/score_sclite.sh) folds alike and then counts no silence that was missed; SpeechBrain
(recipes/TIMIT/timit_prepare.py) makes one of silences that meet. Their figures are a little apart for it.
"""

from collections.abc import Callable
from typing import Final

_TIMIT39: Final = {
    "aa": "ao",
    "ah": "ax ax-h",
    "er": "axr",
    "hh": "hv",
    "ih": "ix",
    "l": "el",
    "m": "em",
    "n": "en nx",
    "ng": "eng",
    "sh": "zh",
    "uw": "ux",
    "sil": "h# #h pau epi bcl dcl gcl pcl tcl kcl cl vcl",
    "": "q",
}
"""Each class, and the phones that become it."""
_CLASS_OF: Final = {phone: name for name, phones in _TIMIT39.items() for phone in phones.split()}


def fold(text: str, rule: str | None) -> str:
    """Write a text as it is scored.

    Args:
        text: words or phones between spaces.
        rule: `timit39`, or None, which leaves the text as it is.

    >>> fold("sil vcl d ao q ix epi", "timit39")
    'sil sil d aa ih sil'
    """
    return text if rule is None else " ".join(filter(None, map(_RULES[rule], text.split())))


def kept(text: str, rule: str | None) -> list[bool]:
    """Tell of each word of a text whether it is scored at all."""
    return [rule is None or _RULES[rule](word) != "" for word in text.split()]


def _timit39(phone: str) -> str:
    return _CLASS_OF.get(phone, phone)


_RULES: Final[dict[str, Callable[[str], str]]] = {"timit39": _timit39}
