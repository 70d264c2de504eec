"""Layers of a Keras model as a chain of NumPy arrays."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers, ops

from tb_rnnviz.capture.keras.input_scores import SQUASHING
from tb_rnnviz.capture.keras.outputs import symbolic_output
from tb_rnnviz.capture.layer_chain import (
    ACTIVATIONS,
    BidirectionalLayer,
    ChainLayer,
    DenseLayer,
    LayerChain,
    PoolingLayer,
    RecurrentWeights,
)
from tb_rnnviz.probe import Probe

INSTEAD = "Use method='integrated_gradients' or 'occlusion', which take any layer."

WITHOUT_EFFECT = (
    *(layers.InputLayer, layers.Dropout, layers.SpatialDropout1D, layers.GaussianNoise),
    *(layers.Masking, layers.Embedding, layers.ActivityRegularization, layers.Identity),
    *(layers.TextVectorization, layers.StringLookup, layers.IntegerLookup),
)
"""Layers in which relevance stays as it is, or which stand before what is fed."""


def layer_chain(model: keras.Model, probe: Probe) -> LayerChain:
    """Returns the layers behind the embedding, or behind the input of numbers.

    The softmax or sigmoid that makes the output is left out.

    Raises:
        ValueError: If layers do not follow one another, or one has no rule.
    """
    chain = _layers(model, probe.output)
    embeddings = [k for k, layer in enumerate(chain) if isinstance(layer, layers.Embedding)]
    start = embeddings[-1] if embeddings else 0
    parts: list[ChainLayer] = []
    for k, layer in enumerate(chain[start:], start):
        parts += _parts(layer, is_last=k == len(chain) - 1)
    masks = [_mask(chain[start:], np.asarray(ids)) for ids in probe.sequences]
    return LayerChain(parts, masks)


def _layers(model: keras.Model, output: str | int | None) -> list[Any]:
    """Returns the layers from the input to an output."""
    tensor = symbolic_output(model, output)
    if tensor is None:
        raise ValueError(
            "Relevance is propagated through keras.Sequential and functional models. Received: "
            f"{type(model).__name__}, whose layers are known to its call alone. {INSTEAD}"
        )
    chain: list[Any] = []
    while True:
        history = tensor._keras_history
        layer = history.operation
        if isinstance(layer, keras.Model):
            chain = _layers(layer, None) + chain
        else:
            chain.insert(0, layer)
        if isinstance(layer, layers.InputLayer):
            return chain
        arguments = layer._inbound_nodes[history.node_index].arguments
        options = {name: value for name, value in arguments.kwargs.items() if name != "mask"}
        read = keras.tree.flatten((arguments.args, options))
        fed = [part for part in read if isinstance(part, keras.KerasTensor)]
        if len(fed) != 1:
            raise ValueError(
                f"Relevance is propagated through layers that follow one another. {layer.name!r} "
                f"reads {len(fed)} tensors. {INSTEAD}"
            )
        tensor = fed[0]


def _mask(chain: list[Any], sequence: np.ndarray) -> np.ndarray:
    """Returns True at the steps that the layers read, booleans (steps,)."""
    mask = np.ones(len(sequence), bool)
    for layer in chain:
        if isinstance(layer, layers.Embedding) and layer.mask_zero and sequence.dtype.kind in "iu":
            mask &= sequence != 0
        elif isinstance(layer, layers.Masking):
            mask &= np.any(sequence != layer.mask_value, axis=-1)
    return mask


def _parts(layer: Any, is_last: bool) -> list[ChainLayer]:
    """Returns the parts of a layer of which relevance has a rule."""
    while isinstance(layer, layers.TimeDistributed):
        layer = layer.layer
    if isinstance(layer, WITHOUT_EFFECT):
        return []
    name = getattr(getattr(layer, "activation", None), "__name__", "linear")
    if is_last and (isinstance(layer, layers.Softmax) or name in SQUASHING):
        name = "linear"
    if isinstance(layer, layers.Softmax) and is_last:
        return []
    if isinstance(layer, layers.Activation) and name in ACTIVATIONS:
        return _activation(name)
    if isinstance(layer, layers.ReLU):
        return _activation("relu")
    if isinstance(layer, (layers.GlobalAveragePooling1D, layers.GlobalMaxPooling1D)):
        return [PoolingLayer(isinstance(layer, layers.GlobalMaxPooling1D))]
    if type(layer) is layers.Dense and name in ACTIVATIONS:
        bias = _array(layer.bias) if layer.use_bias else np.zeros(layer.units)
        return [DenseLayer(_array(layer.kernel), bias, name)]
    if isinstance(layer, layers.Bidirectional) and layer.merge_mode == "concat":
        return [
            BidirectionalLayer(_recurrent(layer.forward_layer), _recurrent(layer.backward_layer))
        ]
    if isinstance(layer, layers.RNN):
        return [_recurrent(layer)]
    raise ValueError(
        f"Relevance has no rule for layer {layer.name!r}, a {type(layer).__name__}. It has rules "
        f"for LSTM, GRU, SimpleRNN, Bidirectional and Dense with {', '.join(ACTIVATIONS)}. "
        f"{INSTEAD}"
    )


def _activation(name: str) -> list[ChainLayer]:
    if name == "linear":
        return []
    raise ValueError(
        f"Relevance has a rule for the activation {name!r} of a Dense layer, not for a layer of "
        f"its own: Dense(..., activation={name!r}). {INSTEAD}"
    )


def _recurrent(layer: Any) -> RecurrentWeights:
    kinds = {layers.LSTM: "LSTM", layers.GRU: "GRU", layers.SimpleRNN: "SimpleRNN"}
    cells = {layers.LSTMCell: "LSTM", layers.GRUCell: "GRU", layers.SimpleRNNCell: "SimpleRNN"}
    cell = layer.cell
    kind = kinds.get(type(layer)) or cells.get(type(cell))
    activation = getattr(getattr(cell, "activation", None), "__name__", "")
    gates = getattr(getattr(cell, "recurrent_activation", None), "__name__", "sigmoid")
    if kind is None or activation not in ACTIVATIONS or gates not in ACTIVATIONS:
        raise ValueError(
            f"Relevance has no rule for the cell of layer {layer.name!r}, a {type(cell).__name__} "
            f"with the activation {activation!r}. It has rules for LSTM, GRU and SimpleRNN with "
            f"{', '.join(ACTIVATIONS)}. {INSTEAD}"
        )
    if layer.stateful:
        raise ValueError(
            f"Relevance is not propagated through the stateful layer {layer.name!r}. {INSTEAD}"
        )
    recurrent = _array(cell.recurrent_kernel)
    size = recurrent.shape[1]
    biases = np.atleast_2d(_array(cell.bias) if cell.use_bias else np.zeros(size))
    return RecurrentWeights(
        cell=kind,
        kernel=_array(cell.kernel),
        recurrent=recurrent,
        bias=biases[0],
        recurrent_bias=biases[1] if len(biases) > 1 else np.zeros(size),
        activation=activation,
        gate_activation=gates,
        is_reset_after=bool(getattr(cell, "reset_after", True)),
        is_backwards=layer.go_backwards,
        has_steps=layer.return_sequences,
    )


def _array(tensor: Any) -> np.ndarray:
    return np.asarray(ops.convert_to_numpy(tensor), np.float64)
