"""The uniform average of the weights after each of the last epochs of a run.

Once the rate has decayed, the epochs' weights lie around one minimum, and their mean nearer to it than each (stochastic
weight averaging, Izmailov et al. 2018). Early stopping makes any epoch the last, so the epochs take turns on as many
checkpoints as are averaged. An epoch done again after a kill replaces its own.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from speechrnn.errors import TrainingError
from speechrnn.recipe import TrainingConfig
from speechrnn.training.checkpoint import delete_checkpoint, load_checkpoint, save_checkpoint


def keep_epoch(directory: Path, epoch: int, tensors: dict[str, Tensor], config: TrainingConfig) -> None:
    """Keep the weights after an epoch (the first is 1), if they can come into the average."""
    can_be_last = config.early_stop_epochs is not None or epoch > config.epochs - config.average_epochs
    if config.average_epochs and can_be_last:
        save_checkpoint(directory, _name(epoch, config.average_epochs), tensors, {"epoch": epoch})


def average_epochs(directory: Path, last: int, count: int) -> dict[str, Tensor]:
    """Average the `count` epochs up to `last`, or all of a run that had fewer.

    Raises:
        TrainingError: the weights of one are gone or damaged.
    """
    epochs = range(max(last - count, 0) + 1, last + 1)
    return mean([_epoch(directory, epoch, count) for epoch in epochs])


def forget_epochs(directory: Path, count: int) -> None:
    """Delete what was kept for the average."""
    for slot in range(count):
        delete_checkpoint(directory, _name(slot, count))


def mean(parts: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Average tensors of the same names; of what is no real number, such as a count, the last is taken."""
    return {
        name: _mean([part[name] for part in parts]) if last.is_floating_point() else last
        for name, last in parts[-1].items()
    }


def _mean(tensors: list[Tensor]) -> Tensor:
    # In float64, so that what never changed, such as statistics of the corpus, comes out as it was, to the last bit.
    return torch.stack(tensors).double().mean(dim=0).to(tensors[0].dtype)


def _epoch(directory: Path, epoch: int, count: int) -> dict[str, Tensor]:
    kept = load_checkpoint(directory, _name(epoch, count))
    if kept is None or kept[1]["epoch"] != epoch:
        raise TrainingError(
            f"{directory}: the weights of epoch {epoch}, wanted for training.average_epochs, are gone; "
            "train again with --restart"
        )
    return kept[0]


def _name(epoch: int, count: int) -> str:
    return f"epoch{epoch % count}"
