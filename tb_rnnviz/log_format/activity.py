"""Activity of one quantity in the log: header, chunks and the content of the tag."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.core.json_schema import Integers, Object
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.log_format import codec
from tb_rnnviz.log_format.blob_sequence import BlobSequence, parse_header
from tb_rnnviz.log_format.codec import HEADER_SCHEMA, MAX_TOKENS, UnitRange
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.recording import Recording

_SCHEMA = Object({**HEADER_SCHEMA, "lengths": Integers(low=0, high=MAX_TOKENS)})


def encode_activity(
    activity: np.ndarray, mask: np.ndarray, lengths: Iterable[int], encoding: str = "int8"
) -> BlobSequence:
    """Encodes the activity of a quantity.

    Args:
        activity: Float array (tokens, units), the sequences one after the other.
        mask: Boolean array (tokens,), false at masked tokens.
        lengths: Number of tokens of each sequence.
        encoding: `"int8"` or `"float16"`.

    Raises:
        ValueError: if the encoding is unknown.
    """
    header, blobs = codec.encode(activity, None if mask.all() else mask, encoding)
    header["lengths"] = [int(length) for length in lengths]
    return BlobSequence("activity", header, blobs)


class EncodedActivity:
    """Activity whose header is parsed and whose chunks are decoded on request.

    Args:
        header: First string of the blob sequence.

    Attributes:
        tokens: Number of tokens.
        units: Number of units.
        lengths: Number of tokens of each sequence.
        chunks: Indices of the chunks of each range of units, ranges ascending.

    Raises:
        DamagedRecordError: if the header is damaged; from the methods, if a chunk is.

    Example:
        >>> header, *blobs = encode_activity(np.ones((3, 2)), np.ones(3, bool), [3]).strings()
        >>> EncodedActivity(header).decode(blobs)[0].tolist()
        [[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]]
    """

    def __init__(self, header: bytes):
        self._header = parse_header(header, _SCHEMA)
        codec.check_chunks(self._header)
        self.tokens: int = self._header["tokens"]
        self.units: int = self._header["units"]
        self.lengths: list[int] = self._header["lengths"]
        self.chunks: dict[UnitRange, list[int]] = codec.chunks_by_units(self._header)
        if sum(self.lengths) != self.tokens:
            raise DamagedRecordError(
                f"Its sequences have {sum(self.lengths)} tokens, its header {self.tokens}."
            )

    def chunks_of(self, unit: int) -> list[int]:
        """Returns the indices of the chunks that contain a unit."""
        return [
            index
            for (first, end), indices in self.chunks.items()
            if first <= unit < end
            for index in indices
        ]

    def check_number(self, blobs: int) -> None:
        """Checks the number of blobs behind the header."""
        chunks = len(self._header["chunks"])
        if blobs != chunks:
            raise DamagedRecordError(f"It has {blobs} chunks, its header {chunks}.")

    def check_chunk(self, index: int, blob: bytes) -> None:
        """Checks a chunk, without decoding it."""
        codec.check_chunk(self._header, index, blob)

    def decode(self, blobs: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray]:
        """Decodes all chunks.

        Returns:
            The activity, float32 (tokens, units), NaN at masked values, and the mask, a boolean
            array (tokens,).
        """
        return codec.decode(self._header, blobs)

    def decode_units(
        self, units: UnitRange, blobs: Sequence[bytes]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Decodes the chunks of one range of units of `chunks`, as `decode` does."""
        return codec.decode_units(self._header, units, blobs)


def quantity_content(probe: str, recording: Recording, key: QuantityKey) -> dict[str, Any]:
    """Returns the content of the tags of activity and spectrum of a quantity."""
    layer, quantity = key
    activity = recording[layer]
    return {
        "probe": probe,
        "layer": layer,
        "quantity": quantity,
        "cell": activity.cell,
        "units": activity.width(quantity),
        "role": activity.roles[quantity],
        "place": [recording.layers.index(layer), list(activity).index(quantity)],
    }
