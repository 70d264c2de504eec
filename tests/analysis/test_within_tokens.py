"""Association within equal tokens: the definition, planted units, calibration."""

import numpy as np
import pytest

from tb_rnnviz.analysis import relevance, relevances
from tests.analysis.simulation import autoregressive, clustered, most_false_recordings

STEPS, VOCABULARY = 800, 30


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def text(rng, steps=STEPS):
    """Tokens with the unequal frequencies of a language."""
    weight = 1 / np.arange(1, VOCABULARY + 1)
    return rng.choice(VOCABULARY, steps, p=weight / weight.sum())


def regression(activity, feature, ids):
    """Effect by least squares on a column for every token and the feature."""
    present = np.isfinite(activity) & np.isfinite(feature)
    activity, feature, ids = activity[present], feature[present].astype(float), ids[present]
    columns = (ids[:, None] == np.unique(ids)).astype(float)

    def residual(values):
        return values - columns @ np.linalg.lstsq(columns, values, rcond=None)[0]

    unit, other = residual(activity), residual(feature)
    slope = unit @ other / (other @ other)
    rest = unit - slope * other
    deviation = np.sqrt(rest @ rest / (present.sum() - columns.shape[1] - 1))
    r = unit @ other / np.sqrt(unit @ unit * (other @ other))
    return slope / deviation, 2 * r / np.sqrt(1 - r**2)


@pytest.mark.parametrize("missing", [0, 40])
def test_equals_a_regression_on_the_tokens(rng, missing):
    ids = text(rng)
    activity = rng.normal(size=(STEPS, 5)) + rng.normal(size=VOCABULARY)[ids, None]
    mask, number = rng.random(STEPS) < 0.1 + 0.5 * (ids < 4), autoregressive(rng, STEPS, 1)[:, 0]
    activity[mask, 0] += 2
    activity[rng.choice(STEPS, missing), 1] = np.nan
    number[rng.choice(STEPS, missing)] = np.nan
    boolean, numeric = relevances(activity, [mask, number], tokens=ids)
    for unit in range(5):
        expected, _ = regression(activity[:, unit], mask, ids)
        assert boolean.within[unit] == pytest.approx(expected)
        _, expected = regression(activity[:, unit], number, ids)
        assert numeric.within[unit] == pytest.approx(expected)


def test_memory_remains_and_an_echo_does_not(rng):
    ids = text(rng)
    mask = clustered(rng, STEPS)
    ids[mask & (rng.random(STEPS) < 0.5)] = 3  # a token that the feature prefers
    memory = 3 * mask + rng.normal(size=STEPS)
    echo = (ids == 3).astype(float)
    result = relevance(np.stack([memory, echo], axis=1), mask, tokens=ids)
    assert (result.effect > 0.9).all() and (result.q < 0.01).all()
    assert result.within[0] > 2 and result.within_q[0] < 1e-6
    assert result.within[1] == 0 and result.within_q[1] == 1


def test_a_function_of_the_token_has_no_effect_within(rng):
    ids = text(rng)
    features = [ids == 2, np.sqrt(ids), ids >= 0, ids < 0]
    for result in relevances(rng.normal(size=(STEPS, 3)), features, tokens=ids):
        assert np.isnan([result.within, result.within_p, result.within_q]).all()


def test_without_tokens_there_is_no_effect_within(rng):
    result = relevance(rng.normal(size=(50, 3)), rng.random(50) < 0.5)
    assert result.within.shape == (3,)
    assert np.isnan([result.within, result.within_p, result.within_q]).all()


def test_a_perfect_unit_is_finite(rng):
    mask = clustered(rng, STEPS)
    result = relevance(mask[:, None] * 3.0, mask, tokens=text(rng))
    assert np.isfinite(result.within).all() and result.within > 1e5


def test_a_unit_without_values_is_nan_and_does_not_influence_others(rng):
    ids, mask = text(rng), rng.random(STEPS) < 0.2
    activity = rng.normal(size=(STEPS, 3))
    expected = relevance(activity[:, :2], mask, tokens=ids)
    activity[:, 2] = np.nan
    result = relevance(activity, mask, tokens=ids)
    np.testing.assert_allclose(result.within[:2], expected.within)
    np.testing.assert_allclose(result.within_q[:2], expected.within_q)
    assert np.isnan(result.within[2]) and np.isnan(result.within_p[2])


def test_false_discoveries_keep_their_rate(rng):
    """Also of a feature that prefers some tokens, and units that are echoes in part."""
    recordings, any_unit = 200, np.zeros(2)
    for _ in range(recordings):
        ids, mask = text(rng), clustered(rng, STEPS)
        activity = autoregressive(rng, STEPS, 24) + rng.normal(size=(VOCABULARY, 24))[ids]
        results = relevances(activity, [mask, mask & (ids > 3)], tokens=ids)
        any_unit += [(result.within_q <= 0.05).any() for result in results]
    assert any_unit.max() <= most_false_recordings(recordings)


def test_false_discoveries_keep_their_rate_in_several_sequences(rng):
    recordings, any_unit, lengths = 200, 0, [100] * 8
    for _ in range(recordings):
        ids, mask = text(rng), clustered(rng, STEPS)
        activity = autoregressive(rng, STEPS, 24) + np.repeat(rng.normal(size=(8, 24)), 100, axis=0)
        result = relevance(activity, mask, lengths=lengths, tokens=ids)
        any_unit += (result.within_q <= 0.05).any()
    assert any_unit <= most_false_recordings(recordings)


def test_tokens_are_checked():
    with pytest.raises(ValueError, match="`tokens` must have one token per step"):
        relevance(np.ones((4, 1)), [0, 1, 0, 1], tokens=[1, 2])
