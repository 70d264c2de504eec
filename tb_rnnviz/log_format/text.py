"""Text of a recording in the log: tokens, features and predictions."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tb_rnnviz.log_format.blob_sequence import BlobSequence, parse_header
from tb_rnnviz.log_format.codec import ZLIB_LEVEL

NO_TARGET = 0xFFFFFFFF
TOKENS = "tokens"
FEATURE = "feature:"
"""Prefix of the arrays of features."""

TOKEN_IDS = ("target", "expected")
"""Arrays of predictions that hold ids of tokens."""

DTYPES = {TOKENS: "<u4", **dict.fromkeys(TOKEN_IDS, "<u4"), "error": "u1"}
"""Arrays that are neither float32 nor a feature."""


@dataclass(frozen=True, eq=False)
class RecordedText:
    """Tokens of a recording with what is known of each.

    Attributes:
        tokens: The tokens of every sequence.
        features: By name, booleans (tokens,), true where the feature matches.
        predictions: `probability`, `target`, `expected`, `expected_probability`, `surprise` and
            `error` as in `docs/log_format.md`; ids are those of `vocabulary`.
        vocabulary: Names of the ids in `predictions`.
        error_categories: Names of the values of `error`, `None` without it.
        generated: True if the model wrote the text itself.
        prompt_tokens: Number of tokens of the prompt of generated text.
        labels: Name of each sequence, `None` without labels.
    """

    tokens: Sequence[Sequence[str]]
    features: Mapping[str, np.ndarray] = field(default_factory=dict)
    predictions: Mapping[str, np.ndarray] = field(default_factory=dict)
    vocabulary: Sequence[str] = ()
    error_categories: Sequence[str] | None = None
    generated: bool = False
    prompt_tokens: int = 0
    labels: Sequence[str] | None = None


def encode_text(text: RecordedText) -> BlobSequence:
    """Encodes a text as the table of its tokens and arrays of one value per token."""
    tokens = [token for sequence in text.tokens for token in sequence]
    table = {token: index for index, token in enumerate(dict.fromkeys(tokens))}
    arrays = {TOKENS: np.array([table[token] for token in tokens], DTYPES[TOKENS])}
    for name, matches in text.features.items():
        arrays[f"{FEATURE}{name}"] = np.asarray(matches, "u1")
    for name, values in text.predictions.items():
        if name in TOKEN_IDS:
            values = _table_indices(values, text.vocabulary, table)
        arrays[name] = np.asarray(values, DTYPES.get(name, "<f4"))
    header = {
        "lengths": [len(sequence) for sequence in text.tokens],
        "generated": text.generated,
        "prompt_tokens": text.prompt_tokens,
        "labels": None if text.labels is None else list(text.labels),
        "arrays": [
            {"name": name, "dtype": array.dtype.name, "shape": list(array.shape)}
            for name, array in arrays.items()
        ],
    }
    if text.error_categories is not None:
        header["error_categories"] = list(text.error_categories)
    data = [json.dumps(list(table)).encode(), *(array.tobytes() for array in arrays.values())]
    return BlobSequence("text", header, [zlib.compress(part, ZLIB_LEVEL) for part in data])


class EncodedText:
    """Text whose header is parsed and whose arrays are inflated on request.

    Args:
        strings: The strings of the blob sequence, header first.

    Attributes:
        lengths: Number of tokens of each sequence.
        labels: Name of each sequence, `None` without labels.

    Example:
        >>> text = EncodedText(encode_text(RecordedText([["a", "b"], ["a"]])).strings())
        >>> text.tokens(), text.token_indices().tolist()
        ([['a', 'b'], ['a']], [0, 1, 0])
    """

    def __init__(self, strings: Sequence[bytes]):
        header = parse_header(strings[0])
        self.lengths: list[int] = header["lengths"]
        self.labels: list[str] | None = header.get("labels")
        self._table = strings[1]
        entries = header["arrays"]
        self._arrays = {
            entry["name"]: (entry, blob) for entry, blob in zip(entries, strings[2:], strict=True)
        }

    def table(self) -> list[str]:
        """Returns the distinct tokens: first those of the text, then predicted ones."""
        return json.loads(zlib.decompress(self._table))

    def token_indices(self) -> np.ndarray:
        """Returns the index in the table of every token, (tokens,)."""
        return self.array(TOKENS)

    def tokens(self) -> list[list[str]]:
        """Returns the tokens of every sequence."""
        table = self.table()
        tokens = [table[index] for index in self.token_indices()]
        ends = np.cumsum(self.lengths)
        return [tokens[end - length : end] for length, end in zip(self.lengths, ends, strict=True)]

    def features(self) -> dict[str, np.ndarray]:
        """Returns, by name of a feature, booleans (tokens,), true where it matches."""
        return {
            name.removeprefix(FEATURE): self.array(name) > 0
            for name in self._arrays
            if name.startswith(FEATURE)
        }

    def columns(self) -> dict[str, np.ndarray]:
        """Returns, by name, the arrays with one number per token, (tokens,)."""
        return {
            name: self.array(name)
            for name, (entry, _) in self._arrays.items()
            if entry["dtype"] == "float32" and len(entry["shape"]) == 1
        }

    def array(self, name: str) -> np.ndarray:
        """Inflates one of the arrays that the header names."""
        entry, blob = self._arrays[name]
        dtype = np.dtype(entry["dtype"]).newbyteorder("<")
        return np.frombuffer(zlib.decompress(blob), dtype).reshape(entry["shape"])


def text_content(probe: str, generated: bool, axis: str) -> dict[str, Any]:
    """Returns the content of the tag of a text."""
    return {"probe": probe, "generated": generated, "axis": axis}


def _table_indices(ids: np.ndarray, vocabulary: Sequence[str], table: dict[str, int]) -> np.ndarray:
    """Converts ids of the vocabulary to indices of the table, and adds tokens to it."""
    ids = np.asarray(ids, np.int64)
    indices = np.full(ids.shape, NO_TARGET, np.int64)
    for known in np.unique(ids[ids >= 0]):
        token = vocabulary[known] if known < len(vocabulary) else str(known)
        indices[ids == known] = table.setdefault(token, len(table))
    return indices
