"""Inflation of zlib streams up to a size that is known before."""

from __future__ import annotations

import zlib

from tb_rnnviz.log_format.damaged_record import DamagedRecordError

MAX_RATIO = 1032
"""Largest ratio of inflated to compressed bytes that deflate reaches."""

MAX_INFLATED = 1 << 30
"""Largest size of an inflated blob in bytes."""


def check_inflated_size(size: int, compressed: int) -> None:
    """Checks that a blob can inflate to the size that its header announces.

    Args:
        size: Announced size in bytes.
        compressed: Size of the blob in bytes.

    Raises:
        DamagedRecordError: if no blob of this size can.
    """
    if size > min(MAX_RATIO * compressed, MAX_INFLATED):
        raise DamagedRecordError(
            f"Its header announces {size} bytes, and a blob of {compressed} bytes cannot hold them."
        )


def inflate(blob: bytes, size: int) -> bytes:
    """Inflates a blob to exactly the size that its header announces.

    Raises:
        DamagedRecordError: if the blob is no zlib stream of that size.

    Example:
        >>> inflate(zlib.compress(b"abc"), 3)
        b'abc'
    """
    check_inflated_size(size, len(blob))
    data = inflate_up_to(blob, size)
    if len(data) < size:
        raise DamagedRecordError(f"A blob holds {len(data)} bytes, its header announces {size}.")
    return data


def inflate_up_to(blob: bytes, limit: int) -> bytes:
    """Inflates a blob to at most a number of bytes.

    Raises:
        DamagedRecordError: if the blob is no zlib stream, or a larger one.
    """
    stream = zlib.decompressobj()
    try:
        # One byte more than allowed, so that the end of the stream and its checksum are read.
        data = stream.decompress(blob, limit + 1)
    except zlib.error as error:
        raise DamagedRecordError(f"A blob is no zlib stream: {error}.") from error
    if len(data) > limit:
        raise DamagedRecordError(f"A blob inflates to more than the {limit} bytes allowed.")
    if not stream.eof or stream.unused_data:
        raise DamagedRecordError("A blob is no whole zlib stream.")
    return data
