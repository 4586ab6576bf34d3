"""What can be wrong with a transcript in itself, whatever alphabet a recipe has."""

import unicodedata
from collections.abc import Iterator
from typing import Final

from speechrnn.corpora.problem import Problem

_BLANKS: Final = frozenset("\t\n\v\f\r\x85")
_NO_CHARACTERS: Final = frozenset("\ufeff\ufffd")  # byte order mark; what stands for bytes that were no text


def text_problems(utterance_id: str, path: str, text: str, where: str) -> Iterator[Problem]:
    """Yield everything that is wrong with a transcript.

    Args:
        utterance_id: whose it is.
        path: the file to look at.
        text: the transcript.
        where: file and line that list it, or empty.
    """
    if not text.strip():
        yield Problem(utterance_id, path, "empty_text", "its transcript is empty", where)
        return
    if strange := dict.fromkeys(filter(_is_control, text)):
        named = ", ".join(f"{unicodedata.name(one, 'a control character')} ({one!a})" for one in strange)
        yield Problem(utterance_id, path, "control_characters", f"its transcript {text!r} holds {named}", where)
    if not unicodedata.is_normalized("NFC", text):
        reason = f"its transcript {text!r} is not in Unicode form NFC; --fix converts it"
        yield Problem(utterance_id, path, "not_nfc", reason, where)


def _is_control(character: str) -> bool:
    """Tell whether a character is none that anybody says or writes."""
    return character in _NO_CHARACTERS or (unicodedata.category(character) == "Cc" and character not in _BLANKS)
