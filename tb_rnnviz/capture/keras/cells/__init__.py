"""The kinds of cell: those that the recorder knows by heart, and all others."""

from __future__ import annotations

from typing import Any

import keras

from tb_rnnviz.capture.keras.cells.base import CellTrace
from tb_rnnviz.capture.keras.cells.generic import GenericTrace
from tb_rnnviz.capture.keras.cells.gru import GRUTrace
from tb_rnnviz.capture.keras.cells.lstm import LSTMTrace
from tb_rnnviz.capture.keras.cells.simple_rnn import SimpleRNNTrace
from tb_rnnviz.capture.keras.cells.stacked import StackedTrace

_KNOWN = {
    keras.layers.SimpleRNNCell: SimpleRNNTrace,
    keras.layers.LSTMCell: LSTMTrace,
    keras.layers.GRUCell: GRUTrace,
}


def trace_of(cell: Any) -> CellTrace:
    """The trace of a cell; a subclass that steps in its own way is another kind of cell."""
    if isinstance(cell, keras.layers.StackedRNNCells):
        return StackedTrace(cell, [trace_of(inner) for inner in cell.cells])
    for known, trace in _KNOWN.items():
        if isinstance(cell, known) and type(cell).call is known.call:
            return trace(cell)
    return GenericTrace(cell)


__all__ = ["CellTrace", "StackedTrace", "trace_of"]
