"""Adjusted p-values (q) that control the false discovery rate."""

import numpy as np
from numpy.typing import NDArray


def benjamini_hochberg(p: NDArray, subset: NDArray | None = None) -> NDArray[np.float64]:
    """Computes q, the smallest false discovery rate at which a test is significant.

    After Benjamini and Hochberg (1995, J. R. Stat. Soc. B 57): q of the i-th smallest of m is
    the minimum over j >= i of m p(j) / j. NaN is no test and stays NaN. Unlike
    `scipy.stats.false_discovery_control` this takes NaN and single precision, and returns q of a
    subset alone.

    Args:
        p: p-values of all tests, in any shape.
        subset: those of them whose q is returned, in any shape; all by default.

    Returns:
        q, in the shape of `subset`.
    """
    subset = np.asarray(p if subset is None else subset)
    ordered = np.sort(p, axis=None)
    tests = int(np.searchsorted(ordered, np.nan))
    ordered = ordered[:tests]
    adjusted = np.full(subset.shape, np.nan)
    is_test = ~np.isnan(subset)
    if not tests:
        return adjusted
    q = ordered * (tests / np.arange(1, tests + 1))
    np.minimum.accumulate(q[::-1], out=q[::-1])
    np.minimum(q, 1, out=q)
    rank = np.searchsorted(ordered, subset[is_test].astype(ordered.dtype))
    adjusted[is_test] = q[np.minimum(rank, tests - 1)]
    return adjusted
