"""Chain of layers as NumPy arrays, which relevance propagation reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


def sigmoid(values: np.ndarray) -> np.ndarray:
    """Returns 1 / (1 + exp(-x)), without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * values))


ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": lambda values: values,
    "relu": lambda values: np.maximum(values, 0),
    "sigmoid": sigmoid,
    "tanh": np.tanh,
}
"""Activations of the chain by their Keras names."""


@dataclass(frozen=True, eq=False)
class DenseLayer:
    """Dense layer.

    Attributes:
        kernel: Float64 (inputs, units).
        bias: Float64 (units,).
        activation: Name of the activation.
    """

    kernel: np.ndarray
    bias: np.ndarray
    activation: str


@dataclass(frozen=True, eq=False)
class PoolingLayer:
    """Mean or maximum over the steps.

    Attributes:
        is_maximum: True for the maximum.
    """

    is_maximum: bool


@dataclass(frozen=True, eq=False)
class RecurrentWeights:
    """Weights of a recurrent layer, with the gates side by side as in Keras.

    Attributes:
        cell: `"LSTM"`, `"GRU"` or `"SimpleRNN"`.
        kernel: Float64 (inputs, gates * units).
        recurrent: Float64 (units, gates * units).
        bias: Float64 (gates * units,), added with the inputs.
        recurrent_bias: Float64 (gates * units,), added with the states; 0 but for a GRU.
        activation: Name of the activation.
        gate_activation: Name of the activation of the gates.
        is_reset_after: True if the reset gate of a GRU follows the recurrent kernel.
        is_backwards: True if the layer reads from the last step on.
        has_steps: True if the layer returns all steps.
    """

    cell: str
    kernel: np.ndarray
    recurrent: np.ndarray
    bias: np.ndarray
    recurrent_bias: np.ndarray
    activation: str = "tanh"
    gate_activation: str = "sigmoid"
    is_reset_after: bool = True
    is_backwards: bool = False
    has_steps: bool = False

    @property
    def units(self) -> int:
        """Number of units."""
        return self.recurrent.shape[0]


@dataclass(frozen=True, eq=False)
class BidirectionalLayer:
    """Two recurrent layers, whose outputs are concatenated.

    Attributes:
        forward: The layer that reads forwards.
        backward: The layer that reads backwards; its steps are returned in the order of the input.
    """

    forward: RecurrentWeights
    backward: RecurrentWeights


ChainLayer = DenseLayer | PoolingLayer | RecurrentWeights | BidirectionalLayer
"""Layer of a chain."""


@dataclass(frozen=True, eq=False)
class LayerChain:
    """Layers that follow one another, from what the first is fed to the scores.

    Attributes:
        layers: The layers.
        masks: True at the steps that are read, booleans (steps,) for each sequence.
    """

    layers: list[ChainLayer]
    masks: list[np.ndarray] = field(default_factory=list)

    @property
    def has_steps(self) -> bool:
        """True if the scores are of every step."""
        return all(_keeps_steps(layer) for layer in self.layers)


def _keeps_steps(layer: ChainLayer) -> bool:
    if isinstance(layer, BidirectionalLayer):
        return layer.forward.has_steps
    return layer.has_steps if isinstance(layer, RecurrentWeights) else isinstance(layer, DenseLayer)
