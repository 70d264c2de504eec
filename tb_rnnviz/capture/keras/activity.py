"""Activity of the layers from tapped passes, in the order of the sequences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.capture.keras.cells import CellTrace, StackedTrace
from tb_rnnviz.capture.keras.scan import CellScan
from tb_rnnviz.capture.keras.tapped_model import TappedModel, Taps
from tb_rnnviz.recording import LayerActivity


def layer_activity(
    tapped: TappedModel,
    groups: Sequence[Sequence[int]],
    passes: Sequence[Taps],
    sequences: int = 1,
) -> list[LayerActivity]:
    """Returns the activity of every call, by layer.

    Args:
        tapped: The tapped model that ran the passes.
        groups: The sequences of each pass, by index.
        passes: Taps of each pass, as arrays.
        sequences: Number of sequences, empty ones included. Defaults to 1.

    Returns:
        The activity of every call of which a quantity is recorded. A layer inside TimeDistributed
        reads the inner sequences one after the other. At a masked step the states are those
        before it; its other quantities were never computed, and are NaN.
    """
    activity = []
    for call in tapped.calls:
        scan = tapped.scan_of(call)
        ran = [(g, taps) for g, taps in zip(groups, passes, strict=True) if call in taps.records]
        if not scan.recorded or not ran:
            continue
        first = scan.recorded[0]
        if any(np.shape(taps.records[call][first])[1] % len(group) for group, taps in ran):
            tapped.failed[call] = "it reads another number of sequences than the model"
            continue
        lengths = np.zeros(sequences, np.int64)
        read_masks = []
        for group, taps in ran:
            lengths[group] = _unfold(taps.records[call][scan.recorded[0]], len(group)).shape[1]
            read = taps.masks.get(call)
            read_masks.append(None if read is None else read.astype(bool).reshape(len(group), -1))
        mask = np.arange(lengths.max()) < lengths[:, None]
        for (group, _), read in zip(ran, read_masks, strict=True):
            if read is not None:
                mask[np.ix_(np.asarray(group), np.arange(read.shape[1]))] &= read
        arrays = {}
        for name in scan.recorded:
            parts = [_unfold(taps.records[call][name], len(group)) for group, taps in ran]
            arrays[name] = gather(parts, [group for group, _ in ran], lengths)
            if not mask.all() and name not in (*scan.trace.states, scan.trace.output):
                arrays[name] = np.where(mask[..., None], arrays[name], np.nan)
        for path, trace, names in _layers(call, scan):
            quantities = {name: arrays[full_name] for full_name, name in names.items()}
            if quantities:
                cell = type(trace.cell).__name__
                activity.append(
                    LayerActivity(path, cell, quantities, trace.quantities, mask, lengths)
                )
    return activity


def gather(
    parts: Sequence, groups: Sequence[Sequence[int]], lengths: Sequence[int] | np.ndarray
) -> Any:
    """Puts the groups' arrays back into the order of the sequences, padded with NaN.

    Args:
        parts: An array of each group, (sequences, …), whose other axes may differ in size; or the
            same structure of arrays.
        groups: The sequences of each group, by index.
        lengths: Steps of each sequence, integers (sequences,).
    """
    if any(part is None for part in parts):
        return None
    if isinstance(parts[0], dict):
        return {key: gather([part[key] for part in parts], groups, lengths) for key in parts[0]}
    if isinstance(parts[0], (list, tuple)):
        return [gather(list(part), groups, lengths) for part in zip(*parts, strict=True)]
    if len(parts) == 1 and list(groups[0]) == list(range(len(lengths))):
        return parts[0]
    sizes = np.max([part.shape[1:] for part in parts], axis=0, initial=0).astype(int)
    dtype = np.result_type(parts[0].dtype, np.float32)
    whole = np.full((len(lengths), *sizes), np.nan, dtype)
    for part, group in zip(parts, groups, strict=True):
        inside: tuple[Any, ...] = (group, *(slice(size) for size in part.shape[1:]))
        whole[inside] = part
    return whole


def _unfold(record: np.ndarray, batch: int) -> np.ndarray:
    """Returns a quantity (steps, rows, …) as float32 (batch, steps, units).

    Several rows a sequence are outer steps.
    """
    array = np.moveaxis(np.asarray(record, np.float32), 0, 1)
    if array.ndim > 3:
        array = array.reshape(*array.shape[:2], -1)
    return array if len(array) == batch else array.reshape(batch, -1, array.shape[-1])


def _layers(call: str, scan: CellScan) -> Iterator[tuple[str, CellTrace, dict[str, str]]]:
    """Yields path, trace and quantities of each layer that a call records.

    Quantities are a dict from the name in the record to the name in the layer.
    """
    trace = scan.trace
    if not isinstance(trace, StackedTrace):
        yield call, trace, {name: name for name in scan.recorded}
        return
    for k, (name, inner) in enumerate(zip(trace.names(), trace.traces, strict=True)):
        full_names = [full for full in scan.recorded if full.split("/", 1)[0] == str(k)]
        yield f"{call}/{name}", inner, {full: full.split("/", 1)[1] for full in full_names}
