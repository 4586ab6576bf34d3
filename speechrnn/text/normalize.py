"""Bring transcripts to one spelling before an alphabet is made of them.

NFC first, so that an accent typed as two code points and the same accent typed as one are one character; then letter
case, unwanted characters, and single spaces.
"""

import unicodedata

from speechrnn.recipe import TextConfig


def normalize(text: str, config: TextConfig) -> str:
    r"""Normalise one transcript.

    >>> normalize("  Grüß\u0301  Gott! ", TextConfig(remove="!"))
    'grüß́ gott'
    """
    text = unicodedata.normalize("NFC", text)
    text = {"lower": text.lower, "upper": text.upper, "keep": text.__str__}[config.case]()
    text = text.translate({ord(character): None for character in config.remove})
    # Lower-casing can decompose (Turkish capital dotted I), hence NFC again.
    return " ".join(unicodedata.normalize("NFC", text).split())
