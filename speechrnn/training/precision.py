"""Whether this processor can train in bfloat16, and whether that pays.

Some processors have no arithmetic for it: there an LSTM cannot be computed in it at all, other cells take many times as
long as in float32. Torch says neither; so both are tried.
"""

import time
from collections.abc import Iterator
from typing import Final

import torch
from torch import nn

from speechrnn.errors import UsageError
from speechrnn.recipe import Recipe
from speechrnn.training.system import choose_device

_CELLS: Final = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
_SIZE: Final = 384
_ROUNDS: Final = 3
_WORTH_A_WORD: Final = 1.5


def bf16_runs(cell: str) -> bool:
    """Tell whether this processor computes a recurrent layer of torch in bfloat16, as training would have it."""
    layer = _CELLS[cell](4, 4)
    try:
        with torch.autocast("cpu", torch.bfloat16):
            layer(torch.zeros(2, 1, 4))
    except RuntimeError:
        return False
    return True


def check_precision(recipe: Recipe) -> None:
    """Refuse bfloat16 where it cannot be computed; on a GPU nothing is tried.

    Raises:
        UsageError: this processor cannot.
    """
    if recipe.training.precision == "bf16" and choose_device(recipe) == "cpu" and not bf16_runs(recipe.model.cell):
        raise UsageError(
            f"training.precision: bf16 came, and this processor cannot compute a layer of cell {recipe.model.cell} in "
            "it; set training.precision=float32"
        )


def bf16_slowdown() -> float:
    """Time a matrix product in bfloat16 on this processor, as a multiple of float32's time: the best of three each."""
    matrices = [torch.ones(_SIZE, _SIZE, dtype=dtype) for dtype in (torch.bfloat16, torch.float32)]
    low, full = (min(_seconds(matrix) for _ in range(_ROUNDS)) for matrix in matrices)
    return low / full


def precision_notes(recipe: Recipe) -> Iterator[str]:
    """Say what bfloat16 costs where it costs time; nothing is measured on a GPU, or where the recipe has float32."""
    if recipe.training.precision != "bf16" or choose_device(recipe) != "cpu":
        return
    times = bf16_slowdown()
    if times > _WORTH_A_WORD:
        yield (
            f"training.precision=bf16: this processor has no arithmetic for it, a matrix product takes {times:.0f} "
            "times as long as in float32; training.precision=float32 is faster here"
        )


def _seconds(matrix: torch.Tensor) -> float:
    begun = time.perf_counter()
    matrix @ matrix
    return time.perf_counter() - begun
