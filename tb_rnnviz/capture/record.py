"""`record`: the activity of every recurrent unit at every step of an input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tb_rnnviz.capture.recorder import recorder_for
from tb_rnnviz.probe import Probe
from tb_rnnviz.recording import Recording


def record(
    model: Any,
    inputs: Any,
    layers: Sequence[str] | str | None = None,
    quantities: Sequence[str] | str | None = None,
) -> Recording:
    """Reads inputs through a model and records its recurrent layers, in one pass.

    The model stays as it was: no weight, state of a stateful layer, random seed or compiled
    function changes. Dropout is off and every sequence starts from the zero state.

    Args:
        model: A Keras model with SimpleRNN, LSTM or GRU layers, or RNN layers with any cell, at any
            depth.
        inputs: A `Probe`, or the inputs of one: ids (sequences, steps), numbers
            (sequences, steps, channels), one sequence of ids, or a list of sequences that may
            differ in length.
        layers: Paths of the layers to record. Defaults to all recurrent layers.
        quantities: Names of the quantities to record. Defaults to all that the layers have.

    Returns:
        A `Recording`; every quantity is float32 (sequences, steps, units). The activity at t is
        that after token t was consumed; gates are those of the same step, bias included. If the
        model classifies sequences or tokens, `class_probability` is what it would say if each
        sequence ended at each step; see `docs/classifiers.md`.

    Raises:
        ValueError: if the model is of a framework without recorder, if it has no recurrent layer,
            if a layer or quantity does not exist, or if the inputs do not fit the model.

    Example:
        >>> import keras, numpy as np
        >>> import tb_rnnviz as rv
        >>> model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(5, 4),
        ...     keras.layers.LSTM(3, return_sequences=True)])
        >>> recording = rv.record(model, np.array([[0, 1, 2, 3]]))
        >>> recording.layers, recording["lstm"]["forget_gate"].shape
        (('lstm',), (1, 4, 3))
    """
    probe = inputs if isinstance(inputs, Probe) else Probe("inputs", inputs)
    recorder = recorder_for(model)
    recording = recorder.record(probe, layers, quantities)
    recorder.predict_every_step(recorder.read_targets(probe), recording)
    return recording
