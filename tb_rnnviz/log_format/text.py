"""Text of a recording in the log: tokens, features and predictions."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tb_rnnviz.core.axis import TOKENS as DEFAULT_AXIS
from tb_rnnviz.core.axis import Axis
from tb_rnnviz.core.json_schema import (
    ANY_TEXT,
    ANY_TEXTS,
    COUNT,
    FLAG,
    NUMBER,
    TEXTS,
    AnyText,
    Choice,
    Integers,
    ListOf,
    Nullable,
    Object,
)
from tb_rnnviz.core.targets import SEQUENCE
from tb_rnnviz.log_format.blob_sequence import BlobSequence, parse_header, split_header
from tb_rnnviz.log_format.codec import MAX_TOKENS, ZLIB_LEVEL
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.inflate import (
    MAX_RATIO,
    check_inflated_size,
    inflate,
    inflate_up_to,
)
from tb_rnnviz.log_format.strict_json import check_schema, parse_json

NO_TARGET = 0xFFFFFFFF
TOKENS, CHANNELS = "tokens", "channels"
FEATURE = "feature:"
"""Prefix of the arrays of features."""

TOKEN_IDS = ("target", "expected")
"""Arrays of predictions that hold ids of tokens."""

DTYPES = {TOKENS: "<u4", **dict.fromkeys(TOKEN_IDS, "<u4"), "error": "u1"}
"""Arrays that are neither float32 nor a feature."""

MAX_TABLE_BYTES = 64 << 20
"""Largest inflated table of tokens that is read."""

_READABLE_TYPES = (
    *("bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "int64"),
    *("float16", "float32", "float64"),
)

_PER_TOKEN = {
    TOKENS: 1,
    "target": 1,
    "expected": 2,
    "probability": 1,
    "expected_probability": 2,
    "surprise": 1,
    "error": 1,
    "output": 2,
    "output_target": 2,
    CHANNELS: 2,
}
"""Numbers of dimensions of the arrays with a row per token; features have one."""

_ARRAY = Object(
    {
        "name": AnyText(),
        "dtype": Choice(_READABLE_TYPES),
        "shape": Integers(low=0, high=MAX_TOKENS),
    }
)
_SCHEMA = Object(
    {"lengths": Integers(low=0, high=MAX_TOKENS), "arrays": ListOf(_ARRAY)},
    {
        "generated": FLAG,
        "prompt_tokens": COUNT,
        "labels": Nullable(ANY_TEXTS),
        "target_kind": ANY_TEXT,
        "error_categories": Nullable(TEXTS),
        "channels": Nullable(ANY_TEXTS),
        "rate": NUMBER,
        "time_unit": ANY_TEXT,
        "target_names": ANY_TEXTS,
        "target_shape": Integers(low=0, high=MAX_TOKENS),
        "ends": Integers(low=-1, high=MAX_TOKENS),
        "consumed": Integers(low=0, high=MAX_TOKENS),
    },
)


@dataclass(frozen=True, eq=False)
class RecordedText:
    """Tokens of a recording, or steps of a signal, with what is known of each.

    Attributes:
        tokens: The tokens of every sequence, `None` for a signal.
        features: By name, booleans (tokens,), true where the feature matches.
        predictions: `probability`, `target`, `expected`, `expected_probability`, `surprise`,
            `error`, `output` and `output_target` as in `docs/log_format.md`; ids are those of
            `vocabulary`.
        columns: By name, the columns of the probe, (tokens,): booleans, or numbers.
        vocabulary: Names of the ids in `predictions`.
        error_categories: Names of the values of `error`, `None` without it.
        generated: True if the model wrote the text itself.
        prompt_tokens: Number of tokens of the prompt of generated text.
        labels: Name of each sequence, `None` without labels.
        target_kind: Kind of the targets, as `Probe.target_kind`.
        target_names: Name of every number or label in `output`.
        target_shape: Shape of these numbers, (k,) or (horizons, channels); empty if unknown.
        rate: Steps of a signal per unit of time, or `None`.
        time_unit: Unit of time of the rate.
        parent: Name of the probe that this is another axis of, or `None`.
        axis: The steps with their tokens or values. Defaults to those of `tokens`.
        consumed: Steps of each sequence without those at its end that no layer consumed, such as
            padding; `None` if that is not known.
    """

    tokens: Sequence[Sequence[str]] | None
    features: Mapping[str, np.ndarray] = field(default_factory=dict)
    predictions: Mapping[str, np.ndarray] = field(default_factory=dict)
    columns: Mapping[str, np.ndarray] = field(default_factory=dict)
    vocabulary: Sequence[str] = ()
    error_categories: Sequence[str] | None = None
    generated: bool = False
    prompt_tokens: int = 0
    labels: Sequence[str] | None = None
    target_kind: str | None = None
    target_names: Sequence[str] = ()
    target_shape: tuple[int, ...] = ()
    rate: float | None = None
    time_unit: str = "s"
    parent: str | None = None
    axis: Axis | None = None
    consumed: Sequence[int] | None = None

    @property
    def steps(self) -> Axis:
        """The steps: `axis`, or the tokens alone."""
        if self.axis is not None:
            return self.axis
        tokens = [list(sequence) for sequence in self.tokens or ()]
        return Axis(DEFAULT_AXIS, tuple(map(len, tokens)), tokens)


def encode_text(text: RecordedText) -> BlobSequence:
    """Encodes a text as the table of its tokens and arrays of one value per token.

    A signal has the array of its channels in the place of its tokens.
    """
    axis, table = text.steps, {}
    arrays: dict[str, np.ndarray] = {}
    if axis.tokens is None:
        rows = axis.series or [np.zeros((length, 0)) for length in axis.lengths]
        arrays[CHANNELS] = np.asarray(np.concatenate(rows), "<f4")
    else:
        tokens = [token for sequence in axis.tokens for token in sequence]
        table = {token: index for index, token in enumerate(dict.fromkeys(tokens))}
        arrays[TOKENS] = np.array([table[token] for token in tokens], DTYPES[TOKENS])
    for name, matches in text.features.items():
        arrays[f"{FEATURE}{name}"] = np.asarray(matches, "u1")
    for name, values in text.predictions.items():
        if name in TOKEN_IDS:
            values = _table_indices(values, text.vocabulary, table)
        arrays[name] = np.asarray(values, DTYPES.get(name, "<f4"))
    for name, values in text.columns.items():
        arrays[name] = np.asarray(values, bool if values.dtype == bool else "<f4")
    header = {
        "lengths": list(axis.lengths),
        "generated": text.generated,
        "prompt_tokens": text.prompt_tokens,
        "labels": None if text.labels is None else list(text.labels),
        "target_kind": text.target_kind,
        "arrays": [
            {"name": name, "dtype": array.dtype.name, "shape": list(array.shape)}
            for name, array in arrays.items()
        ],
    }
    if axis.tokens is None:
        header |= {"channels": list(axis.channels), "rate": text.rate, "time_unit": text.time_unit}
    if text.consumed is not None and list(text.consumed) != header["lengths"]:
        header["consumed"] = list(text.consumed)
    if text.target_names:
        header["target_names"] = list(text.target_names)
    if len(text.target_shape) > 1:
        header["target_shape"] = list(text.target_shape)
    if axis.ends is not None:
        header["ends"] = np.concatenate(axis.ends).tolist()
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
        channels: Names of the channels of a signal, `None` for a text.
        rate: Steps of a signal per unit of time, `None` if unknown.
        time_unit: Unit of time of the rate.
        ends: Last token of the probe that each step has read, or `None`.
        target_kind: Kind of the targets, as `Probe.target_kind`.
        target_names: Name of every number or label of the outputs; may be empty.
        consumed: Steps of each sequence that layers consumed, or `None` for all.

    Raises:
        DamagedRecordError: if the header is damaged; from the methods, if a blob is.

    Example:
        >>> text = EncodedText(encode_text(RecordedText([["a", "b"], ["a"]])).strings())
        >>> text.tokens(), text.token_indices().tolist()
        ([['a', 'b'], ['a']], [0, 1, 0])
    """

    def __init__(self, strings: Sequence[bytes]):
        string, blobs = split_header(strings)
        header = parse_header(string, _SCHEMA)
        self.lengths: list[int] = header["lengths"]
        self.labels: list[str] | None = header.get("labels")
        self.channels: list[str] | None = header.get("channels")
        self.rate: float | None = header.get("rate")
        self.time_unit: str = header.get("time_unit") or "s"
        self.ends: list[int] | None = header.get("ends")
        self.consumed: list[int] | None = header.get("consumed")
        self.target_kind: str | None = header.get("target_kind")
        self.target_names: list[str] = header.get("target_names") or []
        self._target_shape: list[int] = header.get("target_shape") or []
        entries = header["arrays"]
        if len(blobs) != len(entries) + 1:
            raise DamagedRecordError(
                f"It has {len(blobs)} blobs, its header names {len(entries)} arrays and the table."
            )
        if self.labels is not None and len(self.labels) != len(self.lengths):
            raise DamagedRecordError(
                f"It has {len(self.labels)} labels for {len(self.lengths)} sequences."
            )
        if self.consumed is not None and len(self.consumed) != len(self.lengths):
            raise DamagedRecordError(
                f"It has {len(self.consumed)} consumed lengths for {len(self.lengths)} sequences."
            )
        self._table = blobs[0]
        self._tokens: list[str] | None = None
        self._arrays = {
            entry["name"]: (entry, blob) for entry, blob in zip(entries, blobs[1:], strict=True)
        }
        self._check_shapes(sum(self.lengths))

    def check(self) -> None:
        """Decodes everything once.

        Raises:
            DamagedRecordError: if a blob is damaged.
        """
        if not self.is_signal:
            self.token_indices()
        for name in self._arrays:
            array = self.array(name)
            if name in TOKEN_IDS:
                _check_indices(array, len(self.table()), may_lack=True)

    @property
    def is_signal(self) -> bool:
        """True if the steps have values in the place of tokens."""
        return self.channels is not None

    def channel_values(self) -> dict[str, np.ndarray]:
        """Returns the values of a signal by name of the channel, float32 (steps,)."""
        if self.channels is None:
            return {}
        rows = self.array(CHANNELS)
        return {name: rows[:, index] for index, name in enumerate(self.channels)}

    def axis(self, name: str) -> Axis:
        """Returns the steps as an axis of some name."""
        ends = np.cumsum(self.lengths)[:-1]
        lengths = tuple(self.lengths)
        last = None if self.ends is None else np.split(np.array(self.ends, int), ends)
        if not self.is_signal:
            return Axis(name, lengths, self.tokens(), ends=last)
        series = np.split(self.array(CHANNELS), ends) if self.channels else None
        return Axis(name, lengths, channels=tuple(self.channels or ()), series=series, ends=last)

    def table(self) -> list[str]:
        """Returns the distinct tokens: first those of the text, then predicted ones."""
        if self._tokens is None:
            data = inflate_up_to(self._table, min(MAX_TABLE_BYTES, MAX_RATIO * len(self._table)))
            parsed = parse_json(data, "Its table of tokens")
            self._tokens = check_schema(parsed, ANY_TEXTS, "table")
        return self._tokens

    def token_indices(self) -> np.ndarray:
        """Returns the index in the table of every token, (tokens,)."""
        indices = self.array(TOKENS)
        _check_indices(indices, len(self.table()))
        return indices

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
        """Returns, by name, the arrays with one number or boolean per token, (tokens,)."""
        return {
            name: self.array(name)
            for name, (entry, _) in self._arrays.items()
            if entry["dtype"] in ("float32", "bool") and entry["shape"] == [sum(self.lengths)]
        }

    def numbers(self, name: str) -> np.ndarray | None:
        """Returns the numbers or labels of every step, float32 (tokens, …).

        Args:
            name: `"output"` or `"output_target"`.

        Returns:
            (tokens, k), or (tokens, horizons, channels) of a forecast by horizon; `None` if the
            text has none.
        """
        if name not in self._arrays:
            return None
        rows, shape = self.array(name), self._target_shape
        has_axes = len(shape) > 1 and math.prod(shape) == rows.shape[1]
        return rows.reshape(len(rows), *shape) if has_axes else rows

    def has(self, name: str) -> bool:
        """True if the text has an array of this name."""
        return name in self._arrays

    def expected_tokens(self) -> np.ndarray:
        """Returns the names of the most probable tokens, strings (tokens, k), "" for none."""
        table, indices = self.table(), self.array("expected").astype(np.int64)
        _check_indices(indices, len(table), may_lack=True)
        return np.array([*table, ""], object)[np.minimum(indices, len(table))]

    def sequence_classes(self) -> list[str | None] | None:
        """Returns the name of the class that is the target of each sequence.

        It is `None` for a sequence without a target, and altogether if each token has a target.
        """
        if self.target_kind != SEQUENCE:
            return None
        table, targets = self.table(), self.array("target")
        ends = np.cumsum(self.lengths)
        last = [
            int(targets[end - 1]) if length else NO_TARGET
            for end, length in zip(ends, self.lengths, strict=True)
        ]
        return [table[target] if target < len(table) else None for target in last]

    def array(self, name: str) -> np.ndarray:
        """Inflates one of the arrays that the header names."""
        entry, blob = self._arrays[name]
        dtype = np.dtype(entry["dtype"]).newbyteorder("<")
        return np.frombuffer(inflate(blob, _size(entry)), dtype).reshape(entry["shape"])

    def _check_shapes(self, tokens: int) -> None:
        """Checks that every array has a row per token, and may have it in its blob."""
        needed = CHANNELS if self.is_signal else TOKENS
        if needed not in self._arrays:
            raise DamagedRecordError(f"It lacks the array {needed!r}.")
        if self.channels is not None:
            width = self._arrays[CHANNELS][0]["shape"][1:]
            if width != [len(self.channels)]:
                raise DamagedRecordError(f"It names {len(self.channels)} channels of {width[:5]}.")
        if self.ends is not None and len(self.ends) != tokens:
            raise DamagedRecordError(f"It has {len(self.ends)} ends for {tokens} steps.")
        for name, (entry, blob) in self._arrays.items():
            shape = entry["shape"]
            dimensions = 1 if name.startswith(FEATURE) else _PER_TOKEN.get(name)
            if dimensions is not None and (len(shape) != dimensions or shape[0] != tokens):
                raise DamagedRecordError(
                    f"Its array {name!r:.80} has the shape {shape[:5]}, its text {tokens} tokens."
                )
            if name in DTYPES and np.dtype(DTYPES[name]).name != entry["dtype"]:
                raise DamagedRecordError(f"Its array {name!r} is of type {entry['dtype']}.")
            check_inflated_size(_size(entry), len(blob))


def text_content(probe: str, text: RecordedText, axis: str) -> dict[str, Any]:
    """Returns the content of the tag of a text.

    Args:
        probe: Name of the probe; another axis of one has a name of its own.
        text: The text.
        axis: Meaning of the steps of the training.
    """
    content = {"probe": probe, "generated": text.generated, "axis": axis}
    if text.steps.name != DEFAULT_AXIS:
        content["steps_of"] = text.steps.name
    if text.steps.tokens is None:
        content["signal"] = True
    if text.parent is not None:
        content["parent"] = text.parent
    return content


def _size(entry: Mapping[str, Any]) -> int:
    """Returns the bytes of an array that a header names."""
    return math.prod(entry["shape"]) * np.dtype(entry["dtype"]).itemsize


def _check_indices(indices: np.ndarray, tokens: int, *, may_lack: bool = False) -> None:
    """Checks that indices are those of a table, or `NO_TARGET` if `may_lack` is true."""
    outside = indices >= tokens
    if may_lack:
        outside &= indices != NO_TARGET
    if outside.any():
        raise DamagedRecordError(
            f"It has a token {indices[outside].flat[0]}, its table {tokens} tokens."
        )


def _table_indices(ids: np.ndarray, vocabulary: Sequence[str], table: dict[str, int]) -> np.ndarray:
    """Converts ids of the vocabulary to indices of the table, and adds tokens to it."""
    ids = np.asarray(ids, np.int64)
    indices = np.full(ids.shape, NO_TARGET, np.int64)
    for known in np.unique(ids[ids >= 0]):
        token = vocabulary[known] if known < len(vocabulary) else str(known)
        indices[ids == known] = table.setdefault(token, len(table))
    return indices
