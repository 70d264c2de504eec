"""RNV008: padding that changes the state."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.rule import DiagnosticEvidence, format_units, rule
from tb_rnnviz.core.names import HIDDEN_STATE

TOLERANCE = 1e-3


@rule(
    "RNV008",
    "error",
    "padding leaks into the state",
    why="The state after a short sequence depends on the length of the others in its batch.",
    advice="Pass a mask: Embedding(mask_zero=True) or a Masking layer, without a layer in between "
    "that drops it; or batch sequences of one length.",
)
def padding(case: Case) -> Iterator[DiagnosticEvidence]:
    """Compares the states after sequences without padding and after their padding."""
    if case.padded is None:
        return
    without, after = case.padded
    with np.errstate(invalid="ignore"):
        change = np.abs(np.asarray(after, np.float64) - without)
    leaks = change > TOLERANCE * np.maximum(1.0, np.abs(without))
    units = tuple(np.flatnonzero(leaks.any(axis=0)).tolist())
    if units:
        yield DiagnosticEvidence(
            HIDDEN_STATE,
            units,
            f"After the padding {format_units(units, without.shape[1])} have another state than "
            f"without it, in {np.count_nonzero(leaks.any(axis=1))} of {len(without)} sequences; "
            f"the largest change is {np.nanmax(change):.3g}.",
        )
