"""Jacobians of recurrent cells: how the next state depends on the state."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.core.state_map import StateMap, state_map_of

_ROWS = 65_536
"""Numbers of states that are stepped at once."""


def jacobian(cell: Any, state: ArrayLike, input: ArrayLike) -> NDArray[np.float64]:
    """Computes the derivative of the next state with respect to the state.

    The derivative is taken by differences of fourth order in double precision, on a copy of the
    cell, so that it holds for every cell, the user's own included; it agrees with the formulas of
    LSTM, GRU and SimpleRNN to 1e-6 relative. On JAX and PyTorch, where Keras multiplies matrices
    in single precision, to 1e-5.

    Args:
        cell: a built cell or recurrent layer of a framework, or a `StateMap`.
        state: the state (state,), all states of the cell one after the other: (h, c) for an LSTM.
        input: the input (channels,).

    Returns:
        The Jacobian (state, state): row i, column j is the derivative of number i of the next
        state with respect to number j of the state.

    Raises:
        ValueError: if shapes do not fit, or there is no map for such a cell.

    Example:
        >>> import keras
        >>> cell = keras.layers.SimpleRNNCell(2, activation=None)
        >>> cell.build((None, 1))
        >>> cell.set_weights([np.ones((1, 2)), np.array([[0.5, 0.0], [0.25, 0.75]]), np.zeros(2)])
        >>> np.allclose(jacobian(cell, [0.3, -0.2], [1.0]), [[0.5, 0.25], [0.0, 0.75]])
        True
    """
    step = state_map_of(cell)
    values, drive = np.asarray(state, np.float64), np.asarray(input, np.float64)
    for name, array, size in (("state", values, step.size), ("input", drive, step.channels)):
        if array.shape != (size,):
            raise ValueError(
                f"`{name}` must have {size} numbers, shape ({size},). Received: shape "
                f"{array.shape}."
            )
    return jacobians(step, values[None], drive[None])[0]


def jacobians(
    step: StateMap, states: NDArray[np.float64], inputs: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Computes the Jacobians at several states, (rows, state, state).

    Args:
        step: the map.
        states: states (rows, state).
        inputs: inputs (rows, channels).
    """
    rows, size = states.shape
    width = 1e-3 if step.precision < 5e-6 else 3e-2
    offsets = width * np.eye(size)
    result = np.empty((rows, size, size))
    block = max(1, _ROWS // max(4 * size, 1))
    for start in range(0, rows, block):
        part = slice(start, start + block)
        base, drive = states[part, None], inputs[part]
        moved = [base + k * offsets for k in (-2, -1, 1, 2)]
        stacked = np.concatenate([array.reshape(-1, size) for array in moved])
        repeated = np.tile(np.repeat(drive, size, axis=0), (4, 1))
        far, near, after, beyond = step.step(stacked, repeated).reshape(4, len(drive), size, size)
        slope = (far - 8 * near + 8 * after - beyond) / (12 * width)
        result[part] = slope.transpose(0, 2, 1)
    return result
