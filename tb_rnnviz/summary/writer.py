"""Writes a run's event files without TensorFlow: one writer for everything that is logged."""

from __future__ import annotations

import json
import os
import re
import socket
import threading
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, types_pb2
from tensorboard.util import tensor_util

from tb_rnnviz.recording import Recording
from tb_rnnviz.summary import codec
from tb_rnnviz.summary.records import frame, read_frames
from tb_rnnviz.summary.tags import KINDS, LARGE, RUN_DIRECTORY, SCALARS, SMALL, metadata, tag

NO_TARGET = 0xFFFFFFFF

COLLECTED_BYTES = 32 << 20
"""What is collected of a step goes to disk at the latest when it takes this much."""


class RunWriter:
    """Appends steps to the run in `<log_dir>/rnnviz`.

    Everything of one step is collected by the `write_…` methods and goes to disk with
    `flush(step)`, or between `begin(step)` and `flush()` as soon as it is large. Steps grow:
    `next_step` says from where on. The text of a probe is written last: a reader sees a step of a
    probe when its text is there.

    Args:
        log_dir: A local directory; it is made if it does not exist.
        encoding: How activity is stored, `"int8"` or `"float16"`. Defaults to `"int8"`.

    Raises:
        OSError: if the directory cannot be written.
    """

    def __init__(self, log_dir: str | os.PathLike, encoding: str = "int8"):
        if re.match(r"[a-z][a-z0-9+.-]+://", str(log_dir)):
            raise ValueError(f"The log directory must be a local path. Received: {str(log_dir)!r}")
        self.directory = Path(log_dir) / RUN_DIRECTORY
        self.encoding = encoding
        self.directory.mkdir(parents=True, exist_ok=True)
        self.last_step = last_step(self.directory)
        self._described: set[str] = set()
        self._on_disk: set[str] = set()
        self._step: int | None = None
        self._bytes = 0
        self._values: list[summary_pb2.Summary.Value] = []
        self._file = _new_file(self.directory)
        self._append(event_pb2.Event(wall_time=time.time(), file_version="brain.Event:2"))

    def next_step(self, wanted: int) -> int:
        """`wanted`, or the first step after the last one on disk: steps never go backwards."""
        return wanted if self.last_step is None else max(wanted, self.last_step + 1)

    def begin(self, step: int) -> None:
        """Says at which step what comes now belongs, so that large values need not wait."""
        if self.last_step is not None and step <= self.last_step:
            raise ValueError(
                f"Step {step} is not after the last step on disk, {self.last_step}. "
                "Use next_step()."
            )
        self._step = step

    def flush(self, step: int | None = None) -> None:
        """Puts what was collected on disk, at `step` or at that of `begin`, and ends the step."""
        if step is not None:
            self.begin(step)
        self._put()
        self._step = None

    def _put(self) -> None:
        values, self._values, self._bytes = self._values, [], 0
        event = event_pb2.Event(wall_time=time.time(), step=self._step)
        event.summary.value.extend(values)
        del values
        self._append(event)
        self.last_step = self._step

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is collected in this block is forgotten if the block fails.

        What was too large to wait is on disk then, without the text that would make it show.
        """
        values, described = len(self._values), set(self._described)
        try:
            yield
        except BaseException:
            del self._values[values:]
            self._described = described | (self._described & self._on_disk)
            raise

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> RunWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write_activity(self, probe: str, recording: Recording) -> None:
        """Every layer and quantity of a recording."""
        for layer, quantities in ((path, recording[path]) for path in recording.layers):
            for quantity in quantities:
                activity, mask = quantities.flat(quantity)
                mask = None if mask.all() else mask
                header, blobs = codec.encode(activity, mask, self.encoding)
                header["lengths"] = [int(length) for length in recording.lengths]
                content = _quantity_content(probe, recording, layer, quantity)
                del activity  # before the next one is read: it may be large
                self._write_blobs("activity", (probe, layer, quantity), content, header, blobs)

    def write_spectrum(
        self,
        probe: str,
        recording: Recording,
        layer: str,
        quantity: str,
        frequency: np.ndarray,
        amplitude: np.ndarray,
        bins: int,
    ) -> None:
        """Amplitudes (pooled bins, units) of one quantity; `bins` counts them before pooling."""
        header, blobs = codec.encode(amplitude, None, self.encoding)
        header |= {"frequency": np.asarray(frequency, float).tolist(), "bins": int(bins)}
        content = _quantity_content(probe, recording, layer, quantity)
        self._write_blobs("spectrum", (probe, layer, quantity), content, header, blobs)

    def write_text(
        self,
        probe: str,
        tokens: Sequence[Sequence[str]],
        *,
        features: Mapping[str, np.ndarray],
        predictions: Mapping[str, np.ndarray] | None = None,
        vocabulary: Sequence[str] | None = None,
        generated: bool = False,
        prompt_tokens: int = 0,
    ) -> None:
        """The tokens, where features match, and what the model predicted.

        Args:
            probe: The probe's name.
            tokens: The tokens of every sequence.
            features: By name, boolean (tokens,), where the feature matches.
            predictions: `probability`, `target`, `expected` and `expected_probability` as in
                `docs/log_format.md`, ids being those of `vocabulary`.
            vocabulary: The name of every id that `predictions` use.
            generated: Whether the model wrote the text itself.
            prompt_tokens: How many of the tokens were given to it.
        """
        flat = [token for sequence in tokens for token in sequence]
        table = {token: place for place, token in enumerate(dict.fromkeys(flat))}
        arrays = {"tokens": np.array([table[token] for token in flat], "<u4")}
        arrays |= {f"feature:{name}": np.asarray(v, "u1") for name, v in features.items()}
        for name, values in (predictions or {}).items():
            if name in ("target", "expected"):
                values = _into_table(values, vocabulary or [], table)
            arrays[name] = np.asarray(values, "<f4" if "probability" in name else "<u4")
        header = {
            "lengths": [len(sequence) for sequence in tokens],
            "generated": generated,
            "prompt_tokens": prompt_tokens,
            "arrays": [
                {"name": name, "dtype": array.dtype.name, "shape": list(array.shape)}
                for name, array in arrays.items()
            ],
        }
        blobs = [zlib.compress(json.dumps(list(table)).encode(), codec.ZLIB_LEVEL)]
        blobs += [zlib.compress(array.tobytes(), codec.ZLIB_LEVEL) for array in arrays.values()]
        content = {"probe": probe, "generated": generated}
        self._write_blobs("text", (probe,), content, header, blobs)

    def write_tensor(
        self, kind: str, names: Sequence[str], array: np.ndarray, content: Mapping[str, Any]
    ) -> None:
        """A small float32 tensor, such as `relevance`, `peaks` or `saturation`."""
        proto = tensor_util.make_tensor_proto(np.asarray(array, np.float32))
        self._add(KINDS[kind], tag(kind, *names), {"kind": kind, **content}, proto)

    def write_digest(self, probe: str, digest: Mapping[str, Any]) -> None:
        """The digest of one step, numbers that are not finite becoming null."""
        text = json.dumps(_finite(digest), allow_nan=False).encode()
        proto = tensor_pb2.TensorProto(dtype=types_pb2.DT_STRING, string_val=[text])
        proto.tensor_shape.SetInParent()
        self._add(SMALL, tag("digest", probe), {"kind": "digest", "probe": probe}, proto)

    def write_scalar(self, name: str, value: float) -> None:
        """A number for TensorBoard's Scalars tab."""
        proto = tensor_util.make_tensor_proto(np.float32(value))
        self._add(SCALARS, name, {}, proto)

    def _write_blobs(
        self,
        kind: str,
        names: Sequence[str],
        content: Mapping[str, Any],
        header: Mapping[str, Any],
        blobs: Sequence[bytes],
    ) -> None:
        head = json.dumps({"version": 1, "kind": kind, **header}).encode()
        proto = tensor_pb2.TensorProto(dtype=types_pb2.DT_STRING, string_val=[head, *blobs])
        proto.tensor_shape.dim.add(size=1 + len(blobs))
        self._add(LARGE, tag(kind, *names), {"kind": kind, **content}, proto)

    def _add(self, data_name: str, name: str, content: dict, proto: tensor_pb2.TensorProto) -> None:
        value = summary_pb2.Summary.Value(tag=name, tensor=proto)
        if name not in self._described:
            value.metadata.CopyFrom(metadata(data_name, content))
            self._described.add(name)
        self._values.append(value)
        self._bytes += proto.ByteSize()
        if self._step is not None and self._bytes > COLLECTED_BYTES:
            self._on_disk |= {value.tag for value in self._values}
            self._put()

    def _append(self, event: event_pb2.Event) -> None:
        for part in frame(event.SerializeToString()):
            self._file.write(part)
        self._file.flush()


def last_step(directory: Path) -> int | None:
    """The newest step in a run's event files, `None` where there is none."""
    steps = []
    for path in event_files(directory):
        with path.open("rb") as file:
            for data in read_frames(file):
                event = event_pb2.Event.FromString(data)
                if event.HasField("summary"):
                    steps.append(event.step)
    return max(steps, default=None)


def event_files(directory: Path) -> list[Path]:
    """The event files of a run in the order in which they were begun."""
    return sorted(path for path in directory.glob("*tfevents*") if path.is_file())


_counter_lock = threading.Lock()
_files_begun = 0


def _new_file(directory: Path):
    """A file whose name sorts after those of the run's earlier files."""
    global _files_begun
    with _counter_lock:
        _files_begun += 1
        number = _files_begun
    begun = [
        int(m.group(1)) for p in event_files(directory) if (m := re.search(r"s\.(\d+)\.", p.name))
    ]
    seconds = max([int(time.time()), *(second + 1 for second in begun)])
    name = f"events.out.tfevents.{seconds:010d}.{socket.gethostname()}.{os.getpid()}.{number}"
    return (directory / name).open("xb")


def _quantity_content(probe: str, recording: Recording, layer: str, quantity: str) -> dict:
    activity = recording[layer]
    return {
        "probe": probe,
        "layer": layer,
        "quantity": quantity,
        "cell": activity.cell,
        "units": int(activity[quantity].shape[-1]),
        "role": activity.roles[quantity],
        "place": [recording.layers.index(layer), list(activity).index(quantity)],
    }


def _into_table(ids: np.ndarray, vocabulary: Sequence[str], table: dict[str, int]) -> np.ndarray:
    """Ids of the vocabulary as places in the table of tokens, which grows by what is new."""
    ids = np.asarray(ids, np.int64)
    places = np.full(ids.shape, NO_TARGET, np.int64)
    for known in np.unique(ids[ids >= 0]):
        token = vocabulary[known] if known < len(vocabulary) else str(known)
        places[ids == known] = table.setdefault(token, len(table))
    return places


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value
