"""RNV006: gates that never move from one end."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.rule import Symptom, counted, rule
from tb_rnnviz.analysis.saturation import saturation

SHARE = 0.99

_MEANS = {
    ("retain", "shut"): "the units forget at once",
    ("retain", "open"): "the units never forget",
    ("write", "shut"): "the units take in nothing",
    ("write", "open"): "the units take in everything",
    ("expose", "shut"): "the units show nothing of what they hold",
    ("expose", "open"): "the units always show what they hold",
    ("read", "shut"): "the units do not read their own past",
    ("read", "open"): "the units always read their own past",
}


@rule(
    "RNV006",
    "warning",
    "stuck gate",
    why="A gate that is always shut or always open decides nothing, and its gradient vanishes.",
    advice="Start the bias of the retain gate at 1 and those of the others at 0, lower the "
    "learning rate, and see whether the gate comes loose in later epochs.",
)
def stuck_gate(case: Case) -> Iterator[Symptom]:
    """Finds gates that are below 0.1, or above 0.9, at 99 percent of the tokens."""
    for quantity, role in case.roles.items():
        values = case.enough(quantity)
        if role is None or values is None:
            continue
        shares = saturation(values)
        for side, share in (("shut", shares.left), ("open", shares.right)):
            units = tuple(np.flatnonzero(share >= SHARE).tolist())
            if units:
                means = _MEANS.get((role, side))
                yield Symptom(
                    quantity,
                    units,
                    f"The {quantity} of {counted(units, values.shape[1])} is {side} at "
                    f"{100 * SHARE:.0f} % of the tokens or more{f': {means}' if means else ''}.",
                )
