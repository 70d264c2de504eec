"""Joint false discovery rate over the p-values of several calls."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._false_discovery_rate import benjamini_hochberg


class JointQ(NamedTuple):
    """False discovery rates over all tests of several calls.

    Args:
        q: one array for each array of p-values, in its shape; NaN where there was no test.
        tests: number of tests that the correction is over.
    """

    q: list[NDArray[np.float64]]
    tests: int


def joint_q(ps: Sequence[ArrayLike]) -> JointQ:
    """Corrects the p-values of several calls jointly.

    After Benjamini and Hochberg (1995, J. R. Stat. Soc. B 57): among all findings with a q of at
    most 0.05, an expected share of at most 0.05 is false. A search through features, quantities
    and layers for the best unit tests all of them, and is corrected over all of them.

    Args:
        ps: arrays of p-values in any shapes; NaN is no test.

    Returns:
        A `JointQ`: `.q` in the order and the shapes of `ps`, and the number of `.tests`.

    Raises:
        ValueError: if a value is not between 0 and 1.

    Example:
        >>> joint = joint_q([[0.01, 0.5], [0.04]])
        >>> [q.round(3).tolist() for q in joint.q], joint.tests
        ([[0.03, 0.5], [0.06]], 3)
    """
    arrays = [np.asarray(p, dtype=np.float64) for p in ps]
    joined = np.concatenate([np.empty(0), *(p.ravel() for p in arrays)])
    if invalid := joined[(joined < 0) | (joined > 1)].tolist():
        raise ValueError(
            f"`ps` must hold p-values between 0 and 1, or NaN. Received: {invalid[0]} "
            f"and {len(invalid) - 1} others outside."
        )
    adjusted = benjamini_hochberg(joined)
    ends = np.cumsum([p.size for p in arrays])[:-1]
    split = np.split(adjusted, ends) if arrays else []
    q = [part.reshape(p.shape) for part, p in zip(split, arrays, strict=True)]
    return JointQ(q, int(np.count_nonzero(~np.isnan(joined))))
