"""The learning curve as a picture."""

from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.image import imread

from speechrnn.training.curves import draw_curves
from tests.training.test_log import RECORD


@pytest.mark.parametrize("epochs", [0, 1, 3])
def test_any_number_of_epochs_makes_a_picture(tmp_path: Path, epochs: int) -> None:
    records = [replace(RECORD, epoch=epoch + 1, loss=1 / (epoch + 1)) for epoch in range(epochs)]
    draw_curves(tmp_path, "title", records)
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert imread(tmp_path / "curves.png").shape[2] >= 3
