"""Reader of recordings from the event files of a run, for notebooks and programs."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from tensorboard.compat.proto import event_pb2

from tb_rnnviz.log_format.activity import EncodedActivity
from tb_rnnviz.log_format.event_file import event_files
from tb_rnnviz.log_format.tags import LARGE, RUN_DIRECTORY, is_newer, parse_content
from tb_rnnviz.log_format.text import EncodedText
from tb_rnnviz.log_format.tfrecord import read_frames
from tb_rnnviz.recording import LAST, LayerActivity, Recording


def load(log_dir: str | os.PathLike, probe: str | None = None, step: int | str = LAST) -> Recording:
    """Loads a recording from the event files of a run.

    Args:
        log_dir: The directory that was passed to the callback.
        probe: Name of the probe. Defaults to the only one in the log.
        step: The step, or `"last"`. Defaults to `"last"`.

    Returns:
        A `Recording` without outputs. Its values are those of the log: 8-bit with a scale per unit
        unless the callback was given another encoding.

    Raises:
        FileNotFoundError: if there is no RNN-Viz run in the directory.
        ValueError: if the run has no such probe or step.
    """
    directory = run_directory(Path(log_dir))
    steps: dict[str, list[int]] = {}
    for value in _large_values(directory):
        if value.kind == "text":
            steps.setdefault(value.probe, []).append(value.step)
    if not steps:
        raise ValueError(f"{directory} holds no recording yet.")
    if probe is None and len(steps) == 1:
        probe = next(iter(steps))
    if probe not in steps:
        raise ValueError(f"No probe {probe!r} in {directory}. Allowed: {sorted(steps)}")
    recorded_step = steps[probe][-1] if step == LAST else step
    if recorded_step not in steps[probe]:
        raise ValueError(
            f"No step {step!r} of probe {probe!r} in {directory}. Allowed: {steps[probe]}"
        )
    return _recording(directory, probe, recorded_step)


def load_text(log_dir: str | os.PathLike, probe: str, step: int) -> EncodedText:
    """Loads the text of a recording from the event files of a run.

    Args:
        log_dir: The directory that was passed to the callback.
        probe: Name of the probe.
        step: The step.

    Raises:
        FileNotFoundError: if there is no RNN-Viz run in the directory.
        ValueError: if the run has no such text.
    """
    directory = run_directory(Path(log_dir))
    for value in _large_values(directory):
        if (value.kind, value.probe, value.step) == ("text", probe, step):
            return EncodedText(value.strings)
    raise ValueError(f"{directory} holds no text of {probe!r} at step {step}.")


def run_directory(log_dir: Path) -> Path:
    """Returns the directory of the event files below or at `log_dir`.

    Raises:
        FileNotFoundError: if there is none.
    """
    for directory in (log_dir / RUN_DIRECTORY, log_dir):
        if directory.is_dir() and event_files(directory):
            return directory
    raise FileNotFoundError(
        f"No RNN-Viz run in {log_dir}: there is no event file in {log_dir / RUN_DIRECTORY}. "
        "Pass the directory that RNNVizCallback was given."
    )


class _LargeValue(NamedTuple):
    """Blob sequence of a tag at one step."""

    step: int
    content: Mapping[str, Any]
    strings: Sequence[bytes]

    @property
    def kind(self) -> str:
        return self.content["kind"]

    @property
    def probe(self) -> str:
        return self.content["probe"]


def _large_values(directory: Path) -> Iterator[_LargeValue]:
    """Yields every blob sequence of a run that this version can read."""
    contents: dict[str, dict[str, Any] | None] = {}
    skips_newer = False
    for path in event_files(directory):
        with path.open("rb") as file:
            for data in read_frames(file):
                event = event_pb2.Event.FromString(data)
                for value in event.summary.value:
                    if value.HasField("metadata"):
                        plugin = value.metadata.plugin_data
                        content = parse_content(plugin.content)
                        if plugin.plugin_name != LARGE:
                            content = None
                        if content is not None and is_newer(content):
                            content, skips_newer = None, True
                        contents[value.tag] = content
                    content = contents.get(value.tag)
                    if content:
                        yield _LargeValue(event.step, content, value.tensor.string_val)
    if skips_newer:
        warnings.warn(
            f"{directory} holds data of a newer version of RNN-Viz, which was skipped. "
            "Upgrade tb-rnnviz to read it.",
            stacklevel=3,
        )


def _recording(directory: Path, probe: str, step: int) -> Recording:
    text: EncodedText | None = None
    layers: dict[str, dict[str, tuple[Mapping[str, Any], np.ndarray, np.ndarray]]] = {}
    for value in _large_values(directory):
        if (value.step, value.probe) != (step, probe):
            continue
        if value.kind == "text":
            text = EncodedText(value.strings)
        elif value.kind == "activity":
            header, *blobs = value.strings
            decoded = EncodedActivity(header).decode(blobs)
            quantities = layers.setdefault(value.content["layer"], {})
            quantities[value.content["quantity"]] = value.content, *decoded
    if text is None:
        raise ValueError(f"{directory} holds no text of {probe!r} at step {step}.")
    lengths = text.lengths
    return Recording(
        [_layer_activity(layer, layers[layer], np.array(lengths)) for layer in layers],
        lengths,
        tokens=text.tokens(),
        probe=probe,
        step=step,
        labels=text.labels,
    )


def _layer_activity(
    layer: str,
    quantities: Mapping[str, tuple[Mapping[str, Any], np.ndarray, np.ndarray]],
    lengths: np.ndarray,
) -> LayerActivity:
    """Pads the quantities of a layer to sequences of one length.

    Args:
        layer: Path of the layer.
        quantities: By name, content of the tag, activity (tokens, units) and mask (tokens,).
        lengths: Number of tokens of each sequence, (sequences,).
    """
    inside = np.arange(lengths.max(initial=0)) < lengths[:, None]
    arrays, mask = {}, inside.copy()
    for quantity, (_, activity, is_recorded) in quantities.items():
        arrays[quantity] = np.full((*inside.shape, activity.shape[1]), np.nan, np.float32)
        arrays[quantity][inside] = activity
        mask[inside] &= is_recorded
    contents = {quantity: content for quantity, (content, *_) in quantities.items()}
    cell = next(iter(contents.values()))["cell"]
    roles = {quantity: content["role"] for quantity, content in contents.items()}
    return LayerActivity(layer, cell, arrays, roles, mask, lengths)
