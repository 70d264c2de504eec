"""`Attributions`: the predictions that a callback explains, when and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tb_rnnviz.callbacks.chosen_steps import check_chosen_steps, check_integer, is_chosen_step
from tb_rnnviz.callbacks.options import options_from_mapping
from tb_rnnviz.capture.attribution import METHODS, Attribution
from tb_rnnviz.capture.explain import attribute_windows, gradient_reach, unit_parts
from tb_rnnviz.capture.windows import windows_of
from tb_rnnviz.core.explanations import (
    FEATURE,
    LABEL,
    LOSS,
    SPREAD,
    ExplainedPrediction,
    Explanations,
    GradientReach,
)
from tb_rnnviz.core.targets import NEXT, PER_SEQUENCE
from tb_rnnviz.features import Feature
from tb_rnnviz.probe import Probe
from tb_rnnviz.report import match_features, text_of
from tb_rnnviz.write_recording import CapturedRecording

MAX_PREDICTIONS = 32
"""Most predictions of a probe that are explained at one recording."""

MAX_WINDOW = 2000
"""Most steps before a prediction that are read."""

LEAST_CONTEXT = 20
"""Steps before a prediction that is explained for its loss, if enough have them."""

REACH_TARGETS = 16
"""Losses that the reach of the gradient is averaged over."""

DEFAULT_METHODS = ("lrp", "integrated_gradients")
"""Methods without a choice: the second where the first has no rule for a layer."""

PREDICTED, TARGET = "predicted", "target"

Chosen = dict[tuple[int, int], str]
"""Reason for each chosen prediction, by sequence and step."""


@dataclass(frozen=True)
class Attributions:
    """Predictions that `RNNVizCallback` explains, and when.

    Of a text a quarter of the predictions are spread evenly, the same at every epoch, a quarter are
    of the tokens that match `feature`, if there is one, and the others have the largest losses. Of
    sequences with a target each, half have the largest losses. For each prediction the callback
    stores what moved it and which units carried it, and for 16 targets how far back the gradient
    reaches. `docs/attribution.md` has the details.

    Args:
        method: Method of `attribute`. Defaults to `"lrp"`, fast and conserved, where it has rules
            for the layers, and to `"integrated_gradients"` elsewhere.
        every: Recordings from one that is explained to the next. Defaults to every recording.
        at: Steps of the run that are explained, instead of every `every`-th. Defaults to none.
        predictions: Predictions of each probe that are explained, at most 32.
        window: Steps before a prediction that are read, itself included. The state before them is
            zero.
        feature: Name of a feature of the callback whose tokens are explained. Defaults to none.
        explain: `"predicted"` explains the most probable class, `"target"` the right one.

    Raises:
        ValueError: If an argument is not as described.

    Example:
        >>> Attributions(method="lrp", every=5).is_due(0, 10), Attributions(at=[9]).is_due(9, 3)
        (True, True)
    """

    method: str | None = None
    every: int = 1
    at: Sequence[int] | None = None
    predictions: int = 16
    window: int = 200
    feature: str | None = None
    explain: str = PREDICTED

    def __post_init__(self) -> None:
        if self.method is not None and self.method not in METHODS:
            raise ValueError(f"Unknown method {self.method!r}. Methods: {', '.join(METHODS)}.")
        check_chosen_steps(self.every, self.at)
        check_integer("predictions", self.predictions, 1, MAX_PREDICTIONS)
        check_integer("window", self.window, 2, MAX_WINDOW)
        if self.explain not in (PREDICTED, TARGET):
            raise ValueError(
                f"`explain` is {PREDICTED!r} or {TARGET!r}. Received: {self.explain!r}"
            )

    @classmethod
    def of(cls, attributions: Any) -> Attributions | None:
        """Returns the options from `Attributions`, a mapping, a method, true or nothing."""
        if attributions is None or attributions is False:
            return None
        if isinstance(attributions, cls):
            return attributions
        if attributions is True:
            return cls()
        if isinstance(attributions, str):
            return cls(method=attributions)
        return options_from_mapping(
            cls,
            attributions,
            "attributions",
            "a tb_rnnviz.Attributions, True, the name of a method",
        )

    def is_due(self, step: int | None, recorded: int) -> bool:
        """Tells whether predictions are explained at a step.

        Args:
            step: Step of the run; `None` to measure the cost, which is that of an explained one.
            recorded: Recordings before it.
        """
        return is_chosen_step(step, recorded, self.every, self.at)


def explain_predictions(
    model: Any,
    probe: Probe,
    captured: CapturedRecording,
    options: Attributions,
    features: Sequence[Feature],
) -> Explanations:
    """Explains predictions of a probe; what fails is a note in the result.

    Args:
        model: The model.
        probe: The probe, with ids.
        captured: Its recording, with the predictions.
        options: The options.
        features: Features of the callback, of which `options.feature` may name one.
    """
    predictions: tuple[ExplainedPrediction, ...] = ()
    channels = tuple(probe.channels or ()) if probe.is_signal else ()
    note = reach_note = None
    reach: tuple[GradientReach, ...] = ()
    method = options.method or DEFAULT_METHODS[0]
    try:
        chosen = _chosen_predictions(probe, captured, options, features)
        try:
            predictions = _explained(model, probe, captured, options, method, chosen)
        except ValueError:
            if options.method is not None:
                raise
            method = DEFAULT_METHODS[1]
            predictions = _explained(model, probe, captured, options, method, chosen)
    except Exception as error:
        note = f"{type(error).__name__}: {error}"
    targets = _spread_positions(probe, captured, REACH_TARGETS)
    try:
        reach = gradient_reach(model, windows_of(model, probe, targets, options.window))
    except Exception as error:
        reach_note = f"{type(error).__name__}: {error}"
    return Explanations(method, predictions, channels, reach, len(targets), note, reach_note)


def _explained(
    model: Any,
    probe: Probe,
    captured: CapturedRecording,
    options: Attributions,
    method: str,
    chosen: Chosen,
) -> tuple[ExplainedPrediction, ...]:
    """Returns the explanations of the chosen predictions."""
    positions = sorted(chosen)
    windows = windows_of(model, probe, positions, options.window)
    starts = np.cumsum([0, *probe.lengths])
    flat = np.array([starts[row] + step for row, step in positions])
    classes = _explained_classes(captured, options, flat)
    attribution = attribute_windows(model, windows, classes, method)
    explained = np.array([index for _, index in attribution.target])
    units: Sequence[Mapping[str, Any]] = [{}] * len(positions)
    if "expected" in captured.predictions:
        units = unit_parts(model, windows, explained, captured.recording, positions)
    elif "output" in captured.predictions and captured.predictions["output"].shape[-1] == 1:
        units = unit_parts(model, windows, None, captured.recording, positions)
    names = captured.vocabulary or list(captured.target_names)
    rows = _values(attribution)
    losses = _losses(captured)
    expected, target = (captured.predictions.get(key) for key in ("expected", "target"))
    return tuple(
        ExplainedPrediction(
            sequence=row,
            step=step,
            first=int(windows.first[k]),
            reason=chosen[row, step],
            explained=_name(names, explained[k]),
            predicted=None if expected is None else _name(names, expected[flat[k], 0]),
            target=None if target is None or target[flat[k]] < 0 else _name(names, target[flat[k]]),
            loss=float(losses[flat[k]]),
            score=float(attribution.score[k]),
            change=float(attribution.change[k]),
            gap=float(attribution.gap[k]),
            values=rows[k],
            units=units[k],
        )
        for k, (row, step) in enumerate(positions)
    )


def _explained_classes(
    captured: CapturedRecording, options: Attributions, flat: np.ndarray
) -> np.ndarray | None:
    """Returns the class that is explained at each step; `None` for the largest output.

    Of several numbers it is the one with the largest error.
    """
    predictions = captured.predictions
    if "expected" in predictions:
        expected = predictions["expected"][flat, 0]
        if options.explain == TARGET and "target" in predictions:
            target = predictions["target"][flat]
            return np.where(target < 0, expected, target).astype(np.int64)
        return expected.astype(np.int64)
    output, target = predictions.get("output"), predictions.get("output_target")
    if output is None or target is None:
        return None
    return np.argmax(np.nan_to_num(np.abs(output - target)[flat], nan=-1.0), axis=-1)


def _values(attribution: Attribution) -> list[np.ndarray]:
    """Returns the values of each window, float32 (steps, channels), without padding."""
    values = attribution.values.astype(np.float32)
    values = values[..., None] if values.ndim == 2 else values
    return [row[np.isfinite(row).all(axis=-1)] for row in values]


def _losses(captured: CapturedRecording) -> np.ndarray:
    """Returns the loss of every step, (steps,), NaN without a target.

    -log p of a class, in nats; of numbers the mean squared error.
    """
    predictions = captured.predictions
    if "probability" in predictions:
        probability = np.asarray(predictions["probability"], np.float64)
        return -np.log(np.maximum(probability, np.finfo(np.float32).tiny))
    output, target = predictions.get("output"), predictions.get("output_target")
    if output is None or target is None:
        return np.full(int(captured.recording.lengths.sum()), np.nan)
    return np.square(np.asarray(output, np.float64) - target).mean(axis=-1)


def _chosen_predictions(
    probe: Probe, captured: CapturedRecording, options: Attributions, features: Sequence[Feature]
) -> Chosen:
    """Chooses predictions by position, feature and loss."""
    positions = list(_positions(probe))
    losses = _losses(captured)
    known = np.flatnonzero(np.isfinite(losses))
    number = options.predictions
    chosen: Chosen = {}
    if probe.target_kind in PER_SEQUENCE:
        candidates = known if len(known) else np.cumsum(probe.lengths) - 1
        if len(candidates) <= number:
            return {positions[index]: LABEL for index in candidates}
        _add(chosen, positions, _spread(candidates, number - number // 2), LABEL, number)
    else:
        candidates = known if len(known) else np.arange(len(positions))
        spread = number if not len(known) else max(1, number // 4)
        _add(chosen, positions, _spread(candidates, spread), SPREAD, number)
        if options.feature is not None:
            matches = _matches(probe, captured, options.feature, features)
            matches = np.intersect1d(matches, candidates)
            most = len(chosen) + max(1, number // 4)
            _add(chosen, positions, _spread(matches, number // 4), FEATURE, min(most, number))
    steps = np.array([step for _, step in positions])
    informed = known[steps[known] >= LEAST_CONTEXT]
    known = informed if len(informed) >= number else known
    order = known[np.argsort(-losses[known], kind="stable")]
    _add(chosen, positions, order, LOSS, number)
    return chosen


def _matches(
    probe: Probe, captured: CapturedRecording, name: str, features: Sequence[Feature]
) -> np.ndarray:
    """Returns the steps whose predictions are of tokens that match a feature."""
    feature = next((each for each in features if each.name == name), None)
    if feature is None:
        raise ValueError(
            f"No feature is called {name!r}. Features: {[each.name for each in features][:20]}"
        )
    values, _ = match_features([feature], text_of(captured.recording))
    if name not in values or values[name].dtype != bool:
        raise ValueError(f"The feature {name!r} matches no token, or is a number.")
    is_match = np.asarray(values[name])
    if probe.target_kind == NEXT:
        is_match = np.append(is_match[1:], False)
        is_match[np.cumsum(probe.lengths) - 1] = False
    return np.flatnonzero(is_match)


def _spread_positions(
    probe: Probe, captured: CapturedRecording, number: int
) -> list[tuple[int, int]]:
    """Returns positions that are spread evenly over those with a target."""
    positions = list(_positions(probe))
    known = np.flatnonzero(np.isfinite(_losses(captured)))
    if not len(known):
        last = np.cumsum(probe.lengths) - 1
        known = last if probe.target_kind in PER_SEQUENCE else np.arange(len(positions))
    return [positions[index] for index in _spread(known, number)]


def _spread(candidates: np.ndarray, number: int) -> np.ndarray:
    """Returns some of the candidates, evenly spread from a later one to the last."""
    if len(candidates) <= number:
        return candidates
    ends = (np.arange(1, number + 1) * len(candidates)) // max(number, 1) - 1
    return candidates[ends]


def _add(
    chosen: Chosen,
    positions: Sequence[tuple[int, int]],
    indices: Sequence[int] | np.ndarray,
    reason: str,
    most: int,
) -> None:
    """Adds positions that are not chosen yet, up to a number of all."""
    for index in indices:
        if len(chosen) >= most:
            return
        chosen.setdefault(positions[index], reason)


def _positions(probe: Probe) -> Iterator[tuple[int, int]]:
    """Yields sequence and step of every token."""
    for row, length in enumerate(probe.lengths):
        for step in range(length):
            yield row, step


def _name(names: Sequence[str], index: int) -> str:
    return names[index] if 0 <= index < len(names) else str(int(index))
