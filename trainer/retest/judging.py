"""When a finding stands in another recording: the rule, and nothing else."""

from dataclasses import dataclass

import numpy as np

from tb_rnnviz.analysis import Relevance
from tb_rnnviz.core.statistics import SIGNIFICANT

LEAST = 0.5
"""The share of the card's effect that is asked for."""


@dataclass(frozen=True)
class Trial:
    """One unit held against the feature of a finding.

    Attributes:
        what: Why this unit, such as "same unit".
        unit: The unit; `None` where there is none to test.
        effect: Cohen's d; NaN without unit.
        auc: NaN of a feature that is a number.
        q: Over the units that were tested here.
        family_p: The share of shifts at which the best of all units does as well.
        against: What speaks against it, each half a sentence; nothing where it stands.
    """

    what: str
    unit: int | None
    effect: float = np.nan
    auc: float = np.nan
    q: float = np.nan
    family_p: float = np.nan
    against: tuple[str, ...] = ()

    @property
    def stands(self) -> bool:
        return not self.against


def same_link(what: str, found: Relevance, unit: int, effect: float) -> Trial:
    """Whether a unit that was named beforehand goes with the feature as it did.

    It does where the effect has the sign that it had, q over the units that were tested here is
    at most 0.05, and the effect is at least half as large.

    Args:
        what: Why this unit.
        found: The feature against every unit.
        unit: The unit.
        effect: The effect that is expected of it, with its sign.
    """
    here, q = found.effect[unit], found.q[unit]
    against = _weak(here, effect)
    if not against and here * effect < 0:
        against.append(f"the effect is {here:+.3g}, and had the other sign, {effect:+.3g}")
    if not q <= SIGNIFICANT:
        against.append(f"q is {q:.2g}, more than {SIGNIFICANT}")
    return _trial(what, found, unit, against)


def best_link(what: str, found: Relevance, effect: float) -> Trial:
    """Whether any unit goes with the feature: the strongest, corrected for having looked for it.

    It does where the family-wise p is at most 0.05 and the effect, whatever its sign, is at least
    half as large.

    Args:
        what: Why this unit.
        found: The feature against every unit.
        effect: The effect of the unit that was found first.
    """
    if not np.isfinite(found.effect).any():
        return Trial(what, None, against=("no unit has a value",))
    falls = ~(found.q <= SIGNIFICANT)
    size = np.where(np.isfinite(found.effect), np.abs(found.effect), -1.0)
    unit = int(np.lexsort([-size, falls])[0])
    against = _weak(found.effect[unit], effect)
    if not found.p_family[unit] <= SIGNIFICANT:
        against.append(f"family-wise p is {found.p_family[unit]:.2g}, more than {SIGNIFICANT}")
    return _trial(what, found, unit, against)


def _weak(here: float, expected: float) -> list[str]:
    if not np.isfinite(here):
        return ["the unit has no value on one side of the feature"]
    if abs(here) < LEAST * abs(expected):
        return [f"the effect is {here:+.3g}, less than half of {expected:+.3g}"]
    return []


def _trial(what: str, found: Relevance, unit: int, against: list[str]) -> Trial:
    numbers = (found.effect, found.auc, found.q, found.p_family)
    effect, auc, q, family_p = (float(values[unit]) for values in numbers)
    return Trial(what, unit, effect, auc, q, family_p, tuple(against))
