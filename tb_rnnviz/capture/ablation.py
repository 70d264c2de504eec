"""`ablate`: the change in loss when units are clamped to an ablation value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tb_rnnviz.capture.intervention import (
    PREVIOUS,
    Intervention,
    Unit,
    ablation_values,
    as_unit,
    check_ablation_value,
    check_units,
    is_unit,
    quantity_of,
)
from tb_rnnviz.capture.recorder import Recorder, recorder_for
from tb_rnnviz.probe import Probe
from tb_rnnviz.recording import Recording

ROUNDING = 1e-5
"""Changes of the loss below this are taken as zero, in nats.

Rows at different positions of a batch are not rounded alike, so float32 cannot tell such a change
from none."""


@dataclass(frozen=True, eq=False, repr=False)
class Ablation:
    """Change of the loss at every token for each ablation.

    Sequences stand one after the other without padding. A value at t is about the prediction that
    the model makes at token t, of the target of t.

    Attributes:
        change: Loss with the units clamped minus plain loss, in nats, float32 (entries, tokens);
            above 0 where the model does worse without them, NaN where there is no target, and
            exactly 0 where the difference is below 1e-5, which is rounding.
        loss: The plain loss in nats, float32 (tokens,).
        entries: The units of each entry as (layer, quantity, unit), those of a set together.
        lengths: Tokens of each sequence, integers (sequences,).
        how: The ablation value: `"mean"`, `"zero"`, `"before"` or a number.
    """

    change: np.ndarray
    loss: np.ndarray
    entries: tuple[tuple[Unit, ...], ...]
    lengths: np.ndarray
    how: str | float = field(default="mean")

    @property
    def total(self) -> np.ndarray:
        """Mean change over all tokens that have a target, (entries,)."""
        has_target = np.isfinite(self.loss)
        if not has_target.any():
            return np.zeros(len(self.change), self.change.dtype)
        return self.change[:, has_target].mean(axis=1)

    def __repr__(self) -> str:
        return f"Ablation({len(self.entries)} entries, {len(self.loss)} tokens, how={self.how!r})"


def ablate(
    model: Any,
    probe: Probe,
    units: Sequence,
    how: str | float = "mean",
    *,
    recording: Recording | None = None,
) -> Ablation:
    """Clamps units, one entry at a time, and returns the change in loss.

    The value of a unit is replaced where it is computed, before anything else in the model uses
    it, at every token. k entries cost k + 1 readings of the probe, which go through one compiled
    function as rows of a batch; the model stays as it was. `"mean"` and `"before"` need the
    undisturbed activity of the units: one reading more, unless a `recording` is given.

    Args:
        model: A Keras model with one output, the distribution over the targets.
        probe: A probe with targets.
        units: The entries. Each is a unit, (layer, unit) for its hidden state or
            (layer, quantity, unit); or several of these, clamped together.
        how: The ablation value: `"mean"`, the unit's mean over the tokens that the layer consumed;
            `"zero"`; `"before"`, the unit's undisturbed value one token earlier, so that it knows
            everything but the newest token (at the first token, the initial state, or zero); or a
            number, for example 0 or 1 for a gate. Defaults to `"mean"`.
        recording: A recording of this probe by this model as it is now, with the quantities of
            the units. Defaults to a new one where it is needed.

    Returns:
        An `Ablation`. With `analysis.causal_effect` its changes become effects on a feature.

    Raises:
        ValueError: if the probe has no targets, if a layer, quantity or unit does not exist, or if
            the recording is of another probe.

    Example:
        >>> import keras, numpy as np
        >>> import tb_rnnviz as rv
        >>> model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(5, 4),
        ...     keras.layers.LSTM(3, return_sequences=True, name="lstm"), keras.layers.Dense(5)])
        >>> probe = rv.Probe("text", [0, 1, 2, 3], targets=[1, 2, 3, 4])
        >>> ablation = rv.ablate(model, probe, [("lstm", 0), ("lstm", "forget_gate", 2)])
        >>> ablation.change.shape, ablation.entries[0]
        ((2, 4), (('lstm', 'hidden_state', 0),))
    """
    if not isinstance(probe, Probe) or probe.targets is None:
        raise ValueError(
            "Ablation measures the loss on a probe with targets: the id that comes next at every "
            f"step. Received: {probe!r}. Pass rv.Probe(name, inputs, targets=...)."
        )
    entries = _entries(units)
    check_ablation_value(how)
    recorder = recorder_for(model)
    probe = recorder.read_strings(probe)
    distinct = list(dict.fromkeys(unit for entry in entries for unit in entry))
    recording = _recording_for(recorder, probe, distinct, how, recording)
    values = ablation_values(how, distinct, recording)
    ablations = [Intervention({unit: values[unit] for unit in entry}) for entry in entries]
    loss = recorder.intervene(probe, [Intervention(), *ablations], recording)
    change = loss[1:] - loss[0]
    change[np.abs(change) < ROUNDING] = 0.0
    return Ablation(change, loss[0], entries, np.asarray(probe.lengths), how)


def _entries(units: Sequence) -> tuple[tuple[Unit, ...], ...]:
    if is_unit(units) or isinstance(units, str):
        raise ValueError(
            f"`units` lists the units to ablate one at a time. Received: {units!r}. "
            f"For a single unit, pass [{units!r}]."
        )
    entries = []
    for entry in units:
        is_set = isinstance(entry, (tuple, list, set, frozenset)) and not is_unit(entry)
        members = [as_unit(member) for member in entry] if is_set else [as_unit(entry)]
        if not members:
            raise ValueError("An entry of `units` names at least one unit. Received: an empty one.")
        entries.append(tuple(sorted(set(members)) if is_set else members))
    return tuple(entries)


def _recording_for(
    recorder: Recorder,
    probe: Probe,
    units: Sequence[Unit],
    ablation_value: str | float,
    recording: Recording | None,
) -> Recording | None:
    """Returns the recording that the ablation needs, if any, and checks the units."""
    if recording is not None and list(recording.lengths) != list(probe.lengths):
        raise ValueError(
            f"The recording is not of probe {probe.name!r}. Received: sequences of "
            f"{list(recording.lengths)[:10]} tokens, the probe has {list(probe.lengths)[:10]}"
        )
    sizes = recorder.sizes(recording)
    quantities = {quantity_of(unit) for unit in units}
    needs_activity = ablation_value in ("mean", PREVIOUS)
    if recording is None and units and (needs_activity or not quantities <= sizes.keys()):
        check_units([unit for unit in units if quantity_of(unit) in sizes], sizes)
        recording = recorder.record(probe, quantities=sorted({key.quantity for key in quantities}))
        sizes = recorder.sizes(recording)
    check_units(units, sizes)
    if needs_activity and recording is not None:
        missing = [
            tuple(key)
            for key in sorted(quantities)
            if key.layer not in recording or key.quantity not in recording[key.layer]
        ]
        if missing:
            raise ValueError(
                f"The recording lacks {missing}, which how={ablation_value!r} needs. Record them "
                "too, or leave `recording` out."
            )
    return recording
