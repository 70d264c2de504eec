"""One correction over everything that was tested."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._false_discovery_rate import benjamini_hochberg


class JointQ(NamedTuple):
    """What `joint_q` gives.

    Args:
        q: one array for each array of p-values, in its shape; NaN where there was no test.
        tests: over how many tests the correction went.
    """

    q: list[NDArray[np.float64]]
    tests: int


def joint_q(ps: Sequence[ArrayLike]) -> JointQ:
    """Corrects the p-values of many calls together, whatever was tested in them.

    After Benjamini and Hochberg (1995, J. R. Stat. Soc. B 57): among all findings with q of at
    most 0.05, no more than 0.05 are false in the mean. Whoever looks through features, quantities
    and layers for the best unit has tested all of them, and corrects over all of them.

    Args:
        ps: arrays of p-values in any shapes; NaN is no test.

    Returns:
        A `JointQ`: `.q` in the order and the shapes of `ps`, and the number of `.tests`.

    Raises:
        ValueError: if a value is not between 0 and 1.

    Example:
        >>> found = joint_q([[0.01, 0.5], [0.04]])
        >>> [q.round(3).tolist() for q in found.q], found.tests
        ([[0.03, 0.5], [0.06]], 3)
    """
    arrays = [np.asarray(p, dtype=np.float64) for p in ps]
    whole = np.concatenate([np.empty(0), *(p.ravel() for p in arrays)])
    if wrong := whole[(whole < 0) | (whole > 1)].tolist():
        raise ValueError(
            f"`ps` must hold p-values between 0 and 1, or NaN. Received: {wrong[0]} "
            f"and {len(wrong) - 1} others outside."
        )
    adjusted = benjamini_hochberg(whole)
    ends = np.cumsum([p.size for p in arrays])[:-1]
    pieces = np.split(adjusted, ends) if arrays else []
    q = [piece.reshape(p.shape) for piece, p in zip(pieces, arrays, strict=True)]
    return JointQ(q, int(np.count_nonzero(~np.isnan(whole))))
