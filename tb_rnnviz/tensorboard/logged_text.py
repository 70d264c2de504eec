"""Text in the log with the numbers that features read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import numpy as np

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
    """

    key: str
    lengths: list[int]
    table: list[str]
    ids: np.ndarray
    columns: dict[str, np.ndarray]

    @classmethod
    def of(cls, text: EncodedText) -> LoggedText:
        """Decodes a text; the column `probability` is that of the token itself.

        The log has the probability of the next token beside each token.
        """
        ids, columns = text.token_indices(), text.columns()
        if PROBABILITY in columns:
            columns[PROBABILITY] = token_probability(columns[PROBABILITY], text.lengths)
        # The table ends with tokens that occur in predictions only.
        table = text.table()[: int(ids.max()) + 1] if ids.size else []
        tokens = hashlib.blake2b(json.dumps([text.lengths, table]).encode() + ids.tobytes())
        return cls(tokens.hexdigest(), text.lengths, table, ids, columns)
