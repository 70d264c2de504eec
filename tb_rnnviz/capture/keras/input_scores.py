"""Scores of a Keras model's predictions, and their derivatives by its input."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from tb_rnnviz.capture.input_scores import ChosenPrediction, InputScores
from tb_rnnviz.capture.keras.alignment import index_of_tokens
from tb_rnnviz.capture.keras.backends import compiled, gradients_of, to_arrays, untouched_seeds
from tb_rnnviz.capture.keras.batches import BATCH, batch_of, run_pass
from tb_rnnviz.capture.keras.changed_feed import changed_feed
from tb_rnnviz.capture.keras.outputs import choose_output, mask_of, symbolic_output
from tb_rnnviz.capture.keras.tapped_model import TappedModel, replaced_calls
from tb_rnnviz.probe import Probe

SQUASHING = ("softmax", "sigmoid", "log_softmax")
"""Activations of a last layer in front of which the score is read."""

NO_GRADIENT = (
    "The model has no gradient by its input: its integers reach no Embedding layer and its input "
    "is no float. Embed the ids with keras.layers.Embedding, or pass numbers."
)


@dataclass(frozen=True)
class _Passes:
    """Compiled passes: inputs with all scores; one score; its slopes."""

    read: Callable
    score: Callable
    slope: Callable


_known: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()


class KerasInputScores(InputScores):
    """Scores of a Keras model's predictions by the embedded ids, or by the numbers.

    Args:
        model: A built model.
        probe: The probe.

    Raises:
        ValueError: If the model embeds no ids and reads no numbers, or has another kind of output.
    """

    def __init__(self, model: keras.Model, probe: Probe):
        self._model, self._probe = model, probe
        self._passes = _passes(model, probe)
        self.has_sigmoid = last_activation(model, probe.output) == "sigmoid"
        index = index_of_tokens(probe)
        self.is_signal = keras.tree.flatten(probe.inputs[0])[index].dtype.kind == "f"
        self.fed, self.outputs = [], []
        last_steps = []
        for rows, (fed, outputs, mask) in self._run(self._passes.read, range(len(probe.inputs))):
            if fed is None:
                raise ValueError(NO_GRADIENT)
            if fed.ndim != 3 or outputs.ndim not in (2, 3):
                raise ValueError(
                    "Attributions are of inputs (sequences, steps, channels), or of ids that are "
                    "embedded to these, and of outputs (sequences, steps, classes) or (sequences, "
                    f"classes). Received: inputs of shape {fed.shape}, outputs {outputs.shape}."
                )
            self.fed += list(fed[: len(rows)])
            self.outputs += list(np.asarray(outputs, np.float64)[: len(rows)])
            for row in range(len(rows)):
                known = np.arange(outputs.shape[1] if outputs.ndim == 3 else fed.shape[1])
                if mask is not None and outputs.ndim == 3:
                    known = np.flatnonzero(mask[row])
                last_steps.append(known[-1] if len(known) else 0)
        self._reorder(last_steps)

    def _reorder(self, last_steps: list[int]) -> None:
        order = np.argsort(np.concatenate(self._batches(range(len(self._probe.inputs)))))
        self.fed = [self.fed[k] for k in order]
        self.outputs = [self.outputs[k] for k in order]
        self.last_steps = np.asarray(last_steps)[order]

    def scores(
        self,
        sequences: Sequence[int] | np.ndarray,
        fed: Sequence[np.ndarray],
        prediction: ChosenPrediction,
    ) -> np.ndarray:
        values = np.zeros(len(sequences))
        for rows, scores in self._run(self._passes.score, sequences, fed, prediction):
            values[rows] = scores[: len(rows)]
        return values

    def slopes(
        self,
        sequences: Sequence[int] | np.ndarray,
        fed: Sequence[np.ndarray],
        prediction: ChosenPrediction,
    ) -> list[np.ndarray]:
        values: list[Any] = [None] * len(sequences)
        for rows, slopes in self._run(self._passes.slope, sequences, fed, prediction):
            for row, slope in zip(rows, slopes[: len(rows)], strict=True):
                values[row] = np.asarray(slope, np.float64)
        return values

    def _batches(self, sequences: Sequence[int] | np.ndarray) -> list[list[int]]:
        """Returns the readings of each pass by index, all of one shape."""
        by_shape: dict[tuple, list[int]] = {}
        for reading, sequence in enumerate(sequences):
            parts = keras.tree.flatten(self._probe.inputs[sequence])
            by_shape.setdefault(tuple(map(np.shape, parts)), []).append(reading)
        return [
            readings[start : start + BATCH]
            for readings in by_shape.values()
            for start in range(0, len(readings), BATCH)
        ]

    def _run(
        self,
        run: Callable,
        sequences: Sequence[int] | np.ndarray,
        fed: Sequence[np.ndarray] | None = None,
        prediction: ChosenPrediction | None = None,
    ) -> Iterator[tuple[list[int], Any]]:
        """Yields the readings of each pass, and what it returns, as arrays.

        A batch that is not full repeats its last reading, if others are full, so that it needs no
        compilation of its own.
        """
        sequences = np.asarray(sequences)
        with untouched_seeds(self._model):
            for readings in self._batches(sequences):
                missing = BATCH - len(readings) if len(sequences) > BATCH else 0
                rows = readings + readings[-1:] * missing
                tensors: list[Any] = []
                if fed is not None and prediction is not None:
                    part = prediction.rows(sequences[rows])
                    tensors = [
                        np.stack([fed[row] for row in rows]).astype(self.fed[0].dtype),
                        part.steps.astype(np.int32),
                        part.indices.astype(np.int32),
                        part.signs.astype(np.float32),
                    ]
                batch = batch_of(self._probe, list(sequences[rows]))
                tensors = [ops.convert_to_tensor(tensor) for tensor in tensors]
                yield readings, to_arrays(run_pass(run, self._probe, batch, *tensors))


def _passes(model: keras.Model, probe: Probe) -> _Passes:
    """Returns the passes, compiled once for each kind of probe."""
    index, output = index_of_tokens(probe), probe.output
    known = _known.setdefault(model, {})
    if (index, output) in known:
        return known[index, output]
    tapped = TappedModel(model, [], {})

    def outputs_of(inputs, fed):
        def replaced(tensor: Any) -> Any:
            return tensor if fed is None else ops.cast(fed, tensor.dtype)

        with changed_feed(tapped.model, inputs, index, replaced) as (parts, seen):
            with _without_squashing(tapped.model, output):
                outputs = tapped.model(parts, training=False)
        chosen = choose_output(tapped.model, outputs, output, "Probe(..., output=...)")
        return chosen, seen

    def read(inputs):
        chosen, seen = outputs_of(inputs, None)
        return seen[0] if seen else None, ops.cast(chosen, "float32"), mask_of(chosen)

    def score(inputs, fed, steps, indices, signs):
        chosen, _ = outputs_of(inputs, fed)
        values = chosen
        if len(chosen.shape) == 3:
            values = ops.take_along_axis(chosen, steps[:, None, None], axis=1)[:, 0]
        values = ops.take_along_axis(values, indices[:, None], axis=1)[:, 0]
        return values * ops.cast(signs, values.dtype)

    def slope(inputs, fed, steps, indices, signs):
        def total(at: Any) -> tuple[Any, Any]:
            values = score(inputs, at, steps, indices, signs)
            return ops.sum(values), ops.zeros(())

        return gradients_of(total, fed)[0]

    known[index, output] = _Passes(*(compiled(model, part) for part in (read, score, slope)))
    return known[index, output]


def _last_layer(model: keras.Model, output: str | int | None) -> Any:
    """Returns the layer that makes an output, `None` if the model does not tell."""
    tensor = symbolic_output(model, output)
    if tensor is None:
        return None
    layer = tensor._keras_history.operation
    if isinstance(layer, keras.Model):
        return _last_layer(layer, None)
    while isinstance(layer, keras.layers.TimeDistributed):
        layer = layer.layer
    return layer


def last_activation(model: keras.Model, output: str | int | None) -> str | None:
    """Returns the activation that makes an output, `None` if no such layer is known."""
    layer = _last_layer(model, output)
    if isinstance(layer, keras.layers.Softmax):
        return "softmax"
    return getattr(getattr(layer, "activation", None), "__name__", None)


@contextmanager
def _without_squashing(model: keras.Model, output: str | int | None) -> Iterator[None]:
    """Leaves out the softmax or sigmoid that makes an output."""
    layer = _last_layer(model, output)
    if last_activation(model, output) not in SQUASHING:
        yield
    elif isinstance(layer, keras.layers.Softmax):
        with replaced_calls([layer], lambda _: lambda inputs, mask=None: inputs):
            yield
    else:
        activation = layer.activation
        object.__setattr__(layer, "activation", keras.activations.linear)
        try:
            yield
        finally:
            object.__setattr__(layer, "activation", activation)
