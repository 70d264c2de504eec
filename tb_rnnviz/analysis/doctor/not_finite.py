"""RNV001: values that are NaN or infinite, and the first of them."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.rule import DiagnosticEvidence, rule


@rule(
    "RNV001",
    "error",
    "not a number",
    why="One NaN or infinity propagates to every later state and, through the gradient, to every "
    "weight.",
    advice="Lower the learning rate, clip gradients by their norm, and look for zeros in divisions "
    "and logarithms; mixed precision needs loss scaling.",
)
def not_finite(case: Case) -> Iterator[DiagnosticEvidence]:
    """Detects values that are not finite, and the earliest token with one.

    At one token the first quantity counts, in the order of the recording.
    """
    ends = np.cumsum(case.token_counts)
    starts = ends - case.token_counts
    first_token, first_value = np.inf, ""
    first_quantity: str | None = None
    units_concerned: set[int] = set()
    for quantity, values in case.quantities.items():
        finite = np.isfinite(values)
        if finite.all():
            continue
        steps, units = np.nonzero(~finite)
        units_concerned.update(units.tolist())
        sequence = np.searchsorted(ends, steps, side="right")
        token = steps - starts[sequence]
        earliest = int(np.argmin(token))
        if token[earliest] < first_token:
            first_token, first_quantity = token[earliest], quantity
            first_value = (
                f"{float(values[steps[earliest], units[earliest]])} in the {quantity} of unit "
                f"{units[earliest]} at token {token[earliest]} of sequence {sequence[earliest]}"
            )
    if first_quantity is not None:
        yield DiagnosticEvidence(
            first_quantity,
            tuple(sorted(units_concerned)),
            f"The first is {first_value}; {len(units_concerned)} units have one somewhere.",
        )
