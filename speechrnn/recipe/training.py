"""How the weights are found."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Lt

from speechrnn.recipe.section import STRICT, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """Batches, optimiser (AdamW), schedule, stopping and saving."""

    epochs: Annotated[int, Ge(1), Help("passes over the training part")] = 30
    batch_seconds: Annotated[float, Gt(0), Help("audio per batch, padding counted")] = 60.0
    length_jitter: Annotated[
        float, Ge(0), Lt(1), Help("how far an utterance may stray from its length's place when batches are drawn")
    ] = 0.05
    learning_rate: Annotated[float, Gt(0), Lt(1e36), Help("the highest rate the schedule reaches")] = 2e-3
    weight_decay: Annotated[float, Ge(0), Help("decoupled weight decay of AdamW")] = 1e-2
    schedule: Annotated[
        Literal["one_cycle", "cosine", "plateau"],
        Help("one cycle up and down; warm-up then cosine; or halved when dev stops improving"),
    ] = "one_cycle"
    warmup_fraction: Annotated[float, Ge(0), Lt(1), Help("share of all steps spent raising the rate")] = 0.15
    plateau_patience: Annotated[
        int, Ge(0), Help("epochs without a better dev result before the rate is halved (schedule plateau)")
    ] = 2
    clip_norm: Annotated[float, Gt(0), Help("gradients longer than this are scaled down to it")] = 5.0
    early_stop_epochs: Annotated[
        int | None, Ge(1), Help("stop after this many epochs without a better dev result; null never")
    ] = None
    checkpoint_minutes: Annotated[
        float, Gt(0), Help("also save inside an epoch after this long, so that little is lost")
    ] = 10.0
    device: Annotated[Literal["auto", "cpu", "cuda"], Help("auto takes a GPU when there is one")] = "auto"
    threads: Annotated[int | None, Ge(1), Help("CPU threads; null takes all cores")] = None

    __pydantic_config__ = STRICT
