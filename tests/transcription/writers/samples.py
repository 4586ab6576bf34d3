"""A transcript that every writer is tested on: two lines, an odd letter, a rejected word, a pause."""

from speechrnn.transcription.transcript import Character, Segment, Transcript, Word

SAID = Transcript(
    segments=(
        Segment(
            (
                Word("hé", 0.3, 0.72, 0.98, (Character("h", 0.3, 0.5, 0.99), Character("é", 0.5, 0.72, 0.97))),
                Word('"a"', 0.72, 0.9004, 0.5, (Character("a", 0.72, 0.9004, 0.5),), rejected=True),
            )
        ),
        Segment((Word("<b&>", 3661.2, 3661.5, 1.0, (Character("b", 3661.2, 3661.5, 1.0),)),)),
    ),
    duration_seconds=3662.0,
    confidence_kind="test",
)
WHOLE_WORDS = Transcript((Segment((Word("yes", 0.0, 0.5, 0.9),)),), 0.5, "test", confidence=0.75)
SILENCE = Transcript((), 1.5, "test")
