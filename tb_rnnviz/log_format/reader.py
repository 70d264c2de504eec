"""Reads recordings back from a run's event files, for notebooks and for the tests."""

from __future__ import annotations

import json
import os
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tensorboard.compat.proto import event_pb2

from tb_rnnviz.log_format import codec
from tb_rnnviz.log_format.event_file import event_files
from tb_rnnviz.log_format.tags import LARGE, RUN_DIRECTORY, is_newer, parse_content
from tb_rnnviz.log_format.tfrecord import read_frames
from tb_rnnviz.recording import LAST, LayerActivity, Recording


def load(log_dir: str | os.PathLike, probe: str | None = None, step: int | str = LAST) -> Recording:
    """A recording as it stands in the event files.

    Args:
        log_dir: The directory that the callback was given.
        probe: The probe's name. Defaults to the only one there is.
        step: The step, or `"last"`, the default.

    Returns:
        A `Recording` without outputs. Its values are those of the log: 8-bit with a scale per unit
        unless the callback was asked for more.

    Raises:
        FileNotFoundError: if there is no RNN-Viz run in the directory.
        ValueError: if the run has no such probe or step.
    """
    directory = _run_directory(Path(log_dir))
    steps: dict[str, list[int]] = {}
    for event, content, _ in _large_values(directory):
        if content["kind"] == "text":
            steps.setdefault(content["probe"], []).append(event.step)
    if not steps:
        raise ValueError(f"{directory} holds no recording yet.")
    if probe is None and len(steps) == 1:
        probe = next(iter(steps))
    if probe not in steps:
        raise ValueError(f"No probe {probe!r} in {directory}. Allowed: {sorted(steps)}")
    wanted = steps[probe][-1] if step == LAST else step
    if wanted not in steps[probe]:
        raise ValueError(
            f"No step {step!r} of probe {probe!r} in {directory}. Allowed: {steps[probe]}"
        )
    return _recording(directory, probe, wanted)


def _run_directory(log_dir: Path) -> Path:
    for directory in (log_dir / RUN_DIRECTORY, log_dir):
        if directory.is_dir() and event_files(directory):
            return directory
    raise FileNotFoundError(
        f"No RNN-Viz run in {log_dir}: there is no event file in {log_dir / RUN_DIRECTORY}. "
        "Pass the directory that RNNVizCallback was given."
    )


def _large_values(directory: Path) -> Iterator[tuple[event_pb2.Event, dict, Any]]:
    """Every blob sequence of a run with its event and its tag's content."""
    contents: dict[str, dict | None] = {}
    newer = False
    for path in event_files(directory):
        with path.open("rb") as file:
            for data in read_frames(file):
                event = event_pb2.Event.FromString(data)
                for value in event.summary.value:
                    if value.HasField("metadata"):
                        plugin = value.metadata.plugin_data
                        content = parse_content(plugin.content)
                        known = plugin.plugin_name == LARGE and content is not None
                        if known and is_newer(content):
                            newer, known = True, False
                        contents[value.tag] = content if known else None
                    if contents.get(value.tag):
                        yield event, contents[value.tag], value
    if newer:
        warnings.warn(
            f"{directory} holds data of a newer version of RNN-Viz, which was skipped. "
            "Upgrade tb-rnnviz to read it.",
            stacklevel=3,
        )


def _recording(directory: Path, probe: str, step: int) -> Recording:
    layers: dict[str, dict[str, Any]] = {}
    lengths, tokens, labels = [], [], None
    for event, content, value in _large_values(directory):
        if event.step != step or content["probe"] != probe:
            continue
        header, blobs = json.loads(value.tensor.string_val[0]), value.tensor.string_val[1:]
        if content["kind"] == "text":
            lengths, tokens = header["lengths"], _tokens(header, blobs)
            labels = header.get("labels")
        elif content["kind"] == "activity":
            layer = layers.setdefault(content["layer"], {"cell": content["cell"], "of": {}})
            layer["of"][content["quantity"]] = content["role"], *codec.decode(header, blobs)
    inside = np.arange(max(lengths, default=0)) < np.asarray(lengths)[:, None]
    activity = []
    for path, layer in layers.items():
        arrays, mask = {}, inside.copy()
        for quantity, (_, flat, seen) in layer["of"].items():
            arrays[quantity] = np.full((*inside.shape, flat.shape[1]), np.nan, np.float32)
            arrays[quantity][inside] = flat
            mask[inside] &= seen
        roles = {quantity: role for quantity, (role, *_) in layer["of"].items()}
        activity.append(LayerActivity(path, layer["cell"], arrays, roles, mask, lengths))
    return Recording(activity, lengths, tokens=tokens, probe=probe, step=step, labels=labels)


def _tokens(header: dict, blobs: Any) -> list[list[str]]:
    table = json.loads(zlib.decompress(blobs[0]))
    place = [array["name"] for array in header["arrays"]].index("tokens")
    flat = [table[i] for i in np.frombuffer(zlib.decompress(blobs[1 + place]), "<u4")]
    ends = np.cumsum(header["lengths"])
    return [flat[end - length : end] for length, end in zip(header["lengths"], ends, strict=True)]
