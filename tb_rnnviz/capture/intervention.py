"""`Intervention`: units clamped to a value while a model reads a probe."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tb_rnnviz.core.names import HIDDEN_STATE, QuantityKey
from tb_rnnviz.recording import Recording

PREVIOUS = "before"
"""Clamps a unit to its undisturbed value one token earlier."""

ABLATION_VALUES = ("mean", "zero", PREVIOUS)
"""Ablation values that have a name."""

Unit = tuple[str, str, int]
"""Layer, quantity and index of a unit, named as in a recording."""


@dataclass(frozen=True, eq=False)
class Intervention:
    """Units that are clamped at every token of a reading.

    Attributes:
        clamp: Value of each unit: a finite number, or `"before"` for the value that the unit had
            one token earlier in an undisturbed recording. Defaults to no units.
    """

    clamp: Mapping[Unit, float | str] = field(default_factory=dict)


def as_unit(entry: Any) -> Unit:
    """Returns (layer, unit) or (layer, quantity, unit) as (layer, quantity, unit).

    Raises:
        ValueError: if the entry is neither.

    Example:
        >>> as_unit(("lstm", 5))
        ('lstm', 'hidden_state', 5)
    """
    parts = tuple(entry) if is_unit(entry) else (None, None, None)
    layer, quantity, unit = (parts[0], HIDDEN_STATE, parts[1]) if len(parts) == 2 else parts
    whole = isinstance(unit, (int, np.integer)) and not isinstance(unit, bool)
    if not (isinstance(layer, str) and isinstance(quantity, str) and whole):
        raise ValueError(
            "A unit is named (layer, unit) or (layer, quantity, unit), such as ('lstm', 5) or "
            f"('lstm', 'forget_gate', 5). Received: {entry!r}"
        )
    return layer, quantity, int(unit)


def is_unit(entry: Any) -> bool:
    """True if an entry names one unit, and not several."""
    return isinstance(entry, (tuple, list)) and len(entry) in (2, 3) and isinstance(entry[0], str)


def quantity_of(unit: Unit) -> QuantityKey:
    """Returns layer and quantity of a unit."""
    return QuantityKey(*unit[:2])


def check_units(units: Iterable[Unit], sizes: Mapping[QuantityKey, int]) -> None:
    """Checks that every unit exists.

    Args:
        units: The units.
        sizes: Number of units of each quantity, by layer and quantity.

    Raises:
        ValueError: if a layer, quantity or unit does not exist; the message lists those that do.
    """
    for layer, quantity, unit in units:
        key = QuantityKey(layer, quantity)
        if key not in sizes:
            quantities = [name for path, name in sizes if path == layer]
            if not quantities:
                paths = list(dict.fromkeys(path for path, _ in sizes))
                raise ValueError(f"No recurrent layer {layer!r} to clamp. Allowed: {paths}")
            raise ValueError(f"Layer {layer!r} has no quantity {quantity!r}. Allowed: {quantities}")
        count = sizes[key]
        if not 0 <= unit < count:
            raise ValueError(
                f"Layer {layer!r} has no unit {unit} in {quantity!r}. Allowed: 0 to {count - 1}"
            )


def clamp_values(clamp: Mapping[Any, float]) -> dict[Unit, float]:
    """Returns the value of each clamped unit, checked.

    Raises:
        ValueError: if a key names no unit, or a value is no finite number.
    """
    values = {as_unit(entry): value for entry, value in clamp.items()}
    for unit, value in values.items():
        if not _is_finite(value):
            raise ValueError(
                f"A unit is clamped to a finite number. Received: {value!r} for {unit}"
            )
    return {unit: float(value) for unit, value in values.items()}


def check_ablation_value(ablation_value: Any) -> None:
    """Checks the argument `how` of `ablate`.

    Raises:
        ValueError: if it is neither one of `ABLATION_VALUES` nor a finite number.
    """
    named = isinstance(ablation_value, str) and ablation_value in ABLATION_VALUES
    if not (named or _is_finite(ablation_value)):
        raise ValueError(
            f"`how` is one of {list(ABLATION_VALUES)} or a number. Received: how={ablation_value!r}"
        )


def ablation_values(
    ablation_value: float | str, units: Sequence[Unit], recording: Recording | None
) -> dict[Unit, float | str]:
    """Returns the value that each unit is clamped to when it is ablated.

    Args:
        ablation_value: One of `ABLATION_VALUES`, or a number.
        units: The units.
        recording: An undisturbed recording that has them, needed for `"mean"`.

    Raises:
        ValueError: if there is no recording, or if a layer consumed no token, for `"mean"`.
    """
    if not units:
        return {}
    if ablation_value == "mean":
        if recording is None:
            raise ValueError("The means of units need a recording. Received: recording=None")
        return _means(units, recording)
    named: dict[str, float | str] = {"zero": 0.0, PREVIOUS: PREVIOUS}
    value = named[ablation_value] if isinstance(ablation_value, str) else float(ablation_value)
    return dict.fromkeys(units, value)


def _means(units: Sequence[Unit], recording: Recording) -> dict[Unit, float | str]:
    """Means of the units over the tokens that their layers consumed."""
    means: dict[Unit, float | str] = {}
    for key in dict.fromkeys(quantity_of(unit) for unit in units):
        activity, _ = recording[key.layer].consumed(key.quantity)
        if not len(activity):
            raise ValueError(f"Layer {key.layer!r} consumed no token, so its units have no mean.")
        for unit in (unit for unit in units if quantity_of(unit) == key):
            column = activity[:, unit[2] : unit[2] + 1]
            means[unit] = float(column.mean(dtype=np.float64))
    return means


def _is_finite(value: Any) -> bool:
    is_number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    return is_number and math.isfinite(value)
