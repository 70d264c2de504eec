"""Traces of cells: one for each cell of Keras, and one for any other cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from tb_rnnviz.capture.keras.cells.base import CellTrace
from tb_rnnviz.capture.keras.cells.generic import GenericTrace
from tb_rnnviz.capture.keras.cells.gru import GRUTrace
from tb_rnnviz.capture.keras.cells.lstm import LSTMTrace
from tb_rnnviz.capture.keras.cells.simple_rnn import SimpleRNNTrace
from tb_rnnviz.capture.keras.cells.stacked import StackedTrace

_KNOWN: dict[Any, Callable[[Any], CellTrace]] = {
    keras.layers.SimpleRNNCell: SimpleRNNTrace,
    keras.layers.LSTMCell: LSTMTrace,
    keras.layers.GRUCell: GRUTrace,
}


def trace_of(cell: Any) -> CellTrace:
    """Returns the trace of a cell.

    A subclass of a Keras cell that steps in its own way is traced as any other cell.

    Args:
        cell: A cell, as `keras.layers.RNN` takes it.

    Raises:
        ValueError: if the cell cannot be recorded.
    """
    if isinstance(cell, keras.layers.StackedRNNCells):
        return StackedTrace(cell, [trace_of(inner) for inner in cell.cells])
    for known, trace in _KNOWN.items():
        if isinstance(cell, known) and type(cell).call is known.call:
            return trace(cell)
    return GenericTrace(cell)


__all__ = ["CellTrace", "StackedTrace", "trace_of"]
