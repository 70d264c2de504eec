"""Replication over runs: the share in which an association appears."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri


@dataclass(frozen=True, eq=False)
class Replication:
    """Shares of the runs, which differ in their seed, in which associations appear.

    Args:
        count: runs in which an association appears, (associations,).
        runs: runs in which it was tested, (associations,).
        share: `count / runs`, (associations,); NaN if it was never tested.
        low: lower end of the confidence interval of the share, (associations,).
        high: upper end of that interval, (associations,).
        confidence: confidence level of the interval.
    """

    count: NDArray[np.intp]
    runs: NDArray[np.intp]
    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    confidence: float


def replication(appears: ArrayLike, *, confidence: float = 0.95) -> Replication:
    """Computes the share of runs in which an association appears, with its interval.

    The interval is Wilson's. With n runs, the share s and the normal quantile z (Wilson 1927,
    Journal of the American Statistical Association 22, 209-212):

        (s + z^2 / 2n -+ z sqrt(s (1 - s) / n + z^2 / 4n^2)) / (1 + z^2 / n)

    It keeps its level for few runs, and for shares of 0 and 1.

    Args:
        appears: booleans (runs,) or (runs, associations), True if an association appears in a run,
            such as `emergence(...).step is not None`; NaN where it was not tested.
        confidence: confidence level of the interval, between 0 and 1; 0.95 by default.

    Returns:
        A `Replication`, of one association if `appears` has one axis.

    Raises:
        ValueError: if an argument does not fit.

    Example:
        >>> result = replication([True, True, True, False])
        >>> result.share.item(), result.low.round(2).item(), result.high.round(2).item()
        (0.75, 0.3, 0.95)
    """
    values = np.asarray(appears)
    if values.ndim not in (1, 2) or values.dtype.kind not in "biuf":
        raise ValueError(
            "`appears` must hold booleans, (runs,) or (runs, associations). "
            f"Received: dtype {values.dtype}, shape {values.shape}."
        )
    values = np.atleast_2d(values.T).T.astype(np.float64)
    is_tested = ~np.isnan(values)
    if not np.isin(values[is_tested], (0, 1)).all():
        raise ValueError(
            "`appears` must hold booleans, 0, 1 or NaN. "
            f"Received: values such as {values[is_tested][:5].tolist()}."
        )
    if not 0 < confidence < 1:
        raise ValueError(
            f"`confidence` must lie between 0 and 1. Received: confidence={confidence}."
        )
    runs = is_tested.sum(axis=0)
    count = (values == 1).sum(axis=0)
    z = float(ndtri((1 + confidence) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = count / runs
        centre = share + z**2 / (2 * runs)
        width = z * np.sqrt(share * (1 - share) / runs + z**2 / (4 * runs**2))
        low, high = (centre - width) / (1 + z**2 / runs), (centre + width) / (1 + z**2 / runs)
    low[count == 0] = 0.0
    high[count == runs] = 1.0
    low[runs == 0] = high[runs == 0] = np.nan
    return Replication(count, runs, share, low, high, confidence)
