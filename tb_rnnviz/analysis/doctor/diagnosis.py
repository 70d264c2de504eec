"""Holds every rule against a layer."""

from dataclasses import dataclass

from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.rule import SEVERITIES, rules


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with a layer.

    Args:
        code: of the rule, such as `"RNV001"`; `docs/analysis/doctor.md` has a section on each.
        severity: `"error"`, `"warning"` or `"note"`.
        title: what it is.
        layer: path of the layer.
        quantity: the quantity that it was seen in; None where it was in none.
        units: the units concerned; empty where all are.
        evidence: a sentence with the numbers.
        why: why it matters.
        advice: what to try.
    """

    code: str
    severity: str
    title: str
    layer: str
    quantity: str | None
    units: tuple[int, ...]
    evidence: str
    why: str
    advice: str


def examine(case: Case) -> tuple[Finding, ...]:
    """Holds every rule against a layer.

    Rules say nothing where what they need is not there. What concerns the behaviour of units in
    general needs 20 tokens.

    Args:
        case: the layer.

    Returns:
        What was found, the worst first, then by code.

    Example:
        >>> import numpy as np
        >>> states = np.random.default_rng(0).uniform(-0.9, 0.9, (50, 3))
        >>> states[:, 1] = 0
        >>> [finding] = examine(Case("lstm", {"hidden_state": states}))
        >>> finding.code, finding.units
        ('RNV002', (1,))
    """
    found = [
        Finding(
            code=rule.code,
            severity=rule.severity,
            title=rule.title,
            layer=case.layer,
            quantity=symptom.quantity,
            units=symptom.units,
            evidence=symptom.evidence,
            why=rule.why,
            advice=rule.advice,
        )
        for rule in rules()
        for symptom in rule.check(case)
    ]
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))
