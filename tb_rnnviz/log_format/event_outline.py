"""Outline of an event: step, time and positions of its values."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from tensorboard.compat.proto import event_pb2

from tb_rnnviz.log_format.damaged_record import DamagedRecordError

MAX_TAG_BYTES = 1 << 16
MAX_CONTENT_BYTES = 1 << 20
"""Largest tag, and largest content of its metadata, that are read."""

_MAX_VARINT_BYTES = 10
_FIXED_SIZES = {1: 8, 5: 4}
"""Bytes of a field by its wire type."""

_WALL_TIME, _STEP, _SUMMARY, _SESSION_LOG = 1, 2, 5, 7
_TAG, _METADATA = 1, 9
"""Field numbers of `Event` and of `Summary.Value`."""


class ValueOutline(NamedTuple):
    """Position of a summary value in a file.

    Attributes:
        tag: Its tag.
        offset: Offset of the serialized `Summary.Value`.
        length: Bytes of the serialized `Summary.Value`.
        plugin: Data name in its metadata, `None` if it has no metadata.
        content: Content in its metadata.
    """

    tag: str
    offset: int
    length: int
    plugin: str | None
    content: bytes


class EventOutline(NamedTuple):
    """Step, time and values of an event.

    Attributes:
        step: The step.
        wall_time: Time of writing in seconds.
        is_start: True for the start of a training, which replaces its step and later ones.
        values: The summary values in their order.
    """

    step: int
    wall_time: float
    is_start: bool
    values: list[ValueOutline]


def read_outline(file: BinaryIO, offset: int, length: int) -> EventOutline:
    """Reads the outline of a serialized `Event`, and seeks over what its values hold.

    Args:
        file: The file.
        offset: Offset of the event.
        length: Bytes of the event.

    Raises:
        DamagedRecordError: if it is no event.

    Example:
        >>> import io
        >>> event = event_pb2.Event(step=3, wall_time=1.5)
        >>> event.summary.value.add(tag="a").simple_value = 2.0
        >>> data = event.SerializeToString()
        >>> outline = read_outline(io.BytesIO(data), 0, len(data))
        >>> outline.step, outline.wall_time, [value.tag for value in outline.values]
        (3, 1.5, ['a'])
    """
    step, wall_time, is_start = 0, 0.0, False
    values: list[ValueOutline] = []
    for number, field in _fields(file, range(offset, offset + length)):
        if number == _WALL_TIME and isinstance(field, bytes) and len(field) == 8:
            (wall_time,) = struct.unpack("<d", field)
        elif number == _STEP and isinstance(field, int):
            step = field - (1 << 64) if field >> 63 else field
        elif number == _SUMMARY and isinstance(field, range):
            values += [
                _value(file, value)
                for key, value in _fields(file, field)
                if key == 1 and isinstance(value, range)
            ]
        elif number == _SESSION_LOG and isinstance(field, range):
            is_start = (1, event_pb2.SessionLog.START) in list(_fields(file, field))
    return EventOutline(step, wall_time, is_start, values)


def _value(file: BinaryIO, position: range) -> ValueOutline:
    tag, plugin, content = "", None, b""
    for number, field in _fields(file, position):
        if number == _TAG and isinstance(field, range):
            tag = _text(_bytes(file, field, MAX_TAG_BYTES))
        elif number == _METADATA and isinstance(field, range):
            plugin, content = _plugin_data(file, field)
    return ValueOutline(tag, position.start, len(position), plugin, content)


def _plugin_data(file: BinaryIO, metadata: range) -> tuple[str, bytes]:
    """Returns data name and content in the metadata of a value."""
    plugin, content = "", b""
    for number, plugin_data in _fields(file, metadata):
        if number != 1 or not isinstance(plugin_data, range):
            continue
        for key, field in _fields(file, plugin_data):
            if key == 1 and isinstance(field, range):
                plugin = _text(_bytes(file, field, MAX_TAG_BYTES))
            elif key == 2 and isinstance(field, range):
                content = _bytes(file, field, MAX_CONTENT_BYTES)
    return plugin, content


def _fields(file: BinaryIO, position: range) -> Iterator[tuple[int, int | bytes | range]]:
    """Yields number and value of each field; of a longer one, its position."""
    offset, end = position.start, position.stop
    while offset < end:
        key, offset = _varint(file, offset)
        number, wire_type = key >> 3, key & 7
        value: int | bytes | range
        if wire_type == 0:
            value, offset = _varint(file, offset)
        elif wire_type == 2:
            length, offset = _varint(file, offset)
            value = range(offset, offset + length)
            offset = value.stop
        elif wire_type in _FIXED_SIZES:
            file.seek(offset)
            value = file.read(_FIXED_SIZES[wire_type])
            offset += len(value)
        else:
            raise DamagedRecordError("It is no event.")
        if offset > end or isinstance(value, bytes) and len(value) < _FIXED_SIZES[wire_type]:
            raise DamagedRecordError("It is no event.")
        yield number, value


def _varint(file: BinaryIO, offset: int) -> tuple[int, int]:
    """Returns the number at an offset, and the offset behind it."""
    file.seek(offset)
    number = 0
    for index, byte in enumerate(file.read(_MAX_VARINT_BYTES)):
        number |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return number & 0xFFFFFFFFFFFFFFFF, offset + index + 1
    raise DamagedRecordError("It is no event.")


def _bytes(file: BinaryIO, position: range, limit: int) -> bytes:
    if len(position) > limit:
        raise DamagedRecordError(f"A name has {len(position)} bytes. At most: {limit}.")
    file.seek(position.start)
    return file.read(len(position))


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DamagedRecordError("A name in it is not UTF-8.") from error
