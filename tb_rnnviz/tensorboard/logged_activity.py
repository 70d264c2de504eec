"""An activity as it stands in the log, decoded some units at a time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np
from tensorboard import errors

from tb_rnnviz.log_format.activity import EncodedActivity
from tb_rnnviz.tensorboard.bytes_cache import BytesCache

DECODED_BYTES = 256 << 20
"""Bytes of decoded activity that are kept, so that the next feature is found sooner."""

Blocks = BytesCache[tuple[np.ndarray, np.ndarray]]
"""Decoded units and where they are not masked."""


class LoggedActivity:
    """Activity (tokens, units) without masked tokens, sliced as `analysis` slices what is large.

    Args:
        encoded: Header of the activity.
        read: Returns a chunk by its index.
        cache: Keeps what is decoded.
        key: What this activity is known by in the cache.

    Attributes:
        shape: Tokens that are not masked, and units.
        mask: Booleans (all tokens,), true where a token is not masked.
        lengths: Tokens that are not masked, of each sequence that has any.
    """

    dtype = np.dtype(np.float32)

    def __init__(
        self, encoded: EncodedActivity, read: Callable[[int], bytes], cache: Blocks, key: Hashable
    ) -> None:
        self._encoded, self._read, self._cache, self._key = encoded, read, cache, key
        self.blocks: Sequence[tuple[int, int]] = list(encoded.chunks)
        tokens = encoded.tokens
        self.mask = self._block(self.blocks[0])[1] if self.blocks else np.ones(tokens, bool)
        self.shape = int(self.mask.sum()), encoded.units
        ends = np.cumsum([0, *encoded.lengths])
        kept = [int(self.mask[a:b].sum()) for a, b in zip(ends[:-1], ends[1:], strict=True)]
        self.lengths = [length for length in kept if length]

    def __getitem__(self, place: tuple[slice, slice]) -> np.ndarray:
        rows, units = place
        first, end, _ = units.indices(self.shape[1])
        parts = [
            self._block(block)[0][rows, max(first - block[0], 0) : end - block[0]]
            for block in self.blocks
            if block[0] < end and block[1] > first
        ]
        if not parts:
            return np.empty((self.shape[0], 0), np.float32)[rows]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def __len__(self) -> int:
        return self.shape[0]

    def columns(self, units: Sequence[int]) -> np.ndarray:
        """Some units, at least one, (tokens, these units)."""
        return np.concatenate([self[:, unit : unit + 1] for unit in units], axis=1)

    def prepare(self, block: tuple[int, int]) -> None:
        """Decodes some units, so that they are there when they are asked for."""
        self._block(block)

    def _block(self, block: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
        """Some units without masked tokens, and which tokens are not masked."""
        known = self._cache.get((self._key, block))
        if known is None:
            blobs = [self._read(index) for index in self._encoded.chunks[block]]
            values, mask = self._encoded.decode_units(block, blobs)
            known = (values if mask.all() else values[mask]), mask
            self._cache.put((self._key, block), known, known[0].nbytes + mask.nbytes)
        return known


def check_tokens(tokens: int, activities: Mapping[tuple[str, str], LoggedActivity]) -> None:
    """Raises a NotFoundError unless every activity is of a text of as many tokens."""
    for place, activity in activities.items():
        if len(activity.mask) != tokens:
            raise errors.NotFoundError(
                f"The log is damaged: {'/'.join(place)} has {len(activity.mask)} tokens, the text "
                f"{tokens}. Record this step again."
            )
