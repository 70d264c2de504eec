"""Doctor: rules that diagnose what is wrong with a recurrent layer.

A rule is one file: a generator function of a `Case`, decorated with `@rule(...)`.
"""

from tb_rnnviz.analysis.doctor import (  # noqa: F401
    carry_over,
    constant,
    dead,
    duplicate,
    exploding,
    exploding_gradient,
    not_finite,
    padding,
    saturated,
    stuck_gate,
    vanishing_gradient,
)
from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.diagnosis import Diagnosis, examine
from tb_rnnviz.analysis.doctor.rule import DiagnosticEvidence, Rule, rule, rules

__all__ = ["Case", "Diagnosis", "Rule", "DiagnosticEvidence", "examine", "rule", "rules"]
