"""One process writes a run: a lock that the operating system lets go of when its holder dies."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import time
import weakref
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:
    import msvcrt

_BEYOND = 1 << 30
"""Where Windows locks a byte: what it locks cannot be read, and the holder's name must be."""

_UNSUPPORTED = {errno.ENOLCK, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}
"""How file systems say that they know no locks."""


class RunInUseError(RuntimeError):
    """Somebody else is writing the run."""


class RunLock:
    """Holds a run until `release`, or until the process ends in whatever way.

    On a file system without locks nothing is held, and two processes write files of their own.

    Args:
        path: The lock file. It stays when the lock is gone, and then means nothing.

    Raises:
        RunInUseError: if another process, or another writer of this one, holds the run.
    """

    def __init__(self, path: Path):
        self._file = path.open("a+b", buffering=0)
        try:
            _lock(self._file)
        except OSError as error:
            holder = _holder(self._file)
            self._file.close()
            if error.errno in _UNSUPPORTED:
                return
            raise RunInUseError(
                f"{holder} is writing the run in {path.parent}, and a run has one writer. "
                "Wait until it ends, or give this one a log directory of its own."
            ) from error
        _held.add(self)
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": time.time()}
        with contextlib.suppress(OSError):  # a full disk: the lock holds without a name
            self._file.truncate(0)
            self._file.write(json.dumps(holder).encode())

    def release(self) -> None:
        """Lets others write the run."""
        self._file.close()


def _holder(file: IO[bytes]) -> str:
    """Who wrote their name into the lock file."""
    try:
        file.seek(0)
        holder = json.loads(file.read(1000))
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(holder["since"]))
        who = f"process {holder['pid']} on {holder['host']} since {since}"
    except (OSError, ValueError, KeyError, TypeError):
        return "Another process"
    this = (holder["pid"], holder["host"]) == (os.getpid(), socket.gethostname())
    return f"Another callback or writer of this process ({who})" if this else f"Another {who}"


def _lock(file: IO[bytes]) -> None:
    if os.name == "nt":
        file.seek(_BEYOND)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


_held: weakref.WeakSet[RunLock] = weakref.WeakSet()


def _let_go_in_child() -> None:
    """A forked process, a data loader say, must not keep the lock of a parent that died."""
    for lock in list(_held):
        lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go_in_child)
