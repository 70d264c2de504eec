"""Co-clusters: planted blocks are found, nothing is found where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from tb_rnnviz.analysis import co_clusters

WORDS, UNITS, BLOCKS = 200, 96, 4
WORD_BLOCKS = np.arange(WORDS) % BLOCKS
UNIT_BLOCKS = np.arange(UNITS) % BLOCKS


def planted(noise: float, seed: int = 0) -> np.ndarray:
    """Words that move the units of their block, each unit with a sign of its own."""
    rng = np.random.default_rng(seed)
    signs = rng.choice([-1, 1], UNITS)
    blocks = (WORD_BLOCKS[:, None] == UNIT_BLOCKS) * signs * 2.0
    return blocks + noise * rng.normal(size=(WORDS, UNITS))


@pytest.mark.parametrize("noise", [0.5, 1.0])
def test_planted_clusters_of_units_of_both_signs_are_found(noise: float) -> None:
    clusters = co_clusters(planted(noise), BLOCKS)
    assert adjusted_rand_score(WORD_BLOCKS, clusters.rows) > 0.75
    assert adjusted_rand_score(UNIT_BLOCKS, clusters.columns) > 0.75
    assert clusters.stability > 0.75 > 0.2 > clusters.null


def test_noise_has_no_stable_clusters() -> None:
    noise = np.random.default_rng(1).normal(size=(WORDS, UNITS))
    clusters = co_clusters(noise, BLOCKS)
    assert abs(clusters.stability) < 0.1
    assert abs(clusters.stability - clusters.null) < 0.05


def test_the_cluster_with_most_columns_is_first_and_strengths_are_means() -> None:
    matrix = np.zeros((5, 9))
    matrix[:3, :2], matrix[3:, 2:] = -1, 3
    clusters = co_clusters(matrix, 2, resamples=0)
    assert clusters.columns.tolist() == [1, 1, 0, 0, 0, 0, 0, 0, 0]
    assert clusters.rows.tolist() == [1, 1, 1, 0, 0]
    assert clusters.strength.tolist() == [[3, 0], [0, -1]]
    assert np.isnan(clusters.stability)


def test_rows_and_columns_without_values_belong_to_no_cluster() -> None:
    matrix = np.insert(np.insert(planted(0.5), 7, 0, axis=0), 3, 0, axis=1)
    clusters = co_clusters(matrix, BLOCKS, resamples=0)
    assert (clusters.rows[7], clusters.columns[3]) == (-1, -1)
    assert (np.delete(clusters.rows, 7) >= 0).all()
    np.testing.assert_array_equal(
        np.delete(clusters.columns, 3), co_clusters(planted(0.5), BLOCKS, resamples=0).columns
    )


def test_a_mode_of_one_sign_leaves_the_other_out() -> None:
    matrix = np.kron(np.diag([1.0, -1.0, 1.0]), np.ones((4, 4)))
    assert (co_clusters(matrix, 2, "positive", resamples=0).rows[4:8] == -1).all()
    with pytest.raises(ValueError, match="from 2 to 4"):
        co_clusters(matrix, 5, "negative")


def test_the_same_seed_gives_the_same_clusters() -> None:
    first, second = (co_clusters(planted(1.5), BLOCKS, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.rows, second.rows)
    assert (first.stability, first.null) == (second.stability, second.null)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((np.full((3, 3), np.nan)), 2), "finite"),
        ((np.ones(3), 2), "two axes"),
        ((np.ones((3, 3)), 1), "from 2 to 3"),
        ((np.ones((3, 3)), True), "from 2 to 3"),
        ((np.zeros((3, 3)), 2), "from 2 to 0"),
        ((np.ones((3, 3)), 2, "signed"), "'abs', 'positive'"),
    ],
)
def test_an_invalid_argument_is_an_error(arguments, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        co_clusters(*arguments)


def test_a_number_of_resamples_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="resamples"):
        co_clusters(np.ones((3, 3)), 2, resamples=-1)
