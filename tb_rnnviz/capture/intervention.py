"""What units are held at, and the tensors that say so to a pass."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from keras import ops

from tb_rnnviz.capture.keras.locations import Places, Unit
from tb_rnnviz.recording import LayerActivity, Recording

WORDS = ("mean", "zero", "before")


@dataclass(frozen=True)
class Levels:
    """What each unit is held at.

    Attributes:
        values: The value of each unit.
        plain: Where units are held at what they were before: undisturbed activity
            (sequences, steps, units) by path and quantity, and the steps of each sequence.
    """

    values: Mapping[Unit, float]
    plain: Mapping[tuple[str, str], tuple[np.ndarray, np.ndarray]] | None = None

    def holds(
        self, rows: Sequence[Sequence[Unit]], held: Places, group: Sequence[int] = (0,)
    ) -> dict[str, dict[str, dict]]:
        """The holds of a pass by call and quantity; see `hold.py`.

        Args:
            rows: The units to hold in each reading of the group.
            held: Every quantity that the pass can hold.
            group: The sequences that are read, by index.
        """
        holds: dict[str, dict[str, dict]] = {}
        for (path, quantity), place in held.items():
            which = np.zeros((len(rows), place.units), bool)
            value = np.zeros((len(rows), place.units), np.float32)
            for row, units in enumerate(rows):
                for unit in units:
                    if unit[:2] == (path, quantity):
                        which[row, unit[2]] = True
                        value[row, unit[2]] = self.values.get(unit, 0.0)
            held_at = {"which": np.repeat(which, len(group), axis=0)}
            if self.plain is None:
                held_at["value"] = np.repeat(value, len(group), axis=0)
            elif (path, quantity) in self.plain:
                plain, lengths = self.plain[path, quantity]
                held_at["plain"] = plain[list(group), : lengths[group[0]]]
            else:
                continue
            tensors = {name: ops.convert_to_tensor(array) for name, array in held_at.items()}
            holds.setdefault(place.call, {})[place.name] = tensors
        return holds


def levels_of(
    how: str | float, units: Sequence[Unit], known: Places, recording: Recording | None
) -> Levels:
    """What the units are held at.

    Raises:
        ValueError: if `how` is neither one of the words nor a number, or if there is no mean.
    """
    if not (how in WORDS if isinstance(how, str) else _is_number(how) and math.isfinite(how)):
        raise ValueError(f"`how` is one of {list(WORDS)} or a number. Received: how={how!r}")
    if how == "before":
        present = {key: place for key, place in known.items() if _has(recording, key)}
        return Levels(
            {},
            {
                key: (
                    _filled(recording[key[0]], key[1], place.layer.layer.go_backwards),
                    recording[key[0]].lengths,
                )
                for key, place in present.items()
            },
        )
    if how == "mean":
        return Levels(_means(units, recording))
    return clamped(dict.fromkeys(units, 0.0 if how == "zero" else how))


def clamped(values: Mapping[Unit, float]) -> Levels:
    """Units held at values that are given.

    Raises:
        ValueError: if one of them is no finite number.
    """
    for unit, value in values.items():
        if not (_is_number(value) and math.isfinite(value)):
            raise ValueError(
                f"A unit is clamped to a finite number. Received: {value!r} for {unit}"
            )
    return Levels({unit: float(value) for unit, value in values.items()})


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _has(recording: Recording | None, key: tuple[str, str]) -> bool:
    return recording is not None and key[0] in recording and key[1] in recording[key[0]]


def _means(units: Sequence[Unit], recording: Recording | None) -> dict[Unit, float]:
    """The mean of each unit over the tokens that its layer consumed."""
    means: dict[Unit, float] = {}
    for key in dict.fromkeys(unit[:2] for unit in units):
        activity, _ = recording[key[0]].consumed(key[1])
        if not len(activity):
            raise ValueError(f"Layer {key[0]!r} consumed no token, so its units have no mean.")
        for unit in (unit for unit in units if unit[:2] == key):
            column = activity[:, unit[2] : unit[2] + 1]
            means[unit] = float(column.mean(dtype=np.float64))
    return means


def _filled(layer: LayerActivity, quantity: str, backwards: bool) -> np.ndarray:
    """Activity whose masked steps show what the step read before them did."""
    values, mask = layer[quantity], layer.mask
    if mask.all():
        return values
    steps = np.arange(mask.shape[1])
    if backwards:
        last = np.where(mask, steps, len(steps) - 1)
        last = np.minimum.accumulate(last[:, ::-1], axis=1)[:, ::-1]
    else:
        last = np.maximum.accumulate(np.where(mask, steps, 0), axis=1)
    filled = np.take_along_axis(values, last[..., None], axis=1)
    seen = np.take_along_axis(mask, last, axis=1)
    return np.where(seen[..., None], filled, np.nan)
