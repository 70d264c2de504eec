"""RNV008: padding that changes the state."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.rule import Symptom, counted, rule

TOLERANCE = 1e-3


@rule(
    "RNV008",
    "error",
    "padding leaks into the state",
    why="The state behind a short sequence depends on how long the others of its batch are.",
    advice="Pass a mask: Embedding(mask_zero=True) or a Masking layer, with nothing between that "
    "drops it; or batch sequences of one length.",
)
def padding(case: Case) -> Iterator[Symptom]:
    """Compares states behind sequences run alone and behind the same ones with padding."""
    if case.padded is None:
        return
    alone, behind = case.padded
    with np.errstate(invalid="ignore"):
        change = np.abs(np.asarray(behind, np.float64) - alone)
    leaks = change > TOLERANCE * np.maximum(1.0, np.abs(alone))
    units = tuple(np.flatnonzero(leaks.any(axis=0)).tolist())
    if units:
        yield Symptom(
            "hidden_state",
            units,
            f"Behind the padding {counted(units, alone.shape[1])} have another state than "
            f"without it, in {np.count_nonzero(leaks.any(axis=1))} of {len(alone)} sequences; the "
            f"largest change is {np.nanmax(change):.3g}.",
        )
