"""`sow_matrix`: names a matrix inside any layer or model, to record it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

AxisNames = str | Sequence[str] | None
"""Name of an axis or of each of its entries, `None` to find it by its length."""


@dataclass(frozen=True)
class SownMatrix:
    """A matrix that a layer or model named, with the meaning of its axes.

    Attributes:
        name: Name of the matrix.
        value: Tensor (batch, rows, columns) or (batch, heads, rows, columns).
        rows: Names of the rows.
        columns: Names of the columns.
    """

    name: str
    value: Any
    rows: AxisNames = None
    columns: AxisNames = None


_collector: ContextVar[Callable[[SownMatrix], None] | None] = ContextVar(
    "rnnviz_sown_matrices", default=None
)


def sow_matrix(name: str, value: Any, rows: AxisNames = None, columns: AxisNames = None) -> Any:
    """Names a matrix inside a layer's or model's `call`, so that it is recorded.

    Scores of Keras' attention layers are recorded without it. It costs nothing while the model is
    not recorded: it looks at one variable and returns. If a name is sown twice in one pass, the
    second matrix is named `name:2`; matrices of one row each, such as those of a decoder that
    attends once a step, become the rows of one matrix.

    Args:
        name: Name of the matrix in the recording, in the log and in the tab.
        value: Tensor (batch, rows, columns), or (batch, heads, rows, columns).
        rows: Name of the axis of the rows, such as `"tokens"`, or a list with a name for each row.
            Defaults to the axis of the recording that has as many steps in every sequence, or to
            numbers.
        columns: The same for the columns.

    Returns:
        The value, unchanged.

    Example:
        >>> import keras, numpy as np
        >>> import tb_rnnviz as rv
        >>> class Similarity(keras.layers.Layer):
        ...     def call(self, states):
        ...         products = keras.ops.matmul(states, keras.ops.transpose(states, (0, 2, 1)))
        ...         return keras.ops.matmul(rv.sow_matrix("similarity", products), states)
        >>> model = keras.Sequential([keras.Input((None, 3)),
        ...     keras.layers.GRU(2, return_sequences=True), Similarity()])
        >>> recording = rv.record(model, np.zeros((1, 4, 3), "float32"))
        >>> recording.matrices["similarity"].shape, recording.matrix_axes["similarity"].rows
        ((1, 4, 4), 'time')
    """
    collector = _collector.get()
    if collector is not None:
        collector(SownMatrix(name, value, rows, columns))
    return value


@contextmanager
def collect_matrices(collector: Callable[[SownMatrix], None]) -> Iterator[None]:
    """Passes the matrices that are sown inside the `with` block to a collector.

    Example:
        >>> sown = []
        >>> with collect_matrices(sown.append):
        ...     sow_matrix("weights", [[1.0]])
        [[1.0]]
        >>> sown[0].name
        'weights'
    """
    token = _collector.set(collector)
    try:
        yield
    finally:
        _collector.reset(token)
