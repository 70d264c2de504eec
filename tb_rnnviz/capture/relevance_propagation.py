"""Layer-wise relevance propagation through LSTM, GRU and SimpleRNN layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tb_rnnviz.capture.layer_chain import (
    ACTIVATIONS,
    BidirectionalLayer,
    ChainLayer,
    DenseLayer,
    LayerChain,
    PoolingLayer,
    RecurrentWeights,
)

STABILIZER = 1e-3
"""Number that is added to every sum, with its sign, so that no share explodes."""


def propagate_relevance(
    chain: LayerChain, fed: np.ndarray, step: int, index: int
) -> tuple[np.ndarray, np.ndarray]:
    """Shares the score of a prediction among the numbers that the first layer reads.

    Rules of Arras et al. (2017, arXiv 1706.07206; 2019, arXiv 1904.11829). In a linear layer
    z_j = sum_i x_i w_ij + b_j, the input i takes

        R_i = sum_j (x_i w_ij + (b_j + e sign z_j) / N) / (z_j + e sign z_j) R_j

    of the relevance R_j, with e = 0.001 and the number N of inputs: the bias and the stabiliser are
    shared equally, so that the sum is conserved. In a product of a gate and a signal, the signal
    takes all. An activation passes on what it has. The initial state takes nothing.

    Args:
        chain: The layers.
        fed: Inputs of the first layer, float64 (sequences, steps, channels).
        step: Step of the prediction.
        index: Index of the score.

    Returns:
        Relevance, float64 (sequences, steps, channels), and the score, (sequences,).
    """
    values, traces = np.asarray(fed, np.float64), []
    for layer in chain.layers:
        trace = _forward(layer, values)
        traces.append(trace)
        values = trace.output
    relevance = np.zeros_like(values)
    selected = (slice(None), step, index) if values.ndim == 3 else (slice(None), index)
    score = values[selected].copy()
    relevance[selected] = score
    for layer, trace in zip(reversed(chain.layers), reversed(traces), strict=True):
        relevance = _backward(layer, trace, relevance)
    return relevance, score


def chain_scores(chain: LayerChain, fed: np.ndarray, step: int, index: int) -> np.ndarray:
    """Returns the score of a prediction, float64 (sequences,)."""
    values = np.asarray(fed, np.float64)
    for layer in chain.layers:
        values = _forward(layer, values).output
    return values[:, step, index] if values.ndim == 3 else values[:, index]


@dataclass(frozen=True, eq=False)
class _Trace:
    """Input and output of a layer, and what its backward rule needs."""

    input: np.ndarray
    output: np.ndarray
    details: Any = None


def _forward(layer: ChainLayer, values: np.ndarray) -> _Trace:
    if isinstance(layer, DenseLayer):
        sums = values @ layer.kernel + layer.bias
        return _Trace(values, ACTIVATIONS[layer.activation](sums), sums)
    if isinstance(layer, PoolingLayer):
        pooled = values.max(axis=1) if layer.is_maximum else values.mean(axis=1)
        return _Trace(values, pooled)
    if isinstance(layer, BidirectionalLayer):
        ways = _forward(layer.forward, values), _forward(layer.backward, values)
        forward, backward = (way.output for way in ways)
        if layer.forward.has_steps:
            backward = backward[:, ::-1]
        return _Trace(values, np.concatenate([forward, backward], axis=-1), ways)
    return _forward_recurrent(layer, values)


def _backward(layer: ChainLayer, trace: _Trace, relevance: np.ndarray) -> np.ndarray:
    """Returns the relevance of the input of a layer from that of its output."""
    if isinstance(layer, DenseLayer):
        return share_linear([(trace.input, layer.kernel)], layer.bias, trace.details, relevance)[0]
    if isinstance(layer, PoolingLayer):
        return _backward_pooling(layer, trace, relevance)
    if isinstance(layer, BidirectionalLayer):
        units = layer.forward.units
        forward, backward = relevance[..., :units], relevance[..., units:]
        if layer.forward.has_steps:
            backward = backward[:, ::-1]
        first = _backward(layer.forward, trace.details[0], forward)
        return first + _backward(layer.backward, trace.details[1], backward)
    return _backward_recurrent(layer, trace, relevance)


def _backward_pooling(layer: PoolingLayer, trace: _Trace, relevance: np.ndarray) -> np.ndarray:
    if layer.is_maximum:
        is_largest = np.arange(trace.input.shape[1])[:, None] == trace.input.argmax(1)[:, None]
        return is_largest * relevance[:, None]
    parts = list(np.moveaxis(trace.input / trace.input.shape[1], 1, 0))
    return np.stack(share_sum(parts, relevance), axis=1)


def share_linear(
    inputs: list[tuple[np.ndarray, np.ndarray]],
    bias: np.ndarray,
    sums: np.ndarray,
    relevance: np.ndarray,
) -> list[np.ndarray]:
    """Shares the relevance of linear sums among all inputs.

    Args:
        inputs: Values (..., inputs) with their kernel (inputs, units) or
            (sequences, inputs, units), of each group of inputs.
        bias: Bias, (units,) or (..., units).
        sums: The sums with bias, (..., units).
        relevance: Relevance of the sums, (..., units).

    Returns:
        Relevance of each group of inputs.
    """
    slack = STABILIZER * np.where(sums >= 0, 1.0, -1.0)
    share = relevance / (sums + slack)
    number = sum(values.shape[-1] for values, _ in inputs)
    rest = ((bias + slack) * share).sum(axis=-1, keepdims=True) / number
    return [values * _to_inputs(share, kernel) + rest for values, kernel in inputs]


def _to_inputs(share: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    if kernel.ndim == 2:
        return share @ kernel.T
    return np.einsum("bj,bij->bi", share, kernel)


def share_sum(parts: list[np.ndarray], relevance: np.ndarray) -> list[np.ndarray]:
    """Shares the relevance of a sum among its parts."""
    total = np.sum(parts, axis=0)
    slack = STABILIZER * np.where(total >= 0, 1.0, -1.0)
    share = relevance / (total + slack)
    return [(part + slack / len(parts)) * share for part in parts]


def _forward_recurrent(layer: RecurrentWeights, values: np.ndarray) -> _Trace:
    """Reads a batch of sequences; the details are a dict of arrays for each step read."""
    read = values[:, ::-1] if layer.is_backwards else values
    state = np.zeros((len(values), layer.units))
    cell_state = state
    projected = read @ layer.kernel + layer.bias  # of all steps at once, as Keras does
    details: list[dict[str, np.ndarray]] = []
    for t in range(values.shape[1]):
        before = {"input": read[:, t], "before": state}
        details.append(before | STEPS[layer.cell](layer, projected[:, t], state, cell_state))
        state = details[-1]["state"]
        cell_state = details[-1].get("cell", state)
    states = np.stack([step["state"] for step in details], axis=1)
    return _Trace(values, states if layer.has_steps else states[:, -1], details)


def _step_simple(
    layer: RecurrentWeights, projected: np.ndarray, state: np.ndarray, _: np.ndarray
) -> dict[str, np.ndarray]:
    sums = projected + state @ layer.recurrent
    return {"sums": sums, "state": ACTIVATIONS[layer.activation](sums)}


def _step_lstm(
    layer: RecurrentWeights, projected: np.ndarray, state: np.ndarray, cell_state: np.ndarray
) -> dict[str, np.ndarray]:
    gate = ACTIVATIONS[layer.gate_activation]
    activation = ACTIVATIONS[layer.activation]
    i, f, g, o = np.split(projected + state @ layer.recurrent, 4, axis=-1)
    carried, added = gate(f) * cell_state, gate(i) * activation(g)
    cell = carried + added
    state = gate(o) * activation(cell)
    return {"sums": g, "carried": carried, "added": added, "cell": cell, "state": state}


def _step_gru(
    layer: RecurrentWeights, projected: np.ndarray, state: np.ndarray, _: np.ndarray
) -> dict[str, np.ndarray]:
    gate = ACTIVATIONS[layer.gate_activation]
    from_input = np.split(projected, 3, axis=-1)
    from_state = np.split(state @ layer.recurrent + layer.recurrent_bias, 3, axis=-1)
    update, reset = (gate(from_input[k] + from_state[k]) for k in (0, 1))
    if layer.is_reset_after:
        sums = from_input[2] + reset * from_state[2]
    else:
        kernel = layer.recurrent[:, -layer.units :]
        sums = from_input[2] + (reset * state) @ kernel + layer.recurrent_bias[-layer.units :]
    added = (1 - update) * ACTIVATIONS[layer.activation](sums)
    carried = update * state
    return {
        "sums": sums,
        "reset": reset,
        "carried": carried,
        "added": added,
        "state": carried + added,
    }


STEPS = {"SimpleRNN": _step_simple, "LSTM": _step_lstm, "GRU": _step_gru}
"""Step of each cell that has a rule."""


def _backward_recurrent(
    layer: RecurrentWeights, trace: _Trace, relevance: np.ndarray
) -> np.ndarray:
    shared = np.zeros_like(trace.input)
    of_state = np.zeros((len(trace.input), layer.units))
    of_cell = np.zeros_like(of_state)
    for t in reversed(range(len(trace.details))):
        if layer.has_steps:
            of_state = of_state + relevance[:, t]
        elif t == len(trace.details) - 1:
            of_state = relevance
        position = len(trace.details) - 1 - t if layer.is_backwards else t
        shared[:, position], of_state, of_cell = _share_step(
            layer, trace.details[t], of_state, of_cell, is_first=t == 0
        )
    return shared


def _share_step(
    layer: RecurrentWeights,
    step: dict[str, np.ndarray],
    of_state: np.ndarray,
    of_cell: np.ndarray,
    is_first: bool,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns the relevance of the input, the state and the cell state before."""
    units = layer.units
    carried = np.zeros_like(of_state)
    if layer.cell == "SimpleRNN":
        of_signal = of_state
    else:
        parts = [step["added"]] if is_first else [step["added"], step["carried"]]
        of_signal, *rest = share_sum(parts, of_state + of_cell)
        carried = rest[0] if rest else carried
    signal = slice(2 * units, 3 * units) if layer.cell != "SimpleRNN" else slice(None)
    kernel, recurrent = layer.kernel[:, signal], layer.recurrent[:, signal]
    bias = layer.bias[signal]
    state = step["before"]
    if layer.cell == "GRU":
        own = layer.recurrent_bias[signal]
        reset = step["reset"]
        if layer.is_reset_after:
            bias, recurrent = bias + reset * own, reset[:, None] * recurrent
        else:
            bias, state = bias + own, reset * state
    inputs = (
        [(step["input"], kernel)] if is_first else [(step["input"], kernel), (state, recurrent)]
    )
    of_input, *before = share_linear(inputs, bias, step["sums"], of_signal)
    of_before = before[0] if before else np.zeros_like(of_state)
    if layer.cell == "LSTM":
        return of_input, of_before, carried
    return of_input, of_before + carried, np.zeros_like(of_cell)
