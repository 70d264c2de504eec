"""RNV009: a state that goes from one text to another."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.rule import Symptom, rule


@rule(
    "RNV009",
    "error",
    "state carried over shuffled batches",
    why="Each sequence begins with what another, unrelated one left, which is noise to the model.",
    advice="Train with shuffle=False and batches that continue each other, or without "
    "stateful=True; reset states where a text ends.",
)
def carry_over(case: Case) -> Iterator[Symptom]:
    """Finds stateful layers whose batches come in random order."""
    if not case.stateful or not case.shuffled:
        return
    seen = ""
    if case.initial_state is not None and len(case.initial_state):
        begins = np.abs(case.initial_state).max(axis=1, initial=0.0) > 0
        seen = f"; {np.count_nonzero(begins)} of {begins.size} sequences begin with a state"
    yield Symptom(None, (), f"The layer is stateful, and batches are shuffled{seen}.")
