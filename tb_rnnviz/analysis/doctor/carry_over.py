"""RNV009: a state carried over from one text to another."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.rule import DiagnosticEvidence, rule


@rule(
    "RNV009",
    "error",
    "state carried over shuffled batches",
    why="Each sequence starts from the state that an unrelated one left, which is noise to the "
    "model.",
    advice="Train with shuffle=False and batches that continue each other, or without "
    "stateful=True; reset the states at the end of a text.",
)
def carry_over(case: Case) -> Iterator[DiagnosticEvidence]:
    """Detects stateful layers whose batches come in random order."""
    if not case.stateful or not case.shuffled:
        return
    initial = ""
    if case.initial_state is not None and len(case.initial_state):
        nonzero = np.abs(case.initial_state).max(axis=1, initial=0.0) > 0
        initial = f"; {np.count_nonzero(nonzero)} of {nonzero.size} sequences begin with a state"
    yield DiagnosticEvidence(None, (), f"The layer is stateful, and batches are shuffled{initial}.")
