"""Outputs and predictions of a recording that is loaded from a log."""

from __future__ import annotations

import numpy as np

from tb_rnnviz.core.padding import padded_rows
from tb_rnnviz.core.targets import PER_SEQUENCE
from tb_rnnviz.log_format.text import EncodedText
from tb_rnnviz.recording import Recording


def add_outputs(recording: Recording, text: EncodedText) -> None:
    """Adds outputs in the shapes of `rv.record`, targets and probable tokens.

    Outputs are numbers or labels of the text, or else the class probabilities of the recording.
    """
    outputs, targets = (text.numbers(name) for name in ("output", "output_target"))
    if outputs is not None:
        is_per_sequence = text.target_kind in PER_SEQUENCE or (
            text.target_kind is None and _are_at_last_steps(outputs, recording.lengths)
        )
        recording.target_names = text.target_names
        recording.outputs = _in_shape(outputs, recording.lengths, is_per_sequence)
        if targets is not None:
            recording.targets = _in_shape(targets, recording.lengths, is_per_sequence)
    elif recording.class_probability is not None and recording.output_shape is not None:
        recording.outputs = _class_outputs(recording.class_probability, recording)
    _add_predictions(recording, text)


def _class_outputs(values: np.ndarray, recording: Recording) -> np.ndarray:
    """Returns the outputs that class probabilities (sequences, steps, classes) state.

    A single output is the probability of the second of two classes.
    """
    *steps, width = recording.output_shape or (values.shape[-1],)
    values = values[..., -width:] if width == 1 else values
    return values if steps else _last(values, recording.lengths)


def _in_shape(rows: np.ndarray, lengths: np.ndarray, is_per_sequence: bool) -> np.ndarray:
    """Returns rows (tokens, …) by step, or those of the last step by sequence."""
    padded = padded_rows(rows, lengths)
    return _last(padded, lengths) if is_per_sequence else padded


def _last(padded: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Returns the last step of each sequence, NaN of an empty one."""
    last = padded[np.arange(len(lengths)), np.maximum(lengths, 1) - 1]
    last[lengths == 0] = np.nan
    return last


def _are_at_last_steps(rows: np.ndarray, lengths: np.ndarray) -> bool:
    """True if all rows but those of the last steps are NaN."""
    is_last = np.zeros(len(rows), bool)
    is_last[np.cumsum(lengths[lengths > 0]) - 1] = True
    others = rows[~is_last]
    return len(others) > 0 and bool(np.isnan(others).all())


def _add_predictions(recording: Recording, text: EncodedText) -> None:
    """Adds the probability of the target and the most probable tokens or classes."""
    if text.has("probability"):
        recording.probability = padded_rows(text.array("probability"), recording.lengths)
    if text.has("expected") and text.has("expected_probability"):
        recording.expected = _names(text.expected_tokens(), recording.lengths)
        probability = text.array("expected_probability")
        recording.expected_probability = padded_rows(probability, recording.lengths)


def _names(names: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Returns names (tokens, k) as (sequences, steps, k), "" at padding."""
    inside = np.arange(lengths.max(initial=0)) < lengths[:, None]
    padded = np.full((*inside.shape, *names.shape[1:]), "", object)
    padded[inside] = names
    return padded
