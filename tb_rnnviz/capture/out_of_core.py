"""Out-of-core recordings: too large for memory, read in blocks and kept in files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tb_rnnviz.capture.predictions import Predictions, join_predictions
from tb_rnnviz.capture.recorder import Names, Recorder
from tb_rnnviz.probe import Probe
from tb_rnnviz.recording import LayerActivity, Recording

BLOCK_TOKENS = 1024
"""Tokens that are read at once."""

OUT_OF_CORE_BYTES = 256 << 20
"""Activity of at least this size, float32, goes through files."""


class ActivityFile:
    """Activity of one quantity in a file, (tokens, units), read a few units at a time.

    The file has blocks of tokens one after the other, each unit-major, so that a few units are
    contiguous in every block.

    Args:
        path: The file, which need not exist yet.
        units: Number of units.
        block_lengths: Tokens of each block in the file.
        selection: Boolean (tokens,), the tokens to show. Defaults to all.

    Example:
        >>> import tempfile
        >>> activity = ActivityFile(Path(tempfile.mkdtemp(), "state"), units=3)
        >>> activity.append(np.arange(6.0).reshape(2, 3))
        >>> activity.append(np.arange(6.0, 9.0).reshape(1, 3))
        >>> activity.shape, activity[:, 1:2].ravel().tolist()
        ((3, 3), [1.0, 4.0, 7.0])
    """

    dtype = np.dtype(np.float32)

    def __init__(
        self,
        path: Path,
        units: int,
        block_lengths: Sequence[int] = (),
        selection: np.ndarray | None = None,
    ):
        self._path, self._units = path, units
        self._block_lengths, self._selection = list(block_lengths), selection

    @property
    def shape(self) -> tuple[int, int]:
        """Number of tokens and of units."""
        selection = self._selection
        tokens = sum(self._block_lengths) if selection is None else int(selection.sum())
        return tokens, self._units

    def __len__(self) -> int:
        return self.shape[0]

    def append(self, block: np.ndarray) -> None:
        """Adds the next tokens, (tokens, units)."""
        with self._path.open("ab") as file:
            np.ascontiguousarray(block.T, np.float32).tofile(file)
        self._block_lengths.append(len(block))

    def __getitem__(self, key: Any) -> Any:
        """Reads by two slices, tokens and units; or selects tokens by a boolean array."""
        if isinstance(key, np.ndarray):
            return ActivityFile(self._path, self._units, self._block_lengths, key)
        tokens, units = key
        units = range(*units.indices(self._units))
        values = np.empty((len(units), sum(self._block_lengths)), np.float32)
        begin = 0
        with self._path.open("rb", buffering=0) as file:
            for length in self._block_lengths:
                file.seek(values.itemsize * (begin * self._units + units.start * length))
                block = np.fromfile(file, np.float32, values.shape[0] * length)
                values[:, begin : begin + length] = block.reshape(-1, length)
                begin += length
        return (values if self._selection is None else values[:, self._selection]).T[tokens]


class OutOfCoreActivity(LayerActivity):
    """Activity of a layer in files; a quantity is read when it is asked for.

    Args:
        block: Activity of the first block, which tells the layer and its quantities.
        directory: Directory of the files.
        steps: Tokens of the whole sequence.
    """

    def __init__(self, block: LayerActivity, directory: Path, steps: int):
        mask = np.ones((1, steps), bool)
        super().__init__(block.path, block.cell, {}, {}, mask, np.array([steps]), block.axis)
        self.roles = dict(block.roles)
        first = len(list(directory.iterdir()))
        self._files = {
            name: ActivityFile(directory / f"{first}-{k}.f32", block.width(name))
            for k, name in enumerate(block)
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def append(self, block: LayerActivity, begin: int) -> None:
        """Adds the next tokens, of which the first has the index `begin`."""
        for name, file in self._files.items():
            file.append(block[name][0])
        self.mask[0, begin : begin + block.mask.shape[1]] = block.mask[0]

    def width(self, quantity: str) -> int:
        return self._files[quantity].shape[1]

    def __getitem__(self, quantity: str) -> np.ndarray:
        if quantity not in self._files:
            return super().__getitem__(quantity)
        return self._files[quantity][:, :][None]

    def flat(self, quantity: str) -> tuple[Any, np.ndarray]:
        return self._files[quantity], self.mask[0]


def is_out_of_core(
    recorder: Recorder, probe: Probe, layers: Names = None, quantities: Names = None
) -> bool:
    """True if a recording is too large for memory and the model can read it in blocks.

    Args:
        recorder: Recorder of the model.
        probe: The input.
        layers: As for `record`.
        quantities: As for `record`.

    Raises:
        ValueError: if a layer or quantity does not exist.
    """
    size = recorder.activity_bytes(probe, layers, quantities)
    return size >= OUT_OF_CORE_BYTES and recorder.can_read_in_blocks(probe)


def record_out_of_core(
    recorder: Recorder,
    probe: Probe,
    directory: Path,
    layers: Names = None,
    quantities: Names = None,
) -> tuple[Recording, Predictions]:
    """Records one long sequence into files, a block of tokens at a time.

    Args:
        recorder: Recorder of a model that can read the probe in blocks.
        probe: One sequence.
        directory: Directory of the files; the recording is readable as long as they exist.
        layers: As for `record`.
        quantities: As for `record`.

    Returns:
        A recording without outputs whose quantities are read from the files when they are asked
        for, and the predictions at every token.
    """
    activity: dict[str, OutOfCoreActivity] = {}
    predictions: list[Predictions] = []
    targets = None if probe.targets is None else probe.targets[0]
    steps, begin = probe.lengths[0], 0
    for block in recorder.read_in_blocks(probe, BLOCK_TOKENS, layers, quantities):
        end = begin + int(block.lengths[0])
        for path in block.layers:
            if path not in activity:
                activity[path] = OutOfCoreActivity(block[path], directory, steps)
            activity[path].append(block[path], begin)
        block_targets = None if targets is None else [targets[begin:end]]
        predictions.append(recorder.outputs(block, block_targets))
        begin = end
    recording = Recording(
        list(activity.values()),
        [steps],
        probe=probe.name,
        labels=probe.labels,
        columns=probe.columns,
        axes={probe.axis: probe.axes[probe.axis]},
        axis=probe.axis,
        rate=probe.rate,
        time_unit=probe.time_unit,
    )
    return recording, join_predictions(predictions)
