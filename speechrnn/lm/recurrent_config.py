"""What a user chooses about a recurrent language model and its training."""

from dataclasses import dataclass

from speechrnn.decoding.recurrent_cells import CellName
from speechrnn.recipe import ModelConfig, TrainingConfig
from speechrnn.text.alphabet import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrentLmConfig:
    """Network, training and vocabulary; the same settings and text give the same model on a CPU.

    Attributes:
        unit: what the model predicts.
        cell: lstm or gru.
        size: units of every layer, and values per embedded symbol.
        layers: recurrent layers.
        dropout: share of channels dropped at the input of every layer and of the output, drawn once per line.
        epochs: passes over the training lines.
        batch_lines: lines per step.
        learning_rate: the highest that the one-cycle schedule reaches.
        dev_share: share of the lines held out, on which the best epoch is chosen; in [0, 1).
        patience: training stops after this many epochs without a better one; None never.
        min_count: symbols seen more rarely become `<unk>`.
        vocab_size: keep this many symbols, the commonest; None keeps all.
        seed: of everything random.
    """

    unit: Unit = "character"
    cell: CellName = "lstm"
    size: int = 256
    layers: int = 1
    dropout: float = 0.3
    epochs: int = 20
    batch_lines: int = 16
    learning_rate: float = 4e-3
    dev_share: float = 0.1
    patience: int | None = 4
    min_count: int = 1
    vocab_size: int | None = None
    seed: int = 1

    def model(self) -> ModelConfig:
        """Say the network as the recurrent layers of a recogniser take it."""
        return ModelConfig(
            cell=self.cell,
            bidirectional=False,
            layers=self.layers,
            size=self.size,
            dropout=self.dropout,
            dropout_kind="locked",
            layer_norm=False,
        )

    def training(self) -> TrainingConfig:
        """Say the training as optimiser and schedule take it."""
        return TrainingConfig(epochs=self.epochs, learning_rate=self.learning_rate, clip_norm=1.0)
