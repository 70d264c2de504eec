"""`ablate`: what the model loses when it has to do without a unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from tb_rnnviz.capture.intervention import Levels, levels_of
from tb_rnnviz.capture.keras.backends import compiled, to_arrays, untouched_seeds
from tb_rnnviz.capture.keras.locations import (
    Place,
    Places,
    Unit,
    as_unit,
    check_units,
    is_unit,
    places,
)
from tb_rnnviz.capture.keras.loss import token_loss
from tb_rnnviz.capture.keras.recorder import (
    BATCH,
    batch_of,
    build,
    check_ids,
    groups_of,
    kept_engines,
    record,
)
from tb_rnnviz.capture.keras.tapped_model import Engine
from tb_rnnviz.recording import Probe, Recording

BLOCK_BYTES = 256 << 20
"""What the outputs and states of one block of rows may take, float32."""

ROUNDING = 1e-5
"""Changes of the loss below this are taken as zero, in nats: rows at different places of a batch
are not rounded alike, so float32 cannot tell them from none."""


@dataclass(frozen=True, eq=False)
class Ablation:
    """What every ablation did to the loss.

    Sequences stand one after the other without padding. A value at t is about the prediction that
    the model makes at token t, of the target of t.

    Attributes:
        change: Loss with the units held minus plain loss, in nats, float32 (entries, tokens);
            above 0 where the model does worse without them, NaN where there is no target, and
            exactly 0 where the difference is below 1e-5, which is rounding.
        loss: The plain loss in nats, float32 (tokens,).
        entries: The units of each entry as (layer, quantity, unit), those of a set together.
        lengths: Tokens of each sequence, integers (sequences,).
        how: What the units were held at.
    """

    change: np.ndarray
    loss: np.ndarray
    entries: tuple[tuple[Unit, ...], ...]
    lengths: np.ndarray
    how: str | float = field(default="mean")

    @property
    def total(self) -> np.ndarray:
        """The mean change over all tokens that have a target, (entries,)."""
        there = np.isfinite(self.loss)
        return self.change[:, there].mean(axis=1) if there.any() else self.change[:, :0].sum(axis=1)


def ablate(
    model: keras.Model,
    probe: Probe,
    units: Sequence,
    how: str | float = "mean",
    *,
    recording: Recording | None = None,
) -> Ablation:
    """Holds units, one entry at a time, and says how the loss changes at every token.

    The value of a unit is replaced where it is computed, before anything else in the model uses
    it, at every token. k entries cost k + 1 readings of the probe, which go through one compiled
    function as rows of a batch; the model stays as it was. `"mean"` and `"before"` need what the
    units do otherwise: one reading more, unless a `recording` is given.

    Args:
        model: A Keras model with one output, the distribution over the targets.
        probe: A probe with targets.
        units: The entries. Each is a unit, (layer, unit) for its hidden state or
            (layer, quantity, unit); or several of these, held together.
        how: `"mean"`, the unit's mean over the tokens that the layer consumed; `"zero"`;
            `"before"`, what the unit was one token earlier when nothing was held, so that it knows
            everything but the newest token (at the first token, the initial state, or zero); or a
            number, for example 0 or 1 to clamp a gate. Defaults to `"mean"`.
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
        >>> from tb_rnnviz.capture.ablation import ablate
        >>> model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(5, 4),
        ...     keras.layers.LSTM(3, return_sequences=True, name="lstm"), keras.layers.Dense(5)])
        >>> probe = rv.Probe("text", [0, 1, 2, 3], targets=[1, 2, 3, 4])
        >>> ablation = ablate(model, probe, [("lstm", 0), ("lstm", "forget_gate", 2)])
        >>> ablation.change.shape, ablation.entries[0]
        ((2, 4), (('lstm', 'hidden_state', 0),))
    """
    if not isinstance(probe, Probe) or probe.targets is None:
        raise ValueError(
            "Ablation measures the loss on a probe with targets: the id that comes next at every "
            f"step. Received: {probe!r}. Pass rv.Probe(name, inputs, targets=...)."
        )
    entries = _entries(units)
    build(model, probe)
    check_ids(model, probe)
    wanted = list(dict.fromkeys(unit for entry in entries for unit in entry))
    recording, known = _known(model, probe, wanted, how, recording)
    levels = levels_of(how, wanted, known, recording)
    loss = _losses(model, probe, entries, known, levels)
    change = loss[1:] - loss[0]
    change[np.abs(change) < ROUNDING] = 0.0
    return Ablation(change, loss[0], entries, np.asarray(probe.lengths), how)


def _entries(units: Sequence) -> tuple[tuple[Unit, ...], ...]:
    if is_unit(units) or isinstance(units, str):
        raise ValueError(
            f"`units` lists the units to ablate one at a time. Received: {units!r}. "
            f"For one of them, pass [{units!r}]."
        )
    entries = []
    for entry in units:
        several = isinstance(entry, (tuple, list, set, frozenset)) and not is_unit(entry)
        members = [as_unit(one) for one in entry] if several else [as_unit(entry)]
        if not members:
            raise ValueError("An entry of `units` holds at least one unit. Received: an empty one.")
        entries.append(tuple(sorted(set(members)) if several else members))
    return tuple(entries)


def _known(
    model: keras.Model,
    probe: Probe,
    units: Sequence[Unit],
    how: str | float,
    recording: Recording | None,
) -> tuple[Recording | None, Places]:
    """The places of the units; and a recording, where one is needed to know them or their mean."""
    if recording is not None and list(recording.lengths) != list(probe.lengths):
        raise ValueError(
            f"The recording is not of probe {probe.name!r}. Received: sequences of "
            f"{list(recording.lengths)[:10]} tokens, the probe has {list(probe.lengths)[:10]}"
        )
    known = places(model, recording)
    asked = {(layer, quantity) for layer, quantity, _ in units}
    levelled = how in ("mean", "before")
    if recording is None and units and (levelled or not asked <= set(known)):
        check_units([unit for unit in units if unit[:2] in known], known)
        recording = record(model, probe, quantities=sorted({name for _, name in asked}))
        known = places(model, recording)
    check_units(units, known)
    if levelled and units:
        missing = [(a, b) for a, b in sorted(asked) if a not in recording or b not in recording[a]]
        if missing:
            raise ValueError(
                f"The recording lacks {missing}, which how={how!r} needs. Record them too, or "
                "leave `recording` out."
            )
    return recording, known


def _losses(
    model: keras.Model,
    probe: Probe,
    entries: Sequence[Sequence[Unit]],
    known: Places,
    levels: Levels,
) -> np.ndarray:
    """The loss (1 + entries, tokens), float32; nothing is held in the first row."""
    loss = np.full((1 + len(entries), sum(probe.lengths)), np.nan, np.float32)
    begins = np.cumsum([0, *probe.lengths])
    held = _held(entries, known)
    engine, run = _engine_of(model, held)
    asked = {known[unit[:2]].call for entry in entries for unit in entry}
    rows = [(), *entries]
    for group in groups_of(probe):
        batch, targets = batch_of(probe, group), np.stack([probe.targets[k] for k in group])
        at_once = _rows_at_once(model, probe, group, len(rows), held)
        for begin in range(0, len(rows), at_once):
            block = rows[begin : begin + at_once]
            padded = [*block, *[()] * (at_once - len(block))]
            repeat = _repeater(at_once)
            with untouched_seeds(model):
                read = run(
                    keras.tree.map_structure(repeat, batch),
                    repeat(targets.astype(np.int32)),
                    levels.holds(padded, held, group),
                )
            read = to_arrays(read).reshape(at_once, len(group), -1)
            if silent := asked - set(engine.calls):
                raise ValueError(
                    f"The model did not run {sorted(silent)} on this probe, so there is nothing to "
                    f"hold. Allowed: {sorted(engine.calls)}"
                )
            for place, sequence in enumerate(group):
                span = slice(begins[sequence], begins[sequence + 1])
                loss[begin : begin + len(block), span] = read[: len(block), place]
    return loss


def _held(entries: Sequence[Sequence[Unit]], known: Places) -> dict[tuple[str, str], Place]:
    """The quantities that the compiled pass can hold: those asked for, in every layer.

    So the pass stays the same when other units, or units of other layers, are asked for.
    """
    names = {quantity for entry in entries for _, quantity, _ in entry}
    return {key: place for key, place in known.items() if key[1] in names}


def _rows_at_once(
    model: keras.Model, probe: Probe, group: Sequence[int], rows: int, held: Places
) -> int:
    """Readings of a group that go through the model together: equal blocks, bounded memory."""
    inputs, outputs = (getattr(model, name, None) or [] for name in ("inputs", "outputs"))
    if any(part.shape[0] is not None for part in inputs):
        return 1
    classes = max([1 + int(probe.targets[group[0]].max()), *(o.shape[-1] or 0 for o in outputs)])
    states = {place.call: 4 * place.units for place in held.values()}
    tokens = probe.lengths[group[0]]
    bytes_per_row = 4 * len(group) * tokens * (3 * classes + sum(states.values()))
    most = max(1, min(BATCH // len(group), BLOCK_BYTES // bytes_per_row))
    blocks = -(-rows // most)
    return -(-rows // blocks)


def _repeater(times: int) -> Callable:
    def repeat(array: np.ndarray) -> Any:
        return keras.ops.convert_to_tensor(np.concatenate([array] * times))

    return repeat


def _engine_of(model: keras.Model, held: Places) -> tuple[Engine, Callable]:
    layers = {place.layer.path: place.layer for place in held.values()}
    names = tuple(sorted((place.call, place.name) for place in held.values()))
    key = ("ablate", names, tuple(id(entry.layer) for entry in layers.values()))
    kept = kept_engines(model)
    if key not in kept:
        engine = Engine(model, list(layers.values()), dict.fromkeys(layers, ()))

        def read(inputs, targets, holds):
            outputs, _ = engine.forward(inputs, holds=holds)
            return token_loss(outputs, targets)

        kept[key] = engine, compiled(model, read)
    return kept[key]
