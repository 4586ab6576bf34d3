"""What a model can be exported to. Apart from what does it, so that the command line can name them at once."""

from enum import StrEnum


class Target(StrEnum):
    """What a model is exported to."""

    ONNX = "onnx"
    ONNX_INT8 = "onnx-int8"
    SHERPA = "sherpa"
    SHERPA_INT8 = "sherpa-int8"

    @property
    def in_8_bits(self) -> bool:
        """Whether the weights are rounded."""
        return self in (Target.ONNX_INT8, Target.SHERPA_INT8)

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder for sherpa-onnx."""
        return self in (Target.SHERPA, Target.SHERPA_INT8)
