"""Diagnoses: the rules of the doctor that apply to a layer."""

from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.rule import rules
from tb_rnnviz.core.diagnosis import SEVERITIES, Diagnosis


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
