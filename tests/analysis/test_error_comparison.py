"""A model beside a baseline: by token, by shared errors, by the distance of brackets."""

from itertools import combinations

import numpy as np
import pytest

from tb_rnnviz.analysis import bracket_gain, shared_errors, token_gain


def test_mean_probabilities_by_token():
    rng = np.random.default_rng(0)
    text = "".join(rng.choice(list("abc }"), 200))
    model, baseline = rng.random((2, 200))
    model[:3] = np.nan
    baseline[5] = np.nan
    gain = token_gain(text, model, baseline)
    places = [i for i in range(200) if i > 2 and i != 5]
    for i, token in enumerate(gain.tokens):
        at = [place for place in places if text[place] == token]
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


def test_nothing_to_compare():
    gain = token_gain("ab", [np.nan, np.nan], [0.5, 0.5])
    assert gain.tokens == () and gain.difference.shape == (0,)


@pytest.mark.parametrize("models", [1, 2, 3, 4])
def test_shared_errors_against_a_loop(models):
    rng = np.random.default_rng(models)
    rows = {f"m{i}": rng.random(300) for i in range(models)}
    rows["m0"][:20] = np.nan
    found = shared_errors(rows)
    names = list(rows)
    expected = {
        chosen: sum(
            all((rows[name][t] < 0.5) == (name in chosen) for name in names) for t in range(20, 300)
        )
        for size in range(1, models + 1)
        for chosen in combinations(names, size)
    }
    assert found == expected
    assert sum(found.values()) == (np.min([*rows.values()], axis=0)[20:] < 0.5).sum()
    assert [len(names) for names in found] == sorted(len(names) for names in found)


@pytest.mark.parametrize("number", [0, 9])
def test_how_many_models(number):
    with pytest.raises(ValueError, match=f"1 to 8 models. Received: {number}"):
        shared_errors({str(i): [0.5] for i in range(number)})


def test_models_of_other_texts():
    with pytest.raises(ValueError, match=r"`b` must hold one number per token, shape \(2,\)"):
        shared_errors({"a": [0.1, 0.2], "b": [0.1]})


def test_gain_by_distance_against_a_loop():
    rng = np.random.default_rng(0)
    text = "".join(rng.choice(list("{}aaa"), 2000))
    lengths = [700, 0, 1300]
    model, baseline = rng.random((2, 2000))
    model[:50] = np.nan
    edges = (1, 3, 10, 40)
    found = bracket_gain(text, model, baseline, edges=edges, lengths=lengths)

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
        assert found.count[i] == len(at)
        assert (found.low[i], found.high[i]) == (edges[i], edges[i + 1] - 1)
        assert found.model[i] == pytest.approx(model[at].mean())
        assert found.baseline[i] == pytest.approx(baseline[at].mean())
        assert found.gain[i] == pytest.approx(gains.mean())
        assert found.error[i] == pytest.approx(gains.std(ddof=1) / np.sqrt(len(at)))


def test_a_planted_horizon_is_found():
    distances = np.tile(np.arange(1, 60), 10)
    text = "".join("{" + "a" * (d - 1) + "}" for d in distances)
    closing = np.flatnonzero(np.array(list(text)) == "}")
    model = np.full(len(text), 0.1)
    model[closing] = np.where(distances <= 40, 0.8, 0.1)
    found = bracket_gain(text, model, np.full(len(text), 0.1))
    np.testing.assert_allclose(found.gain[:4], 0.7)
    np.testing.assert_allclose(found.gain[4:6], 0)
    assert np.isnan(found.gain[6:]).all() and (found.count[6:] == 0).all()


def test_one_bracket_has_no_error_and_none_no_gain():
    found = bracket_gain("(a)", [0, 0, 0.9], [0, 0, 0.4], opening="(", closing=")", edges=(1, 9))
    assert found.gain.item() == pytest.approx(0.5) and np.isnan(found.error.item())
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
def test_options_that_are_none(options, message):
    with pytest.raises(ValueError, match=message):
        bracket_gain("{}", [0, 0], [0, 0], **options)
