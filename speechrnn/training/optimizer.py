"""AdamW over the model, and its state as named tensors that a checkpoint can hold."""

import torch
from torch import Tensor, nn

from speechrnn.recipe import TrainingConfig

STATE_KEYS = ("step", "exp_avg", "exp_avg_sq")


def build_optimizer(model: nn.Module, config: TrainingConfig) -> torch.optim.AdamW:
    """Make AdamW; weight decay pulls on matrices only, not on biases and normalisation gains."""
    matrices = [weights for weights in model.parameters() if weights.dim() > 1]
    vectors = [weights for weights in model.parameters() if weights.dim() <= 1]
    groups = [{"params": matrices, "weight_decay": config.weight_decay}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=config.learning_rate)


def set_rate(optimizer: torch.optim.AdamW, learning_rate: float, momentum: float) -> None:
    """Set the learning rate and first beta of every group."""
    for group in optimizer.param_groups:
        group["lr"] = learning_rate
        group["betas"] = (momentum, group["betas"][1])


def clip_gradients(model: nn.Module, config: TrainingConfig) -> Tensor:
    """Cut off elements at `clip_value`, then scale the whole down to `clip_norm`.

    In this order one exploding element does not shrink all others to nothing.

    Returns:
        The norm before either; not finite if any gradient is, for cutting off hides what is infinite.
    """
    if config.clip_value is None:
        return torch.nn.utils.clip_grad_norm_(model.parameters(), config.clip_norm)
    norm = torch.nn.utils.get_total_norm(weights.grad for weights in model.parameters() if weights.grad is not None)
    torch.nn.utils.clip_grad_value_(model.parameters(), config.clip_value)
    torch.nn.utils.clip_grad_norm_(model.parameters(), config.clip_norm)
    return norm


def optimizer_tensors(optimizer: torch.optim.AdamW, model: nn.Module) -> dict[str, Tensor]:
    """Name every tensor of the optimiser's state after the weights it belongs to."""
    return {
        f"optimizer.{key}.{name}": optimizer.state[weights][key]
        for name, weights in model.named_parameters()
        if weights in optimizer.state
        for key in STATE_KEYS
    }


def restore_optimizer(optimizer: torch.optim.AdamW, model: nn.Module, tensors: dict[str, Tensor]) -> None:
    """Put back the state that `optimizer_tensors` named."""
    for name, weights in model.named_parameters():
        if f"optimizer.step.{name}" in tensors:
            optimizer.state[weights] = {
                # AdamW keeps its step count on the CPU; the averages live with the weights.
                key: tensors[f"optimizer.{key}.{name}"].to("cpu" if key == "step" else weights.device)
                for key in STATE_KEYS
            }
