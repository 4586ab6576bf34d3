"""Whether bfloat16 pays on this processor: some have no arithmetic for it and take many times as long as in float32."""

import time
from collections.abc import Callable, Iterator
from typing import Final

import torch

from speechrnn.recipe import Recipe

_SIZE: Final = 384
_ROUNDS: Final = 3
_WORTH_A_WORD: Final = 1.5


def bf16_slowdown() -> float:
    """Time a matrix product in bfloat16 on this processor, as a multiple of float32's time: the best of three each."""
    matrices = [torch.ones(_SIZE, _SIZE, dtype=dtype) for dtype in (torch.bfloat16, torch.float32)]
    low, full = (min(_seconds(matrix) for _ in range(_ROUNDS)) for matrix in matrices)
    return low / full


def precision_notes(recipe: Recipe, device: str, slowdown: Callable[[], float] = bf16_slowdown) -> Iterator[str]:
    """Say what bfloat16 costs where it costs time; nothing is measured on a GPU, or where the recipe has float32."""
    if recipe.training.precision != "bf16" or device != "cpu":
        return
    times = slowdown()
    if times > _WORTH_A_WORD:
        yield (
            f"training.precision=bf16: this processor has no arithmetic for it, a matrix product takes {times:.0f} "
            "times as long as in float32; training.precision=float32 is faster here"
        )


def _seconds(matrix: torch.Tensor) -> float:
    begun = time.perf_counter()
    matrix @ matrix
    return time.perf_counter() - begun
