"""Puts what separate passes recorded back into the order of the sequences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.capture.keras.cells import CellTrace, StackedTrace
from tb_rnnviz.capture.keras.scan import CellScan
from tb_rnnviz.capture.keras.tapped_model import Engine, Taps
from tb_rnnviz.recording import LayerActivity


def layer_activity(
    engine: Engine, groups: Sequence[Sequence[int]], passes: Sequence[Taps]
) -> list[LayerActivity]:
    """What the passes recorded, by layer.

    Args:
        engine: The engine that ran the passes.
        groups: The sequences of each pass, by index.
        passes: What was tapped in each pass, as arrays.

    Returns:
        The activity of every call of which something was wanted. A layer inside TimeDistributed
        reads the inner sequences one after the other. At a masked step the states are those
        before it; what else a cell holds there was never computed, and is NaN.
    """
    activity = []
    sequences = sum(len(group) for group in groups)
    for call in engine.calls:
        scan = engine.scan_of(call)
        taken = [(g, taps) for g, taps in zip(groups, passes, strict=True) if call in taps.records]
        if not scan.wanted or not taken:
            continue
        lengths = np.zeros(sequences, np.int64)
        reads = []
        for group, taps in taken:
            lengths[group] = _unfold(taps.records[call][scan.wanted[0]], len(group)).shape[1]
            read = taps.masks.get(call)
            reads.append(None if read is None else read.astype(bool).reshape(len(group), -1))
        mask = np.arange(lengths.max()) < lengths[:, None]
        for (group, _), read in zip(taken, reads, strict=True):
            if read is not None:
                mask[np.ix_(group, np.arange(read.shape[1]))] &= read
        arrays = {}
        for name in scan.wanted:
            parts = [_unfold(taps.records[call][name], len(group)) for group, taps in taken]
            arrays[name] = gather(parts, [group for group, _ in taken], lengths)
            if not mask.all() and name not in (*scan.trace.states, scan.trace.output):
                arrays[name] = np.where(mask[..., None], arrays[name], np.nan)
        for path, cell, trace, names in _layers(call, scan):
            quantities = {name: arrays[full] for full, name in names.items()}
            if quantities:
                activity.append(
                    LayerActivity(path, cell, quantities, trace.quantities, mask, lengths)
                )
    return activity


def gather(parts: Sequence, groups: Sequence[Sequence[int]], lengths: Sequence[int]) -> Any:
    """Puts the groups' arrays back into the order of the sequences, padded with NaN."""
    if isinstance(parts[0], dict):
        return {key: gather([part[key] for part in parts], groups, lengths) for key in parts[0]}
    if isinstance(parts[0], (list, tuple)):
        return [gather(list(part), groups, lengths) for part in zip(*parts, strict=True)]
    if len(parts) == 1 and list(groups[0]) == list(range(len(lengths))):
        return parts[0]
    shape = list(parts[0].shape)
    shape[0] = len(lengths)
    timed = len(shape) > 2 and all(
        part.shape[1] == lengths[group[0]] for part, group in zip(parts, groups, strict=True)
    )
    if timed:
        shape[1] = max(lengths)
    whole = np.full(shape, np.nan, np.result_type(parts[0].dtype, np.float32))
    for part, group in zip(parts, groups, strict=True):
        if timed:
            whole[group, : part.shape[1]] = part
        else:
            whole[group] = part
    return whole


def _unfold(record: np.ndarray, batch: int) -> np.ndarray:
    """A quantity (steps, rows, …) as float32 (batch, steps, units); rows are outer steps too."""
    array = np.moveaxis(np.asarray(record, np.float32), 0, 1)
    if array.ndim > 3:
        array = array.reshape(*array.shape[:2], -1)
    return array if len(array) == batch else array.reshape(batch, -1, array.shape[-1])


def _layers(call: str, scan: CellScan) -> Iterator[tuple[str, str, CellTrace, dict[str, str]]]:
    """The layers of a recording that one call makes: path, cell, trace, names in the record."""
    trace = scan.trace
    if not isinstance(trace, StackedTrace):
        yield call, type(trace.cell).__name__, trace, {name: name for name in scan.wanted}
        return
    for k, (name, inner) in enumerate(zip(trace.names(), trace.traces, strict=True)):
        own = [full for full in scan.wanted if full.split("/", 1)[0] == str(k)]
        names = {full: full.split("/", 1)[1] for full in own}
        yield f"{call}/{name}", type(inner.cell).__name__, inner, names
