"""What keeps a model from carrying its state along a live stream, chunk by chunk.

Whatever looks at a whole utterance before it gives the first frame must wait for its end.
"""

from speechrnn.recipe.features import FeaturesConfig
from speechrnn.recipe.model import ModelConfig


def live_obstacles(features: FeaturesConfig, model: ModelConfig) -> list[str]:
    """Name every setting that looks at a whole utterance, and why; none where a model can run live."""
    found = []
    if model.bidirectional:
        found.append("model.bidirectional true reads back from the end of the utterance; set false")
    if model.attention_heads:
        found.append("model.attention_heads looks back at every frame there ever was; set 0")
    if features.cmvn == "utterance":
        found.append("features.cmvn utterance takes its mean over the whole utterance; set global")
    if features.convention == "librosa":
        found.append("features.convention librosa has a floor under the utterance's peak; set kaldi or sphinx")
    return found
