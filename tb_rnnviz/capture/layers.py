"""Finds the recurrent layers of a model and gives each a path that people recognise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras

from tb_rnnviz.capture.cells import CellTrace, trace_of


@dataclass(frozen=True)
class RecurrentLayer:
    """One recurrent layer of a model.

    Attributes:
        path: Names from the model down to the layer, `encoder/lstm_1`.
        layer: The Keras layer.
        trace: How to record its cell.
    """

    path: str
    layer: keras.layers.RNN
    trace: type[CellTrace]

    @property
    def cell_name(self) -> str:
        return type(self.layer.cell).__name__


def recurrent_layers(model: Any) -> tuple[list[RecurrentLayer], dict[str, str]]:
    """The layers that can be recorded in the model's order, and why others cannot.

    Args:
        model: A Keras model or layer.

    Returns:
        The recurrent layers, and a reason for the path of each that cannot be recorded.
    """
    found, absent = [], {}
    for path, layer in _walk(model, "", set()):
        trace = trace_of(layer.cell)
        if trace is None:
            absent[path] = f"cells of the class {type(layer.cell).__name__} are not known"
        else:
            found.append(RecurrentLayer(path, layer, trace))
    return found, absent


def choose_layers(model: Any, layers: Sequence[str] | str | None) -> list[RecurrentLayer]:
    """The recurrent layers named by `layers`, all of them for `None`.

    Raises:
        ValueError: if the model has no recurrent layer that can be recorded, or none of that name.
    """
    found, absent = recurrent_layers(model)
    if not found:
        why = "".join(f" {path}: {reason}." for path, reason in absent.items())
        raise ValueError(
            f"Model {model.name!r} has no recurrent layer that can be recorded.{why} "
            f"Its layers: {[layer.name for layer in _children(model)]}. "
            "Allowed: SimpleRNN, LSTM and GRU, at any depth."
        )
    if layers is None:
        return found
    wanted = [layers] if isinstance(layers, str) else list(layers)
    by_path = {layer.path: layer for layer in found}
    for name in wanted:
        if name not in by_path:
            why = f" ({absent[name]})" if name in absent else ""
            raise ValueError(
                f"No recurrent layer {name!r}{why} in model {model.name!r}. "
                f"Allowed: {list(by_path)}"
            )
    return [layer for layer in found if layer.path in wanted]


def check_quantities(
    layers: Sequence[RecurrentLayer], quantities: Sequence[str] | str | None
) -> tuple[str, ...] | None:
    """The wanted quantities as a tuple; each must exist in at least one of the layers."""
    if quantities is None:
        return None
    wanted = (quantities,) if isinstance(quantities, str) else tuple(quantities)
    exist = list(dict.fromkeys(name for layer in layers for name in layer.trace.quantities))
    unknown = [name for name in wanted if name not in exist]
    if unknown or not wanted:
        raise ValueError(f"Unknown quantities {unknown}. Allowed for these layers: {exist}")
    return wanted


def _walk(layer: Any, path: str, seen: set[int]) -> Iterator[tuple[str, Any]]:
    for child in _children(layer):
        if id(child) in seen:
            continue
        seen.add(id(child))
        child_path = f"{path}/{child.name}" if path else child.name
        if isinstance(child, keras.layers.RNN):
            yield child_path, child
        else:
            yield from _walk(child, child_path, seen)


def _children(layer: Any) -> list:
    """Sub-layers as the user wrote them: a model's own list hides its inner bookkeeping."""
    if isinstance(layer, keras.Model):
        return list(layer.layers)
    return list(layer._flatten_layers(include_self=False, recursive=False))
