"""Responses of the units of a recording to its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis import word_responses
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.tensorboard.logged_activity import LoggedActivity
from tb_rnnviz.tensorboard.logged_text import LoggedText
from tb_rnnviz.tensorboard.recording_reader import RecordingBlobs
from tb_rnnviz.tensorboard.state_projection import read_rows

MEASURED_VALUES = 1 << 23
"""Values of a quantity that are read, those of the first tokens of a text."""

MAX_WORDS, MAX_RESPONSES = 1_000, 1 << 19
"""Words whose responses are computed at most, and words times units."""


@dataclass(frozen=True, eq=False)
class RecordedWords:
    """Responses to the words of a recording, the most frequent words first.

    Attributes:
        step: Step of the recording.
        key: Key of the activity in the log.
        ids: Index of each word in the table of the text, (words,).
        names: The words.
        count: Occurrences of each that were read, (words,).
        mean: Mean change of each unit, float32 (words, units).
        quantiles: Quantiles of the changes, float32 (quantiles, words, units).
        tokens: Number of tokens that were read.
        all_tokens: Number of tokens that are not masked.
    """

    step: int
    key: Any
    ids: NDArray[np.int64]
    names: list[str]
    count: NDArray[np.int64]
    mean: NDArray[np.float32]
    quantiles: NDArray[np.float32]
    tokens: int
    all_tokens: int


def read_words(
    blobs: RecordingBlobs, key: QuantityKey, text: LoggedText, activity: LoggedActivity
) -> RecordedWords:
    """Computes the responses of an activity to the tokens of its text."""
    units = max(activity.shape[1], 1)
    end = min(len(activity), max(2, MEASURED_VALUES // units))
    ends = np.minimum(np.cumsum([0, *activity.lengths]), end)
    responses = word_responses(
        read_rows(activity, np.arange(end)),
        text.ids[activity.mask][:end].astype(np.int64),
        lengths=np.diff(ends).tolist(),
        most=max(1, min(MAX_WORDS, MAX_RESPONSES // units)),
    )
    return RecordedWords(
        step=blobs.step,
        key=blobs.activities[key].key,
        ids=responses.words,
        names=[text.table[word] for word in responses.words],
        count=responses.count,
        mean=responses.mean.astype(np.float32),
        quantiles=responses.quantiles.astype(np.float32),
        tokens=end,
        all_tokens=len(activity),
    )
