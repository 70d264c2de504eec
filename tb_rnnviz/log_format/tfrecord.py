"""TFRecord framing, as in TensorFlow: length, checksum, data, checksum.

Checksums are CRC-32C, rotated right by 15 bits and offset, as TensorFlow masks them.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

import google_crc32c

HEAD_BYTES, TAIL_BYTES = 12, 4
"""Bytes of a record before and after its data."""

_MASK_DELTA = 0xA282EAD8


def frame(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Returns the parts of one record, to be written one after the other."""
    length = struct.pack("<Q", len(data))
    head = length + struct.pack("<I", masked_crc(length))
    return head, data, struct.pack("<I", masked_crc(data))


def parse_head(head: bytes) -> int | None:
    """Returns the length of the data of a record, `None` if its head is not whole.

    Example:
        >>> parse_head(frame(b"abc")[0]), parse_head(b"no head")
        (3, None)
    """
    if len(head) < HEAD_BYTES:
        return None
    length, checksum = struct.unpack("<QI", head[:HEAD_BYTES])
    return length if checksum == masked_crc(head[:8]) else None


def parse_tail(tail: bytes) -> int | None:
    """Returns the checksum after the data of a record, `None` if it is not whole."""
    return struct.unpack("<I", tail)[0] if len(tail) == TAIL_BYTES else None


def read_frames(file: BinaryIO) -> Iterator[bytes]:
    """Yields the records of a file up to its end, or up to the first damaged one.

    A record that announces more bytes than the file has is not read.
    """
    size = 0
    while True:
        length = parse_head(file.read(HEAD_BYTES))
        if length is None:
            return
        begin = file.tell()
        if begin + length + TAIL_BYTES > size:  # The file may have grown since its size was read.
            size = file.seek(0, os.SEEK_END)
            file.seek(begin)
        if begin + length + TAIL_BYTES > size:
            return
        data = file.read(length)
        if len(data) < length or parse_tail(file.read(TAIL_BYTES)) != masked_crc(data):
            return
        yield data


def masked_crc(data: bytes) -> int:
    """Returns the masked CRC-32C of data."""
    return mask_crc(google_crc32c.value(data))


def mask_crc(crc: int) -> int:
    """Masks a CRC-32C."""
    return ((crc >> 15 | crc << 17) + _MASK_DELTA) & 0xFFFFFFFF
