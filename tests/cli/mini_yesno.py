"""The yes/no corpus in miniature, as its host lays it out: 60 recordings of a second, no two alike."""

from pathlib import Path

import numpy as np
import soundfile


def write_yesno(data: Path) -> Path:
    """Write it below a data folder; gives its own folder."""
    folder = data / "waves_yesno"
    folder.mkdir()
    for number in range(60):
        sound = np.random.default_rng(number).uniform(-0.1, 0.1, 8000)
        soundfile.write(folder / ("_".join(f"{number:08b}") + ".wav"), sound, 8000)
    return folder
