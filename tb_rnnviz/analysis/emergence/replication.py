"""In how many runs a role appears."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri


@dataclass(frozen=True, eq=False)
class Replication:
    """How often a role appears over runs that differ in their seed.

    Args:
        count: runs in which it appears, (roles,).
        runs: runs in which it was looked for, (roles,).
        share: `count / runs`, (roles,); NaN where it was never looked for.
        low: lower end of the interval of the share, (roles,).
        high: upper end, (roles,).
        confidence: of the interval.
    """

    count: NDArray[np.intp]
    runs: NDArray[np.intp]
    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    confidence: float


def replication(appears: ArrayLike, *, confidence: float = 0.95) -> Replication:
    """Gives the share of runs in which a role appears, with Wilson's interval.

    With n runs, the share s and the normal quantile z (Wilson 1927, Journal of the American
    Statistical Association 22, 209-212):

        (s + z^2 / 2n -+ z sqrt(s (1 - s) / n + z^2 / 4n^2)) / (1 + z^2 / n)

    It keeps its level for few runs, and for shares of 0 and 1.

    Args:
        appears: booleans (runs,) or (runs, roles), whether the role appears in a run, for example
            whether `emergence` found a step; NaN where it was not looked for.
        confidence: of the interval, between 0 and 1; 0.95 by default.

    Returns:
        A `Replication`; one role where `appears` has one axis.

    Raises:
        ValueError: if an argument does not fit.

    Example:
        >>> found = replication([True, True, True, False])
        >>> found.share.item(), found.low.round(2).item(), found.high.round(2).item()
        (0.75, 0.3, 0.95)
    """
    values = np.asarray(appears)
    if values.ndim not in (1, 2) or values.dtype.kind not in "biuf":
        raise ValueError(
            "`appears` must hold booleans, (runs,) or (runs, roles). "
            f"Received: dtype {values.dtype}, shape {values.shape}."
        )
    values = np.atleast_2d(values.T).T.astype(np.float64)
    known = ~np.isnan(values)
    if not np.isin(values[known], (0, 1)).all():
        raise ValueError(
            "`appears` must hold booleans, 0, 1 or NaN. "
            f"Received: values such as {values[known][:5].tolist()}."
        )
    if not 0 < confidence < 1:
        raise ValueError(
            f"`confidence` must lie between 0 and 1. Received: confidence={confidence}."
        )
    runs = known.sum(axis=0)
    count = (values == 1).sum(axis=0)
    z = float(ndtri((1 + confidence) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = count / runs
        middle = share + z**2 / (2 * runs)
        reach = z * np.sqrt(share * (1 - share) / runs + z**2 / (4 * runs**2))
        low, high = (middle - reach) / (1 + z**2 / runs), (middle + reach) / (1 + z**2 / runs)
    low[count == 0] = 0.0
    high[count == runs] = 1.0
    low[runs == 0] = high[runs == 0] = np.nan
    return Replication(count, runs, share, low, high, confidence)
