"""Which unit of which quantity is meant, and where a pass finds it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from tb_rnnviz.capture.keras.cells import StackedTrace
from tb_rnnviz.capture.keras.cells.base import STATE
from tb_rnnviz.capture.keras.layers import RecurrentLayer, recurrent_layers
from tb_rnnviz.recording import Recording

Unit = tuple[str, str, int]
"""Layer, quantity and place of a unit, named as in a recording."""


@dataclass(frozen=True)
class Place:
    """A quantity of a layer, and where a pass finds it.

    Attributes:
        call: The call that computes it.
        name: Its name in the record of that call.
        units: How many units it has.
        layer: The layer of the call.
    """

    call: str
    name: str
    units: int
    layer: RecurrentLayer


Places = dict[tuple[str, str], Place]
"""Places by path and quantity, as a recording names them."""


def places(model: keras.Model, recording: Recording | None = None) -> Places:
    """The quantities that can be held: those known without a pass, and those of a recording."""
    found: Places = {}
    for entry in recurrent_layers(model)[0]:
        for suffix, prefix, trace in _cells(entry):
            for quantity, shape in (trace.sizes() or {}).items():
                place = Place(entry.path, prefix + quantity, math.prod(shape), entry)
                found[entry.path + suffix, quantity] = place
            pattern = re.compile(f"({re.escape(entry.path)}(?::\\d+)?){re.escape(suffix)}")
            for path in recording.layers if recording is not None else ():
                if call := pattern.fullmatch(path):
                    for quantity in recording[path]:
                        units = recording[path].width(quantity)
                        found[path, quantity] = Place(call[1], prefix + quantity, units, entry)
    return found


def as_unit(entry: Any) -> Unit:
    """(layer, unit) or (layer, quantity, unit) with the quantity said; the default is the output.

    Raises:
        ValueError: if it is neither.
    """
    parts = tuple(entry) if is_unit(entry) else ()
    layer, quantity, unit = (parts[0], STATE, parts[1]) if len(parts) == 2 else parts or (0, 0, 0)
    whole = isinstance(unit, (int, np.integer)) and not isinstance(unit, bool)
    if not (isinstance(layer, str) and isinstance(quantity, str) and whole):
        raise ValueError(
            "A unit is named (layer, unit) or (layer, quantity, unit), such as ('lstm', 5) or "
            f"('lstm', 'forget_gate', 5). Received: {entry!r}"
        )
    return layer, quantity, int(unit)


def is_unit(entry: Any) -> bool:
    """Whether something names one unit, and not several."""
    return isinstance(entry, (tuple, list)) and len(entry) in (2, 3) and isinstance(entry[0], str)


def check_units(units: Iterable[Unit], known: Mapping[tuple[str, str], Place]) -> None:
    """Every unit must exist.

    Raises:
        ValueError: if a layer, quantity or unit does not; it says which ones do.
    """
    for layer, quantity, unit in units:
        if (layer, quantity) not in known:
            own = [name for path, name in known if path == layer]
            if not own:
                paths = list(dict.fromkeys(path for path, _ in known))
                raise ValueError(f"No recurrent layer {layer!r} to hold. Allowed: {paths}")
            raise ValueError(f"Layer {layer!r} has no quantity {quantity!r}. Allowed: {own}")
        count = known[layer, quantity].units
        if not 0 <= unit < count:
            raise ValueError(
                f"Layer {layer!r} has no unit {unit} in {quantity!r}. Allowed: 0 to {count - 1}"
            )


def _cells(entry: RecurrentLayer) -> list[tuple[str, str, Any]]:
    """What each cell of a layer adds to the path, and to the names in the record."""
    if not isinstance(entry.trace, StackedTrace):
        return [("", "", entry.trace)]
    named = zip(entry.trace.names(), entry.trace.traces, strict=True)
    return [(f"/{name}", f"{k}/", trace) for k, (name, trace) in enumerate(named)]
