"""Diagnoses: the rules of the doctor that apply to a layer."""

from dataclasses import dataclass

from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.rule import SEVERITIES, rules


@dataclass(frozen=True)
class Diagnosis:
    """Diagnosis of a layer: a rule that applies, with its evidence.

    Args:
        code: code of the rule, such as `"RNV001"`; `docs/analysis/doctor.md` describes each.
        severity: `"error"`, `"warning"` or `"note"`.
        title: name of the problem.
        layer: path of the layer.
        quantity: the quantity that shows it; None if none does.
        units: the units concerned; empty if all are.
        evidence: a sentence with the numbers.
        why: reason why it matters.
        advice: remedies to try.
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


def examine(case: Case) -> tuple[Diagnosis, ...]:
    """Checks a layer against every rule.

    A rule is skipped if the data that it needs were not recorded. Rules about the general
    behaviour of units need 20 tokens.

    Args:
        case: the layer.

    Returns:
        The diagnoses by severity, the worst first, then by code.

    Example:
        >>> import numpy as np
        >>> states = np.random.default_rng(0).uniform(-0.9, 0.9, (50, 3))
        >>> states[:, 1] = 0
        >>> [diagnosis] = examine(Case("lstm", {"hidden_state": states}))
        >>> diagnosis.code, diagnosis.units
        ('RNV002', (1,))
    """
    diagnoses = [
        Diagnosis(
            code=rule.code,
            severity=rule.severity,
            title=rule.title,
            layer=case.layer,
            quantity=evidence.quantity,
            units=evidence.units,
            evidence=evidence.text,
            why=rule.why,
            advice=rule.advice,
        )
        for rule in rules()
        for evidence in rule.check(case)
    ]
    return tuple(sorted(diagnoses, key=lambda diagnosis: SEVERITIES.index(diagnosis.severity)))
