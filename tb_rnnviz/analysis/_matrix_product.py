"""Matrix products that stay on the thread that computes them."""

import numpy as np
from numpy.typing import NDArray

SERIAL = 1 << 18
"""Multiplications of a product up to which OpenBLAS starts no threads."""

_DEPTH = 256  # steps that are summed at once, at least


def matrix_product(a: NDArray, b: NDArray) -> NDArray:
    """Computes a @ b in parts for which a BLAS starts no threads.

    Blocks of units are computed on several threads already. Threads of a BLAS beside them gain
    nothing, and wait for each other in loops that take processor time from a training.

    Args:
        a: Array (rows, steps).
        b: Array (steps, columns).

    Returns:
        The product (rows, columns).

    Example:
        >>> matrix_product(np.ones((2, 3)), np.ones((3, 1))).tolist()
        [[3.0], [3.0]]
    """
    rows, steps = a.shape
    columns = b.shape[1]
    if rows * steps * columns <= SERIAL:
        return a @ b
    height = max(1, SERIAL // (columns * _DEPTH))
    product = np.zeros((rows, columns), np.result_type(a, b))
    for top in range(0, rows, height):
        part = product[top : top + height]
        depth = max(1, SERIAL // (len(part) * columns))
        for first in range(0, steps, depth):
            part += a[top : top + height, first : first + depth] @ b[first : first + depth]
    return product
