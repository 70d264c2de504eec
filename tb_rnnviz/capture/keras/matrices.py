"""Matrices of a forward pass: attention scores, and what `sow_matrix` named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from tb_rnnviz.capture.keras.activity import gather
from tb_rnnviz.capture.keras.attention import (
    QUERY,
    VALUE,
    AttentionScores,
    attended_call,
    attention_layers,
    scored_call,
)
from tb_rnnviz.capture.keras.backends import trace_state
from tb_rnnviz.capture.keras.tapped_model import replaced_calls
from tb_rnnviz.capture.sow_matrix import AxisNames, SownMatrix, collect_matrices
from tb_rnnviz.core.matrix_axes import MatrixAxes, axis_of_lengths
from tb_rnnviz.core.vocabulary import texts_of

TENSOR, ROW_MASK, COLUMN_MASK = "tensor", "row_mask", "column_mask"

Calls = dict[str, list[dict[str, Any]]]
"""Value and masks of each matrix of one pass, by name: one entry for each call."""

UNREACHABLE = (
    "it is computed inside a loop or branch of the model's own; in a recurrent cell, "
    "tb_rnnviz.sow() records the weights of each step as a quantity"
)


@dataclass
class MatrixTaps:
    """Taps that collect the matrices of a model while its forward pass is traced.

    Attributes:
        axes: Names of rows and columns as `sow_matrix` was given them, by matrix.
        failed: Reasons for matrices that cannot be recorded, by name.
    """

    axes: dict[str, tuple[AxisNames, AxisNames]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def tapped(self, model: keras.Model) -> Iterator[Calls]:
        """Collects the matrices of the `with` block; the model is left as it was."""
        calls: Calls = {}
        trace = trace_state()

        def add(matrix: SownMatrix, row_mask: Any = None, column_mask: Any = None) -> None:
            name = str(matrix.name)
            if trace_state() != trace:
                self.failed[name] = UNREACHABLE
                return
            try:
                axes = (_entry_names(matrix.rows), _entry_names(matrix.columns))
                tensors = self._tensors(matrix.value, row_mask, column_mask)
            except Exception as error:  # each backend has errors of its own
                self.failed[name] = str(error)
                return
            self.axes[name] = axes
            calls.setdefault(name, []).append(tensors)

        def add_scores(result: AttentionScores) -> None:
            add(SownMatrix(result.path, result.scores), result.query_mask, result.value_mask)

        def fail(path: str, reason: str) -> None:
            self.failed[path] = reason

        with ExitStack() as stack:
            stack.enter_context(collect_matrices(add))
            paths = {id(layer): path for path, layer in attention_layers(model)}
            layers = [layer for _, layer in attention_layers(model)]

            def replacement(layer: Any) -> Callable:
                return scored_call(paths[id(layer)], layer, add_scores, fail)

            stack.enter_context(replaced_calls(layers, replacement))
            yield calls

    @staticmethod
    def _tensors(value: Any, row_mask: Any, column_mask: Any) -> dict[str, Any]:
        value = keras.ops.cast(keras.ops.convert_to_tensor(value), "float32")
        rank = len(value.shape)
        if rank not in (3, 4):
            raise ValueError(
                f"it has the shape {tuple(value.shape)} instead of (batch, rows, columns) or "
                "(batch, heads, rows, columns). A row of each step, (batch, columns), is sown as "
                "value[:, None]"
            )
        tensors = {TENSOR: value}
        for key, mask, steps in ((ROW_MASK, row_mask, -2), (COLUMN_MASK, column_mask, -1)):
            if mask is not None and len(mask.shape) == 2 and _may_equal(mask, value, steps):
                tensors[key] = keras.ops.cast(mask, "bool")
        return tensors


@dataclass(frozen=True)
class RecordedMatrices:
    """Matrices of a recording.

    Attributes:
        arrays: Float32 arrays by name, NaN at padding.
        axes: Meaning of rows and columns, by name.
        absent: Reasons for those that were not recorded, by name.
    """

    arrays: dict[str, np.ndarray]
    axes: dict[str, MatrixAxes]
    absent: dict[str, str]


def recorded_matrices(
    taps: MatrixTaps,
    groups: Sequence[Sequence[int]],
    passes: Sequence[Calls],
    axes: Mapping[str, Sequence[int]],
    attended: Mapping[str, str] | None = None,
) -> RecordedMatrices:
    """Puts the matrices of all passes together, in the order of the sequences.

    Args:
        taps: The taps that collected them.
        groups: The sequences of each pass, by index.
        passes: Matrices of each pass, as arrays.
        axes: Steps of each sequence by name of an axis of the recording, the axis of the tokens
            first.
        attended: Name of the axis that query or value of a call read, as far as it is not that of
            the tokens; see `attended_call`. Defaults to none.
    """
    result = RecordedMatrices({}, {}, dict(taps.failed))
    sequences = len(next(iter(axes.values())))
    by_call: dict[str, list[tuple[Sequence[int], dict[str, np.ndarray]]]] = {}
    for group, calls in zip(groups, passes, strict=True):
        for name, of_name in calls.items():
            for call, tensors in _named_calls(name, of_name).items():
                by_call.setdefault(call, []).append((group, tensors))
    for call, parts in by_call.items():
        names = taps.axes.get(call, taps.axes.get(call.rpartition(":")[0], (None, None)))
        try:
            array = _gathered(parts, sequences)
            rows, columns = (
                _first(axes, (attended or {}).get(attended_call(call, side)))
                for side in (QUERY, VALUE)
            )
            result.axes[call] = _axes(parts, names, rows, columns)
            result.arrays[call] = array
        except ValueError as error:
            result.absent[call] = str(error)
    return result


def _named_calls(
    name: str, calls: Sequence[dict[str, np.ndarray]]
) -> dict[str, dict[str, np.ndarray]]:
    """Returns the calls of a matrix by name; calls with one row each become one."""
    shapes = {np.shape(call[TENSOR]) for call in calls}
    if len(calls) > 1 and len(shapes) == 1 and next(iter(shapes))[-2] == 1:
        merged = {TENSOR: np.concatenate([call[TENSOR] for call in calls], axis=-2)}
        if all(ROW_MASK in call for call in calls):
            merged[ROW_MASK] = np.concatenate([call[ROW_MASK] for call in calls], axis=1)
        return {name: calls[0] | merged}
    return {name if not k else f"{name}:{k + 1}": call for k, call in enumerate(calls)}


def _gathered(
    parts: Sequence[tuple[Sequence[int], dict[str, np.ndarray]]], sequences: int
) -> np.ndarray:
    for group, tensors in parts:
        batch = len(tensors[TENSOR])
        if batch != len(group):
            raise ValueError(
                f"its first axis has the size {batch}, and the model reads {len(group)} sequences"
            )
    if len({tensors[TENSOR].shape[1:-2] for _, tensors in parts}) > 1:
        raise ValueError("it has another number of heads in other sequences")
    arrays = [np.asarray(tensors[TENSOR], np.float32) for _, tensors in parts]
    return gather(arrays, [group for group, _ in parts], [1] * sequences)


def _axes(
    parts: Sequence[tuple[Sequence[int], dict[str, np.ndarray]]],
    names: tuple[AxisNames, AxisNames],
    row_axes: Mapping[str, Sequence[int]],
    column_axes: Mapping[str, Sequence[int]],
) -> MatrixAxes:
    """Returns the axes of a matrix: those of its names, or the first that fits.

    Args:
        parts: The sequences of each pass, and its tensors.
        names: Names of rows and columns.
        row_axes: Steps of each sequence by name of an axis that the rows may be.
        column_axes: The same for the columns.
    """
    sequences = len(next(iter(row_axes.values())))
    rows, row_names = _names(names[0], _lengths(parts, sequences, -2), row_axes)
    columns, column_names = _names(names[1], _lengths(parts, sequences, -1), column_axes)
    return MatrixAxes(
        rows,
        columns,
        tuple(_lengths(parts, sequences, -2, ROW_MASK)),
        tuple(_lengths(parts, sequences, -1, COLUMN_MASK)),
        row_names,
        column_names,
    )


def _first(axes: Mapping[str, Sequence[int]], preferred: str | None) -> Mapping[str, Sequence[int]]:
    """Returns the axes with the preferred one first, if it is among them."""
    return (
        axes if preferred is None or preferred not in axes else {preferred: axes[preferred], **axes}
    )


def _lengths(
    parts: Sequence[tuple[Sequence[int], dict[str, np.ndarray]]],
    sequences: int,
    axis: int,
    mask: str = "",
) -> list[int]:
    """Returns the size of an axis in each sequence, without masked entries at the end."""
    lengths = np.zeros(sequences, np.int64)
    for group, tensors in parts:
        lengths[list(group)] = _consumed(tensors.get(mask), tensors[TENSOR].shape[axis])
    return lengths.tolist()


def _names(
    names: AxisNames, lengths: Sequence[int], axes: Mapping[str, Sequence[int]]
) -> tuple[str, tuple[str, ...] | None]:
    """Returns the name of an axis, and the names of its entries if it has any."""
    if names is None:
        return axis_of_lengths(lengths, axes), None
    if isinstance(names, str):
        return names, None
    if len(names) != max(lengths, default=0):
        raise ValueError(f"it has {len(names)} names for {max(lengths, default=0)} entries")
    return "", tuple(names)


def _entry_names(names: Any) -> AxisNames:
    """Returns the names of rows or columns as `sow_matrix` was given them, checked."""
    if names is None or isinstance(names, str):
        return names
    if isinstance(names, (set, frozenset, Mapping)) or not hasattr(names, "__iter__"):
        raise ValueError(
            "its rows and columns have the name of an axis, such as 'tokens', or a list with a "
            f"name for each. Received: {names!r}"
        )
    return texts_of(list(names))


def _consumed(mask: np.ndarray | None, size: int) -> Any:
    """Returns the number of entries up to the last one that is not masked."""
    if mask is None or mask.shape[1] != size or not size:
        return size
    return np.where(mask.any(axis=1), size - np.argmax(mask[:, ::-1], axis=1), 0)


def _may_equal(mask: Any, value: Any, axis: int) -> bool:
    """True if a mask has as many steps as an axis of a value, as far as it is known."""
    sizes = mask.shape[1], value.shape[axis]
    return None in sizes or sizes[0] == sizes[1]
