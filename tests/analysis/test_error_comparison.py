"""Comparison with a baseline: token gain, shared errors, bracket gain."""

from itertools import combinations

import numpy as np
import pytest

from tb_rnnviz.analysis import bracket_gain, shared_errors, token_gain


def test_token_gain_equals_a_loop_over_tokens():
    rng = np.random.default_rng(0)
    text = "".join(rng.choice(list("abc }"), 200))
    model, baseline = rng.random((2, 200))
    model[:3] = np.nan
    baseline[5] = np.nan
    gain = token_gain(text, model, baseline)
    positions = [i for i in range(200) if i > 2 and i != 5]
    for i, token in enumerate(gain.tokens):
        at = [position for position in positions if text[position] == token]
        assert gain.count[i] == len(at)
        assert gain.model[i] == pytest.approx(model[at].mean())
        assert gain.baseline[i] == pytest.approx(baseline[at].mean())
    np.testing.assert_allclose(gain.difference, gain.model - gain.baseline)
    assert (np.diff(gain.difference) <= 0).all()
    assert set(gain.tokens) == set("abc }")


def test_a_planted_gain_comes_first():
    text = "ab}" * 20
    model = np.where(np.array(list(text)) == "}", 0.9, 0.5)
    assert token_gain(text, model, np.full(60, 0.5)).tokens == ("}", "a", "b")


def test_token_gain_without_common_predictions_is_empty():
    gain = token_gain("ab", [np.nan, np.nan], [0.5, 0.5])
    assert gain.tokens == () and gain.difference.shape == (0,)


@pytest.mark.parametrize("models", [1, 2, 3, 4])
def test_shared_errors_equal_a_loop_over_tokens(models):
    rng = np.random.default_rng(models)
    rows = {f"m{i}": rng.random(300) for i in range(models)}
    rows["m0"][:20] = np.nan
    result = shared_errors(rows)
    names = list(rows)
    expected = {
        chosen: sum(
            all((rows[name][t] < 0.5) == (name in chosen) for name in names) for t in range(20, 300)
        )
        for size in range(1, models + 1)
        for chosen in combinations(names, size)
    }
    assert result == expected
    assert sum(result.values()) == (np.min([*rows.values()], axis=0)[20:] < 0.5).sum()
    assert [len(names) for names in result] == sorted(len(names) for names in result)


@pytest.mark.parametrize("number", [0, 9])
def test_the_number_of_models_is_limited(number):
    with pytest.raises(ValueError, match=f"1 to 8 models. Received: {number}"):
        shared_errors({str(i): [0.5] for i in range(number)})


def test_models_of_different_texts_raise_an_error():
    with pytest.raises(ValueError, match=r"`b` must hold one number per token, shape \(2,\)"):
        shared_errors({"a": [0.1, 0.2], "b": [0.1]})


def test_bracket_gain_equals_a_loop_over_brackets():
    rng = np.random.default_rng(0)
    text = "".join(rng.choice(list("{}aaa"), 2000))
    lengths = [700, 0, 1300]
    model, baseline = rng.random((2, 2000))
    model[:50] = np.nan
    edges = (1, 3, 10, 40)
    result = bracket_gain(text, model, baseline, edges=edges, lengths=lengths)

    pairs = []
    for start, end in ((0, 700), (700, 2000)):
        opened = []
        for t in range(start, end):
            if text[t] == "{":
                opened.append(t)
            elif text[t] == "}" and opened:
                pairs.append((t, t - opened.pop()))
    for i in range(3):
        at = [t for t, distance in pairs if edges[i] <= distance < edges[i + 1] and t >= 50]
        assert len(at) > 5
        gains = model[at] - baseline[at]
        assert result.count[i] == len(at)
        assert (result.low[i], result.high[i]) == (edges[i], edges[i + 1] - 1)
        assert result.model[i] == pytest.approx(model[at].mean())
        assert result.baseline[i] == pytest.approx(baseline[at].mean())
        assert result.gain[i] == pytest.approx(gains.mean())
        assert result.error[i] == pytest.approx(gains.std(ddof=1) / np.sqrt(len(at)))


def test_bracket_gain_ends_at_a_planted_horizon():
    distances = np.tile(np.arange(1, 60), 10)
    text = "".join("{" + "a" * (d - 1) + "}" for d in distances)
    closing = np.flatnonzero(np.array(list(text)) == "}")
    model = np.full(len(text), 0.1)
    model[closing] = np.where(distances <= 40, 0.8, 0.1)
    result = bracket_gain(text, model, np.full(len(text), 0.1))
    np.testing.assert_allclose(result.gain[:4], 0.7)
    np.testing.assert_allclose(result.gain[4:6], 0)
    assert np.isnan(result.gain[6:]).all() and (result.count[6:] == 0).all()


def test_one_bracket_has_no_standard_error_and_none_has_no_gain():
    result = bracket_gain("(a)", [0, 0, 0.9], [0, 0, 0.4], opening="(", closing=")", edges=(1, 9))
    assert result.gain.item() == pytest.approx(0.5) and np.isnan(result.error.item())
    assert bracket_gain("aa}", [0] * 3, [0] * 3).count.sum() == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"edges": [1]}, "at least two ascending"),
        ({"edges": [5, 5]}, "ascending"),
        ({"edges": [0, 5]}, "at least 1"),
        ({"opening": '"', "closing": '"'}, "must differ"),
    ],
)
def test_invalid_options_raise_an_error(options, message):
    with pytest.raises(ValueError, match=message):
        bracket_gain("{}", [0, 0], [0, 0], **options)
