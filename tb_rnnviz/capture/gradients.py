"""Gradients through time: how a loss depends on everything before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.capture.recorder import recorder_for
from tb_rnnviz.probe import Probe
from tb_rnnviz.recording import LayerActivity


class Gradients(Mapping):
    """Derivatives of a loss with respect to everything that a model computed.

    A mapping from the path of a layer to its derivatives, which is a mapping from the name of a
    quantity to float32 (sequences, steps, units).

    Attributes:
        inputs: Derivative with respect to what is fed to the first layer: the embedded tokens, or
            the numbers of a signal, float32 (sequences, steps, channels), NaN behind the end of a
            sequence; `None` if the model embeds nothing and reads no numbers.
        loss: Loss of every step, float32 (sequences, steps), NaN without target.
    """

    def __init__(
        self, layers: Sequence[LayerActivity], inputs: np.ndarray | None, loss: np.ndarray
    ):
        self._layers = {layer.path: layer for layer in layers}
        self.inputs = inputs
        self.loss = loss

    @property
    def layers(self) -> tuple[str, ...]:
        """Paths of the layers."""
        return tuple(self._layers)

    def __getitem__(self, layer: str) -> LayerActivity:
        try:
            return self._layers[layer]
        except KeyError:
            raise KeyError(f"No layer {layer!r}. Differentiated: {list(self._layers)}") from None

    def __iter__(self):
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)

    def __repr__(self) -> str:
        inner = ", ".join(f"{path}: {list(layer)}" for path, layer in self._layers.items())
        return f"Gradients({inner})"


def gradients(
    model: Any,
    inputs: Any,
    targets: Any = None,
    at: Sequence[int] | np.ndarray | None = None,
    output: str | int | None = None,
) -> Gradients:
    """Differentiates a loss by every state, gate and input, at every step.

    The derivative at step s is that of the sum of the losses of the steps `at` with respect to the
    value at s, with everything that the value leads to: later states, and the outputs. It comes
    from one backward pass through the scan that records. The model is left as it was.

    The loss of a class is -log p in nats; that of numbers, the mean squared error over the numbers
    of a step. Without targets, the target is the class that the model finds most probable, and
    numbers are summed instead.

    Args:
        model: A Keras model with recurrent layers, on TensorFlow, JAX or PyTorch.
        inputs: A `Probe`, or inputs as for `record`.
        targets: Targets, as for a `Probe`. Defaults to those of the probe.
        at: Steps whose losses are summed: indices, negative from the end; or booleans
            (sequences, steps). Defaults to all.
        output: Name or index of the output, if the model has several.

    Raises:
        ValueError: If the model has no loss on these targets, or a step is outside the sequences.

    Example:
        >>> import keras
        >>> model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(5, 4),
        ...     keras.layers.LSTM(3, return_sequences=True), keras.layers.Dense(5)])
        >>> ids = np.array([[0, 1, 2, 3]])
        >>> slopes = gradients(model, ids, targets=[[1, 2, 3, 4]], at=[2])
        >>> slopes["lstm"]["cell_state"].shape, slopes.inputs.shape
        ((1, 4, 3), (1, 4, 4))
        >>> bool(np.any(slopes["lstm"]["cell_state"][0, 3]))    # nothing after step 2 matters
        False
    """
    probe = probe_of(inputs, targets, output)
    recorder = recorder_for(model)
    probe = recorder.read_strings(probe)
    return Gradients(*recorder.differentiate(probe, step_weights(probe, at)))


def probe_of(inputs: Any, targets: Any, output: str | int | None) -> Probe:
    """Returns the probe, or one of the inputs.

    Raises:
        ValueError: If a probe comes with targets or an output.
    """
    if isinstance(inputs, Probe):
        if targets is None and output is None:
            return inputs
        raise ValueError(
            "A probe brings its targets and its output. Received: a Probe and "
            f"targets={targets!r}, output={output!r}. Make a Probe with these."
        )
    return Probe("inputs", inputs, targets=targets, output=output)


def step_weights(probe: Probe, at: Any) -> np.ndarray:
    """Returns 1 at the steps whose losses are summed, float32 (sequences, steps).

    Args:
        probe: The probe.
        at: Steps, as for `gradients`.

    Raises:
        ValueError: If a step is outside the sequences, or they are no integers or booleans.
    """
    lengths = np.asarray(probe.lengths)
    longest = int(lengths.max())
    inside = np.arange(longest) < lengths[:, None]
    if at is None:
        return inside.astype(np.float32)
    steps = np.asarray(at)
    if steps.dtype == bool:
        if steps.shape != inside.shape:
            raise ValueError(
                f"`at` must have one boolean for each step, shape {inside.shape}. Received: shape "
                f"{steps.shape}."
            )
        return (steps & inside).astype(np.float32)
    if steps.ndim != 1 or steps.dtype.kind not in "iu" or not steps.size:
        raise ValueError(f"`at` must list steps, integers. Received: {at!r}.")
    if steps.min() < -longest or steps.max() >= longest:
        raise ValueError(
            f"The longest sequence has {longest} steps, from 0 to {longest - 1}. Received: "
            f"at={at!r}."
        )
    weights = np.zeros(inside.shape, np.float32)
    for row, length in enumerate(lengths):
        own = np.where(steps < 0, steps + length, steps)
        weights[row, own[(own >= 0) & (own < length)]] = 1.0
    return weights
