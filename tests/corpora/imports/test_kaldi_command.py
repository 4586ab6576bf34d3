import pytest

from speechrnn.corpora.imports.kaldi_command import file_of_command


@pytest.mark.parametrize(
    "command",
    [
        "sph2pipe -f wav -p -c 1 /d/a.sph",
        "/tools/sph2pipe_v2.5/sph2pipe -f wav /d/a.sph",
        "flac -c -d -s /d/a.sph",
        "flac -cds '/d/a.sph'",
        "cat /d/a.sph",
        "sox /d/a.sph -t wav -r 16000 -b 16 -",
        "sox -t sph /d/a.sph -t wav - remix 1",
        "ffmpeg -v quiet -nostdin -i /d/a.sph -ac 1 -ar 16000 -acodec pcm_s16le -f wav -",
        "ffmpeg -i /d/a.sph -f wav pipe:1",
    ],
)
def test_a_command_that_only_decodes_a_file_is_read_as_the_file(command: str) -> None:
    found = file_of_command(command)
    assert found is not None
    assert found.path == "/d/a.sph"


@pytest.mark.parametrize(
    ("command", "channel"),
    [
        ("sph2pipe -f wav -p a.sph", None),
        ("sph2pipe -f wav -p -c 1 a.sph", 0),
        ("sph2pipe -f wav -c 2 -p a.sph", 1),
        ("sox a.sph -t wav -c 1 -", None),  # the mean of all
        ("sox a.sph -t wav - remix 2", 1),
        ("ffmpeg -i a.sph -ac 1 -f wav -", None),
    ],
)
def test_the_channel_a_command_takes_is_the_one_that_is_heard(command: str, channel: int | None) -> None:
    assert file_of_command(command) == ("a.sph", channel)


def test_blanks_in_a_quoted_name_are_kept() -> None:
    assert file_of_command("flac -c -d -s '/d/a b.flac'") == ("/d/a b.flac", None)


@pytest.mark.parametrize(
    "command",
    [
        "sph2pipe -f wav -p -c 3 a.sph",
        "sox a.wav -t wav - remix 1,2",
        "sph2pipe -f wav -t 1:2 a.sph",  # a part
        "sox a.wav -t wav - speed 0.9",
        "sox a.wav b.wav -t wav -",
        "sox --norm a.wav -t wav -",
        "ffmpeg -ss 3 -i a.wav -f wav -",
        "ffmpeg -i a.wav -af volume=2 -f wav -",
        "cat a.wav b.wav",
        "cat",
        "cat a.wav | sox -t wav - -t wav - speed 0.9",
        "cat a.wav; rm b.wav",
        "cat $(ls)",
        "wav-reverberate --shift-output=true a.wav -",
        "rm -rf a.wav",
        "cat 'a.wav",
        "",
    ],
)
def test_any_other_command_is_not_understood(command: str) -> None:
    assert file_of_command(command) is None
