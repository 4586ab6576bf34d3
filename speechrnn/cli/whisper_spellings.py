"""Whisper's command line: its underscores, its `True` and `False`, and a reason where it has what is not here."""

from collections import deque
from collections.abc import Sequence
from typing import Any, Final

from typer.core import TyperCommand

from speechrnn.errors import UsageError

_FLAGS: Final = {"--word-timestamps": "--no-word-timestamps", "--highlight-words": None}
"""What Whisper writes with `True` or `False` behind it, and how its opposite is said here."""
_DECODER: Final = "steers Whisper's decoder; here --beam, --lm, --hotwords and their like do"
# What is refused, the value that says what happens here anyway, and the reason.
_REFUSED: Final = {
    "--language": ("None", "a model knows the language it was trained on and no other; choose the model with -m"),
    "--task": ("transcribe", "a model writes down what is said and does not translate"),
    "--device": ("cpu", "transcription runs on the CPU"),
    "--fp16": ("False", "the CPU computes with 32 bits"),
    "--verbose": ("False", "the transcript goes to stdout as it comes"),
    "--model-dir": ("None", "give the path of the model with -m"),
    "--initial-prompt": ("None", "a CTC model takes no prompt; favour words with --hotwords"),
    "--carry-initial-prompt": ("False", "a CTC model takes no prompt; favour words with --hotwords"),
    "--condition-on-previous-text": ("False", "a CTC model hears each part by itself"),
    "--clip-timestamps": ("0", "cut the recording first"),
    "--prepend-punctuations": ("", "a model writes no punctuation"),
    "--append-punctuations": ("", "a model writes no punctuation"),
    "--temperature": ("0", _DECODER),
    "--best-of": ("None", _DECODER),
    "--patience": ("None", _DECODER),
    "--length-penalty": ("None", _DECODER),
    "--suppress-tokens": ("-1", _DECODER),
    "--temperature-increment-on-fallback": ("None", _DECODER),
    "--compression-ratio-threshold": ("None", _DECODER),
    "--logprob-threshold": ("None", _DECODER),
    "--no-speech-threshold": ("None", _DECODER),
    "--hallucination-silence-threshold": ("None", _DECODER),
}
_NO_VALUE: Final = frozenset(
    {"--max-line-width", "--max-line-count", "--max-words-per-line", "--beam-size", "--threads"}
)
"""Numbers that Whisper lets be `None`."""


class WhisperCommand(TyperCommand):
    """A command that reads its arguments in either spelling."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse what was typed, in our spelling."""
        return super().parse_args(ctx, in_our_spelling(args))


def in_our_spelling(arguments: Sequence[str]) -> list[str]:
    """Translate a command line; one in our own spelling stays as it is.

    Raises:
        UsageError: an option of Whisper's asks for what cannot be had here.

    >>> in_our_spelling(["a.wav", "--output_dir", "out", "--word_timestamps", "False", "--fp16=False"])
    ['a.wav', '--output-dir', 'out', '--no-word-timestamps']
    """
    left = deque(arguments)
    translated: list[str] = []
    while left:
        argument = left.popleft()
        if argument == "--":
            return [*translated, argument, *left]
        translated += _translated(argument, left) if argument.startswith("--") else [argument]
    return translated


def _translated(argument: str, left: deque[str]) -> list[str]:
    """Translate one option, taking its value from what is left where that must be known."""
    name, equals, value = argument.partition("=")
    name = name.replace("_", "-")
    given = value if equals else left[0] if left else ""
    if name in _FLAGS and given in {"True", "False"}:
        on = (value or left.popleft()) == "True"
        opposite = _FLAGS[name]
        return [name] if on else [opposite] if opposite else []
    if name in _REFUSED:
        accepted, reason = _REFUSED[name]
        value = value if equals or not left else left.popleft()
        if value != accepted:
            raise UsageError(f"{name} {value}: {reason}")
        return []
    if name in _NO_VALUE and given == "None":
        if not equals:
            left.popleft()
        return []
    return [name + equals + value]
