"""Validation of the arguments of the analysis, done once where they enter."""

from collections.abc import Sequence
from typing import Any, Protocol, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray


class OutOfCoreActivity(Protocol):
    """An activity (steps, units) larger than memory, sliced like an array."""

    shape: tuple[int, int]
    dtype: np.dtype

    def __getitem__(self, index: tuple[slice, slice]) -> NDArray: ...


@overload
def as_activity(activity: ArrayLike, name: str = "activity") -> NDArray: ...


@overload
def as_activity(
    activity: ArrayLike | OutOfCoreActivity, name: str = "activity"
) -> NDArray | OutOfCoreActivity: ...


def as_activity(
    activity: ArrayLike | OutOfCoreActivity, name: str = "activity"
) -> NDArray | OutOfCoreActivity:
    """Returns the activity as an array (steps, units) of real numbers.

    An object with a shape that is no array is taken to be an `OutOfCoreActivity` and returned as
    it is.
    """
    is_out_of_core = hasattr(activity, "shape") and not hasattr(activity, "__array__")
    values: Any = activity if is_out_of_core else np.asarray(activity)
    if len(values.shape) != 2:
        raise ValueError(
            f"`{name}` must have two axes, (steps, units). Received: shape {values.shape}. "
            "Put sequences one after the other, without padding, and pass their `lengths`."
        )
    if values.dtype.kind not in "fiub":
        raise ValueError(f"`{name}` must hold real numbers. Received: dtype {values.dtype}.")
    return values


def as_mask(mask: ArrayLike, steps: int) -> NDArray[np.bool_]:
    """Returns the mask as booleans (steps,); zeros and ones are accepted, too."""
    values = as_feature(mask, steps)
    if values.dtype != bool:
        raise ValueError(
            "`mask` must hold booleans, or only 0 and 1. "
            f"Received: numbers such as {values[:5].tolist()}. Compare them with a threshold first."
        )
    return values


def as_feature(mask: ArrayLike, steps: int, name: str = "mask") -> NDArray:
    """Returns a feature (steps,) as booleans, or as floats with NaN where missing.

    Zeros and ones of any type become booleans; other floats are a numeric feature.
    """
    values = np.asarray(mask)
    if values.shape != (steps,):
        raise ValueError(
            f"`{name}` must have one value per step of the activity, shape ({steps},). "
            f"Received: shape {values.shape}."
        )
    if values.dtype == bool:
        return values
    if values.dtype.kind in "fiu" and ((values == 0) | (values == 1)).all():
        return values.astype(bool)
    if values.dtype.kind != "f":
        raise ValueError(
            f"`{name}` must hold booleans, or only 0 and 1, or numbers as floats. "
            f"Received: dtype {values.dtype}, values such as {values[:5].tolist()}. "
            "Convert a numeric feature with `.astype(float)`."
        )
    numbers = values.astype(np.float64)
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers


def as_lengths(lengths: Sequence[int] | None, steps: int) -> NDArray[np.intp]:
    """Returns the number of tokens of every sequence; None stands for one sequence."""
    if lengths is None:
        return np.array([steps], dtype=np.intp)
    values = np.asarray(lengths)
    if not values.size:
        values = values.astype(np.intp)
    if values.ndim != 1 or values.dtype.kind not in "iu" or (values < 0).any():
        raise ValueError(
            "`lengths` must list the number of tokens of every sequence, integers of at least 0. "
            f"Received: {lengths!r}."
        )
    if values.sum() != steps:
        raise ValueError(
            f"`lengths` must add up to the {steps} steps of the activity. "
            f"Received: {values.size} lengths that add up to {values.sum()}."
        )
    return values.astype(np.intp)


def as_lags(lags: int) -> NDArray[np.intp]:
    """Returns the lags up to a largest one to either side, (2 lags + 1,)."""
    if isinstance(lags, bool) or not isinstance(lags, int | np.integer) or lags < 0:
        raise ValueError(
            f"`lags` must be a number of tokens, an integer of at least 0. Received: {lags!r}."
        )
    return np.arange(-lags, lags + 1)
