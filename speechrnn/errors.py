"""Every fault a user can mend, one class per cause.

Each message is one line that names the thing, what came, what was wanted and what to do. Only `speechrnn.cli.main`
catches these; a traceback on a user's screen is a bug of ours. `exit_code` is 1 when some input failed and 2 when the
command, a named file or a recipe was wrong before any work began.
"""

from collections.abc import Sequence


class SpeechRnnError(Exception):
    """Base of every error shown to the user as one line on stderr."""

    exit_code = 1


class UsageError(SpeechRnnError):
    """Wrong arguments, or a file named on the command line that does not exist."""

    exit_code = 2


class RecipeError(SpeechRnnError):
    """A recipe that cannot be run; carries every fault found, not only the first."""

    exit_code = 2

    def __init__(self, source: str, faults: Sequence[str]) -> None:
        """Hold one `path: reason` line per fault of the recipe read from `source`."""
        self.source = source
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{source}: {fault}" for fault in self.faults))


class AudioError(SpeechRnnError):
    """Audio that cannot be read or used."""


class AudioTooLongError(AudioError):
    """Audio over the length that is allowed."""


class AlphabetError(SpeechRnnError):
    """Text with characters the alphabet does not hold."""


class AlignmentError(SpeechRnnError):
    """A text that cannot be laid over the frames of its recording."""


class DecodingError(SpeechRnnError):
    """An utterance whose log-probabilities could not be turned into text; says which."""


class CorpusError(SpeechRnnError):
    """A corpus that is absent, not laid out as its host publishes it, or empty after validation."""


class DownloadError(SpeechRnnError):
    """A file that could not be fetched from or sent to its host, or is not the one that was wanted."""


class FeatureError(SpeechRnnError):
    """Features that do not fit what the recipe asks for."""


class GrammarError(SpeechRnnError):
    """A grammar file that is absent, cannot be read, or holds phrases the model cannot write."""

    exit_code = 2


class BundleError(SpeechRnnError):
    """A model file that is absent, truncated, altered, or made by another version."""


class NotAModelError(BundleError):
    """A file that is no model at all, damaged or not: another one was meant."""

    exit_code = 2


class LanguageModelError(SpeechRnnError):
    """A language model file that cannot be read, or text that no language model can be made of."""


class TrainingError(SpeechRnnError):
    """A run that cannot go on: non-finite loss, changed recipe, nothing to train on."""


class MissingDependencyError(SpeechRnnError):
    """An optional package or a native library that is not there; says which and how to get it."""


class InterruptedRunError(SpeechRnnError):
    """Work stopped by the user in good order; says how to go on."""

    exit_code = 130
