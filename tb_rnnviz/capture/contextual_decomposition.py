"""Contextual decomposition of LSTM layers: the part of a phrase in a score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tb_rnnviz.capture.layer_chain import (
    ACTIVATIONS,
    BidirectionalLayer,
    ChainLayer,
    DenseLayer,
    LayerChain,
    RecurrentWeights,
)


@dataclass(frozen=True, eq=False)
class Decomposition:
    """Parts of a score, which sum to it with the bias of the last layer.

    Attributes:
        phrase: Part of the phrase, float64 (readings,).
        rest: Part of all other tokens, float64 (readings,).
        bias: Bias of the last layer.
    """

    phrase: np.ndarray
    rest: np.ndarray
    bias: float

    @property
    def total(self) -> np.ndarray:
        """Sum of all parts, float64 (readings,)."""
        return self.phrase + self.rest + self.bias


def decompose(
    chain: LayerChain, fed: np.ndarray, is_phrase: np.ndarray, step: int, index: int
) -> Decomposition:
    """Splits a score into the part of a phrase and that of the rest.

    Murdoch et al. 2018, arXiv 1801.05453. Every state is the sum of a part of the phrase and a
    part of the rest. Activations of sums are split by the mean over the orders in which the parts
    are added; products that hold both belong to the rest, but for those of the phrase with a bias.
    The output gate is not split.

    Args:
        chain: LSTM layers and a linear Dense layer.
        fed: Inputs of the first layer, float64 (readings, steps, channels).
        is_phrase: True for the numbers of the phrase, booleans (readings, steps, channels). A bias
            belongs to the phrase at the steps where all numbers do.
        step: Step of the prediction.
        index: Index of the score.

    Raises:
        ValueError: If a layer is neither an LSTM nor a linear Dense layer.
    """
    fed = np.asarray(fed, np.float64)
    phrase, rest = np.where(is_phrase, fed, 0.0), np.where(is_phrase, 0.0, fed)
    has_bias = np.asarray(is_phrase.all(axis=-1))
    bias = np.zeros(fed.shape[-1])
    for layer in chain.layers:
        _check_rule(layer)
        if isinstance(layer, DenseLayer):
            phrase, rest = phrase @ layer.kernel, rest @ layer.kernel
            bias = bias @ layer.kernel + layer.bias
        else:
            if bias.any():
                raise ValueError("Contextual decomposition takes Dense layers at the end alone.")
            phrase, rest = _split_recurrent(layer, phrase, rest, has_bias)
            bias = np.zeros(phrase.shape[-1])
    selected = (slice(None), step, index) if phrase.ndim == 3 else (slice(None), index)
    return Decomposition(phrase[selected], rest[selected], float(bias[index]))


def _check_rule(layer: ChainLayer) -> None:
    if isinstance(layer, DenseLayer) and layer.activation == "linear":
        return
    ways = (layer.forward, layer.backward) if isinstance(layer, BidirectionalLayer) else (layer,)
    if all(isinstance(way, RecurrentWeights) and way.cell == "LSTM" for way in ways):
        return
    name = getattr(ways[0], "cell", type(layer).__name__)
    raise ValueError(
        f"Contextual decomposition is of LSTM layers and linear Dense layers. Received: {name}. "
        "Use method='lrp', 'integrated_gradients' or 'occlusion'."
    )


def _split_recurrent(
    layer: ChainLayer, phrase: np.ndarray, rest: np.ndarray, has_bias: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the two parts of the output of an LSTM layer, in one or both directions."""
    if isinstance(layer, RecurrentWeights):
        return _split_lstm(layer, phrase, rest, has_bias)
    if not isinstance(layer, BidirectionalLayer):
        raise TypeError(f"No LSTM: {layer!r}")
    forward = _split_lstm(layer.forward, phrase, rest, has_bias)
    backward = _split_lstm(layer.backward, phrase, rest, has_bias)
    if layer.forward.has_steps:
        backward = backward[0][:, ::-1], backward[1][:, ::-1]
    first, second = (np.concatenate(pair, axis=-1) for pair in zip(forward, backward, strict=True))
    return first, second


def _split_lstm(
    layer: RecurrentWeights, phrase: np.ndarray, rest: np.ndarray, has_bias: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    if layer.is_backwards:
        phrase, rest, has_bias = phrase[:, ::-1], rest[:, ::-1], has_bias[:, ::-1]
    gate, activation = ACTIVATIONS[layer.gate_activation], ACTIVATIONS[layer.activation]
    zeros = np.zeros((len(phrase), layer.units))
    state_phrase = state_rest = cell_phrase = cell_rest = zeros
    states = []
    for t in range(phrase.shape[1]):
        sums_phrase = phrase[:, t] @ layer.kernel + state_phrase @ layer.recurrent
        sums_rest = rest[:, t] @ layer.kernel + state_rest @ layer.recurrent
        parts = zip(
            np.split(sums_phrase, 4, axis=-1),
            np.split(sums_rest, 4, axis=-1),
            np.split(layer.bias, 4),
            strict=True,
        )
        (i_a, i_b, i_d), (f_a, f_b, f_d), (g_a, g_b, g_d), output = (
            _split_activation(function, *part)
            for function, part in zip((gate, gate, activation, gate), parts, strict=True)
        )
        bias_product = i_d * g_d
        in_phrase = has_bias[:, t, None]
        added_phrase = i_a * (g_a + g_d) + i_d * g_a + in_phrase * bias_product
        added_rest = i_b * (g_a + g_b + g_d) + (i_a + i_d) * g_b + ~in_phrase * bias_product
        carried_phrase = (f_a + f_d) * cell_phrase
        carried_rest = (f_a + f_b + f_d) * cell_rest + f_b * cell_phrase
        cell_phrase, cell_rest = added_phrase + carried_phrase, added_rest + carried_rest
        squashed_phrase, squashed_rest = _split_in_two(activation, cell_phrase, cell_rest)
        whole_gate = np.sum(output, axis=0)
        state_phrase, state_rest = whole_gate * squashed_phrase, whole_gate * squashed_rest
        states.append((state_phrase, state_rest))
    if not layer.has_steps:
        return states[-1]
    return np.stack([a for a, _ in states], axis=1), np.stack([b for _, b in states], axis=1)


def _split_activation(
    function, phrase: np.ndarray, rest: np.ndarray, bias: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Splits f(phrase + rest + bias) into three parts, which sum to it."""
    alone, with_phrase, with_rest = function(bias), function(phrase + bias), function(rest + bias)
    whole = function(phrase + rest + bias)
    of_phrase = 0.5 * (with_phrase - alone + whole - with_rest)
    of_rest = 0.5 * (with_rest - alone + whole - with_phrase)
    return of_phrase, of_rest, np.broadcast_to(alone, whole.shape)


def _split_in_two(function, phrase: np.ndarray, rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Splits f(phrase + rest), with f(0) = 0, into two parts, which sum to it."""
    of_phrase, of_rest, whole = function(phrase), function(rest), function(phrase + rest)
    return 0.5 * (of_phrase + whole - of_rest), 0.5 * (of_rest + whole - of_phrase)
