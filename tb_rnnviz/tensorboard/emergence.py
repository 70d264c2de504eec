"""Emergence of the units of a quantity for each feature, over all steps of a log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from tensorboard import errors

from tb_rnnviz import analysis
from tb_rnnviz.tensorboard.unit_series import same_shape


def emergences(
    features: Sequence[str],
    statistics: Sequence[str],
    steps: Sequence[int],
    arrays: Sequence[np.ndarray],
) -> dict[str, Any]:
    """Finds the steps at which units emerged for each feature, see `/emergence`.

    Args:
        features: Names of the rows of an array.
        statistics: Names of the columns of an array, `q` among them.
        steps: The recorded steps, ascending.
        arrays: Relevance at each step, (features, statistics, units).

    Raises:
        NotFoundError: If no step has these features and statistics.
    """
    indices = same_shape(arrays, len(features), len(statistics))
    if not indices or "q" not in statistics:
        raise errors.NotFoundError(
            f"No step has q-values of the features {list(features)}. It has {list(statistics)}."
        )
    compared = [steps[index] for index in indices]
    q = np.stack([arrays[index][:, list(statistics).index("q")] for index in indices])
    return {
        "steps": compared,
        "left_out": [step for step in steps if step not in set(compared)],
        "features": [
            _feature_emergence(name, analysis.emergence(q[:, row], compared))
            for row, name in enumerate(features)
        ],
    }


def _feature_emergence(name: str, emergence: analysis.Emergence) -> dict[str, Any]:
    units = np.flatnonzero(emergence.duration)
    units = units[np.argsort(emergence.steps[units], kind="stable")]
    return {
        "feature": name,
        "first": emergence.step,
        "units": [{"unit": int(unit), "step": int(emergence.steps[unit])} for unit in units],
    }
