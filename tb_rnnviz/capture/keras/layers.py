"""Finds the recurrent layers of a model and gives each a path that people recognise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras

from tb_rnnviz.capture.keras.cells import CellTrace, trace_of


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
    trace: CellTrace


def recurrent_layers(model: Any) -> tuple[list[RecurrentLayer], dict[str, str]]:
    """The layers that can be recorded in the model's order, and why others cannot.

    Args:
        model: A Keras model or layer.

    Returns:
        The recurrent layers, and a reason for the path of each that cannot be recorded.
    """
    found, absent = [], {}
    for path, layer in _walk(model, "", set()):
        if getattr(layer, "input_spec", None) and getattr(layer, "rank", 0):
            absent[path] = f"{type(layer).__name__} has units in space, which are not recorded"
            continue
        try:
            found.append(RecurrentLayer(_unique(path, found), layer, trace_of(layer.cell)))
        except ValueError as error:
            absent[path] = str(error)
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
            "Allowed: SimpleRNN, LSTM, GRU and RNN with any cell, at any depth."
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
    """The wanted quantities as a tuple; each must exist in at least one of the layers.

    Cells that name their quantities while they run are asked again after the first pass.
    """
    if quantities is None:
        return None
    wanted = (quantities,) if isinstance(quantities, str) else tuple(quantities)
    known = (name for layer in layers for name in layer.trace.quantities)
    exist = list(dict.fromkeys(name.rpartition("/")[2] for name in known))
    unknown = [name for name in wanted if name not in exist]
    if not wanted or (unknown and not any(layer.trace.open_ended for layer in layers)):
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


def _unique(path: str, found: Sequence[RecurrentLayer]) -> str:
    taken = {entry.path for entry in found}
    names = (path if not k else f"{path}_{k}" for k in range(len(taken) + 1))
    return next(name for name in names if name not in taken)
