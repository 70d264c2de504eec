"""Event files with right checksums in which the content of one record is damaged."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tensorboard.compat.proto import event_pb2, types_pb2

from tb_rnnviz.log_format.event_file import event_files
from tb_rnnviz.log_format.tfrecord import frame, read_frames

ODD_VALUES: tuple[Any, ...] = (
    *(None, True, -1, 0, 1, 7, 10**9, 1 << 40, 1 << 63, 10**30, 0.5, -2.5, 1e308),
    *(float("nan"), float("inf"), "", "x", "\ud800", "int8", "last", "\0"),
    *([], {}, [None], [0] * 3, [10**9], [[0, 1]], {"x": []}, ["a", "b"]),
)
NESTED = "[" * 100_000
BOMB_BYTES = 64 << 20


@dataclass(frozen=True)
class Damage:
    """A damaged record.

    Attributes:
        description: Kind of the damage.
        record: Number of the record in its file.
        tag: Tag of the damaged value, empty if the event itself is damaged.
        step: Step of the event.
    """

    description: str
    record: int
    tag: str
    step: int


def read_events(run: Path) -> list[event_pb2.Event]:
    """Reads the events of the only event file of a run."""
    (path,) = event_files(run)
    with path.open("rb") as file:
        return [event_pb2.Event.FromString(data) for data in read_frames(file)]


def write_records(run: Path, records: list[bytes]) -> None:
    """Writes records as the only event file of a run."""
    run.mkdir(parents=True, exist_ok=True)
    with (run / "events.out.tfevents.1700000000.host").open("wb") as file:
        for data in records:
            for part in frame(data):
                file.write(part)


def damage(events: list[event_pb2.Event], seed: int) -> tuple[list[bytes], Damage]:
    """Damages one record, chosen by a seed.

    Returns:
        The records and the damage.
    """
    rng = random.Random(seed)
    records = [event.SerializeToString() for event in events]
    number = rng.randrange(1, len(events))
    event = event_pb2.Event.FromString(records[number])
    if not event.summary.value or rng.random() < 0.08:
        description = rng.choice(["wall time", "step", "bytes"])
        if description == "wall time":
            event.wall_time = rng.choice([float("nan"), float("inf"), -float("inf"), 1e300, -1.0])
        elif description == "step":
            event.step = rng.choice([-(1 << 63), (1 << 63) - 1, -2, 1 << 40])
        records[number] = event.SerializeToString()
        if description == "bytes":
            records[number] = _changed_bytes(rng, records[number])
        return records, Damage(description, number, "", events[number].step)
    value = rng.choice(event.summary.value)
    makers: list[tuple[str, Callable[[random.Random, Any], None]]] = [
        ("metadata", _damage_metadata),
        ("tensor", _damage_tensor),
    ]
    if value.tensor.string_val:
        makers += [("strings", _damage_string)] * 6
    description, make = rng.choice(makers)
    make(rng, value)
    records[number] = event.SerializeToString()
    return records, Damage(description, number, value.tag, event.step)


def changed_json(rng: random.Random, data: bytes) -> bytes:
    """Damages a JSON value: one of its parts, or its text."""
    kind = rng.random()
    if kind < 0.1:
        return rng.choice([b"", b"null", b"[]", b"3", b"\xff\xfe", NESTED.encode(), data[:-2]])
    value = json.loads(data)
    parents = list(_parents(value))
    if not parents or kind < 0.15:
        return json.dumps(rng.choice(ODD_VALUES)).encode()
    parent, key = rng.choice(parents)
    action = rng.random()
    if action < 0.2:
        del parent[key]
    elif action < 0.3 and isinstance(parent[key], list):
        parent[key] = parent[key] * 2 + parent[key][:1]
    elif action < 0.33:
        text = json.dumps(value).encode()
        marked = _with(parent, key, "MARK", value)
        return marked.replace(b'"MARK"', rng.choice([NESTED.encode(), b"1e999", b"NaN"])) or text
    else:
        parent[key] = rng.choice(ODD_VALUES)
    return json.dumps(value).encode()


def _with(parent: Any, key: Any, item: Any, value: Any) -> bytes:
    parent[key] = item
    return json.dumps(value).encode()


def _parents(value: Any) -> list[tuple[Any, Any]]:
    """Returns every container in a JSON value with each of its keys."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    if not isinstance(value, (dict, list)):
        return []
    pairs = []
    for key, item in list(items):
        pairs.append((value, key))
        if isinstance(item, (dict, list)):
            pairs += _parents(item)
    return pairs


def _damage_metadata(rng: random.Random, value: Any) -> None:
    plugin = value.metadata.plugin_data
    kind = rng.random()
    if kind < 0.05:
        plugin.plugin_name = rng.choice(["", "rnnviz", "rnnviz_activity", "scalars"])
    elif kind < 0.1:
        value.metadata.data_class = rng.choice([0, 1, 2, 3])
    elif plugin.content:
        plugin.content = changed_json(rng, plugin.content)
    else:
        plugin.content = b"\xff"


def _damage_tensor(rng: random.Random, value: Any) -> None:
    tensor = value.tensor
    kind = rng.randrange(4)
    if kind == 0:
        tensor.dtype = rng.choice([0, types_pb2.DT_INT32, types_pb2.DT_STRING, types_pb2.DT_BOOL])
    elif kind == 1:
        del tensor.tensor_shape.dim[:]
        for _ in range(rng.randrange(4)):
            tensor.tensor_shape.dim.add(size=rng.choice([0, 1, 2, 5, 1 << 40]))
    elif kind == 2 and tensor.tensor_content:
        tensor.tensor_content = tensor.tensor_content[: rng.randrange(len(tensor.tensor_content))]
    else:
        tensor.ClearField(rng.choice(["dtype", "tensor_shape", "string_val", "tensor_content"]))


def _damage_string(rng: random.Random, value: Any) -> None:
    """Damages header, digest or a blob of a value."""
    strings = value.tensor.string_val
    index = rng.randrange(len(strings))
    if index == 0 or value.tag.startswith("digest"):
        strings[0] = changed_json(rng, strings[0])
        return
    action = rng.random()
    if action < 0.1:
        del strings[index]
        value.tensor.tensor_shape.dim[0].size = len(strings)
    elif action < 0.2:
        strings[index] = rng.choice([b"", b"x", bytes(1000), bomb(), zlib.compress(b"")])
    elif action < 0.4:
        data = zlib.decompress(strings[index])
        strings[index] = zlib.compress(data[: rng.randrange(len(data) + 1)])
    elif action < 0.7 and value.tag.startswith("text") and index == 1:
        strings[index] = zlib.compress(changed_json(rng, zlib.decompress(strings[index])))
    else:
        strings[index] = _changed_bytes(rng, strings[index])


def _changed_bytes(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randrange(1, 4)):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed[: rng.randrange(len(changed) + 1)] if rng.random() < 0.3 else changed)


@cache
def bomb() -> bytes:
    """A blob that inflates to `BOMB_BYTES`."""
    stream = zlib.compressobj(9)
    block = bytes(1 << 20)
    parts = [stream.compress(block) for _ in range(BOMB_BYTES >> 20)]
    return b"".join([*parts, stream.flush()])
