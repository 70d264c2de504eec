"""Interventions of a pass as tensors: the clamped units and their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from keras import ops

from tb_rnnviz.capture.intervention import PREVIOUS, Intervention, quantity_of
from tb_rnnviz.capture.keras.quantities import Locations
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.recording import LayerActivity, Recording


@dataclass(frozen=True, eq=False)
class ClampInputs:
    """Makes the clamp tensors of a compiled pass, laid out as `clamp.py` says.

    Attributes:
        locations: The quantities that the pass can clamp.
        undisturbed: Undisturbed activity (sequences, steps, units) of each quantity and the steps
            of its sequences, if units are clamped to what they were before; otherwise `None`.
    """

    locations: Locations
    undisturbed: Mapping[QuantityKey, tuple[np.ndarray, np.ndarray]] | None = None

    @classmethod
    def of(
        cls,
        interventions: Sequence[Intervention],
        locations: Locations,
        recording: Recording | None = None,
    ) -> ClampInputs:
        """Returns the inputs of a pass with some interventions.

        Args:
            interventions: The interventions; all clamp to numbers, or all to `"before"`.
            locations: The quantities that the pass can clamp.
            recording: An undisturbed recording, needed for `"before"`.

        Raises:
            ValueError: if some units are clamped to numbers and others to `"before"`, or if there
                is no recording for these.
        """
        values = [value for entry in interventions for value in entry.clamp.values()]
        are_previous = {value == PREVIOUS for value in values}
        if are_previous <= {False}:
            return cls(locations)
        if len(are_previous) > 1 or recording is None:
            raise ValueError(
                "Units clamped to 'before' need an undisturbed recording, and no other unit of the "
                f"same call may be clamped to a number. Received: recording={recording!r}, values "
                f"{values[:10]}"
            )
        return cls(
            locations,
            {
                key: (
                    _with_masked_steps_filled(
                        recording[key.layer], key.quantity, location.layer.layer.go_backwards
                    ),
                    recording[key.layer].lengths,
                )
                for key, location in locations.items()
                if key.layer in recording and key.quantity in recording[key.layer]
            },
        )

    def tensors(
        self, interventions: Sequence[Intervention], sequences: Sequence[int] = (0,)
    ) -> dict[str, dict[str, dict]]:
        """Returns the clamp tensors by call and quantity.

        Args:
            interventions: The units to clamp in each reading of the sequences.
            sequences: Indices of the sequences that are read.
        """
        tensors: dict[str, dict[str, dict]] = {}
        for key, location in self.locations.items():
            units = np.zeros((len(interventions), location.units), bool)
            values = np.zeros((len(interventions), location.units), np.float32)
            for row, intervention in enumerate(interventions):
                for unit, value in intervention.clamp.items():
                    if quantity_of(unit) == key:
                        units[row, unit[2]] = True
                        values[row, unit[2]] = 0.0 if isinstance(value, str) else value
            entry = {"units": np.repeat(units, len(sequences), axis=0)}
            if self.undisturbed is None:
                entry["values"] = np.repeat(values, len(sequences), axis=0)
            elif key in self.undisturbed:
                activity, lengths = self.undisturbed[key]
                entry["undisturbed"] = activity[list(sequences), : lengths[sequences[0]]]
            else:
                continue
            entry = {name: ops.convert_to_tensor(array) for name, array in entry.items()}
            tensors.setdefault(location.call, {})[location.name] = entry
        return tensors


def _with_masked_steps_filled(layer: LayerActivity, quantity: str, backwards: bool) -> np.ndarray:
    """Returns activity whose masked steps repeat the step that was read before them."""
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
    was_read = np.take_along_axis(mask, last, axis=1)
    return np.where(was_read[..., None], filled, np.nan)
