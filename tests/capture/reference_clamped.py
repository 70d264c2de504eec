"""Recurrent cells in plain NumPy whose quantities can be clamped.

`clamp(t, name, value)` returns the value that step t goes on with.
"""

from __future__ import annotations

import numpy as np

from tests.capture.reference import collect, sigmoid


def simple_rnn(x, weights, clamp):
    kernel, recurrent, bias = weights
    h, steps = np.zeros(recurrent.shape[0]), []
    for t, x_t in enumerate(x):
        a = clamp(t, "pre_activation", x_t @ kernel + h @ recurrent + bias)
        h = clamp(t, "hidden_state", np.tanh(a))
        steps.append({"hidden_state": h, "pre_activation": a})
    return collect(steps)


def lstm(x, weights, clamp):
    kernel, recurrent, bias = weights
    h, c, steps = np.zeros(recurrent.shape[0]), np.zeros(recurrent.shape[0]), []
    for t, x_t in enumerate(x):
        i, f, g, o = np.split(x_t @ kernel + h @ recurrent + bias, 4)
        step = {
            "input_gate": clamp(t, "input_gate", sigmoid(i)),
            "forget_gate": clamp(t, "forget_gate", sigmoid(f)),
            "candidate": clamp(t, "candidate", np.tanh(g)),
            "output_gate": clamp(t, "output_gate", sigmoid(o)),
        }
        c = step["forget_gate"] * c + step["input_gate"] * step["candidate"]
        step["cell_state"] = c = clamp(t, "cell_state", c)
        step["hidden_state"] = h = clamp(t, "hidden_state", step["output_gate"] * np.tanh(c))
        steps.append(step)
    return collect(steps)


def gru(x, weights, clamp, reset_after=True):
    kernel, recurrent, bias = weights
    n = recurrent.shape[0]
    b_x, b_h = bias if reset_after else (bias, np.zeros(3 * n))
    h, steps = np.zeros(n), []
    for t, x_t in enumerate(x):
        x_z, x_r, x_n = np.split(x_t @ kernel + b_x, 3)
        h_z, h_r, h_n = np.split(h @ recurrent + b_h, 3)
        z = clamp(t, "update_gate", sigmoid(x_z + h_z))
        r = clamp(t, "reset_gate", sigmoid(x_r + h_r))
        back = r * h_n if reset_after else (r * h) @ recurrent[:, 2 * n :]
        candidate = clamp(t, "candidate", np.tanh(x_n + back))
        h = clamp(t, "hidden_state", z * h + (1 - z) * candidate)
        step = {"hidden_state": h, "update_gate": z, "reset_gate": r, "candidate": candidate}
        steps.append(step)
    return collect(steps)


def gru_reset_before(x, weights, clamp):
    return gru(x, weights, clamp, reset_after=False)


CELLS = {
    "SimpleRNN": simple_rnn,
    "LSTM": lstm,
    "GRU": gru,
    "GRU reset before": gru_reset_before,
}
"""Cells by their names in `networks.ONE_LAYER`."""

QUANTITIES = {
    "SimpleRNN": ["hidden_state", "pre_activation"],
    "LSTM": [
        "hidden_state", "cell_state", "input_gate", "forget_gate", "output_gate", "candidate"
    ],
    "GRU": ["hidden_state", "update_gate", "reset_gate", "candidate"],
    "GRU reset before": ["hidden_state", "update_gate", "reset_gate", "candidate"],
}  # fmt: skip


def no_clamp(t, name, value):
    return value


def clamp_to(quantity, values):
    """Clamps units of a quantity to numbers, or to arrays over time."""

    def clamp(t, name, value):
        if name == quantity:
            value = value.copy()
            for unit, target in values.items():
                value[unit] = target[t] if np.ndim(target) else target
        return value

    return clamp
