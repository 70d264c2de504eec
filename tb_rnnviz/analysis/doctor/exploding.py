"""RNV007: cell states of a large magnitude."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.rule import DiagnosticEvidence, format_units, rule
from tb_rnnviz.core.names import CELL_STATE

LIMIT = 20.0
GROWTH = 1.5
"""Ratio of the largest values in the second and first halves of sequences."""


@rule(
    "RNV007",
    "warning",
    "exploding cell state",
    why="The tanh of such a cell state is one, so that the output of the unit no longer changes "
    "and its gradient vanishes; in float16 the cell state eventually overflows.",
    advice="Regularise or clip the cell state, shorten sequences, or lower the bias of the retain "
    "gate.",
)
def exploding(case: Case) -> Iterator[DiagnosticEvidence]:
    """Detects units whose cell state exceeds 20 in magnitude, and tests for growth."""
    values = case.quantities.get(CELL_STATE)
    if values is None or not len(values):
        return
    size = np.abs(np.where(np.isfinite(values), values, 0.0))
    units = tuple(np.flatnonzero(size.max(axis=0) > LIMIT).tolist())
    if not units:
        return
    step, unit = np.unravel_index(np.argmax(size), size.shape)
    counts = case.token_counts
    token = np.arange(len(values)) - np.repeat(np.cumsum(counts) - counts, counts)
    is_late = token >= np.repeat(counts / 2, counts)
    early_size = size[~is_late][:, list(units)].max(initial=0.0)
    late_size = size[is_late][:, list(units)].max(initial=0.0)
    grows = is_late.any() and late_size > GROWTH * early_size
    trend = "and is larger in the second half of sequences" if grows else "and does not grow on"
    yield DiagnosticEvidence(
        CELL_STATE,
        units,
        f"The cell state of {format_units(units, values.shape[1])} exceeds {LIMIT:g}; it reaches "
        f"{size[step, unit]:.3g} in unit {unit} at token {token[step]} {trend}.",
    )
