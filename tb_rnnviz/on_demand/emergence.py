"""From which step on the units of a quantity go with each feature, for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from tensorboard import errors

from tb_rnnviz import analysis


def emergences(
    features: Sequence[str],
    statistics: Sequence[str],
    steps: Sequence[int],
    arrays: Sequence[np.ndarray],
) -> dict[str, Any]:
    """When each feature's units emerge, as `http_api.md` says.

    Args:
        features: Names of the rows of an array.
        statistics: Names of the columns of an array, `q` among them.
        steps: The recorded steps, ascending.
        arrays: Relevance at each step, (features, statistics, units).

    Raises:
        NotFoundError: if no step has these features and statistics.
    """
    shape = len(features), len(statistics)
    units = next((array.shape[2] for array in reversed(arrays) if array.shape[:2] == shape), None)
    whole = [array.shape == (*shape, units) for array in arrays]
    if units is None or "q" not in statistics:
        raise errors.NotFoundError(
            f"No step has q-values of the features {list(features)}. It has {list(statistics)}."
        )
    kept = [step for step, is_whole in zip(steps, whole, strict=True) if is_whole]
    q = np.stack([array for array, is_whole in zip(arrays, whole, strict=True) if is_whole])
    q = q[:, :, list(statistics).index("q")]
    return {
        "steps": kept,
        "left_out": [step for step in steps if step not in set(kept)],
        "features": [
            _feature(name, analysis.emergence(q[:, row], kept)) for row, name in enumerate(features)
        ],
    }


def _feature(name: str, found: analysis.Emergence) -> dict[str, Any]:
    emerged = np.flatnonzero(found.held)
    order = emerged[np.argsort(found.steps[emerged], kind="stable")]
    return {
        "feature": name,
        "first": found.step,
        "units": [{"unit": int(unit), "step": int(found.steps[unit])} for unit in order],
    }
