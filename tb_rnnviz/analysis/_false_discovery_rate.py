"""Adjusted p-values that hold the rate of false discoveries."""

import numpy as np
from numpy.typing import NDArray


def benjamini_hochberg(p: NDArray, at: NDArray | None = None) -> NDArray[np.float64]:
    """Gives q of p-values: the smallest rate of false discoveries at which each is one.

    After Benjamini and Hochberg (1995, J. R. Stat. Soc. B 57): q of the i-th smallest of m is
    the minimum over j >= i of m p(j) / j. NaN is no test and stays NaN. Unlike
    `scipy.stats.false_discovery_control` this takes NaN, single precision, and a few of many.

    Args:
        p: p-values of all tests, in any shape.
        at: those of them that are asked for, in any shape; all by default.

    Returns:
        q, in the shape of `at`.
    """
    asked = np.asarray(p if at is None else at)
    ordered = np.sort(p, axis=None)
    tests = int(np.searchsorted(ordered, np.nan))
    ordered = ordered[:tests]
    adjusted = np.full(asked.shape, np.nan)
    known = ~np.isnan(asked)
    if not tests:
        return adjusted
    q = ordered * (tests / np.arange(1, tests + 1))
    np.minimum.accumulate(q[::-1], out=q[::-1])
    np.minimum(q, 1, out=q)
    place = np.searchsorted(ordered, asked[known].astype(ordered.dtype))
    adjusted[known] = q[np.minimum(place, tests - 1)]
    return adjusted
