"""Explanations of predictions from the log, at one step and over all steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.core.explanations import ExplainedPrediction, Explanations
from tb_rnnviz.core.numbers import json_number
from tb_rnnviz.log_format.explanations import shared_json
from tb_rnnviz.tensorboard.references import ANSWER_VERSION

MAX_STEPS = 24
"""Most steps of the training of which a history has the explanations."""

DIGITS = 3
"""Significant digits of the part of a step."""


def explanations_json(explanations: Explanations, step: int) -> dict[str, Any]:
    """Returns the explanations at one step, see `/explanations`."""
    return {
        "version": ANSWER_VERSION,
        "step": step,
        **shared_json(explanations, DIGITS),
        "predictions": [_prediction_json(each) for each in explanations.predictions],
    }


def explanation_history(
    by_step: Mapping[int, Explanations],
    left_out: Sequence[int],
    position: tuple[int, int] | None,
) -> dict[str, Any]:
    """Returns one prediction over the steps, see `/explanation_history`.

    Args:
        by_step: Explanations by step of the training, ascending.
        left_out: Steps that are damaged.
        position: Sequence and token of the prediction; `None` for the reach of the gradient alone.
    """
    states: dict[tuple[str, str], list[float | None]] = {}
    predictions = []
    for index, explanations in enumerate(by_step.values()):
        for reach in explanations.reach:
            known = states.setdefault((reach.layer, reach.quantity), [])
            known += [None] * (index - len(known))
            lags = float(len(reach.by_lag))
            known.append(json_number(min(reach.half_life, lags), DIGITS))
        same = (each for each in explanations.predictions if _position(each) == position)
        prediction = next(same, None)
        predictions.append(None if prediction is None else _prediction_json(prediction))
    return {
        "version": ANSWER_VERSION,
        "steps": list(by_step),
        "left_out": list(left_out),
        "reach": [
            {
                "layer": layer,
                "quantity": quantity,
                "half_life": [*values, *[None] * (len(by_step) - len(values))],
            }
            for (layer, quantity), values in states.items()
        ],
        "predictions": predictions,
    }


def _position(prediction: ExplainedPrediction) -> tuple[int, int]:
    return prediction.sequence, prediction.step


def _prediction_json(prediction: ExplainedPrediction) -> dict[str, Any]:
    values = np.asarray(prediction.values, np.float64)
    numbers = ("loss", "score", "change", "gap")
    texts = ("reason", "explained", "predicted", "target")
    return {
        **{name: getattr(prediction, name) for name in ("sequence", "step", "first")},
        **{name: getattr(prediction, name) for name in texts},
        **{name: json_number(getattr(prediction, name), DIGITS + 1) for name in numbers},
        "values": [json_number(value, DIGITS) for value in values.ravel().tolist()],
        "units": {
            layer: [[unit, json_number(value, DIGITS)] for unit, value in units]
            for layer, units in prediction.units.items()
        },
    }
