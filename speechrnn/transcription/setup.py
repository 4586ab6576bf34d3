"""All that says how a model is opened, so that several processes can open it alike."""

from dataclasses import dataclass
from pathlib import Path

from speechrnn.bundle.confidence import Wanted
from speechrnn.bundle.decoder_options import DecoderOptions
from speechrnn.transcription.recognizer import Recognizer


@dataclass(frozen=True, slots=True)
class Setup:
    """How each process opens its model; see `Recognizer.load`."""

    model: Path
    threads: int
    options: DecoderOptions
    wanted: Wanted

    def load(self) -> Recognizer:
        """Open the model."""
        return Recognizer.load(self.model, self.threads, self.options, self.wanted)
