"""TFRecord framing, as in TensorFlow: length, checksum, data, checksum.

Checksums are CRC-32C, rotated right by 15 bits and offset, as TensorFlow masks them.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

import google_crc32c

_MASK_DELTA = 0xA282EAD8


def frame(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Returns the parts of one record, to be written one after the other."""
    length = struct.pack("<Q", len(data))
    head = length + struct.pack("<I", _masked_crc(length))
    return head, data, struct.pack("<I", _masked_crc(data))


def read_frames(file: BinaryIO) -> Iterator[bytes]:
    """Yields the records of a file up to its end, or up to the first damaged one.

    A record that announces more bytes than the file has is not read.
    """
    size = 0
    while True:
        head = file.read(12)
        if len(head) < 12:
            return
        length, checksum = struct.unpack("<QI", head)
        if checksum != _masked_crc(head[:8]):
            return
        begin = file.tell()
        if begin + length + 4 > size:  # The file may have grown since its size was read.
            size = file.seek(0, os.SEEK_END)
            file.seek(begin)
        if begin + length + 4 > size:
            return
        data = file.read(length)
        tail = file.read(4)
        if len(data) < length or len(tail) < 4 or struct.unpack("<I", tail)[0] != _masked_crc(data):
            return
        yield data


def _masked_crc(data: bytes) -> int:
    crc = google_crc32c.value(data)
    return ((crc >> 15 | crc << 17) + _MASK_DELTA) & 0xFFFFFFFF
