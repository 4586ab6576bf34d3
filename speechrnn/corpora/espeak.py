"""espeak-ng, a formant synthesiser, through ctypes on the library that the package `espeakng_loader` carries.

The library keeps state from one call to the next (a noise generator, for one): the same sequence of calls in a fresh
process gives the same samples, another order does not. Whoever wants sound that can be made again speaks a fixed list
in a process of its own, as `speechrnn.corpora.espeak_worker` does. The interface is espeak-ng's `speak_lib.h`.
"""

import ctypes
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from speechrnn.errors import MissingDependencyError

_SYNCHRONOUS: Final = 2  # AUDIO_OUTPUT_SYNCHRONOUS: espeak_Synth returns when all samples were handed over
_DONT_EXIT: Final = 0x8000  # report a failed start instead of ending the process
_UTF8: Final = 1
_RATE, _PITCH, _RANGE, _WORDGAP = 1, 3, 4, 7
_MAX_TEXT_POSITION: Final = 0
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How one text is spoken.

    Attributes:
        text: what to say.
        voice: accent and variant, for example `en-us+f2`.
        words_per_minute: speed, 80 to 450; 175 is usual.
        pitch: base pitch, 0 to 99; 50 is usual.
        pitch_range: liveliness, 0 (monotone) to 99; 50 is usual.
        word_gap: pause between words in units of 10 ms at the usual speed.
    """

    text: str
    voice: str
    words_per_minute: int = 175
    pitch: int = 50
    pitch_range: int = 50
    word_gap: int = 0


class Espeak:
    """The one synthesiser of this process."""

    def __init__(self) -> None:
        """Load and start the library.

        Raises:
            MissingDependencyError: the package is not installed, or its library does not load here.
        """
        self._library, self._data = _load()
        self.sample_rate_hz = int(
            self._library.espeak_Initialize(_SYNCHRONOUS, 0, str(self._data).encode(), _DONT_EXIT)
        )
        if self.sample_rate_hz <= 0:
            raise MissingDependencyError(
                f"espeak-ng: does not start with its data in {self._data}; reinstall espeakng_loader"
            )
        self._parts: list[npt.NDArray[np.int16]] = []
        self._callback = _CALLBACK(self._take)  # kept, or Python would free what the library still calls
        self._library.espeak_SetSynthCallback(self._callback)
        self._lock = threading.Lock()

    def speak(self, speech: Speech) -> npt.NDArray[np.int16]:
        """Synthesise one text.

        Returns:
            16-bit samples `(num_samples,)` at `sample_rate_hz`.

        Raises:
            MissingDependencyError: the installed data has no such voice.
        """
        with self._lock:
            self._set_voice(speech.voice)
            for parameter, value in (
                (_RATE, speech.words_per_minute),
                (_PITCH, speech.pitch),
                (_RANGE, speech.pitch_range),
                (_WORDGAP, speech.word_gap),
            ):
                self._library.espeak_SetParameter(parameter, value, 0)
            self._parts.clear()
            text = speech.text.encode() + b"\0"
            self._library.espeak_Synth(text, len(text), 0, 1, _MAX_TEXT_POSITION, _UTF8, None, None)
            return np.concatenate(self._parts) if self._parts else np.zeros(0, np.int16)

    def _set_voice(self, voice: str) -> None:
        """Choose a voice; a variant that does not exist is an error here, where the library would ignore it."""
        _, _, variant = voice.partition("+")
        known = not variant or (self._data / "voices" / "!v" / variant).exists()
        if not known or self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise MissingDependencyError(
                f"espeak-ng: no voice {voice!r} in {self._data}; install the tested espeakng_loader"
            )

    def _take(self, samples: Any, num_samples: int, _events: Any) -> int:
        """Receive a block of samples; 0 asks for more."""
        if samples and num_samples > 0:
            self._parts.append(np.ctypeslib.as_array(samples, (num_samples,)).copy())
        return 0


def _load() -> tuple[ctypes.CDLL, Path]:
    """Find the library and its data folder, and declare the calls we use."""
    try:
        import espeakng_loader

        library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = Path(espeakng_loader.get_data_path())
    except (ImportError, OSError, RuntimeError) as error:
        message = "espeak-ng: cannot be loaded; install it with: pip install 'speechrnn[demo]'"
        raise MissingDependencyError(f"{message} ({error})") from error
    library.espeak_Initialize.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int)
    library.espeak_SetSynthCallback.argtypes = (_CALLBACK,)
    library.espeak_SetSynthCallback.restype = None
    library.espeak_SetVoiceByName.argtypes = (ctypes.c_char_p,)
    library.espeak_SetParameter.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int)
    library.espeak_Synth.argtypes = (
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_uint,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.c_uint,
        ctypes.c_void_p,
        ctypes.c_void_p,
    )
    return library, data
