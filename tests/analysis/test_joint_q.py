"""Joint false discovery rate over several calls."""

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from tb_rnnviz.analysis import joint_q


def test_q_is_that_of_benjamini_and_hochberg_over_all_arrays():
    rng = np.random.default_rng(0)
    ps = [rng.random(7) ** 3, rng.random((2, 5)).round(1), rng.random(()), np.empty(0)]
    result = joint_q(ps)
    whole = false_discovery_control(np.concatenate([p.ravel() for p in ps]))
    np.testing.assert_allclose(np.concatenate([q.ravel() for q in result.q]), whole)
    assert [q.shape for q in result.q] == [(7,), (2, 5), (), (0,)]
    assert result.tests == 18


def test_nan_is_no_test():
    result = joint_q([[0.01, np.nan], [np.nan, 0.03]])
    np.testing.assert_allclose(result.q, [[0.02, np.nan], [np.nan, 0.03]])
    assert result.tests == 2


def test_q_grows_with_the_number_of_tests():
    alone, many = joint_q([[0.001]]), joint_q([[0.001], np.full(999, 0.9)])
    assert alone.q[0].item() == 0.001 and many.q[0].item() == pytest.approx(0.9)


def test_no_arrays_and_empty_arrays():
    assert joint_q([]) == ([], 0)
    assert joint_q([[np.nan]]).tests == 0


@pytest.mark.parametrize("wrong", [-0.1, 1.5, np.inf])
def test_invalid_p_values_raise_an_error(wrong):
    with pytest.raises(ValueError, match=f"between 0 and 1.*Received: {wrong}"):
        joint_q([[0.5], [wrong]])
