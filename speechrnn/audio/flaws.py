"""What is wrong with how a recording was made, found while it is decoded: clipping, and channels that cancel.

Sound over full scale is cut off flat. A flat top is told by samples that equal the one before them, near full scale:
encodings of 8 bits end a little below it.
"""

from typing import Final

import numpy as np

from speechrnn.audio.decoder import Decoder, Samples

TOP: Final = 0.98
"""Where mu-law ends, the lowest full scale of all encodings."""
MOST_CLIPPED: Final = 0.005
"""Share of the samples; a bang now and then has less."""
LEAST_MIXED: Final = 0.1
"""Of the power that channels with nothing in common have when mixed."""


class WatchedDecoder:
    """A `Decoder`, see there, that passes on another one's samples and looks at them; holds a few sums."""

    def __init__(self, decoder: Decoder, channel: int | None) -> None:
        """Begin to look at a channel, from 0, or at all of them and their mean."""
        self._decoder, self._channel = decoder, channel
        self.sample_rate_hz, self.num_channels = decoder.sample_rate_hz, decoder.num_channels
        self.num_samples, self.expected_seconds = decoder.num_samples, decoder.expected_seconds
        self._heard = self._clipped = 0
        self._power = self._mixed_power = 0.0

    def read(self, num_samples: int) -> Samples:
        """Decode the next samples, `(num_samples, num_channels)`."""
        block = self._decoder.read(num_samples)
        self._look(block if self._channel is None else block[:, self._channel : self._channel + 1])
        return block

    def skip(self, num_samples: int) -> None:
        """Pass over samples unseen."""
        self._decoder.skip(num_samples)

    def flaws(self) -> list[str]:
        """Say what is wrong with the samples so far, each as what follows the name of the recording."""
        found = []
        if self._clipped > MOST_CLIPPED * self._heard:
            named = "is" if self._channel is None else f"channel {self._channel} is"
            share = 100 * self._clipped / self._heard
            found.append(f"{named} clipped ({share:.1f} % of the samples lie at full scale), so expect more errors")
        if self.num_channels > 1 and self._mixed_power * self.num_channels < LEAST_MIXED * self._power:
            found.append("its channels cancel each other when mixed, so expect missing words; try --channel 0")
        return found

    def _look(self, block: Samples) -> None:
        heard = np.clip(block, -1.0, 1.0)
        self._heard += heard.size
        if heard.size and max(heard.max(), -heard.min()) >= TOP:
            self._clipped += int(((heard[1:] == heard[:-1]) & (np.abs(heard[1:]) >= TOP)).sum())
        if self._channel is None and self.num_channels > 1:
            self._power += float(np.square(heard, dtype=np.float64).mean(axis=1).sum())
            self._mixed_power += float(np.square(heard.mean(axis=1, dtype=np.float64)).sum())


def narrow_band(rate_hz: int, wanted_hz: int) -> list[str]:
    """Say that a recording has less bandwidth than the model hears, as `flaws` says things; else nothing."""
    if rate_hz >= wanted_hz:
        return []
    return [
        f"{rate_hz} Hz, below the model's {wanted_hz} Hz: the upper frequencies the model was trained on are missing, "
        "so expect more errors"
    ]
