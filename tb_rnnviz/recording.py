"""Recordings of a model's activity, and of the text that it generates."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tb_rnnviz.core.axis import TOKENS, Axis
from tb_rnnviz.core.explanations import Explanations
from tb_rnnviz.core.inputs import lengths_of_beginning
from tb_rnnviz.core.layer_dynamics import LayerDynamics
from tb_rnnviz.core.matrix_axes import MatrixAxes

GENERATED = "generated"
"""Name of generated text in the log, in the place of the name of a probe."""

LAST = "last"
"""Stands for the newest step wherever a step is an argument."""


class LayerActivity(Mapping):
    """Activity of one layer, a mapping of its quantities by name.

    Every quantity is float32 (sequences, steps, units).

    Attributes:
        path: Path of the layer in the model.
        cell: Class name of the cell, such as `"LSTMCell"`.
        roles: Role of each quantity, `"retain"`, `"write"`, `"expose"`, `"read"` or `None`.
        units: Number of units.
        mask: Boolean (sequences, steps), true at tokens that the layer consumed.
        lengths: Steps of each sequence, integers (sequences,).
        axis: Name of the axis whose steps these are: "tokens" or "time", an input such as
            "source", or the path of a layer with steps of its own.
    """

    def __init__(
        self,
        path: str,
        cell: str,
        quantities: Mapping[str, np.ndarray],
        roles: Mapping[str, str | None],
        mask: np.ndarray,
        lengths: np.ndarray,
        axis: str = TOKENS,
    ):
        self.path = path
        self.axis = axis
        self.cell = cell
        self.roles = {name: roles.get(name) for name in quantities}
        self.mask = mask
        self.lengths = np.asarray(lengths, np.int64)
        self._quantities = dict(quantities)

    @property
    def units(self) -> int:
        """Number of units, that of the widest quantity."""
        return max(map(self.width, self), default=0)

    @property
    def consumed_lengths(self) -> list[int]:
        """Number of consumed tokens of each sequence that has any."""
        return [int(tokens) for tokens in self.mask.sum(axis=1) if tokens]

    def width(self, quantity: str) -> int:
        """Returns the number of units of a quantity."""
        return self[quantity].shape[-1]

    def __getitem__(self, quantity: str) -> np.ndarray:
        try:
            return self._quantities[quantity]
        except KeyError:
            raise KeyError(
                f"Layer {self.path!r} has no quantity {quantity!r}. Recorded: {list(self)}"
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._quantities)

    def __len__(self) -> int:
        return len(self._quantities)

    def __repr__(self) -> str:
        sequences, steps = self.mask.shape
        size = f"{sequences} sequences of up to {steps} steps, {self.units} units"
        return f"LayerActivity({self.path!r}, {self.cell}, {size}: {', '.join(self)})"

    def flat(self, quantity: str) -> tuple[np.ndarray, np.ndarray]:
        """Returns activity (tokens, units) and mask (tokens,), without padding.

        Sequences follow each other. A large activity is read a few units at a time; `analysis` and
        the codec of the log accept arrays that have a shape and return columns.
        """
        array = self[quantity]
        if (self.lengths == array.shape[1]).all():
            return array.reshape(-1, array.shape[-1]), self.mask.reshape(-1)
        inside = np.arange(array.shape[1]) < self.lengths[:, None]
        return array[inside], self.mask[inside]

    def consumed(self, quantity: str) -> tuple[np.ndarray, np.ndarray]:
        """Returns the same as `flat`, the activity without tokens that are masked."""
        activity, mask = self.flat(quantity)
        return (activity if mask.all() else activity[mask]), mask

    def beginning(
        self, lengths: Sequence[int], quantities: Sequence[str] | None = None
    ) -> LayerActivity:
        """Returns the first sequences, cut to some lengths.

        Args:
            lengths: Tokens of each of these sequences, such as those of `Probe.beginning`.
            quantities: Names of the quantities. Defaults to all.
        """
        part = slice(len(lengths)), slice(max(lengths, default=0))
        names = self if quantities is None else quantities
        arrays = {name: self[name][part] for name in names}
        mask, steps = self.mask[part], np.array(lengths)
        return LayerActivity(self.path, self.cell, arrays, self.roles, mask, steps, self.axis)


class Recording:
    """Everything that was captured while a model read one probe at one step.

    Attributes:
        layers: Paths of the recorded layers, in the order of the model.
        axes: The steps that layers read, by name: those of the tokens, of other inputs, and steps
            of layers' own; `recording[layer].axis` is the name of a layer's.
        axis: Name of the axis of the tokens.
        outputs: Outputs of the model in the same pass, or `None` if they were not captured. From a
            log the output that the targets belong to, float32 (sequences, steps, k), or
            (sequences, steps, horizons, channels); that of whole sequences (sequences, k), or
            (sequences, horizons, channels). NaN at padding; see `load`.
        targets: Their targets from a log if they are numbers or labels, in the same shape, NaN
            where there is none; `None` otherwise.
        target_names: Name of every number or label, the last axis fastest; from a log.
        output_masks: Masks that Keras gives the outputs, nested as `outputs`: boolean
            (sequences, steps), or `None`; false at steps that no loss is computed at.
        outputs_misaligned: Reason why step t of the outputs is not token t, `None` if it is.
        lengths: Tokens of each sequence, integers (sequences,).
        mask: Boolean (sequences, steps), true at tokens. Activity is NaN at the padding.
        tokens: The tokens as strings, one list per sequence, or `None` for a signal.
        channels: Values of a signal, float32 (steps of all sequences,) by name of the channel.
        rate: Steps of a signal per unit of time, or `None`.
        time_unit: Unit of time of the rate.
        labels: A name for each sequence, or `None`.
        columns: Numbers or booleans (tokens,) by name, as in the probe.
        probe: Name of the probe, or `None`.
        step: TensorBoard's step, or `None`.
        absent: Reasons by (layer, quantity) for quantities that could not be recorded; the
            quantity is `"matrix"` for a matrix.
        matrices: Attention scores and what `sow_matrix` named, by name: float32
            (sequences, rows, columns) or (sequences, heads, rows, columns), NaN at padding.
        matrix_axes: Meaning of the rows and columns of each matrix.
        class_probability: Probability of each class if a sequence ended at each step, float32
            (sequences, steps, classes), NaN behind its end and at steps that were not read;
            `None` if the model does not classify.
        output_shape: Shape of the output of these classes without the axis of the sequences:
            (steps, k) or (k,) of a whole sequence; `None` if unknown.
        probability: Probability of the target from a log, float32 (sequences, steps), NaN where
            there is none; `None` otherwise. That of a whole sequence is at its last step.
        expected: Names of the most probable tokens or classes from a log, most probable first,
            strings (sequences, steps, at most 5), empty where there is none; `None` otherwise.
        expected_probability: Their probabilities, float32 in the same shape.
        classes: Name of every class, or `None`.
        stepwise_output: The same for a model that gives numbers, or `None`.
        method: `"head"` if the layers behind the state of a step gave these, `"prefix"` if the
            model read every beginning of every sequence, or `None`.
        explanations: Attributions of chosen predictions and the reach of gradients, as
            `RNNVizCallback(attributions=...)` logged it, or `None`.
        dynamics: Fixed points and Lyapunov exponents of layers, as `RNNVizCallback(dynamics=...)`
            logged them: a `LayerDynamics` each.
    """

    def __init__(
        self,
        activity: Sequence[LayerActivity],
        lengths: Sequence[int],
        outputs: Any = None,
        tokens: list[list[str]] | None = None,
        probe: str | None = None,
        step: int | None = None,
        absent: Mapping[tuple[str, str], str] | None = None,
        labels: Sequence[str] | None = None,
        columns: Mapping[str, np.ndarray] | None = None,
        *,
        axes: Mapping[str, Axis] | None = None,
        axis: str = TOKENS,
        rate: float | None = None,
        time_unit: str = "s",
    ):
        self._activity = {layer.path: layer for layer in activity}
        self.lengths = np.asarray(lengths, np.int64)
        self.axis = axis
        self.axes = dict(axes or {})
        self.axes.setdefault(axis, Axis(axis, tuple(map(int, self.lengths)), tokens))
        self.outputs = outputs
        self.tokens = self.axes[axis].tokens
        self.rate, self.time_unit = rate, time_unit
        self.labels = None if labels is None else list(labels)
        self.columns = dict(columns or {})
        self.targets: np.ndarray | None = None
        self.target_names: list[str] = []
        self.output_masks: Any = None
        self.outputs_misaligned: str | None = None
        self.probe = probe
        self.step = step
        self.absent = dict(absent or {})
        self.matrices: dict[str, np.ndarray] = {}
        self.matrix_axes: dict[str, MatrixAxes] = {}
        self.class_probability: np.ndarray | None = None
        self.output_shape: tuple[int, ...] | None = None
        self.probability: np.ndarray | None = None
        self.expected: np.ndarray | None = None
        self.expected_probability: np.ndarray | None = None
        self.classes: list[str] | None = None
        self.stepwise_output: np.ndarray | None = None
        self.method: str | None = None
        self.explanations: Explanations | None = None
        self.dynamics: tuple[LayerDynamics, ...] = ()

    @property
    def layers(self) -> tuple[str, ...]:
        """Paths of the recorded layers."""
        return tuple(self._activity)

    @property
    def channels(self) -> dict[str, np.ndarray]:
        """Values of a signal by name, float32 (steps of all sequences,); empty for a text."""
        return self.axes[self.axis].values()

    @property
    def is_signal(self) -> bool:
        """True if the steps have values or nothing, and no tokens."""
        return self.tokens is None

    @property
    def mask(self) -> np.ndarray:
        """Boolean (sequences, steps), true at tokens."""
        return np.arange(max(self.lengths, default=0)) < self.lengths[:, None]

    def consumed_lengths(self) -> list[int] | None:
        """Returns the steps of each sequence without padding at its end.

        Padding is what every layer of the axis of the tokens masks. `None` without such layers.
        """
        masks = [layer.mask for layer in self._activity.values() if layer.axis == self.axis]
        if not masks:
            return None
        consumed = np.logical_or.reduce(masks) & self.mask
        steps = consumed.shape[1]
        last = steps - np.argmax(consumed[:, ::-1], axis=1) if steps else np.zeros(len(consumed))
        return np.where(consumed.any(axis=1), last, 0).astype(int).tolist()

    def texts(self) -> list[list[str]]:
        """Returns the tokens of every sequence.

        Raises:
            ValueError: If the recording has no tokens.
        """
        if self.tokens is None:
            raise ValueError(
                "Features are matched in tokens, and this recording has none. Record a Probe with "
                "`tokens` or `vocabulary`."
            )
        return self.tokens

    def on_tokens(self) -> Recording:
        """Returns the layers whose steps are the tokens; `on_axis` has the others.

        A layer reads other steps than the tokens behind a pooling layer, inside TimeDistributed, or
        as the other side of a pair.
        """
        layers = self._layers_of(self.axis)
        if len(layers) == len(self._activity):
            return self
        recording = copy.copy(self)
        recording._activity = {layer.path: layer for layer in layers}
        return recording

    def on_axis(self, name: str) -> Recording:
        """Returns the layers of one axis, as a recording whose tokens are its steps.

        It has neither outputs nor columns, which belong to the tokens of the probe.

        Args:
            name: Name of the axis, one of `axes`.

        Raises:
            KeyError: If there is no such axis.
        """
        if name not in self.axes:
            raise KeyError(f"No axis {name!r}. Recorded: {list(self.axes)}")
        return Recording(
            self._layers_of(name),
            self.axes[name].lengths,
            probe=self.probe,
            step=self.step,
            labels=self.labels,
            axes={name: self.axes[name]},
            axis=name,
            rate=self.rate if self.axes[name].series is not None else None,
            time_unit=self.time_unit,
        )

    def other_axes(self) -> list[str]:
        """Returns the names of the axes beside that of the tokens that layers read."""
        names = dict.fromkeys(layer.axis for layer in self._activity.values())
        return [name for name in names if name != self.axis and name in self.axes]

    def beginning(self, tokens: int) -> Recording:
        """Returns the first sequences, up to a number of tokens, without outputs.

        If the first sequence alone has more, it is cut, and has no matrices. Layers of other axes
        are left out.
        """
        lengths = lengths_of_beginning(self.lengths, tokens)
        recording = Recording(
            [layer.beginning(lengths) for layer in self._layers_of(self.axis)],
            lengths,
            probe=self.probe,
            step=self.step,
            absent=self.absent,
            labels=self.labels and self.labels[: len(lengths)],
            columns={name: column[: sum(lengths)] for name, column in self.columns.items()},
            axes={self.axis: self.axes[self.axis].beginning(lengths)},
            axis=self.axis,
            rate=self.rate,
            time_unit=self.time_unit,
        )
        if self.class_probability is not None:
            part = slice(len(lengths)), slice(max(lengths, default=0))
            recording.class_probability = self.class_probability[part]
            recording.classes, recording.method = self.classes, self.method
            recording.output_shape = self.output_shape
        if sum(lengths) == sum(self.lengths[: len(lengths)]):
            for name, matrix in self.matrices.items():
                first, axes = matrix[: len(lengths)], self.matrix_axes[name]
                recording.matrices[name] = first
                recording.matrix_axes[name] = axes.beginning(len(lengths), *first.shape[-2:])
        return recording

    def _layers_of(self, axis: str) -> list[LayerActivity]:
        """Returns the layers whose steps are those of an axis."""
        return [layer for layer in self._activity.values() if layer.axis == axis]

    def __getitem__(self, layer: str) -> LayerActivity:
        try:
            return self._activity[layer]
        except KeyError:
            raise KeyError(f"No layer {layer!r}. Recorded: {list(self.layers)}") from None

    def __contains__(self, layer: str) -> bool:
        return layer in self._activity

    def __repr__(self) -> str:
        inner = ", ".join(f"{path}: {list(layer)}" for path, layer in self._activity.items())
        matrices = "".join(f"; {name}: {array.shape}" for name, array in self.matrices.items())
        steps = "steps" if self.is_signal else "tokens"
        sizes = f"{len(self.lengths)} sequences, {sum(self.lengths)} {steps}"
        return f"Recording({sizes}; {inner}{matrices})"


@dataclass(frozen=True, repr=False)
class Generation:
    """Text that a model generated, and the activity of its units meanwhile.

    Attributes:
        ids: The sampled ids, integers (steps,).
        probability: The model's probability (temperature 1) of each sampled id, float32 (steps,).
        recording: The activity over the prompt and the sampled tokens, one sequence.
        prompt: The ids of the prompt, integers (prompt steps,).
        vocabulary: The name of every id, or `None`.
    """

    ids: np.ndarray
    probability: np.ndarray
    recording: Recording
    prompt: np.ndarray
    vocabulary: Sequence[str] | None = None

    @property
    def tokens(self) -> list[str]:
        """The sampled tokens by name, or the ids as text without a vocabulary."""
        if self.vocabulary is None:
            return [str(i) for i in self.ids]
        return [self.vocabulary[i] for i in self.ids]

    @property
    def text(self) -> str:
        """The sampled tokens as one string."""
        return "".join(self.tokens)

    def __repr__(self) -> str:
        beginning = self.text[:40] + ("…" if len(self.text) > 40 else "")
        sizes = f"{len(self.ids)} tokens after a prompt of {len(self.prompt)}"
        return f"Generation({beginning!r}, {sizes}; {', '.join(self.recording.layers)})"
