"""RNV006: gates that are always shut or always open."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.rule import DiagnosticEvidence, format_units, rule
from tb_rnnviz.analysis.saturation import saturation
from tb_rnnviz.core.names import EXPOSE, READ, RETAIN, WRITE

SHARE = 0.99

_CONSEQUENCES = {
    (RETAIN, "shut"): "the units forget at once",
    (RETAIN, "open"): "the units never forget",
    (WRITE, "shut"): "the units take in nothing",
    (WRITE, "open"): "the units take in everything",
    (EXPOSE, "shut"): "the units show nothing of what they hold",
    (EXPOSE, "open"): "the units always show what they hold",
    (READ, "shut"): "the units do not read their own past",
    (READ, "open"): "the units always read their own past",
}


@rule(
    "RNV006",
    "warning",
    "stuck gate",
    why="A gate that is always shut or always open makes no decision, and its gradient vanishes.",
    advice="Initialise the bias of the retain gate with 1 and those of the others with 0, lower "
    "the learning rate, and check later epochs.",
)
def stuck_gate(case: Case) -> Iterator[DiagnosticEvidence]:
    """Detects gates that are below 0.1, or above 0.9, at 99 percent of the tokens."""
    for quantity, role in case.roles.items():
        values = case.sufficient_activity(quantity)
        if role is None or values is None:
            continue
        shares = saturation(values)
        for end, share in (("shut", shares.left), ("open", shares.right)):
            units = tuple(np.flatnonzero(share >= SHARE).tolist())
            if units:
                consequence = _CONSEQUENCES.get((role, end))
                yield DiagnosticEvidence(
                    quantity,
                    units,
                    f"The {quantity} of {format_units(units, values.shape[1])} is {end} at "
                    f"{100 * SHARE:.0f} % of the tokens or more"
                    f"{f': {consequence}' if consequence else ''}.",
                )
