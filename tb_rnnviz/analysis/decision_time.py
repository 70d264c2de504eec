"""Decision time: the step after which the prediction of a sequence never changes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def decision_time(
    class_probability: ArrayLike, lengths: Sequence[int] | None = None
) -> NDArray[np.int64]:
    """Finds the first step from which the most probable class stays the last one.

    Args:
        class_probability: array (sequences, steps, classes), as in
            `Recording.class_probability`: what the model would say if a sequence ended there.
        lengths: steps of each sequence; by default all steps whose values are finite, up to the
            last of them.

    Returns:
        The step of each sequence, counted from 0, (sequences,); -1 for a sequence without steps, or
        with a probability that is NaN. The class of ties is the first of them.

    Raises:
        ValueError: if the shapes do not fit.

    Example:
        >>> decision_time([[[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]]]).tolist()
        [1]
    """
    values = np.asarray(class_probability, np.float64)
    if values.ndim != 3 or not values.shape[2]:
        raise ValueError(
            "`class_probability` must have three axes, (sequences, steps, classes). "
            f"Received: shape {values.shape}."
        )
    sequences, steps = values.shape[:2]
    is_known = np.asarray(np.isfinite(values).all(axis=2))
    if lengths is None:
        ends = np.where(is_known.any(axis=1), steps - np.argmax(is_known[:, ::-1], axis=1), 0)
    else:
        ends = np.asarray(lengths)
        is_integer = ends.shape == (sequences,) and ends.dtype.kind in "iu"
        if not is_integer or ends.min(initial=0) < 0 or ends.max(initial=0) > steps:
            raise ValueError(
                f"`lengths` must list the steps of each of the {sequences} sequences, integers "
                f"from 0 to {steps}. Received: {lengths!r}."
            )
    is_inside = np.arange(steps) < ends[:, None]
    prediction = np.where(is_known, np.argmax(np.where(is_known[..., None], values, 0), axis=2), -1)
    final = np.take_along_axis(prediction, np.maximum(ends - 1, 0)[:, None], axis=1)
    differs = is_inside & (prediction != final)
    decided = np.where(differs.any(axis=1), steps - np.argmax(differs[:, ::-1], axis=1), 0)
    is_complete = (ends > 0) & (is_known | ~is_inside).all(axis=1)
    return np.where(is_complete, decided, -1).astype(np.int64)
