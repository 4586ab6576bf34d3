"""The settings behind a score, on one line, so that two scores can be told to be comparable.

The form is sacrebleu's (Post 2018): `key:value` pairs joined by `|`, in the order given, the version last.
"""

from collections.abc import Sequence

from speechrnn import __version__


def signature(**settings: object) -> str:
    """Join the settings of a score.

    >>> signature(corpus="fsdd", split="test", seed=1)  # doctest: +ELLIPSIS
    'corpus:fsdd|split:test|seed:1|version:...'
    """
    return "|".join(f"{key}:{_spell(value)}" for key, value in [*settings.items(), ("version", __version__)])


def _spell(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "+".join(map(_spell, value)) or "none"
    # A bar or a line break in a corpus name would split the line in two.
    return " ".join(str(value).split()).replace("|", "%7C")
