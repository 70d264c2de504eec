"""From which step on the units of a quantity go with each feature, for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from tensorboard import errors

from tb_rnnviz import analysis
from tb_rnnviz.tensorboard.unit_series import of_one_shape


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
    whole = of_one_shape(arrays, len(features), len(statistics))
    if not whole or "q" not in statistics:
        raise errors.NotFoundError(
            f"No step has q-values of the features {list(features)}. It has {list(statistics)}."
        )
    kept = [steps[i] for i in whole]
    q = np.stack([arrays[i][:, list(statistics).index("q")] for i in whole])
    return {
        "steps": kept,
        "left_out": [step for step in steps if step not in set(kept)],
        "features": [
            _feature(name, analysis.emergence(q[:, row], kept)) for row, name in enumerate(features)
        ],
    }


def _feature(name: str, found: analysis.Emergence) -> dict[str, Any]:
    emerged = np.flatnonzero(found.duration)
    order = emerged[np.argsort(found.steps[emerged], kind="stable")]
    return {
        "feature": name,
        "first": found.step,
        "units": [{"unit": int(unit), "step": int(found.steps[unit])} for unit in order],
    }
