"""Service of the dynamics of layers: points on the axes of a projection, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from tensorboard import errors

from tb_rnnviz.core.layer_dynamics import POINT_KINDS, STABLE, LayerDynamics, StatePoint
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.numbers import json_number
from tb_rnnviz.core.spread_steps import spread_steps
from tb_rnnviz.log_format.damaged_record import DamagedRecordError, RecordLocation
from tb_rnnviz.log_format.dynamics import decode_dynamics
from tb_rnnviz.tensorboard.cached_data_provider import LAST, CachedDataProvider, LargeValue
from tb_rnnviz.tensorboard.references import ProbeRef, RecordingRef, Scope
from tb_rnnviz.tensorboard.state_projection import StateAxes
from tb_rnnviz.tensorboard.state_service import StateService

MAX_STEPS = 24
"""Most steps of the training that a history has."""

ARM = 0.25
"""Half of the line along an unstable direction, in spreads of the visited states."""

DIGITS = 5


class DynamicsService:
    """Answers about the dynamics of layers; safe to share between threads.

    Args:
        data: Reads of the data provider.
        states: Axes of the states.
    """

    def __init__(self, data: CachedDataProvider, states: StateService):
        self._data, self._states = data, states

    def key(
        self,
        scope: Scope,
        recording: RecordingRef,
        key: QuantityKey,
        fitted: Sequence[RecordingRef],
    ) -> object:
        """Returns what the answer of `points` depends on.

        Raises:
            NotFoundError: if the log has no dynamics of the recording.
        """
        _, value = self._data.large_value(scope, recording.tag("dynamics"), recording.step)
        return value.key, self._states.axes_key(scope, recording, key, fitted)

    def points(
        self,
        scope: Scope,
        recording: RecordingRef,
        key: QuantityKey,
        fitted: Sequence[RecordingRef],
    ) -> dict[str, Any]:
        """Places fixed and slow points of a layer on the axes of a projection.

        Args:
            scope: Scope of the request.
            recording: The recording.
            key: Layer and quantity.
            fitted: Recordings that the axes are fitted to, as of `StateService.projection`.

        Raises:
            NotFoundError: if the log has no dynamics of the layer.
        """
        ref = recording.tag("dynamics")
        step, value = self._data.large_value(scope, ref, recording.step)
        with RecordLocation(f"Run {ref.run}", ref.tag, step).added():
            layers = self._decoded(scope, value)
        layer = next((each for each in layers if each.layer == key.layer), None)
        if layer is None:
            raise errors.NotFoundError(
                f"The dynamics of this step are of the layers {[each.layer for each in layers]}. "
                f"Received: {key.layer!r}"
            )
        axes = self._states.axes(scope, recording, key, fitted)
        numbers = layer.part(key.quantity)
        if numbers is not None and axes.mean is not None:
            numbers = None if numbers.stop - numbers.start != len(axes.mean) else numbers
        return {
            "step": step,
            "layer": layer.layer,
            "size": layer.size,
            "constant": layer.constant,
            "counts": layer.counts,
            "lyapunov": _json(layer.lyapunov),
            "growth": json_number(layer.growth, DIGITS),
            "note": layer.note,
            "points": [_point_json(point, layer, numbers, axes) for point in layer.points],
        }

    def history(self, scope: Scope, probe: ProbeRef) -> dict[str, Any]:
        """Counts points, and measures exponents and time constants, over the steps.

        Raises:
            NotFoundError: if the log has no dynamics of the probe.
        """
        by_step: dict[int, tuple[LayerDynamics, ...]] = {}
        left_out = []
        recorded = sorted(self._times(scope, probe))
        for index in spread_steps(len(recorded), MAX_STEPS):
            step = recorded[index]
            _, value = self._data.large_value(scope, probe.tag("dynamics"), step)
            try:
                by_step[step] = self._decoded(scope, value)
            except DamagedRecordError:
                left_out.append(step)
        names = list(dict.fromkeys(each.layer for layers in by_step.values() for each in layers))
        return {
            "steps": list(by_step),
            "left_out": left_out,
            "layers": [_history_json(name, by_step) for name in names],
        }

    def history_key(self, scope: Scope, probe: ProbeRef) -> object:
        """Returns what the answer of `history` depends on.

        Raises:
            NotFoundError: if the log has no dynamics of the probe.
        """
        return scope.experiment, probe, tuple(self._times(scope, probe).items())

    def _times(self, scope: Scope, probe: ProbeRef) -> Mapping[int, float | None]:
        ref = probe.tag("dynamics")
        self._data.large_value(scope, ref, LAST)
        return self._data.times(scope, self._data.catalog(scope), [ref])[ref]

    def _decoded(self, scope: Scope, value: LargeValue) -> tuple[LayerDynamics, ...]:
        return decode_dynamics(self._data.strings(scope, value))


def _point_json(
    point: StatePoint, layer: LayerDynamics, numbers: slice | None, axes: StateAxes
) -> dict[str, Any]:
    at, ends = None, []
    if numbers is not None and axes.mean is not None and axes.directions is not None:
        at = _json((point.state[numbers] - axes.mean) @ axes.directions.T)
        for direction in ARM * layer.spread * point.directions[:, numbers]:
            moved = [point.state[numbers] + sign * direction for sign in (-1, 1)]
            ends.append([_json((end - axes.mean) @ axes.directions.T) for end in moved])
    return {
        "kind": point.kind,
        "at": at,
        "ends": ends,
        "speed": json_number(point.speed, DIGITS),
        "eigenvalues": [_json([value.real, value.imag]) for value in point.eigenvalues],
        "time_constants": _json(point.time_constants),
    }


def _history_json(
    name: str, by_step: Mapping[int, Sequence[LayerDynamics]]
) -> dict[str, str | list[Any]]:
    layers = [next((e for e in all_ if e.layer == name), None) for all_ in by_step.values()]
    known = [None if each is None or each.note else each for each in layers]
    counts = {kind: [each and each.counts[kind] for each in known] for kind in POINT_KINDS}
    first = [each.lyapunov[:1] if each else np.zeros(0) for each in known]
    return {
        "layer": name,
        **counts,
        "lyapunov": [_json(values)[0] if len(values) else None for values in first],
        "time_constant": [each and _longest(each) for each in known],
    }


def _longest(layer: LayerDynamics) -> float | None:
    """Returns the longest time constant of a stable point, `None` without one."""
    points = [point for point in layer.points if point.kind == STABLE]
    return json_number(
        max((point.time_constants.max(initial=0) for point in points), default=np.nan)
    )


def _json(values: Any) -> list[float | None]:
    return [json_number(float(value), DIGITS) for value in np.ravel(values)]
