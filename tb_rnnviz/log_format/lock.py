"""Lock of a run for one writer, released when its process dies."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import sys
import time
import weakref
from pathlib import Path
from typing import IO

from tb_rnnviz.log_format.event_file import event_files

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = ".lock"
"""Name of the lock file of a run."""

_LOCKED_BYTE = 1 << 30
"""Offset of the locked byte on Windows, so that the owner's name is readable."""

_UNSUPPORTED = {errno.ENOLCK, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}
"""Error numbers of file systems without locks."""


class RunInUseError(RuntimeError):
    """Error of a run that another writer has locked."""


class RunLock:
    """Exclusive lock of a run until `release`, or until nothing refers to it.

    The end of the process releases it, too. On a file system without locks nothing is locked.

    Args:
        path: The lock file. It remains after the lock is released and then has no meaning.

    Raises:
        RunInUseError: if another process, or another writer of this one, has locked the run.
    """

    def __init__(self, path: Path):
        self.path = path
        self._acquire()

    def release(self) -> None:
        """Releases the lock."""
        self._closing()

    def check(self, own_file: Path) -> None:
        """Checks for another writer, and locks the run again if necessary.

        Somebody may have deleted the lock file, so that another writer could lock the run.

        Args:
            own_file: Event file of this writer.

        Raises:
            RunInUseError: if another writer has locked the run or has written to it.
        """
        if self._is_held() or not self.path.parent.is_dir():
            return
        if self._is_supported:
            self.release()
            self._acquire()
        newest = event_files(self.path.parent)[-1:]
        if newest and newest[0] != own_file:
            self.release()
            raise RunInUseError(
                f"Another writer has written {newest[0].name} to the run in {self.path.parent} "
                "meanwhile, and a run has one writer: the lock file .lock was deleted, or the file "
                "system has no locks. Give each writer a log directory of its own."
            )

    def _acquire(self) -> None:
        self._file = self.path.open("a+b", buffering=0)
        self._closing = weakref.finalize(self, self._file.close)
        self._is_supported = True
        try:
            _lock(self._file)
        except OSError as error:
            if error.errno in _UNSUPPORTED:
                self._is_supported = False
                self.release()
                return
            owner = _owner(self._file)
            self.release()
            raise RunInUseError(
                f"{owner} is writing the run in {self.path.parent}, and a run has one writer. "
                "Wait until it ends, or give this one a log directory of its own."
            ) from error
        _locks.add(self)
        entry = {"pid": os.getpid(), "host": socket.gethostname(), "since": time.time()}
        with contextlib.suppress(OSError):  # On a full disk, the lock holds without a name.
            self._file.truncate(0)
            self._file.write(json.dumps(entry).encode())

    def _is_held(self) -> bool:
        """Returns true if the lock file is still the one that was locked."""
        if self._file.closed:
            return False
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return False
        return os.path.samestat(status, os.fstat(self._file.fileno()))


def _owner(file: IO[bytes]) -> str:
    """Returns a description of the process that wrote the lock file."""
    try:
        file.seek(0)
        owner = json.loads(file.read(1000))
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(owner["since"]))
        name = f"process {owner['pid']} on {owner['host']} since {since}"
    except (OSError, ValueError, KeyError, TypeError):
        return "Another process"
    is_this_process = (owner["pid"], owner["host"]) == (os.getpid(), socket.gethostname())
    if is_this_process:
        return f"Another callback or writer of this process ({name})"
    return f"Another {name}"


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        file.seek(_LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


_locks: weakref.WeakSet[RunLock] = weakref.WeakSet()


def _release_in_child() -> None:
    """Releases the locks in a forked process, which may outlive its parent."""
    for lock in list(_locks):
        lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_release_in_child)
