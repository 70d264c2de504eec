"""Activity in the log that is decoded a few units at a time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.log_format.activity import EncodedActivity
from tb_rnnviz.log_format.codec import UnitRange
from tb_rnnviz.log_format.damaged_record import DamagedRecordError, RecordLocation
from tb_rnnviz.tensorboard.bytes_cache import BytesCache

DECODED_BYTES = 64 << 20
"""Bytes of activity that are decoded ahead of a feature, a part of the cache."""

_UNKNOWN = RecordLocation("The log", "activity", None)

DecodedUnits = BytesCache[Any]
"""Cache of decoded units and of the mask of their tokens."""


class LoggedActivity:
    """Activity (tokens, units) without masked tokens, decoded where it is sliced.

    Args:
        encoded: Header of the activity.
        read_chunk: Returns a chunk by its index.
        cache: Cache of decoded units.
        key: Key of this activity in the cache.
        location: Location of the activity in the log, for errors.

    Attributes:
        blocks: Ranges of units that are decoded together, ascending.
        shape: Number of tokens that are not masked, and of units.
        mask: Booleans (all tokens,), true if a token is not masked.
        lengths: Number of tokens that are not masked, of each sequence that has any.
        sequence_lengths: The same of every sequence, 0 if all of its tokens are masked.
    """

    dtype = np.dtype(np.float32)

    def __init__(
        self,
        encoded: EncodedActivity,
        read_chunk: Callable[[int], bytes],
        cache: DecodedUnits,
        key: Hashable,
        location: RecordLocation = _UNKNOWN,
    ):
        self._location = location
        self._encoded, self._read_chunk, self._cache, self._key = encoded, read_chunk, cache, key
        self.blocks: list[UnitRange] = list(encoded.chunks)
        self.mask = self.decode(self.blocks[0])[1] if self.blocks else np.ones(encoded.tokens, bool)
        self.shape = int(self.mask.sum()), encoded.units
        ends = np.cumsum([0, *encoded.lengths])
        self.sequence_lengths = [
            int(self.mask[a:b].sum()) for a, b in zip(ends[:-1], ends[1:], strict=True)
        ]
        self.lengths = [length for length in self.sequence_lengths if length]

    def __getitem__(self, index: tuple[slice, slice]) -> np.ndarray:
        rows, units = index
        first, end, _ = units.indices(self.shape[1])
        parts = [
            self.decode(block)[0][rows, max(first - block[0], 0) : end - block[0]]
            for block in self.blocks
            if block[0] < end and block[1] > first
        ]
        if not parts:
            return np.empty((self.shape[0], 0), np.float32)[rows]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def __len__(self) -> int:
        return self.shape[0]

    def columns(self, units: Sequence[int]) -> np.ndarray:
        """Returns some units, at least one, (tokens, these units)."""
        return np.concatenate([self[:, unit : unit + 1] for unit in units], axis=1)

    def decode(self, block: UnitRange) -> tuple[np.ndarray, np.ndarray]:
        """Returns the units of a block without masked tokens, and the mask (all tokens,).

        Raises:
            DamagedRecordError: if a chunk is damaged.
        """
        decoded = self._cache.get((self._key, block))
        if decoded is None:
            chunks = [self._read_chunk(index) for index in self._encoded.chunks[block]]
            with self._location.added():
                values, mask = self._encoded.decode_units(block, chunks)
            decoded = (values if mask.all() else values[mask]), mask
            self._cache.put((self._key, block), decoded, decoded[0].nbytes + mask.nbytes)
        return decoded


def check_tokens(tokens: int, activity: LoggedActivity) -> None:
    """Checks that an activity has as many tokens as the text.

    Raises:
        DamagedRecordError: if it has not.
    """
    if len(activity.mask) != tokens:
        raise DamagedRecordError(
            f"It has {len(activity.mask)} tokens, the text {tokens}. Record this step again."
        )
