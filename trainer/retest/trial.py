"""Trial of a unit: the rule by which a finding is confirmed in another recording."""

from dataclasses import dataclass

import numpy as np

from tb_rnnviz.analysis import Relevance
from tb_rnnviz.core.statistics import SIGNIFICANT, Association, strength_order
from tb_rnnviz.report.describe_finding import unit_association

LEAST_SHARE = 0.5
"""Share of the expected effect that a unit must reach."""


@dataclass(frozen=True)
class Trial:
    """One unit tested for the feature of a finding.

    Attributes:
        reason: Reason for the choice of the unit, such as "same unit".
        unit: Index of the unit; `None` if there is none to test.
        association: The statistics, q over the units of this recording; NaN without a unit.
        objections: Reasons against the unit, each half a sentence; empty if it is confirmed.
    """

    reason: str
    unit: int | None
    association: Association = Association()
    objections: tuple[str, ...] = ()

    @property
    def is_confirmed(self) -> bool:
        """True if nothing speaks against the unit."""
        return not self.objections


def try_unit(reason: str, relevance: Relevance, unit: int, effect: float) -> Trial:
    """Tests a unit that was named beforehand.

    It is confirmed if its effect has the sign of the expected one and at least half of its size,
    and q over the units of this recording is at most 0.05.

    Args:
        reason: Reason for the choice of the unit.
        relevance: Relevance of every unit for the feature.
        unit: Index of the unit.
        effect: The expected effect, with its sign.
    """
    association = unit_association(relevance, unit, digits=None)
    objections = _too_weak(association.effect, effect)
    if not objections and association.effect * effect < 0:
        objections.append(
            f"the effect is {association.effect:+.3g}, and had the other sign, {effect:+.3g}"
        )
    if not association.is_significant:
        objections.append(f"q is {association.q:.2g}, more than {SIGNIFICANT}")
    return Trial(reason, unit, association, tuple(objections))


def try_best_unit(reason: str, relevance: Relevance, effect: float) -> Trial:
    """Tests the strongest unit, corrected for having searched for it.

    It is confirmed if its effect, of either sign, has at least half of the expected size, and the
    family-wise p is at most 0.05.

    Args:
        reason: Reason for the choice of the unit.
        relevance: Relevance of every unit for the feature.
        effect: Effect of the unit of the card.
    """
    if not np.isfinite(relevance.effect).any():
        return Trial(reason, None, objections=("no unit has a value",))
    unit = int(strength_order(relevance.effect, relevance.q)[0])
    association = unit_association(relevance, unit, digits=None)
    objections = _too_weak(association.effect, effect)
    if not association.p_family <= SIGNIFICANT:
        objections.append(f"family-wise p is {association.p_family:.2g}, more than {SIGNIFICANT}")
    return Trial(reason, unit, association, tuple(objections))


def _too_weak(effect: float, expected: float) -> list[str]:
    if not np.isfinite(effect):
        return ["the unit has no value on one side of the feature"]
    if abs(effect) < LEAST_SHARE * abs(expected):
        return [f"the effect is {effect:+.3g}, less than half of {expected:+.3g}"]
    return []
