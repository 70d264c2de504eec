"""What stands in one place of the table."""

from dataclasses import dataclass

from trainer.study.config import Grid

HEADINGS = {"SimpleRNN": "RNN", "LSTM": "LSTM", "GRU": "GRU"}
"""The paper's names of the kinds of networks."""

FEED_FORWARD = "n-NN"


@dataclass(frozen=True)
class Entry:
    """A model to train.

    Args:
        model: `SimpleRNN`, `LSTM`, `GRU`, or `n-NN`.
        units: Units of each hidden layer.
        layers: Recurrent layers; 1 for an n-NN.
        n: Characters that an n-NN sees.

    Example:
        >>> Entry("LSTM", 128, layers=2).name, Entry("n-NN", 64, n=3).name
        ('LSTM-2x128', '3-NN')
    """

    model: str
    units: int
    layers: int = 1
    n: int | None = None

    @property
    def recurrent(self) -> bool:
        return self.model != FEED_FORWARD

    @property
    def name(self) -> str:
        """For people, and for the model's directory."""
        if not self.recurrent:
            return f"{self.n}-NN"
        return f"{HEADINGS[self.model]}-{self.layers}x{self.units}"


def entries(grid: Grid) -> list[Entry]:
    """The models of a grid, small ones first: what they leave of their time goes to large ones."""
    networks = [
        Entry(cell, units, layers)
        for layers in grid.layers
        for units in grid.units
        for cell in grid.cells
    ]
    networks.sort(key=lambda entry: (entry.units * entry.layers, entry.layers))
    return [Entry(FEED_FORWARD, grid.n_nn_units, n=n) for n in grid.n_nn] + networks
