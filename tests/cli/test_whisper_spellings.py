"""Whisper's command line in ours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.cli.whisper_spellings import in_our_spelling
from speechrnn.errors import UsageError


@pytest.mark.parametrize(
    ("whisper", "ours"),
    [
        ("a.wav --output_dir out_put --output_format srt", "a.wav --output-dir out_put --output-format srt"),
        ("--max_line_width=40 a_b.wav", "--max-line-width=40 a_b.wav"),
        ("--max_line_width None --max_line_count=None a.wav", "a.wav"),
        ("--word_timestamps True --highlight_words True a.wav", "--word-timestamps --highlight-words a.wav"),
        ("--word_timestamps False --highlight_words=False a.wav", "--no-word-timestamps a.wav"),
        ("--highlight_words a.wav", "--highlight-words a.wav"),
        ("a.wav --highlight_words", "a.wav --highlight-words"),
        ("a.wav --word_timestamps", "a.wav --word-timestamps"),
        ("a.wav --max_line_width", "a.wav --max-line-width"),
        ("--word-timestamps=True a.wav", "--word-timestamps a.wav"),
        ("--fp16 False --device cpu --task transcribe --language None a.wav", "a.wav"),
        ("a.wav -- --output_dir True", "a.wav -- --output_dir True"),
        ("-o out_dir -f txt", "-o out_dir -f txt"),
    ],
)
def test_what_whisper_users_type_is_understood(whisper: str, ours: str) -> None:
    assert in_our_spelling(whisper.split()) == ours.split()
    assert in_our_spelling(ours.split()) == ours.split()


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("--language en", "^--language en: a model knows the language it was trained on"),
        ("--task=translate", "^--task translate: .* does not translate"),
        ("--device cuda", "^--device cuda: transcription runs on the CPU"),
        ("--temperature 0.2", "^--temperature 0.2: steers Whisper's decoder; here --beam"),
        ("--initial_prompt", "^--initial-prompt : .* --hotwords"),
    ],
)
def test_what_cannot_be_had_here_is_refused_with_a_reason(typed: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        in_our_spelling(typed.split())


@settings(max_examples=40, deadline=None, database=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=6).filter(lambda one: not one.startswith("--"))))
def test_what_is_no_long_option_stays_as_it_is(arguments: list[str]) -> None:
    assert in_our_spelling(arguments) == arguments
