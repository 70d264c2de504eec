"""Share of the activity that the last tokens explain, on planted units and noise."""

import time

import numpy as np
import pytest

from tb_rnnviz.analysis import context
from tests.analysis.simulation import autoregressive

STEPS = 3000


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def text(rng, steps=STEPS, vocabulary=40):
    """Tokens with the unequal frequencies of a language."""
    weight = 1 / np.arange(1, vocabulary + 1)
    return rng.choice(vocabulary, steps, p=weight / weight.sum())


def response(rng, ids):
    """One random number for every distinct token."""
    return rng.normal(size=ids.max() + 1)[ids]


def switch(rng, steps, dwell):
    return np.cumsum(rng.random(steps) < 1 / dwell) % 2


def test_an_echo_is_explained_by_the_last_token(rng):
    ids = text(rng)
    echo = np.stack([response(rng, ids) for _ in range(20)], axis=1)
    result = context(echo.astype(np.float32), ids)
    assert result.orders == (1, 2, 3, 5)
    assert result.explained.shape == (4, 20)
    np.testing.assert_allclose(result.explained, 1, atol=1e-6)
    np.testing.assert_array_equal(result.echo, result.explained[0])


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_the_share_of_an_echo_in_noise_is_estimated(rng, share):
    ids = text(rng)
    values = []
    for _ in range(20):
        echo = response(rng, ids)
        noise = rng.normal(size=STEPS) * echo.std() * np.sqrt(1 / share - 1)
        values.append(echo + noise)
    result = context(np.stack(values, axis=1), ids)
    np.testing.assert_allclose(result.explained, share, atol=0.05)


def test_a_function_of_the_last_two_tokens_appears_at_order_2(rng):
    ids = rng.integers(0, 8, STEPS)
    before = np.roll(ids, 1)
    values = rng.normal(size=(8, 8, 10))
    values -= values.mean(axis=1, keepdims=True)  # no effect of the last token alone
    explained = context(values[ids, before], ids).explained
    assert explained[0].max() < 0.05
    np.testing.assert_allclose(explained[1:], 1, atol=0.01)


@pytest.mark.parametrize("dwell", [15, 50, 200])
def test_a_switch_is_explained_at_no_order(rng, dwell):
    ids = text(rng)
    switches = np.stack([switch(rng, STEPS, dwell) for _ in range(30)], axis=1)
    assert context(switches, ids).explained.max() < 0.05


@pytest.mark.parametrize("memory", [0.0, 0.9, 0.99])
@pytest.mark.parametrize("vocabulary", [5, 40, 1000])
def test_noise_is_explained_at_no_order(rng, memory, vocabulary):
    ids = text(rng, vocabulary=vocabulary)
    explained = context(autoregressive(rng, STEPS, 60, memory), ids).explained
    assert explained.min() >= 0
    assert explained.max() < 0.03
    assert explained.mean() < 0.003


def test_shares_do_not_depend_on_scale_and_origin(rng):
    ids = text(rng)
    activity = response(rng, ids)[:, None] + rng.normal(size=(STEPS, 5))
    scaled = activity * [1e-6, 1e6, -3, 1, 1] + [0, 0, 5, 1e3, -1e3]
    np.testing.assert_allclose(
        context(scaled, ids).explained, context(activity, ids).explained, atol=1e-6
    )


def test_strings_and_integers_are_the_same_tokens(rng):
    ids = text(rng, 500)
    activity = rng.normal(size=(500, 3)) + response(rng, ids)[:, None]
    words = np.array([f"word {index}" for index in ids])
    np.testing.assert_array_equal(
        context(activity, words).explained, context(activity, ids).explained
    )


def test_no_context_extends_over_the_beginning_of_a_sequence(rng):
    lengths = [5] * 300
    ids = rng.integers(0, 3, 1500)
    first = np.arange(1500) % 5 == 0
    before = np.where(first, 3, np.roll(ids, 1))
    activity = rng.normal(size=(4, 6))[before]
    assert context(activity, ids, lengths=lengths).explained[1].min() > 0.999
    assert context(activity, ids).explained[1].max() < 0.95


def test_missing_values_are_left_out(rng):
    ids = text(rng)
    activity = np.stack(
        [response(rng, ids), rng.normal(size=STEPS), np.full(STEPS, np.nan)], axis=1
    )
    expected = context(activity[50:, :1], ids[50:]).explained
    activity[:50, 0] = np.nan
    activity[70, 1] = np.inf
    result = context(activity, ids)
    np.testing.assert_allclose(result.explained[:, :1], expected, atol=1e-6)
    assert result.explained[:, 1].max() < 0.03
    assert np.isnan(result.explained[:, 2]).all()


def test_what_cannot_be_tested_is_nan(rng):
    distinct = context(rng.normal(size=(50, 2)), np.arange(50))
    assert np.isnan(distinct.explained).all() and np.isnan(distinct.coverage).all()
    assert np.isnan(context(np.ones((50, 2)), text(rng, 50)).explained).all()
    assert context(np.ones((0, 2)), []).explained.shape == (4, 2)
    assert np.isnan(context(np.ones((1, 2)), [0]).echo).all()


def test_coverage_is_the_share_of_known_contexts(rng):
    coverage = context(rng.normal(size=(STEPS, 1)), rng.integers(0, 30, STEPS)).coverage
    assert coverage[0] == 1
    assert (np.diff(coverage) < 0).all()
    assert coverage[-1] < 0.01


@pytest.mark.parametrize("orders", [(), (0, 1), (2, 1), (1, 1), (1.5,), 3])
def test_orders_are_checked(orders):
    with pytest.raises(ValueError, match="`orders` must list numbers of tokens"):
        context(np.ones((4, 1)), [0, 1, 0, 1], orders)


def test_tokens_are_checked():
    with pytest.raises(ValueError, match=r"one token per step .* shape \(4,\)"):
        context(np.ones((4, 1)), [0, 1])
    with pytest.raises(ValueError, match="integers or strings"):
        context(np.ones((2, 1)), [0.5, 1.5])


def test_a_layer_takes_well_below_a_second(rng):
    ids, activity = text(rng), rng.normal(size=(STEPS, 320)).astype(np.float32)
    begin = time.process_time()
    context(activity, ids)
    assert time.process_time() - begin < 1
