"""Contributions of earlier steps to simulated states, with 32 and with 8 bits."""

import numpy as np
import pytest

from tb_rnnviz.analysis import still_held
from tb_rnnviz.log_format.codec import decode, encode
from tb_rnnviz.recording import LayerActivity

STEPS, UNITS = 200, 6


def layer(quantities, roles, mask=None):
    arrays = {name: np.asarray(values, np.float32)[None] for name, values in quantities.items()}
    mask = np.ones((1, len(arrays["hidden_state"][0])), bool) if mask is None else mask
    return LayerActivity("layer", "Cell", arrays, roles, mask, [mask.shape[1]])


def lstm(rng, start=0.0, openness=3.0):
    """Cell states of random gates; forget gates are mostly open."""
    f, i, o = 1 / (1 + np.exp(-rng.normal([[openness], [0], [0]], 1, (UNITS, STEPS, 3, 1)).T[0]))
    g = np.tanh(rng.normal(size=(STEPS, UNITS)))
    c, state = np.zeros((STEPS, UNITS)), np.full(UNITS, start)
    for t in range(STEPS):
        state = c[t] = f[t] * state + i[t] * g[t]
    return {
        "hidden_state": o * np.tanh(c),
        "cell_state": c,
        "input_gate": i,
        "forget_gate": f,
        "output_gate": o,
        "candidate": g,
    }


ROLES = {"input_gate": "write", "forget_gate": "retain", "output_gate": "expose"}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def quantities(rng):
    return lstm(rng)


def by_definition(quantities, unit, t):
    f, i, g = (quantities[name][:, unit] for name in ("forget_gate", "input_gate", "candidate"))
    return [i[s] * g[s] * np.prod(f[s + 1 : t + 1]) for s in range(t + 1)]


@pytest.mark.parametrize("t", [0, 1, 100, STEPS - 1])
def test_equals_the_definition_and_sums_to_the_state(quantities, t):
    for unit in range(UNITS):
        result = still_held(layer(quantities, ROLES), unit, t)
        assert result.shape == (t + 1,)
        np.testing.assert_allclose(result, by_definition(quantities, unit, t), atol=1e-6)
        assert result.sum() == pytest.approx(quantities["cell_state"][t, unit], abs=1e-6)


def test_step_0_contributes_what_is_left_of_the_initial_state(rng):
    quantities = lstm(rng, start=5.0)
    result = still_held(layer(quantities, ROLES), 2, 10)
    left = 5.0 * np.prod(quantities["forget_gate"][:11, 2])
    expected = by_definition(quantities, 2, 10)
    assert result[0] == pytest.approx(expected[0] + left, abs=1e-5)
    np.testing.assert_allclose(result[1:], expected[1:], atol=1e-5)


def coupled(quantities):
    """Hidden states that write exactly what they do not retain, as those of a GRU do."""
    z, n = quantities["forget_gate"], quantities["candidate"]
    h, state = np.zeros_like(z), np.zeros(UNITS)
    for t in range(STEPS):
        state = h[t] = z[t] * state + (1 - z[t]) * n[t]
    return {"hidden_state": h, "update_gate": z, "candidate": n}


def test_a_cell_without_a_write_gate_writes_what_it_does_not_retain(quantities):
    cell = coupled(quantities)
    result = still_held(layer(cell, {"update_gate": "retain"}), 0, 50)
    z, n = cell["update_gate"][:, 0], cell["candidate"][:, 0]
    expected = [(1 - z[s]) * n[s] * np.prod(z[s + 1 : 51]) for s in range(51)]
    np.testing.assert_allclose(result, expected, atol=1e-6)


@pytest.mark.parametrize("with_candidate", [True, False])
def test_a_cell_that_only_retains_writes_the_rest(rng, with_candidate):
    leak, written = rng.uniform(0.5, 1, (STEPS, UNITS)), rng.normal(size=(STEPS, UNITS))
    state, h = np.zeros(UNITS), np.zeros((STEPS, UNITS))
    for t in range(STEPS):
        state = h[t] = leak[t] * state + written[t]
    cell = {"hidden_state": h, "leak": leak}
    if with_candidate:  # of which the cell writes twice as much
        cell["candidate"] = written / 2
    result = still_held(layer(cell, {"leak": "retain"}), 3, 40)
    expected = [written[s, 3] * np.prod(leak[s + 1 : 41, 3]) for s in range(41)]
    np.testing.assert_allclose(result, expected, atol=1e-5)


@pytest.mark.parametrize("start", [0.0, 4.0])
@pytest.mark.parametrize("kind", ["lstm", "coupled"])
def test_8_bits_stay_within_the_stated_bound(rng, kind, start):
    quantities, roles = lstm(rng, start), ROLES
    if kind == "coupled":
        quantities, roles = coupled(quantities), {"update_gate": "retain"}
    coded = {
        name: decode(*encode(np.asarray(values, np.float32)))[0]
        for name, values in quantities.items()
    }
    state = "cell_state" if kind == "lstm" else "hidden_state"
    retain = "forget_gate" if kind == "lstm" else "update_gate"
    half = {name: np.abs(values).max(axis=0) / 248 for name, values in quantities.items()}
    for unit in range(UNITS):
        exact = still_held(layer(quantities, roles), unit, STEPS - 1)
        result = still_held(layer(coded, roles), unit, STEPS - 1)
        assert result.sum() == pytest.approx(coded[state][-1, unit], abs=1e-9)
        f, values = coded[retain][:, unit], coded[state][:, unit]
        share = coded["input_gate"][:, unit] if kind == "lstm" else 1 - f
        share_error = half["input_gate" if kind == "lstm" else retain][unit]
        error = (
            half[state][unit] * (1 + f)
            + half[retain][unit] * np.abs(np.concatenate([[0], values[:-1]]))
            + share_error * (np.abs(coded["candidate"][:, unit]) + half["candidate"][unit])
            + half["candidate"][unit] * share
        )
        later = np.concatenate([np.cumprod(f[:0:-1])[::-1], [1]])
        bound = (error * later).sum()
        assert np.abs(result - exact).max() <= 2 * bound
        assert np.corrcoef(result, exact)[0, 1] > 0.95


def test_a_masked_step_retains_everything(quantities):
    unmasked = layer(quantities, ROLES)
    mask = np.ones((1, STEPS + 1), bool)
    mask[0, 3] = False
    gap = {}
    for name, values in quantities.items():
        filling = values[2] if name.endswith("_state") else np.full(UNITS, np.nan)
        gap[name] = np.insert(values, 3, filling, axis=0)
    expected = still_held(unmasked, 0, 20)
    np.testing.assert_allclose(
        still_held(layer(gap, ROLES, mask), 0, 21), np.insert(expected, 3, 0), atol=1e-6
    )


def test_a_state_that_is_no_such_sum_is_refused(quantities):
    backwards = {name: values[::-1] for name, values in quantities.items()}
    with pytest.raises(ValueError, match="reads backwards"):
        still_held(layer(backwards, ROLES), 0, 50)


def test_arguments_are_checked(quantities):
    lstm_layer = layer(quantities, ROLES)
    for arguments, message in (
        ((UNITS, 0), "`unit` must be between 0 and 5. Received: unit=6"),
        ((-1, 0), "`unit` must be between 0 and 5"),
        ((0, STEPS), "`t` must be between 0 and 199"),
        ((0, 1.5), "`t` must be an integer"),
    ):
        with pytest.raises(ValueError, match=message):
            still_held(lstm_layer, *arguments)
    with pytest.raises(ValueError, match="`sequence` must be between 0 and 0"):
        still_held(lstm_layer, 0, 0, sequence=1)
    with pytest.raises(ValueError, match='needs a quantity with the role "retain"'):
        still_held(layer({"hidden_state": quantities["hidden_state"]}, {}), 0, 0)
    with pytest.raises(ValueError, match="needs one quantity with the role 'retain'"):
        still_held(layer(quantities, dict.fromkeys(["forget_gate", "input_gate"], "retain")), 0, 0)
    with pytest.raises(ValueError, match="'memory' was not recorded"):
        still_held(lstm_layer, 0, 0, state="memory")
    quantities["cell_state"][7] = np.nan
    with pytest.raises(ValueError, match="no finite value at `t`"):
        still_held(layer(quantities, ROLES), 0, 7)
