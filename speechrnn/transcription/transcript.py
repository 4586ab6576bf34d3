"""What a recogniser returns: text with timed words. Times are seconds from the start of the audio."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Character:
    """One letter of a word with its place in time; `probability` is its highest CTC posterior."""

    text: str
    start_seconds: float
    end_seconds: float
    probability: float


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its place in time.

    Attributes:
        text: the word.
        start_seconds: where it begins.
        end_seconds: where it ends.
        confidence: in [0, 1], see `Transcript.confidence_kind`.
        characters: its letters; none where the model writes whole words.
        rejected: whether its confidence is below what the user asks for.
    """

    text: str
    start_seconds: float
    end_seconds: float
    confidence: float
    characters: tuple[Character, ...] = ()
    rejected: bool = False

    @property
    def shown(self) -> str:
        """The word as a reader of the text sees it: in brackets with a question mark where it is rejected."""
        return f"[{self.text}?]" if self.rejected else self.text

    def later(self, seconds: float) -> "Word":
        """The same word with its characters, moved on in time."""
        return replace(
            self,
            start_seconds=self.start_seconds + seconds,
            end_seconds=self.end_seconds + seconds,
            characters=tuple(
                replace(one, start_seconds=one.start_seconds + seconds, end_seconds=one.end_seconds + seconds)
                for one in self.characters
            ),
        )


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of audio that was recognised in one go, or a line of a text; holds at least one word."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words, single spaces between."""
        return " ".join(word.shown for word in self.words)

    @property
    def start_seconds(self) -> float:
        """Where the first word begins."""
        return self.words[0].start_seconds

    @property
    def end_seconds(self) -> float:
        """Where the last word ends."""
        return self.words[-1].end_seconds


@dataclass(frozen=True, slots=True)
class Transcript:
    """What is said in one recording; silence gives empty text and no segments.

    Attributes:
        segments: in order.
        duration_seconds: of the audio.
        confidence_kind: what the confidence of a word says.
        confidence: in [0, 1], that every word is right; None where nothing was fitted that could tell.
        refusal: why the recording was rejected as out of the grammar, and so has no words; empty where it was not.
        language: BCP 47 tag of what the model was trained on, as far as it knows; it hears no other.
    """

    segments: tuple[Segment, ...]
    duration_seconds: float
    confidence_kind: str
    confidence: float | None = None
    refusal: str = ""
    language: str | None = None

    @property
    def text(self) -> str:
        """The segments, single spaces between."""
        return " ".join(segment.text for segment in self.segments)

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of all segments, in order."""
        return tuple(word for segment in self.segments for word in segment.words)
