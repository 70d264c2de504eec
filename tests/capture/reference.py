"""Recurrent cells in plain NumPy, written from the papers.

They are independent of the recorder, and read one sequence at a time, step by step.
"""

from __future__ import annotations

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def hard_sigmoid(x):
    """Hard sigmoid of Keras 3: a line of slope 1/6 through 0.5, clipped to 0 and 1."""
    return np.clip(x / 6 + 0.5, 0, 1)


def simple_rnn(x, kernel, recurrent, bias, activation=np.tanh):
    h = np.zeros(recurrent.shape[0])
    steps = []
    for x_t in x:
        a = x_t @ kernel + h @ recurrent + bias
        h = activation(a)
        steps.append({"hidden_state": h, "pre_activation": a})
    return collect(steps)


def lstm(x, kernel, recurrent, bias, activation=np.tanh, gate=sigmoid):
    n = recurrent.shape[0]
    w = [kernel[:, k * n : (k + 1) * n] for k in range(4)]
    u = [recurrent[:, k * n : (k + 1) * n] for k in range(4)]
    b = [bias[k * n : (k + 1) * n] for k in range(4)]
    h, c = np.zeros(n), np.zeros(n)
    steps = []
    for x_t in x:
        i = gate(x_t @ w[0] + h @ u[0] + b[0])
        f = gate(x_t @ w[1] + h @ u[1] + b[1])
        g = activation(x_t @ w[2] + h @ u[2] + b[2])
        o = gate(x_t @ w[3] + h @ u[3] + b[3])
        c = f * c + i * g
        h = o * activation(c)
        steps.append(
            {
                "hidden_state": h,
                "cell_state": c,
                "input_gate": i,
                "forget_gate": f,
                "output_gate": o,
                "candidate": g,
            }
        )
    return collect(steps)


def gru(x, kernel, recurrent, bias, reset_after=True, activation=np.tanh, gate=sigmoid):
    n = recurrent.shape[0]
    w = [kernel[:, k * n : (k + 1) * n] for k in range(3)]
    u = [recurrent[:, k * n : (k + 1) * n] for k in range(3)]
    b_in, b_rec = bias if reset_after else (bias, np.zeros(3 * n))
    b_in = [b_in[k * n : (k + 1) * n] for k in range(3)]
    b_rec = [b_rec[k * n : (k + 1) * n] for k in range(3)]
    h = np.zeros(n)
    steps = []
    for x_t in x:
        z = gate(x_t @ w[0] + b_in[0] + h @ u[0] + b_rec[0])
        r = gate(x_t @ w[1] + b_in[1] + h @ u[1] + b_rec[1])
        if reset_after:
            n_t = activation(x_t @ w[2] + b_in[2] + r * (h @ u[2] + b_rec[2]))
        else:
            n_t = activation(x_t @ w[2] + b_in[2] + (r * h) @ u[2])
        h = z * h + (1 - z) * n_t
        steps.append({"hidden_state": h, "update_gate": z, "reset_gate": r, "candidate": n_t})
    return collect(steps)


def collect(steps):
    return {name: np.stack([step[name] for step in steps]) for name in steps[0]}
