"""Time constant of units, the memory time scale implied by their retain gates."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_activity


def time_constant(retain: ArrayLike) -> NDArray[np.float64]:
    """Computes the time in which a cell decays to 1/e by the mean of its retain gate.

        tau = -1 / ln(mean f)

    With a constant retain gate f and no input a cell decays as f^t = exp(-t / tau) (Tallec and
    Ollivier 2018, arXiv:1804.11188, section 1). The time constant is what the gate permits; it
    does not tell if the retained state is used.

    Args:
        retain: array (steps, units), the activity of a gate with the role retain, between 0 and 1:
            the forget gate of an LSTM, the update gate of Keras' GRU.

    Returns:
        Tokens (units,): 0 for a gate that is always shut, infinity for one that is always open,
        NaN for one without a finite value.

    Raises:
        ValueError: if the gate does not have two axes, or is not between 0 and 1.

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
