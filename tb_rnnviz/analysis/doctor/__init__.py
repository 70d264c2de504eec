"""What is wrong with a recurrent layer: rules with a code, evidence and advice.

A rule is one file: a function of a `Case` with `@rule(...)`.
"""

from tb_rnnviz.analysis.doctor import (  # noqa: F401
    carry_over,
    constant,
    dead,
    duplicate,
    exploding,
    not_finite,
    padding,
    saturated,
    stuck_gate,
)
from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.diagnosis import Finding, examine
from tb_rnnviz.analysis.doctor.rule import Rule, Symptom, rule, rules

__all__ = ["Case", "Finding", "Rule", "Symptom", "examine", "rule", "rules"]
