"""Recurrent layers of a model, each with a path that people recognise."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras

from tb_rnnviz.capture.keras.cells import CellTrace, trace_of


@dataclass(frozen=True)
class RecurrentLayer:
    """A recurrent layer of a model, or a cell that the model runs by hand.

    Attributes:
        path: Names from the model down to the layer, `encoder/lstm_1`.
        layer: The Keras layer.
        trace: Trace of its cell.
    """

    path: str
    layer: keras.layers.Layer
    trace: CellTrace

    @property
    def is_cell(self) -> bool:
        """True for a cell outside an RNN layer, which the model calls once a step."""
        return not isinstance(self.layer, keras.layers.RNN)

    @property
    def cell(self) -> keras.layers.Layer:
        """The cell."""
        return self.layer if self.is_cell else self.layer.cell


def recurrent_layers(
    model: Any, with_cells: bool = False
) -> tuple[list[RecurrentLayer], dict[str, str]]:
    """Returns the layers that can be recorded, and the reasons why others cannot.

    Args:
        model: A Keras model or layer.
        with_cells: If true, also the cells outside an RNN layer, which the model calls by hand.

    Returns:
        The recurrent layers in the model's order, and a reason for the path of each that cannot be
        recorded.
    """
    layers: list[RecurrentLayer] = []
    absent: dict[str, str] = {}
    is_recorded = _is_recurrent_or_cell if with_cells else _is_recurrent
    for path, layer in _walk(model, is_recorded, "", set()):
        if getattr(layer, "input_spec", None) and getattr(layer, "rank", 0):
            absent[path] = f"{type(layer).__name__} has units in space, which are not recorded"
            continue
        try:
            trace = trace_of(getattr(layer, "cell", layer))
            layers.append(RecurrentLayer(_unique(path, layers), layer, trace))
        except ValueError as error:
            absent[path] = str(error)
    return layers, absent


def choose_layers(
    model: Any, layers: Sequence[str] | str | None, with_cells: bool = False
) -> list[RecurrentLayer]:
    """Returns the recurrent layers of some paths, in the model's order.

    Args:
        model: A Keras model or layer.
        layers: Their paths, or `None` for all recurrent layers.
        with_cells: As for `recurrent_layers`.

    Raises:
        ValueError: if the model has no recurrent layer that can be recorded, or none of a path.
    """
    recurrent, absent = recurrent_layers(model, with_cells)
    if not recurrent:
        reasons = "".join(f" {path}: {reason}." for path, reason in absent.items())
        raise ValueError(
            f"Model {model.name!r} has no recurrent layer that can be recorded.{reasons} "
            f"Its layers: {[layer.name for layer in _children(model)]}. "
            "Allowed: SimpleRNN, LSTM, GRU and RNN with any cell, at any depth."
        )
    if layers is None:
        return recurrent
    paths = [layers] if isinstance(layers, str) else list(layers)
    allowed = [layer.path for layer in recurrent]
    for path in paths:
        if path not in allowed:
            reason = f" ({absent[path]})" if path in absent else ""
            raise ValueError(
                f"No recurrent layer {path!r}{reason} in model {model.name!r}. Allowed: {allowed}"
            )
    return [layer for layer in recurrent if layer.path in paths]


def named_layers(model: Any, kinds: tuple[type, ...]) -> list[tuple[str, Any]]:
    """Returns path and layer of every layer of some types, in the model's order.

    Args:
        model: A Keras model or layer.
        kinds: The types. Layers inside such a layer are not returned.
    """
    named: dict[str, Any] = {}
    for path, layer in _walk(model, lambda layer: isinstance(layer, kinds), "", set()):
        named[_unique_name(path, named)] = layer
    return list(named.items())


def _walk(
    layer: Any, is_wanted: Callable[[Any], bool], path: str, visited: set[int]
) -> Iterator[tuple[str, Any]]:
    for child in _children(layer):
        if id(child) in visited:
            continue
        visited.add(id(child))
        child_path = f"{path}/{child.name}" if path else child.name
        if is_wanted(child):
            yield child_path, child
        else:
            yield from _walk(child, is_wanted, child_path, visited)


def _is_recurrent(layer: Any) -> bool:
    return isinstance(layer, keras.layers.RNN)


def _is_recurrent_or_cell(layer: Any) -> bool:
    is_cell = hasattr(layer, "state_size") and hasattr(layer, "get_initial_state")
    return _is_recurrent(layer) or is_cell


def _children(layer: Any) -> list:
    """Returns sub-layers as the user wrote them, without a model's bookkeeping."""
    if isinstance(layer, keras.Model):
        return list(layer.layers)
    return list(layer._flatten_layers(include_self=False, recursive=False))


def _unique(path: str, layers: Sequence[RecurrentLayer]) -> str:
    return _unique_name(path, {entry.path for entry in layers})


def _unique_name(path: str, taken: Collection[str]) -> str:
    names = (path if not k else f"{path}_{k}" for k in range(len(taken) + 1))
    return next(name for name in names if name not in taken)
