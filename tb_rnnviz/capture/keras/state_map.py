"""State maps of Keras' cells, and what a layer is given while a model runs."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from tb_rnnviz.capture.keras.backends import compiled, to_arrays, untouched_seeds
from tb_rnnviz.capture.keras.batches import batch_of, groups_of, run_pass
from tb_rnnviz.capture.keras.cells import trace_of
from tb_rnnviz.capture.keras.layers import RecurrentLayer
from tb_rnnviz.capture.keras.tapped_model import CompiledPass, TappedModel, compiled_passes
from tb_rnnviz.core.state_map import StateMap
from tb_rnnviz.probe import Probe


class KerasStateMap(StateMap):
    """The step of a Keras cell, on a copy with double precision.

    A cell that cannot be copied from its configuration runs as it is, in single precision. Every
    cell does on JAX and PyTorch, where Keras multiplies matrices in single precision only.

    Args:
        cell: A built cell, or an RNN layer.

    Raises:
        ValueError: If it is neither, or was not built.
    """

    def __init__(self, cell: keras.layers.Layer):
        cell = getattr(cell, "cell", cell)
        if not hasattr(cell, "state_size"):
            raise ValueError(
                f"A state map is of a cell or of a recurrent layer. Received: {cell!r}"
            )
        if not cell.built:
            raise ValueError(
                f"The cell {cell.name!r} has no weights yet. Call its model once, or build it."
            )
        self._structure = _initial_state(cell)
        states = keras.tree.flatten(self._structure)
        self._shapes = [tuple(state.shape[1:]) for state in states]
        self._sizes = [int(np.prod(shape)) for shape in self._shapes]
        self.size = sum(self._sizes)
        names = trace_of(cell).states
        if len(names) == len(self._sizes):
            self.parts = tuple(zip(names, self._sizes, strict=True))
        self.channels = _channels_of(cell)
        copy = _double(cell)
        self._cell = cell if copy is None else copy
        self._dtype = "float64" if copy is not None else cell.compute_dtype
        is_double = copy is not None and keras.backend.backend() == "tensorflow"
        self.precision = 1e-6 if is_double else 1e-5

    def step(self, states: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        with double_precision():
            parts = np.split(states, np.cumsum(self._sizes)[:-1], axis=1)
            tensors = [
                keras.ops.convert_to_tensor(part.reshape(-1, *shape), dtype=self._dtype)
                for part, shape in zip(parts, self._shapes, strict=True)
            ]
            nested = keras.tree.pack_sequence_as(self._structure, tensors)
            tensor = keras.ops.convert_to_tensor(inputs, dtype=self._dtype)
            _, following = self._cell(tensor, nested)
            arrays = [keras.ops.convert_to_numpy(part) for part in keras.tree.flatten(following)]
        return np.concatenate(
            [array.reshape(len(states), -1).astype(np.float64) for array in arrays], axis=1
        )


@contextmanager
def double_precision() -> Iterator[None]:
    """Lets tensors have double precision, which JAX has only on request."""
    if keras.backend.backend() != "jax":
        yield
        return
    import jax

    with jax.enable_x64(True):
        yield


def layer_inputs(model: keras.Model, probe: Probe, entry: RecurrentLayer) -> list[np.ndarray]:
    """Returns what a layer is given while the model reads a probe.

    Args:
        model: A built Keras model.
        probe: The probe, with ids.
        entry: The layer.

    Returns:
        Float64 (steps, channels) for each sequence that it reads, without masked steps and in the
        order in which it reads them.
    """
    run, rows = _inputs_pass(model, entry).run, []
    with untouched_seeds(model):
        for group in groups_of(probe):
            inputs, masks = to_arrays(run_pass(run, probe, batch_of(probe, group)))
            for call, arrays in inputs.items():
                for index, array in enumerate(arrays):
                    part = array if call not in masks else array[masks[call][index].astype(bool)]
                    rows.append(np.asarray(part, np.float64))
    backwards = getattr(entry.layer, "go_backwards", False)
    return [row[::-1] for row in rows] if backwards else rows


def _inputs_pass(model: keras.Model, entry: RecurrentLayer) -> CompiledPass:
    """Returns the pass that gives a layer's inputs and masks; it is traced once."""
    key = ("layer inputs", entry.path, id(entry.layer))
    passes = compiled_passes(model)
    if key not in passes:
        tapped = TappedModel(model, [entry], {entry.path: ()})

        def forward(inputs):
            _, taps = tapped.forward(inputs)
            return taps.inputs, taps.masks

        passes[key] = CompiledPass(tapped, compiled(model, forward))
    return passes[key]


def _double(cell: keras.layers.Layer) -> keras.layers.Layer | None:
    """Returns a copy of a cell with double precision, `None` if there is none."""
    with double_precision(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            copy = _copy(cell)
            copy.build((None, _channels_of(cell)))
            copy.set_weights([np.asarray(weight, np.float64) for weight in cell.get_weights()])
        except Exception:  # a configuration may lack anything
            return None
        is_double = all(weight.dtype == "float64" for weight in copy.weights)
        return copy if is_double and copy.compute_dtype == "float64" else None


def _copy(cell: keras.layers.Layer) -> keras.layers.Layer:
    if isinstance(cell, keras.layers.StackedRNNCells):
        return keras.layers.StackedRNNCells([_copy(part) for part in cell.cells], dtype="float64")
    return type(cell).from_config(cell.get_config() | {"dtype": "float64", "name": "copy"})


def _initial_state(cell: Any) -> Any:
    """Returns the initial state of one sequence, nested as the cell takes it."""
    if hasattr(cell, "get_initial_state"):
        return cell.get_initial_state(batch_size=1)
    sizes = cell.state_size if isinstance(cell.state_size, (list, tuple)) else [cell.state_size]
    shapes = [(size,) if isinstance(size, int) else tuple(size) for size in sizes]
    return [np.zeros((1, *shape)) for shape in shapes]


def _channels_of(cell: Any) -> int:
    """Returns the number of channels that a built cell reads."""
    first = cell.cells[0] if isinstance(cell, keras.layers.StackedRNNCells) else cell
    config = first.get_build_config() or {}
    shape = config.get("input_shape") or next(iter(config.get("shapes_dict", {}).values()), None)
    if shape is None:
        raise ValueError(
            f"It is not known how many channels the cell {cell.name!r} reads: its `build` was not "
            "given a shape."
        )
    return int(shape[-1])
