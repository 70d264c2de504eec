"""A text as it stands in the log."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import numpy as np

from tb_rnnviz.log_format.text import EncodedText
from tb_rnnviz.report import given_to

PROBABILITY = "probability"


@dataclass(frozen=True, eq=False)
class LoggedText:
    """The tokens of a recording and what is known of each.

    Attributes:
        key: The same for the same tokens in the same sequences.
        lengths: Tokens of every sequence.
        table: The distinct tokens.
        ids: Places in the table, (tokens,).
        columns: By name, a number for every token, (tokens,).
    """

    key: str
    lengths: list[int]
    table: list[str]
    ids: np.ndarray
    columns: dict[str, np.ndarray]

    @classmethod
    def of(cls, text: EncodedText) -> LoggedText:
        """Decodes the tokens and the columns of a text."""
        ids, columns = text.token_indices(), text.columns()
        if PROBABILITY in columns:
            columns[PROBABILITY] = given_to(columns[PROBABILITY], text.lengths)
        # The table ends with tokens that occur in predictions only.
        table = text.table()[: int(ids.max()) + 1] if ids.size else []
        tokens = hashlib.blake2b(json.dumps([text.lengths, table]).encode() + ids.tobytes())
        return cls(tokens.hexdigest(), text.lengths, table, ids, columns)
