"""The memory that the retain gate of a unit implies."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_activity


def time_constant(retain: ArrayLike) -> NDArray[np.float64]:
    """Gives the time in which a cell forgets all but 1/e, if its gate stayed at its mean.

        tau = -1 / ln(mean f)

    With a constant retain gate f and no input a cell decays as f^t = exp(-t / tau) (Tallec and
    Ollivier 2018, arXiv:1804.11188, section 1). It says what the gate permits, and not whether
    what is retained is used.

    Args:
        retain: array (steps, units), the activity of the gate whose role is retain, between 0 and
            1: the forget gate of an LSTM, the update gate of Keras' GRU.

    Returns:
        Tokens (units,): 0 for a gate that is shut always, infinity for one that is open always,
        NaN for one without a finite value.

    Raises:
        ValueError: unless the gate has two axes and lies between 0 and 1.

    Example:
        >>> time_constant([[0.5, 1.0], [0.5, 1.0]]).round(3).tolist()
        [1.443, inf]
    """
    values = as_activity(retain, "retain")
    finite = np.isfinite(values)
    count = finite.sum(axis=0)
    if ((values < 0) | (values > 1)).any(where=finite):
        raise ValueError(
            "A retain gate lies between 0 and 1. Received: values between "
            f"{np.min(values, where=finite, initial=np.inf):.6g} and "
            f"{np.max(values, where=finite, initial=-np.inf):.6g}. Pass the gate, not the state."
        )
    total = values.sum(axis=0, where=finite, dtype=np.float64)
    mean = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    with np.errstate(divide="ignore"):
        return 1 / np.abs(np.log(np.minimum(mean, 1.0)))
