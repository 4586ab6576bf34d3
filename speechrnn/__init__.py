"""speechrnn: train your own small recurrent speech recogniser and run it offline.

The command is `speechrnn` (`speechrnn.cli.app`). As a library, `speechrnn.load(MODEL).transcribe(RECORDING)` runs a
model; further doors are `training.folds.train_with_folds` for a recipe and `model.cells` for the equations;
docs/design.md says what is in which room. Importing the package costs nothing: every heavy import sits inside the room
that needs it, and a room is imported when the first of its names is asked for.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from speechrnn.audio import Audio
    from speechrnn.bundle.decoder_options import DecoderOptions
    from speechrnn.transcription.door import Model, load
    from speechrnn.transcription.transcript import Segment, Transcript, Word

__version__: Final = "0.1.0"
__all__ = ["Audio", "DecoderOptions", "Model", "Segment", "Transcript", "Word", "__version__", "load"]

_HOMES: Final = {
    "Audio": "speechrnn.audio",
    "DecoderOptions": "speechrnn.bundle.decoder_options",
    "Model": "speechrnn.transcription.door",
    "Segment": "speechrnn.transcription.transcript",
    "Transcript": "speechrnn.transcription.transcript",
    "Word": "speechrnn.transcription.transcript",
    "load": "speechrnn.transcription.door",
}


def __getattr__(name: str) -> Any:
    """Import the room of a name when it is first asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List what can be asked for, loaded or not."""
    return sorted({*globals(), *_HOMES})
