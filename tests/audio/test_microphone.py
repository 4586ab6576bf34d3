"""The microphone, with a stand-in for `sounddevice` that plays what a test gives it."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from speechrnn.audio.microphone import Device, list_devices, open_microphone
from speechrnn.errors import AudioError, MissingDependencyError, UsageError
from tests.fake_sounddevice import FakeSounddevice


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeSounddevice:
    """A machine with two microphones and a loudspeaker."""
    module = FakeSounddevice(np.linspace(-1.5, 1.5, 3000, dtype=np.float32))
    monkeypatch.setitem(sys.modules, "sounddevice", module)
    return module


def test_microphones_are_listed_and_loudspeakers_are_not(fake: FakeSounddevice) -> None:
    assert list_devices() == [
        Device(0, "built-in", 2, 48000, False),
        Device(2, "headset", 1, 16000, True),
    ]


@pytest.mark.parametrize(
    ("named", "wanted_hz", "name", "rate_hz"),
    [(None, 16000, "headset", 16000), ("0", 8000, "built-in", 48000), ("built", 48000, "built-in", 48000)],
)
def test_a_device_is_opened_at_the_rate_wanted_or_else_at_its_own(
    fake: FakeSounddevice, named: str | None, wanted_hz: int, name: str, rate_hz: int
) -> None:
    with open_microphone(named, wanted_hz) as microphone:
        assert (microphone.name, microphone.sample_rate_hz) == (name, rate_hz)
        assert fake.opened["blocksize"] == rate_hz // 10
        heard = np.concatenate([next(microphone.blocks(lambda: True)) for _ in range(-(-3000 // (rate_hz // 10)))])
    np.testing.assert_array_equal(heard[:3000], np.clip(fake.samples, -1, 1))


def test_nothing_more_is_given_once_it_is_not_wanted(fake: FakeSounddevice) -> None:
    with open_microphone(None, 16000) as microphone:
        assert list(microphone.blocks(lambda: False)) == []


def test_lost_sound_is_counted(fake: FakeSounddevice) -> None:
    with open_microphone(None, 16000) as microphone:
        for lost in (False, True, True):
            microphone.hear(np.zeros((5, 1), np.float32), 5, None, SimpleNamespace(input_overflow=lost))
        assert microphone.num_lost == 2


def test_what_nobody_takes_for_a_minute_is_let_go_and_counted(fake: FakeSounddevice) -> None:
    fake.samples = fake.samples[:0]
    heard = SimpleNamespace(input_overflow=False)
    with open_microphone(None, 16000) as microphone:
        for number in range(605):
            microphone.hear(np.full((5, 1), number / 1000, np.float32), 5, None, heard)
        assert microphone.num_lost == 5
        blocks = microphone.blocks(lambda: True)
        assert [round(1000 * float(next(blocks)[0])) for _ in range(600)] == list(range(600))


def test_a_microphone_that_is_pulled_out_is_an_error(fake: FakeSounddevice) -> None:
    fake.samples = fake.samples[:0]
    fake.is_gone = True
    with open_microphone(None, 16000) as microphone, pytest.raises(AudioError, match="headset: gives no more sound"):
        list(microphone.blocks(lambda: True))


def test_a_device_that_is_not_there_or_is_taken_is_named(fake: FakeSounddevice) -> None:
    with pytest.raises(UsageError, match="--device 9: none found .*--list-devices"), open_microphone("9", 16000):
        pass
    with pytest.raises(UsageError, match="--device sofa: none found"), open_microphone("sofa", 16000):
        pass
    fake.is_busy = True
    with pytest.raises(AudioError, match="headset: cannot be opened .*another program"), open_microphone(None, 16000):
        pass


class NoPortAudio:
    """Importing a name from this module finds the package and no library."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "sounddevice":
            raise self._error


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ImportError("No module named 'sounddevice'"), r"run pip install 'speechrnn\[mic\]'"),
        (OSError("PortAudio library not found"), "finds no PortAudio .*libportaudio2"),
    ],
)
def test_what_is_missing_is_named_with_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoPortAudio(error), *sys.meta_path])
    with pytest.raises(MissingDependencyError, match=message):
        list_devices()
