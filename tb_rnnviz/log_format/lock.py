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

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LOCKED_BYTE = 1 << 30
"""Offset of the locked byte on Windows, so that the owner's name is readable."""

_UNSUPPORTED = {errno.ENOLCK, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}
"""Error numbers of file systems without locks."""


class RunInUseError(RuntimeError):
    """Error of a run that another writer has locked."""


class RunLock:
    """Exclusive lock of a run until `release`, or until the process ends.

    On a file system without locks nothing is locked, and two processes write separate files.

    Args:
        path: The lock file. It remains after the lock is released and then has no meaning.

    Raises:
        RunInUseError: if another process, or another writer of this one, has locked the run.
    """

    def __init__(self, path: Path):
        self._file = path.open("a+b", buffering=0)
        try:
            _lock(self._file)
        except OSError as error:
            owner = _owner(self._file)
            self._file.close()
            if error.errno in _UNSUPPORTED:
                return
            raise RunInUseError(
                f"{owner} is writing the run in {path.parent}, and a run has one writer. "
                "Wait until it ends, or give this one a log directory of its own."
            ) from error
        _locks.add(self)
        entry = {"pid": os.getpid(), "host": socket.gethostname(), "since": time.time()}
        with contextlib.suppress(OSError):  # On a full disk, the lock holds without a name.
            self._file.truncate(0)
            self._file.write(json.dumps(entry).encode())

    def release(self) -> None:
        """Releases the lock."""
        self._file.close()


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
