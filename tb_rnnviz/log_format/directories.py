"""Log directories: local, absolute paths."""

from __future__ import annotations

import os
import re
from pathlib import Path


def local_directory(log_dir: str | os.PathLike) -> Path:
    """Returns a log directory as an absolute path, with `~` as the home directory.

    Later changes of the working directory have no effect on the path.

    Raises:
        ValueError: if the directory is not local.

    Example:
        >>> local_directory("~/logs") == Path.home() / "logs"
        True
    """
    path = os.fsdecode(log_dir)
    if re.match(r"[a-z][a-z0-9+.-]+://", path):
        raise ValueError(f"The log directory must be a local path. Received: {path!r}")
    return Path(os.path.abspath(os.path.expanduser(path)))
