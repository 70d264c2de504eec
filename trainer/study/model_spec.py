"""Model specifications: the models of a grid."""

from dataclasses import dataclass

from trainer.study.config import Grid

HEADINGS = {"SimpleRNN": "RNN", "LSTM": "LSTM", "GRU": "GRU"}
"""Names of the cells in the paper's table."""

FEED_FORWARD = "n-NN"


@dataclass(frozen=True)
class ModelSpec:
    """Specification of a model to train.

    Args:
        model: `SimpleRNN`, `LSTM`, `GRU`, or `n-NN`.
        units: Units of each hidden layer.
        layers: Number of recurrent layers; 1 for an n-NN.
        n: Number of characters that an n-NN sees; None for a recurrent network.

    Example:
        >>> ModelSpec("LSTM", 128, layers=2).name, ModelSpec("n-NN", 64, n=3).name
        ('LSTM-2x128', '3-NN')
    """

    model: str
    units: int
    layers: int = 1
    n: int | None = None

    @property
    def is_recurrent(self) -> bool:
        """True for a recurrent network, false for an n-NN."""
        return self.model != FEED_FORWARD

    @property
    def name(self) -> str:
        """Name of the model and of its directory."""
        if not self.is_recurrent:
            return f"{self.n}-NN"
        return f"{HEADINGS[self.model]}-{self.layers}x{self.units}"


def model_specs(grid: Grid) -> list[ModelSpec]:
    """Lists the models of a grid, small ones first.

    The time that small models do not use is then left to large ones.
    """
    networks = [
        ModelSpec(cell, units, layers)
        for layers in grid.layers
        for units in grid.units
        for cell in grid.cells
    ]
    networks.sort(key=lambda spec: (spec.units * spec.layers, spec.layers))
    return [ModelSpec(FEED_FORWARD, grid.n_nn_units, n=n) for n in grid.n_nn] + networks
