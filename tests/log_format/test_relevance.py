"""Relevance in the log: derived statistics are dropped and computed again."""

from __future__ import annotations

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.statistics import DERIVED, STATISTICS
from tb_rnnviz.log_format.relevance import RelevanceTable, decode_relevance, encode_relevance


def test_derived_statistics_are_those_of_the_analysis():
    random = np.random.default_rng(0)
    activity = random.normal(size=(200, 6)).astype(np.float32)
    features = [random.random(200) < 0.2, random.normal(size=200)]
    results = analysis.relevances(activity, features)
    rows = [[getattr(result, name) for name in STATISTICS] for result in results]
    table = RelevanceTable(["boolean", "number"], STATISTICS, np.array(rows, np.float32))
    content, array = encode_relevance(table)
    assert not set(content["statistics"]) & set(DERIVED)
    decoded = decode_relevance(content, array)
    assert tuple(decoded.statistics) == STATISTICS
    np.testing.assert_allclose(decoded.array, table.array, rtol=1e-6)


def test_the_score_of_an_older_log_follows_from_its_terms():
    content = {"features": ["space"], "statistics": ["prominence", "difference", "q"]}
    array = np.array([[[0.5, 0.25], [0.25, 0.25], [0.1, 0.2]]])
    table = decode_relevance(content, array)
    assert table.statistics == ["prominence", "difference", "score", "relevance", "q"]
    np.testing.assert_allclose(table.column("score"), [[0.75, 0.5]])
    np.testing.assert_allclose(table.column("relevance"), [[1, 2 / 3]])


def test_a_table_without_the_terms_of_the_score_is_returned_unchanged():
    content = {"features": ["space"], "statistics": ["effect", "q"]}
    array = np.ones((1, 2, 3), np.float32)
    decoded = decode_relevance(content, array)
    assert decoded.statistics == ["effect", "q"] and decoded.array is array
    assert decoded.column("q").shape == (1, 3)


def test_a_table_that_has_the_derived_statistics_is_returned_unchanged():
    content = {"features": ["space"], "statistics": list(STATISTICS)}
    array = np.ones((1, len(STATISTICS), 3), np.float32)
    assert decode_relevance(content, array).array is array
