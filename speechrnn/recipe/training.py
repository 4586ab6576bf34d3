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
    ] = 0.02
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
    curriculum_epochs: Annotated[
        int,
        Ge(0),
        Help("the first epochs, this many, go from short utterances to long ones; the others in random order"),
    ] = 0
    clip_norm: Annotated[float, Gt(0), Help("gradients longer than this are scaled down to it")] = 5.0
    clip_value: Annotated[
        float | None, Gt(0), Help("first of all, each element of a gradient is cut off at this size; null never")
    ] = None
    ema_decay: Annotated[
        float | None,
        Gt(0),
        Lt(1),
        Help("the model is a moving average of the weights, of which each step keeps this share, say 0.999; null off"),
    ] = None
    average_epochs: Annotated[
        int, Ge(0), Help("the mean of the weights after the last epochs, this many, becomes the model if dev likes it")
    ] = 0
    early_stop_epochs: Annotated[
        int | None, Ge(1), Help("stop after this many epochs without a better dev result; null never")
    ] = None
    checkpoint_minutes: Annotated[
        float, Gt(0), Help("also save inside an epoch after this long, so that little is lost")
    ] = 10.0
    device: Annotated[Literal["auto", "cpu", "cuda"], Help("auto takes a GPU when there is one")] = "auto"
    precision: Annotated[
        Literal["float32", "bf16"],
        Help(
            "bf16 trains the recurrent layers in bfloat16, faster where the CPU or GPU has it; all else stays float32"
        ),
    ] = "float32"
    threads: Annotated[int | None, Ge(1), Help("CPU threads; null takes all cores")] = None
    prefetch_batches: Annotated[
        int, Ge(0), Help("batches made ahead in a thread of their own while the model learns; 0 makes each when wanted")
    ] = 2
    cache_gib: Annotated[
        float,
        Ge(0),
        Help("disk that decoded audio and features may take in the data folder; 0 computes them each time"),
    ] = 4.0

    __pydantic_config__ = STRICT
