"""Gradient flow: how far back the losses of a text reach."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.capture.gradients import step_weights
from tb_rnnviz.capture.recorder import recorder_for
from tb_rnnviz.core.explanations import half_life
from tb_rnnviz.core.names import HIDDEN_STATE
from tb_rnnviz.probe import Probe

TARGETS = 32
"""Targets that are chosen by default."""


class FlowMatrix(np.ndarray):
    """Norms of derivatives, (targets, steps), and how they fall with the distance.

    Attributes:
        at: Steps of the targets, integers (targets,).
    """

    at: np.ndarray

    @classmethod
    def of(cls, gradients: np.ndarray, at: np.ndarray) -> FlowMatrix:
        """Returns the norms of gradients (targets, steps, units), over the units.

        Args:
            gradients: The gradients; NaN counts as 0.
            at: Steps of the targets, integers (targets,).
        """
        squares = np.square(gradients, dtype=np.float64)
        matrix = np.sqrt(np.nansum(squares, axis=-1)).view(cls)
        matrix.at = at
        return matrix

    def __array_finalize__(self, other: Any) -> None:
        self.at = getattr(other, "at", np.zeros(0, np.int64))

    @property
    def by_lag(self) -> np.ndarray:
        """Geometric mean of the norm k steps before a target, relative to k = 0.

        Float64 (steps,); NaN at lags that no target has, 0 where a norm is 0.
        """
        values = np.asarray(self, np.float64)
        sums, counts = np.zeros(values.shape[1]), np.zeros(values.shape[1])
        for row, step in zip(values, self.at, strict=True):
            if row[step] > 0:
                with np.errstate(divide="ignore"):
                    sums[: step + 1] += np.log(row[step::-1] / row[step])
                counts[: step + 1] += 1
        means = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
        return np.exp(means)

    @property
    def slope(self) -> float:
        """Change of the logarithm of the norm per step back, by least squares.

        Fitted from a quarter of the lags on, where the first steps no longer count; NaN if fewer
        than two lags have a norm.
        """
        gain = self.by_lag
        lags = np.flatnonzero(gain > 0)
        lags = lags[lags >= min(len(gain) // 4, lags.max(initial=0) // 4)]
        if len(lags) < 2:
            return float("nan")
        return float(np.polyfit(lags, np.log(gain[lags]), 1)[0])

    @property
    def half_life(self) -> float:
        """First lag at which the mean norm is below one half; infinite if there is none."""
        return half_life(self.by_lag)


class GradientFlow(Mapping):
    """Reach of the losses of chosen steps, by layer and quantity.

    A mapping from the path of a layer to a mapping from the name of a quantity to a `FlowMatrix`.

    Attributes:
        at: Steps of the targets, integers (targets,).
    """

    def __init__(self, matrices: Mapping[str, Mapping[str, FlowMatrix]], at: np.ndarray):
        self._matrices = dict(matrices)
        self.at = at

    def __getitem__(self, layer: str) -> Mapping[str, FlowMatrix]:
        try:
            return self._matrices[layer]
        except KeyError:
            raise KeyError(f"No layer {layer!r}. Differentiated: {list(self._matrices)}") from None

    def __iter__(self):
        return iter(self._matrices)

    def __len__(self) -> int:
        return len(self._matrices)

    @property
    def slope(self) -> float:
        """Slope of the hidden state of the last layer."""
        return self._of_the_last_layer().slope

    @property
    def half_life(self) -> float:
        """Half-life of the hidden state of the last layer, in steps."""
        return self._of_the_last_layer().half_life

    def _of_the_last_layer(self) -> FlowMatrix:
        quantities = self._matrices[list(self._matrices)[-1]]
        return quantities.get(HIDDEN_STATE, next(iter(quantities.values())))

    def __repr__(self) -> str:
        return (
            f"GradientFlow({list(self._matrices)}, {len(self.at)} targets; "
            f"half-life {self.half_life:.3g} steps, slope {self.slope:.3g} per step)"
        )


def gradient_flow(
    model: Any,
    inputs: Any,
    targets: Any = None,
    at: Sequence[int] | None = None,
    output: str | int | None = None,
) -> GradientFlow:
    """Measures how far back the losses of chosen steps reach.

    G[t, s] is the norm, over units, of the derivative of the loss of step t with respect to a
    quantity at step s. How it falls with the distance t - s says which distances training can
    learn: below its half-life the gradient is at least half as large as at the step itself. It says
    nothing about what the trained model uses.

    All targets are read as one batch, in one backward pass.

    Args:
        model: A Keras model with recurrent layers.
        inputs: A `Probe` of one sequence, or inputs of one as for `record`.
        targets: Targets, as for a `Probe`. Defaults to those of the probe.
        at: Steps of the targets, integers, negative from the end. Defaults to the 32 last steps.
        output: Name or index of the output, if the model has several.

    Raises:
        ValueError: If there are several sequences, or as for `gradients`.

    Example:
        >>> import keras
        >>> model = keras.Sequential([keras.Input((None, 1)),
        ...     keras.layers.SimpleRNN(2, activation=None, return_sequences=True)])
        >>> model.set_weights([np.ones((1, 2)), 0.9 * np.eye(2), np.zeros(2)])
        >>> flow = gradient_flow(model, np.ones((1, 20, 1)), np.zeros((1, 20, 2)), at=[19])
        >>> round(flow.slope, 3), flow.half_life, flow["simple_rnn"]["hidden_state"].shape
        (-0.105, 7.0, (1, 20))
    """
    if isinstance(inputs, Probe):
        probe = inputs
    else:
        probe = Probe("inputs", inputs, targets=targets, output=output)
    recorder = recorder_for(model)
    probe = recorder.read_strings(probe)
    if len(probe.lengths) != 1:
        raise ValueError(
            f"Gradient flow is of one sequence. Received: {len(probe.lengths)} sequences. Pass one "
            "of them."
        )
    steps = probe.lengths[0]
    chosen = np.arange(max(0, steps - TARGETS), steps) if at is None else np.asarray(at)
    step_weights(probe, chosen)
    chosen = np.where(chosen < 0, chosen + steps, chosen)
    weights = np.zeros((len(chosen), steps), np.float32)
    weights[np.arange(len(chosen)), chosen] = 1.0
    layers, _, _ = recorder.differentiate(_repeated(probe, len(chosen)), weights)
    matrices: dict[str, dict[str, FlowMatrix]] = {}
    for layer in layers:
        matrices[layer.path] = {name: FlowMatrix.of(layer[name], chosen) for name in layer}
    return GradientFlow(matrices, chosen)


def _repeated(probe: Probe, times: int) -> Probe:
    """Returns the probe with its only sequence several times."""
    repeated = copy.copy(probe)
    repeated.inputs = list(probe.inputs) * times
    repeated.sequences = list(probe.sequences) * times
    repeated.lengths = probe.lengths * times
    repeated.strings = probe.strings and list(probe.strings) * times
    repeated.tokens = probe.tokens and list(probe.tokens) * times
    if probe.targets is not None:
        repeated.targets = list(probe.targets) * times
    return repeated
