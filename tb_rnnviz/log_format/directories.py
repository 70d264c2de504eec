"""Log directories: local paths and URLs of remote file systems."""

from __future__ import annotations

import os
from pathlib import Path

from tb_rnnviz.log_format.remote_path import RemotePath, is_url

LogPath = Path | RemotePath
"""Path of a file or directory of a log."""


def log_directory(log_dir: str | os.PathLike | RemotePath) -> LogPath:
    """Returns a log directory as a URL, or as an absolute path.

    `~` is the home directory. Later changes of the working directory have no effect on the path.

    Raises:
        ImportError: if the package for a URL is not installed.
        ValueError: if fsspec does not know the scheme of a URL.

    Example:
        >>> log_directory("~/logs") == Path.home() / "logs"
        True
        >>> str(log_directory("memory://logs/"))
        'memory://logs'
    """
    if isinstance(log_dir, RemotePath):
        return log_dir
    path = os.fsdecode(log_dir)
    if is_url(path):
        return RemotePath(path)
    return Path(os.path.abspath(os.path.expanduser(path)))
