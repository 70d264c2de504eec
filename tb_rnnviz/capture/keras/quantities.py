"""Quantities of a model's recurrent layers: names, sizes, calls."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import keras

from tb_rnnviz.capture.keras.cells import CellTrace, StackedTrace
from tb_rnnviz.capture.keras.layers import RecurrentLayer, recurrent_layers
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.recording import Recording


@dataclass(frozen=True)
class QuantityLocation:
    """Call that computes a quantity, and its name there.

    Attributes:
        call: The call.
        name: Name in the record of that call.
        units: Number of units.
        layer: The layer of the call.
    """

    call: str
    name: str
    units: int
    layer: RecurrentLayer


Locations = dict[QuantityKey, QuantityLocation]
"""Locations by path of the layer and name of the quantity, as in a recording."""


def quantity_locations(model: keras.Model, recording: Recording | None = None) -> Locations:
    """Returns the quantities that can be clamped, and the calls that compute them.

    Args:
        model: A built Keras model.
        recording: A recording of the model, which knows the quantities that cells name while they
            run. Defaults to those that are known without a pass.
    """
    locations: Locations = {}
    for entry in recurrent_layers(model)[0]:
        for suffix, prefix, trace in _cells(entry):
            for quantity, shape in (trace.sizes() or {}).items():
                location = QuantityLocation(entry.path, prefix + quantity, math.prod(shape), entry)
                locations[QuantityKey(entry.path + suffix, quantity)] = location
            if recording is None:
                continue
            pattern = re.compile(f"({re.escape(entry.path)}(?::\\d+)?){re.escape(suffix)}")
            for path in recording.layers:
                if call := pattern.fullmatch(path):
                    for quantity in recording[path]:
                        units = recording[path].width(quantity)
                        location = QuantityLocation(call[1], prefix + quantity, units, entry)
                        locations[QuantityKey(path, quantity)] = location
    return locations


def check_quantities(
    layers: Sequence[RecurrentLayer], quantities: Sequence[str] | str | None
) -> tuple[str, ...] | None:
    """Returns the names of quantities as a tuple and checks that they exist.

    Each exists in at least one of the layers. Names that only a cell can tell while it runs are
    checked after the first pass.

    Raises:
        ValueError: if a quantity does not exist.
    """
    if quantities is None:
        return None
    names = (quantities,) if isinstance(quantities, str) else tuple(quantities)
    full_names = (name for layer in layers for name in layer.trace.quantities)
    existing = list(dict.fromkeys(name.rpartition("/")[2] for name in full_names))
    unknown = [name for name in names if name not in existing]
    if not names or (unknown and not any(layer.trace.open_ended for layer in layers)):
        raise ValueError(f"Unknown quantities {unknown}. Allowed for these layers: {existing}")
    return names


def _cells(entry: RecurrentLayer) -> list[tuple[str, str, CellTrace]]:
    """Returns suffix of the path, prefix in the record and trace of each cell."""
    if not isinstance(entry.trace, StackedTrace):
        return [("", "", entry.trace)]
    traces = zip(entry.trace.names(), entry.trace.traces, strict=True)
    return [(f"/{name}", f"{k}/", trace) for k, (name, trace) in enumerate(traces)]
