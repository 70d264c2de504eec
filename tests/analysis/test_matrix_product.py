"""Matrix products in parts."""

from __future__ import annotations

import numpy as np
import pytest

from tb_rnnviz.analysis._matrix_product import SERIAL, matrix_product


@pytest.mark.parametrize(
    "shape", [(1, 1, 1), (3, 0, 2), (90, 3000, 16), (700, 5000, 1), (2, 9, 400)]
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_product_is_that_of_numpy(shape, dtype):
    rows, steps, columns = shape
    rng = np.random.default_rng(0)
    a = rng.normal(size=(rows, steps)).astype(dtype)
    b = rng.normal(size=(columns, steps)).astype(dtype).T
    product = matrix_product(a, b)
    assert product.dtype == dtype
    tolerance = np.finfo(dtype).eps * max(steps, 1)
    np.testing.assert_allclose(product, a @ b, rtol=0, atol=tolerance * 10)


def test_no_part_is_so_large_that_a_blas_starts_threads():
    class Counted(np.ndarray):
        def __matmul__(self, other):
            sizes.append(self.shape[0] * self.shape[1] * other.shape[1])
            return np.asarray(self) @ np.asarray(other)

    sizes: list[int] = []
    a, b = np.ones((200, 3000)), np.ones((3000, 20))
    assert (matrix_product(a.view(Counted), b) == 3000).all()
    assert len(sizes) > 1 and max(sizes) <= SERIAL
