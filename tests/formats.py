"""Readers of files and answers that follow the docs alone, not the library's code."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np


def event_file(log_dir: Path) -> Path:
    """Returns the only event file of a run."""
    (path,) = (log_dir / "rnnviz").glob("*tfevents*")
    return path


def unpack(container: bytes) -> tuple[dict, list[bytes]]:
    """Returns header and blobs of a container, laid out as in `http_api.md`."""
    count = int.from_bytes(container[:4], "little")
    lengths = np.frombuffer(container, "<u4", count, 4)
    ends = 4 + 4 * count + np.cumsum(lengths)
    blobs = [container[end - size : end] for size, end in zip(lengths, ends, strict=True)]
    assert ends[-1] == len(container)
    return json.loads(blobs[0]), blobs[1:]
