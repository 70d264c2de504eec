"""Schema of the statistics and score, compared with `analysis.relevance`."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tb_rnnviz import analysis
from tb_rnnviz.core.statistics import (
    ASSOCIATION,
    DERIVED,
    SIGNIFICANT,
    STATISTICS,
    Association,
    relative_score,
    score,
    standard_score,
)
from tests.programs import ROOT

RANDOM = np.random.default_rng(0)
ACTIVITY = RANDOM.normal(size=(60, 5))


VERSION_1 = (
    "prominence", "difference", "score", "relevance", "effect", "auc", "p", "q", "p_family",
)  # fmt: skip
"""Rows of a relevance array in the first version of the log."""


def test_rows_of_a_relevance_array_include_those_of_the_first_version_of_the_log():
    assert tuple(name for name in STATISTICS if name in VERSION_1) == VERSION_1
    assert DERIVED == ("relevance",)
    assert {*STATISTICS, "p_exact"} <= {*ASSOCIATION}


def test_every_statistic_is_described_in_the_docs():
    page = (ROOT / "docs" / "analysis" / "relevance.md").read_text("utf-8")
    first_cells = " ".join(re.findall(r"(?m)^\| ([^|]*) \|", page))
    assert set(ASSOCIATION) <= set(re.findall(r"`(\w+)`", first_cells))


@pytest.mark.parametrize("name", ASSOCIATION)
def test_analysis_computes_every_statistic_of_an_association(name):
    result = analysis.relevance(ACTIVITY, np.arange(60) % 4 == 0)
    assert getattr(result, name).shape == (5,)


@pytest.mark.parametrize("feature", [np.arange(60) % 4 == 0, RANDOM.normal(size=60)])
def test_score_and_relevance_are_those_of_analysis(feature):
    result = analysis.relevance(ACTIVITY, feature)
    own = score(result.prominence, result.difference)
    np.testing.assert_array_equal(own, result.score)
    np.testing.assert_array_equal(relative_score(own), result.relevance)


def test_a_unit_without_a_value_has_neither_score_nor_relevance():
    own = score([np.nan, 1.0], [np.nan, 1.0])
    np.testing.assert_array_equal(relative_score(own), [np.nan, 1.0])


@pytest.mark.parametrize(
    ("q", "significant"), [(SIGNIFICANT, True), (0.051, False), (np.nan, False)]
)
def test_an_association_is_significant_up_to_the_false_discovery_rate(q, significant):
    assert Association(q=q).is_significant is significant


def test_the_standard_score_does_not_depend_on_the_scale_of_a_unit():
    scores, deviations, scale = np.array([1.5, 0.2]), np.array([0.5, 0.1]), np.array([1e3, 1e-2])
    np.testing.assert_allclose(standard_score(scores, deviations), [3, 2])
    np.testing.assert_allclose(standard_score(scores * scale, deviations * scale), [3, 2])
    assert standard_score([0.0], [0.0]).tolist() == [0.0]
