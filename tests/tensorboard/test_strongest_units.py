"""False findings of a feature that nothing tells, alone and beside others."""

from __future__ import annotations

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.report.findings import correct_jointly

STEPS, UNITS, SIMULATIONS = 600, 60, 40


def significant_units(rng):
    """Numbers of significant units, alone and beside a strong feature."""
    strong, noise = rng.random((2, STEPS)) < 0.2
    activity = rng.normal(size=(STEPS, UNITS)) + strong[:, None]
    relevances = analysis.relevances(activity, [strong, noise])
    alone, _ = correct_jointly(relevances[1:])
    beside, _ = correct_jointly(relevances)
    return (alone[0].q <= 0.05).sum(), (beside[1].q <= 0.05).sum()


def test_a_feature_that_nothing_tells_has_fewer_false_units_alone_than_beside_a_strong_one():
    rng = np.random.default_rng(0)
    alone, beside = np.array([significant_units(rng) for _ in range(SIMULATIONS)]).T
    assert (alone > 0).mean() <= 0.1
    assert (beside > 0).mean() > 0.5, "a joint threshold lets noise through"
