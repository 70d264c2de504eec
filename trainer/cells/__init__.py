"""Custom cells for `keras.layers.RNN`, which sow their quantities for RNN-Viz.

Importing this registers them with Keras, so that saved models that hold them can be loaded.
"""

import keras

from trainer.cells.min_gru import MinGRUCell
from trainer.cells.multi_zone import MultiZoneCell
from trainer.cells.slstm import SLSTMCell

CELLS: dict[str, type[keras.layers.Layer]] = {
    "MinGRU": MinGRUCell,
    "SLSTM": SLSTMCell,
    "MultiZone": MultiZoneCell,
}
"""Classes by their name in `model.cell` of an experiment."""

__all__ = ["CELLS", "MinGRUCell", "MultiZoneCell", "SLSTMCell"]
