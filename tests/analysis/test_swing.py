"""Swing against a loop over tokens."""

import numpy as np
import pytest

from tb_rnnviz.analysis import swing


def by_loops(activity, lengths, tokens):
    result = np.full(activity.shape, np.nan)
    start = 0
    for length in lengths:
        part = activity[start : start + length]
        for t in range(length):
            changes = [abs(part[s] - part[s - 1]) for s in range(max(1, t - tokens + 1), t + 1)]
            if t == 0 and length > 1:
                changes = [abs(part[1] - part[0])]
            if changes:
                rows = np.array(changes)
                known = np.isfinite(rows)
                sums = np.where(known, rows, 0).sum(axis=0)
                with np.errstate(invalid="ignore"):
                    result[start + t] = np.where(
                        known.any(axis=0), sums / known.sum(axis=0), np.nan
                    )
        start += length
    return result


@pytest.mark.parametrize("lengths", [[60], [20, 3, 0, 1, 36]])
@pytest.mark.parametrize("tokens", [1, 3, 8, 100])
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_equals_the_definition(lengths, tokens):
    activity = np.random.default_rng(0).normal(size=(60, 3))
    activity[[4, 5, 40], 1] = np.nan
    expected = by_loops(activity, lengths, tokens)
    np.testing.assert_allclose(swing(activity, lengths=lengths, tokens=tokens), expected)


def test_values_that_are_not_finite_are_left_out():
    series = np.array([0.0, 1.0, np.inf, 3.0, 4.0, 4.0])[:, None]
    assert swing(series, tokens=2)[:, 0].tolist()[:3] == [1.0, 1.0, 1.0]
    assert swing(series, tokens=2)[-1, 0] == 0.5


def test_no_text_has_no_swing():
    assert swing(np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("tokens", [0, 1.5, True, "8"])
def test_a_number_of_tokens_that_is_none_is_refused(tokens):
    with pytest.raises(ValueError, match="`tokens` must be an integer of at least 1"):
        swing(np.zeros((4, 1)), tokens=tokens)
