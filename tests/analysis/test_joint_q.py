"""One correction over many calls."""

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from tb_rnnviz.analysis import joint_q


def test_is_that_of_benjamini_and_hochberg_over_everything():
    rng = np.random.default_rng(0)
    ps = [rng.random(7) ** 3, rng.random((2, 5)).round(1), rng.random(()), np.empty(0)]
    found = joint_q(ps)
    whole = false_discovery_control(np.concatenate([p.ravel() for p in ps]))
    np.testing.assert_allclose(np.concatenate([q.ravel() for q in found.q]), whole)
    assert [q.shape for q in found.q] == [(7,), (2, 5), (), (0,)]
    assert found.tests == 18


def test_what_was_not_tested_stays_out():
    found = joint_q([[0.01, np.nan], [np.nan, 0.03]])
    np.testing.assert_allclose(found.q, [[0.02, np.nan], [np.nan, 0.03]])
    assert found.tests == 2


def test_more_tests_make_a_finding_weaker():
    alone, many = joint_q([[0.001]]), joint_q([[0.001], np.full(999, 0.9)])
    assert alone.q[0].item() == 0.001 and many.q[0].item() == pytest.approx(0.9)


def test_nothing_was_tested():
    assert joint_q([]) == ([], 0)
    assert joint_q([[np.nan]]).tests == 0


@pytest.mark.parametrize("wrong", [-0.1, 1.5, np.inf])
def test_a_p_value_that_is_none(wrong):
    with pytest.raises(ValueError, match=f"between 0 and 1.*Received: {wrong}"):
        joint_q([[0.5], [wrong]])
