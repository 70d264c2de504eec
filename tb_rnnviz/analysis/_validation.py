"""Checks what enters the analysis, once; inside it is trusted."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Columns(Protocol):
    """An activity (steps, units) that is too large for memory, and is sliced like an array."""

    shape: tuple[int, int]
    dtype: np.dtype

    def __getitem__(self, place: tuple[slice, slice]) -> NDArray: ...


def as_activity(activity: ArrayLike | Columns, name: str = "activity") -> NDArray | Columns:
    """Gives the activity as a real array (steps, units), without a copy where it is one.

    What has a shape and is no array is `Columns`, and stays so.
    """
    is_columns = hasattr(activity, "shape") and not hasattr(activity, "__array__")
    values = activity if is_columns else np.asarray(activity)
    if len(values.shape) != 2:
        raise ValueError(
            f"`{name}` must have two axes, (steps, units). Received: shape {values.shape}. "
            "Put sequences one after the other, without padding, and pass their `lengths`."
        )
    if values.dtype.kind not in "fiub":
        raise ValueError(f"`{name}` must hold real numbers. Received: dtype {values.dtype}.")
    return values


def as_mask(mask: ArrayLike, steps: int) -> NDArray[np.bool_]:
    """Gives the mask as booleans (steps,); zeros and ones are taken as well."""
    values = as_feature(mask, steps)
    if values.dtype != bool:
        raise ValueError(
            "`mask` must hold booleans, or only 0 and 1. "
            f"Received: numbers such as {values[:5].tolist()}. Compare them with a threshold first."
        )
    return values


def as_feature(mask: ArrayLike, steps: int, name: str = "mask") -> NDArray:
    """Gives a feature (steps,) as booleans, or as floats with NaN for what is missing.

    Zeros and ones of any type are booleans, other floats are numbers.
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
    """Gives the number of tokens of every sequence; None stands for one sequence."""
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
