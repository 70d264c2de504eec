"""RNV001: the first value that is no number."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.rule import Symptom, rule


@rule(
    "RNV001",
    "error",
    "not a number",
    why="One NaN or infinity reaches every later state and, through the gradient, every weight.",
    advice="Lower the learning rate, clip gradients by their norm, and look for zeros in divisions "
    "and logarithms; mixed precision needs loss scaling.",
)
def not_finite(case: Case) -> Iterator[Symptom]:
    """Finds where it began: the earliest token of any sequence, quantities in their order."""
    starts = np.cumsum(case.lengths) - case.lengths if case.quantities else np.zeros(0)
    first: tuple[int, int, str, int, float] | None = None
    bad: set[int] = set()
    for name, values in case.quantities.items():
        places, units = np.nonzero(~np.isfinite(values))
        if not places.size:
            continue
        bad.update(units.tolist())
        sequence = np.searchsorted(np.cumsum(case.lengths), places, side="right")
        token = places - starts[sequence]
        earliest = int(np.argmin(token))
        if first is None or token[earliest] < first[0]:
            value = float(values[places[earliest], units[earliest]])
            first = (
                int(token[earliest]),
                int(sequence[earliest]),
                name,
                int(units[earliest]),
                value,
            )
    if first is not None:
        token, sequence, name, unit, value = first
        yield Symptom(
            name,
            tuple(sorted(bad)),
            f"The first is {value} in the {name} of unit {unit} at token {token} of sequence "
            f"{sequence}; {len(bad)} units have one somewhere.",
        )
