"""Text in the log with the numbers that features read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import numpy as np

from tb_rnnviz.features.signal_states import signal_states
from tb_rnnviz.log_format.text import EncodedText
from tb_rnnviz.report import token_probability

PROBABILITY = "probability"


@dataclass(frozen=True, eq=False)
class LoggedText:
    """Tokens of a recording with columns of numbers.

    Attributes:
        key: Digest that is equal for equal tokens in equal sequences.
        lengths: Number of tokens of every sequence.
        table: Distinct tokens.
        ids: Index in the table of every token, (tokens,).
        columns: By name, one number or boolean per token, (tokens,).
        channels: Names of the channels of a signal, which are columns, too.
    """

    key: str
    lengths: list[int]
    table: list[str]
    ids: np.ndarray
    columns: dict[str, np.ndarray]
    channels: tuple[str, ...] = ()

    @property
    def is_signal(self) -> bool:
        """True if the steps have values of channels in the place of tokens."""
        return bool(self.channels)

    @classmethod
    def of(cls, text: EncodedText) -> LoggedText:
        """Decodes a text; the column `probability` is that of the token itself.

        The log has the probability of the next token beside each token.
        """
        columns = text.columns()
        if text.is_signal:
            return cls._of_signal(text, columns)
        ids = text.token_indices()
        if PROBABILITY in columns:
            columns[PROBABILITY] = token_probability(columns[PROBABILITY], text.lengths)
        # The table ends with tokens that occur in predictions only.
        table = text.table()[: int(ids.max()) + 1] if ids.size else []
        tokens = hashlib.blake2b(json.dumps([text.lengths, table]).encode() + ids.tobytes())
        return cls(tokens.hexdigest(), text.lengths, table, ids, columns)

    @classmethod
    def _of_signal(cls, text: EncodedText, columns: dict[str, np.ndarray]) -> LoggedText:
        """Steps of a signal: an empty token for each of its states."""
        channels = text.channel_values()
        ids = signal_states(channels, sum(text.lengths))
        table = [""] * (int(ids.max(initial=-1)) + 1)
        values = b"".join(values.tobytes() for values in channels.values())
        key = hashlib.blake2b(json.dumps([text.lengths, list(channels)]).encode() + values)
        columns, ids = {**channels, **columns}, ids.astype("<u4")
        return cls(key.hexdigest(), text.lengths, table, ids, columns, tuple(channels))
