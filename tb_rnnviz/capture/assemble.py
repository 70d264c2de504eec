"""Puts what separate passes recorded back into the order of the sequences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tb_rnnviz.capture.engine import Engine
from tb_rnnviz.capture.scan import CellScan
from tb_rnnviz.recording import LayerActivity


def layer_activity(
    engine: Engine,
    groups: Sequence[Sequence[int]],
    passes: Sequence[tuple[dict, dict]],
    lengths: Sequence[int],
) -> list[LayerActivity]:
    """What the passes recorded, by layer.

    Args:
        engine: The engine that ran the passes.
        groups: The sequences of each pass, by index.
        passes: Records (steps, batch, kept x units) and masks (batch, steps) of each pass, by path.
        lengths: Tokens of every sequence.

    Returns:
        The activity of every layer of which something was wanted.
    """
    activity = []
    steps = max(lengths)
    inside = np.arange(steps) < np.asarray(lengths)[:, None]
    for entry in engine.layers:
        scan = engine.scans[entry.path]
        if not scan.wanted:
            continue
        mask = inside.copy()
        parts = []
        for group, (records, masks) in zip(groups, passes, strict=True):
            record = np.moveaxis(np.asarray(records[entry.path], np.float32), 0, 1)
            if entry.path in masks:
                read = masks[entry.path]
                mask[group, : read.shape[1]] &= read
                record = _mark(scan, record, read)
            parts.append(record)
        whole = gather(parts, groups, lengths)
        activity.append(
            LayerActivity(
                entry.path,
                entry.cell_name,
                {name: scan.column(whole, name) for name in scan.wanted},
                entry.trace.quantities,
                mask,
                np.asarray(lengths),
            )
        )
    return activity


def _mark(scan: CellScan, record: np.ndarray, read: np.ndarray) -> np.ndarray:
    """At a masked step the states stay; what else the record holds there was never computed."""
    record = record.copy()
    for name in scan.kept:
        if name not in scan.trace.states:
            scan.column(record, name)[~read] = np.nan
    return record


def gather(parts: Sequence, groups: Sequence[Sequence[int]], lengths: Sequence[int]) -> Any:
    """Puts the groups' arrays back into the order of the sequences, padded with NaN."""
    if isinstance(parts[0], dict):
        return {key: gather([part[key] for part in parts], groups, lengths) for key in parts[0]}
    if isinstance(parts[0], (list, tuple)):
        return [gather(list(part), groups, lengths) for part in zip(*parts, strict=True)]
    if len(parts) == 1 and groups[0] == list(range(len(lengths))):
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
