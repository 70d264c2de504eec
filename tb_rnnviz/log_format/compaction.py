"""Compaction of a finished run into one new event file."""

from __future__ import annotations

import io
import os
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from google.protobuf.message import DecodeError
from tensorboard.compat.proto import event_pb2, summary_pb2

from tb_rnnviz.core.spread_steps import spread_steps
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.digest import decode_digest, encode_digest
from tb_rnnviz.log_format.directories import LogPath, log_directory
from tb_rnnviz.log_format.event_file import (
    FILE_VERSION,
    event_files,
    new_event_path,
    start_event,
)
from tb_rnnviz.log_format.event_index import IndexWriter, index_path
from tb_rnnviz.log_format.file_index import FileIndex, file_status
from tb_rnnviz.log_format.lock import LOCK, RunLock
from tb_rnnviz.log_format.reader import run_directory
from tb_rnnviz.log_format.remote_path import RemotePath
from tb_rnnviz.log_format.run_index import RunIndex
from tb_rnnviz.log_format.tags import LARGE
from tb_rnnviz.log_format.tfrecord import frame, read_frames

FIRST_STEP = -1
"""Step of a recording before the first epoch."""

TEMPORARY = ".compacted"
"""Names of the files before they are whole; TensorBoard does not read them."""


def compact(log_dir: str | os.PathLike, keep: int | Collection[int] = 50) -> LogPath:
    """Thins a finished run: fewer steps keep their large values.

    Large are text, activity, spectra and matrices. Everything small stays at every step: findings,
    statistics, curves and losses. The run is written to a new event file, which takes the place of
    the others when it is whole and on disk. If anything goes wrong before, the run is as it was. A
    digest lists the steps that were thinned.

    Args:
        log_dir: The directory or URL that was passed to the callback; `~` is the home directory.
            A remote run has no lock: compact it when no training writes it.
        keep: Number of steps that keep their large values, chosen as a budget does: a third are
            early ones, the others are evenly spaced, and the last one is always among them. Or the
            steps themselves. Defaults to 50.

    Returns:
        Path of the new event file.

    Raises:
        DamagedRecordError: if a record is damaged, which would be lost.
        FileNotFoundError: if there is no RNN-Viz run in the directory.
        OSError: if the new file cannot be written.
        RunInUseError: if the run is being written.
        ValueError: if `keep` is negative, or names a step that has no large values; or if trainings
            of one run have described a tag differently, so that one file cannot hold both.

    Example:
        >>> import tempfile
        >>> from tb_rnnviz.log_format import RunWriter
        >>> log_dir = tempfile.mkdtemp()
        >>> with RunWriter(log_dir) as writer:
        ...     with writer.step(0):
        ...         writer.write_digest("novel", {"tokens": 9, "sequences": 1})
        >>> compact(log_dir, keep=10).exists()
        True
    """
    directory = run_directory(log_directory(log_dir))
    lock = None if isinstance(directory, RemotePath) else RunLock(directory / LOCK)
    try:
        run = RunIndex(directory)
        run.refresh()
        for error in run.damage:
            raise error
        old = event_files(directory)
        thinned = _Thinned(run, old, _kept_steps(run, keep))
        new = new_event_path(directory)
        if isinstance(new, RemotePath):
            _upload_whole(new, thinned)
        else:
            _write_whole(new, new.parent, thinned)
        for path in old:
            path.unlink()
            with suppress(OSError):
                index_path(path).unlink()
        return new
    finally:
        if lock is not None:
            lock.release()


def _kept_steps(run: RunIndex, keep: int | Collection[int]) -> set[int]:
    """Returns the steps that keep their large values."""
    tags = [tag for tag, listing in run.tags().items() if listing.plugin == LARGE]
    steps = sorted({step for tag in tags for step in run.values(tag)})
    if isinstance(keep, int):
        if keep < 0:
            raise ValueError(f"`keep` is a number of steps, 0 or more. Received: {keep}")
        return {steps[index] for index in spread_steps(len(steps), keep)}
    missing = sorted(set(keep) - set(steps))
    if missing:
        raise ValueError(
            f"The run has no activity at the steps {missing[:20]}. It has: {steps[:20]}"
            f"{' …' if len(steps) > 20 else ''}"
        )
    return set(keep)


class _Start(NamedTuple):
    """Start of a training in the files of a run; later ones compare greater."""

    file: int
    offset: int
    step: int


class _Thinned:
    """Events of a run without the large values of most steps.

    Args:
        run: The run.
        paths: Its event files in their order.
        kept_steps: Steps that keep their large values.

    Attributes:
        first_step: A step before which the run has nothing.
    """

    def __init__(self, run: RunIndex, paths: Sequence[LogPath], kept_steps: set[int]):
        self._paths, self._kept = paths, kept_steps
        self._starts: list[_Start] = []
        for number, path in enumerate(paths):
            file = FileIndex(path)
            file.refresh()
            self._starts += [
                _Start(number, record.offset, record.step)
                for record in file.records
                if record.is_start
            ]
        listings = run.tags()
        steps = [step for tag in listings for step in run.values(tag)]
        self.first_step = min([FIRST_STEP, *steps])
        digests = [tag for tag in listings if tag.startswith("digest/")]
        self._last_digest = {tag: listings[tag].step for tag in digests}
        self._thinned = {
            tag: sorted(set(run.values(tag.replace("digest/", "text/", 1))) - kept_steps)
            for tag in digests
        }
        self._metadata: dict[str, summary_pb2.SummaryMetadata] = {}
        self._described: set[str] = set()

    def events(self) -> Iterator[event_pb2.Event]:
        """Yields the events that later starts have not replaced."""
        for number, path in enumerate(self._paths):
            with _open_whole(path) as file:
                offset = 0
                for data in read_frames(file):
                    event = _event(path, data)
                    begin, offset = offset, file.tell()
                    self._remember_metadata(event)
                    if event.HasField("summary") and not self._is_replaced(number, begin, event):
                        self._thin(event)
                        if event.summary.value:
                            yield event
                if offset < file_status(path).size:
                    raise DamagedRecordError(
                        f"A record at byte {offset} is damaged or not whole.", source=str(path)
                    )

    def _is_replaced(self, file: int, offset: int, event: event_pb2.Event) -> bool:
        return any(
            (start.file, start.offset) > (file, offset) and start.step <= event.step
            for start in self._starts
        )

    def _remember_metadata(self, event: event_pb2.Event) -> None:
        for value in event.summary.value:
            if not value.HasField("metadata"):
                continue
            known = self._metadata.get(value.tag)
            if known is not None and known != value.metadata and value.tag in self._described:
                raise ValueError(
                    f"The trainings of this run describe {value.tag} differently, for instance "
                    "because the features or the model have changed. Such a run is not compacted."
                )
            # A copy, because a part of an event keeps the whole event in memory.
            self._metadata[value.tag] = summary_pb2.SummaryMetadata.FromString(
                value.metadata.SerializeToString()
            )

    def _thin(self, event: event_pb2.Event) -> None:
        """Removes large values that are not kept, and describes every tag once."""
        values = event.summary.value
        for index in reversed(range(len(values))):
            value = values[index]
            metadata = self._metadata.get(value.tag)
            is_large = metadata is not None and metadata.plugin_data.plugin_name == LARGE
            if is_large and event.step not in self._kept:
                del values[index]
                continue
            if self._last_digest.get(value.tag) == event.step and self._thinned[value.tag]:
                self._list_thinned(value)
        for value in values:
            value.ClearField("metadata")
            if value.tag not in self._described and value.tag in self._metadata:
                value.metadata.CopyFrom(self._metadata[value.tag])
                self._described.add(value.tag)

    def _list_thinned(self, value: summary_pb2.Summary.Value) -> None:
        """Adds the thinned steps to the last digest of a probe."""
        content = decode_digest(value.tensor.string_val[0]).content
        reason = f"the run was compacted and keeps {len(self._kept)} steps with activity"
        steps = self._thinned[value.tag]
        entry = {"what": "activity", "steps": steps, "quantities": None, "reason": reason}
        content["left_out"] = [*(content.get("left_out") or []), entry]
        value.tensor.string_val[0] = encode_digest(content)


def _event(path: LogPath, data: bytes) -> event_pb2.Event:
    try:
        return event_pb2.Event.FromString(data)
    except DecodeError as error:
        raise DamagedRecordError("A record of the file is no event.", source=str(path)) from error


def _open_whole(path: LogPath) -> BinaryIO:
    """Opens a file that is read as a whole; a remote one is kept in memory."""
    return io.BytesIO(path.read_bytes()) if isinstance(path, RemotePath) else path.open("rb")


def _upload_whole(path: RemotePath, thinned: _Thinned) -> None:
    """Writes an event file and its index in a temporary directory, and uploads both."""
    with tempfile.TemporaryDirectory() as folder:
        local = Path(folder, path.name)
        _write_whole(local, Path(folder), thinned)
        if index_path(local).exists():
            index_path(path).upload(index_path(local))
        path.upload(local)


def _write_whole(path: Path, directory: Path, thinned: _Thinned) -> None:
    """Writes an event file and its index, and gives them their names when whole."""
    temporary, temporary_index = directory / f"{TEMPORARY}-log", directory / f"{TEMPORARY}-index"
    try:
        for leftover in (temporary, temporary_index):
            leftover.unlink(missing_ok=True)
        with temporary.open("xb") as file:
            first = event_pb2.Event(wall_time=time.time(), file_version=FILE_VERSION)
            _append(file, first.SerializeToString())
            index = IndexWriter(temporary_index, first.SerializeToString())
            start = start_event(thinned.first_step)  # It replaces the files that are deleted last.
            start.wall_time = time.time()
            index.add(file.tell(), _append(file, start.SerializeToString()))
            for event in thinned.events():
                index.add(file.tell(), _append(file, event.SerializeToString()))
            index.close()
            file.flush()
            os.fsync(file.fileno())
        if temporary_index.exists():
            os.replace(temporary_index, index_path(path))
        os.replace(temporary, path)
    except BaseException:
        for leftover in (temporary, temporary_index, index_path(path)):
            with suppress(OSError):
                leftover.unlink()
        raise


def _append(file: BinaryIO, data: bytes) -> bytes:
    for part in frame(data):
        file.write(part)
    return data
