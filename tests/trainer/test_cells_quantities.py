"""Quantities of the trainer's custom cells equal NumPy references."""

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from trainer.cells import MinGRUCell, MultiZoneCell, SLSTMCell

INPUTS = np.random.default_rng(0).normal(size=(3, 7, 4)).astype("float32")
UNITS = 5


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    return np.exp(x) / np.exp(x).sum()


def min_gru(x, kernel, bias):
    """Minimal GRU in closed form: candidates times what is written and retained."""
    z = sigmoid(x @ kernel[:, :UNITS] + bias[:UNITS])
    n = x @ kernel[:, UNITS:] + bias[UNITS:]
    h = [
        sum(np.prod(1 - z[s + 1 : t + 1], axis=0) * z[s] * n[s] for s in range(t + 1))
        for t in range(len(x))
    ]
    return {"hidden_state": h, "input_gate": z, "retain_gate": 1 - z, "candidate": n}


def slstm(x, kernel, recurrent, bias, forget):
    """Cell of sLSTM by the unstabilised equations 8 to 14, stabilised in closed form."""
    h, c, n = np.zeros((3, UNITS))
    log_is, log_fs = [], []
    steps = []
    for x_t in x:
        i, f, z, o = np.split(x_t @ kernel + h @ recurrent + bias, 4)
        log_is.append(i)
        log_fs.append(np.log(sigmoid(f)) if forget == "sigmoid" else f)
        c = np.exp(log_fs[-1]) * c + np.exp(i) * np.tanh(z)
        n = np.exp(log_fs[-1]) * n + np.exp(i)
        h = sigmoid(o) * c / n
        since = [log_i + sum(log_fs[s + 1 :]) for s, log_i in enumerate(log_is)]
        m = np.max(since, axis=0)
        steps.append(
            {
                "hidden_state": h,
                "cell_state": c * np.exp(-m),
                "normalizer_state": n * np.exp(-m),
                "stabilizer_state": m,
                "log_input_gate": i,
                "log_forget_gate": log_fs[-1],
                "input_gate": np.exp(i - m),
                "forget_gate": (
                    np.exp(log_fs[-1] + steps[-1]["stabilizer_state"] - m) if steps else 0 * m
                ),
                "candidate": np.tanh(z),
                "output_gate": sigmoid(o),
            }
        )
    return {name: [step[name] for step in steps] for name in steps[0]}


def multi_zone(x, kernel, recurrent, bias, composition, aggregation, last_bias, zones, size):
    """Multi-zone unit, one zone and one pair of zones after the other."""
    w_q, w_k, w_v = np.split(composition, 3, axis=1)
    h, steps = np.zeros(UNITS), []
    for x_t in x:
        a = x_t @ kernel + h @ recurrent + bias
        z = [np.tanh(a[k * size : (k + 1) * size]) for k in range(zones)]
        u = sigmoid(a[zones * size :])
        attention = [
            softmax(np.array([(z_k @ w_q) @ (z_j @ w_k) for z_j in z]) / np.sqrt(size)) for z_k in z
        ]
        composed = [
            z_k + sum(weight * (z_j @ w_v) for weight, z_j in zip(row, z, strict=True))
            for z_k, row in zip(z, attention, strict=True)
        ]
        n = np.tanh(np.concatenate(composed) @ aggregation + last_bias)
        h = u * h + (1 - u) * n
        steps.append(
            {
                "hidden_state": h,
                "update_gate": u,
                "zones": np.concatenate(z),
                "attention": np.concatenate(attention),
                "composed_zones": np.concatenate(composed),
                "candidate": n,
            }
        )
    return {name: [step[name] for step in steps] for name in steps[0]}


KINDS = {
    "minGRU": (lambda: MinGRUCell(UNITS), min_gru, {}),
    "sLSTM": (lambda: SLSTMCell(UNITS), slstm, {"forget": "sigmoid"}),
    "sLSTM, exponential forget gate": (
        lambda: SLSTMCell(UNITS, forget_gate="exponential"),
        slstm,
        {"forget": "exponential"},
    ),
    "multi-zone": (
        lambda: MultiZoneCell(UNITS, zones=3),
        multi_zone,
        {"zones": 3, "size": 2},
    ),
    "multi-zone, larger zones": (
        lambda: MultiZoneCell(UNITS, zones=2, zone_size=6),
        multi_zone,
        {"zones": 2, "size": 6},
    ),
}


def network(cell):
    """Returns a model of one layer around a cell, with random weights and biases."""
    layer = keras.layers.RNN(cell, return_sequences=True, name="rnn")
    model = keras.Sequential([keras.Input((None, INPUTS.shape[-1])), layer])
    random = np.random.default_rng(1)
    model.set_weights([random.normal(0, 0.7, w.shape) for w in model.get_weights()])
    return model


def weights_of(model):
    return [np.asarray(keras.ops.convert_to_numpy(w), float) for w in model.trainable_weights]


@pytest.mark.parametrize("kind", KINDS)
def test_every_quantity_equals_the_reference(kind):
    cell, reference, options = KINDS[kind]
    model = network(cell())
    recording = rv.record(model, INPUTS)["rnn"]
    for index, sequence in enumerate(INPUTS.astype(float)):
        truth = reference(sequence, *weights_of(model), **options)
        assert set(truth) == set(recording)
        for name, values in truth.items():
            got = recording[name][index]
            np.testing.assert_allclose(got, values, rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_those_of_the_reference(kind):
    """A step of gradient descent equals differences of the reference's loss."""
    cell, reference, options = KINDS[kind]
    model, targets = network(cell()), 0.1 * INPUTS[:1, :, :1].repeat(UNITS, axis=-1)
    before = weights_of(model)
    model.compile(keras.optimizers.SGD(1.0), "mean_squared_error")
    model.train_on_batch(INPUTS[:1], targets)
    steps = [old - new for old, new in zip(before, weights_of(model), strict=True)]

    def loss(weights):
        states = reference(INPUTS[0].astype(float), *weights, **options)["hidden_state"]
        return np.mean((np.array(states) - targets[0]) ** 2)

    random = np.random.default_rng(2)
    for index, (weight, step) in enumerate(zip(before, steps, strict=True)):
        for flat in random.choice(weight.size, min(weight.size, 8), replace=False):
            change = np.zeros(weight.size)
            change[flat] = 1e-5
            change = change.reshape(weight.shape)
            higher, lower = (
                loss([*before[:index], weight + sign * change, *before[index + 1 :]])
                for sign in (1, -1)
            )
            np.testing.assert_allclose(step.flat[flat], (higher - lower) / 2e-5, atol=2e-6)


@pytest.mark.parametrize("forget", ["sigmoid", "exponential"])
@pytest.mark.parametrize("scale", [1, 30, 300])
def test_an_slstm_is_finite_where_its_exponentials_overflow(forget, scale):
    model = network(SLSTMCell(UNITS, forget_gate=forget))
    model.set_weights([scale * w for w in model.get_weights()])
    recording = rv.record(model, INPUTS)["rnn"]
    assert all(np.isfinite(values).all() for values in recording.values())
    assert (np.abs(recording["log_input_gate"]).max() > 90) == (scale > 1)
    assert (recording["normalizer_state"] >= 1).all()
    assert (np.abs(recording["cell_state"]) <= recording["normalizer_state"] * (1 + 1e-6)).all()
    applied = np.maximum(recording["input_gate"], recording["forget_gate"])
    np.testing.assert_array_equal(applied, 1)

    model.compile(keras.optimizers.SGD(1e-3), "mean_squared_error")
    model.train_on_batch(INPUTS, np.zeros((*INPUTS.shape[:2], UNITS), "float32"))
    assert all(np.isfinite(w).all() for w in model.get_weights())


def test_the_first_cell_state_of_an_slstm_is_its_candidate():
    recording = rv.record(network(SLSTMCell(UNITS)), INPUTS)["rnn"]
    first = {name: values[:, 0] for name, values in recording.items()}
    np.testing.assert_array_equal(first["forget_gate"], 0)
    np.testing.assert_array_equal(first["input_gate"], 1)
    np.testing.assert_array_equal(first["cell_state"], first["candidate"])
    np.testing.assert_array_equal(first["stabilizer_state"], first["log_input_gate"])


def test_the_initial_bias_of_the_forget_gate_of_an_slstm_is_1():
    cell = SLSTMCell(2)
    cell.build((None, 3))
    bias = keras.ops.convert_to_numpy(cell.bias)
    assert bias.tolist() == [0, 0, 1, 1, 0, 0, 0, 0]


def test_the_attention_of_every_zone_sums_to_1():
    attention = rv.record(network(MultiZoneCell(UNITS, zones=3)), INPUTS)["rnn"]["attention"]
    rows = attention.reshape(*INPUTS.shape[:2], 3, 3)
    assert (rows > 0).all()
    np.testing.assert_allclose(rows.sum(axis=-1), 1, atol=1e-6)
