"""A text as it stands in the log."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tb_rnnviz.report import given_to

PROBABILITY = "probability"
FEATURE = "feature:"
"""Before the name of a feature, where the text says which tokens match."""


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
    def read(cls, blobs: Sequence[bytes]) -> LoggedText:
        """Reads the blobs of a `text/<probe>` tag, header first."""
        header, table = json.loads(blobs[0]), json.loads(zlib.decompress(blobs[1]))
        arrays = {}
        for entry, blob in zip(header["arrays"], blobs[2:], strict=True):
            if (
                entry["name"] == "tokens"
                or entry["dtype"] == "float32"
                and len(entry["shape"]) == 1
            ):
                type_ = np.dtype(entry["dtype"]).newbyteorder("<")
                arrays[entry["name"]] = np.frombuffer(zlib.decompress(blob), type_)
        ids, lengths = arrays.pop("tokens"), header["lengths"]
        if PROBABILITY in arrays:
            arrays[PROBABILITY] = given_to(arrays[PROBABILITY], lengths)
        # What only the model's outputs name stands behind the tokens.
        table = table[: int(ids.max()) + 1] if ids.size else []
        words = hashlib.blake2b(json.dumps([lengths, table]).encode() + ids.tobytes())
        return cls(words.hexdigest(), lengths, table, ids, arrays)


def feature_masks(blobs: Sequence[bytes]) -> dict[str, np.ndarray]:
    """By boolean feature of a recording, which tokens match, (tokens,).

    Args:
        blobs: Those of a `text/<probe>` tag, header first.
    """
    entries = json.loads(blobs[0])["arrays"]
    return {
        entry["name"].removeprefix(FEATURE): np.frombuffer(zlib.decompress(blob), "u1") > 0
        for entry, blob in zip(entries, blobs[2:], strict=True)
        if entry["name"].startswith(FEATURE)
    }
