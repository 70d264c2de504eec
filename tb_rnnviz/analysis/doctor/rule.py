"""What a rule is, and the rules that exist."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tb_rnnviz.analysis.doctor.case import Case

SEVERITIES = ("error", "warning", "note")
"""Worst first: training is broken; something is lost; worth knowing."""


@dataclass(frozen=True)
class Symptom:
    """Where a rule applies.

    Args:
        quantity: the quantity that it was seen in; None where it was in none.
        units: the units concerned, ascending; empty where all are.
        evidence: a sentence with the numbers.
    """

    quantity: str | None
    units: tuple[int, ...]
    evidence: str


Check = Callable[[Case], Iterable[Symptom]]


@dataclass(frozen=True)
class Rule:
    """Something that can be wrong with a layer.

    Args:
        code: never given to another rule, such as `"RNV001"`.
        severity: `"error"`, `"warning"` or `"note"`.
        title: what it is, in a few words.
        why: why it matters, a sentence.
        advice: what to try, a sentence.
        check: gives the symptoms in a `Case`.
    """

    code: str
    severity: str
    title: str
    why: str
    advice: str
    check: Check


_RULES: dict[str, Rule] = {}


def rule(
    code: str, severity: str, title: str, *, why: str, advice: str
) -> Callable[[Check], Check]:
    """Makes a function known as a rule.

    Args:
        code: `RNV` and three digits.
        severity: `"error"`, `"warning"` or `"note"`.
        title: what it is, in a few words.
        why: why it matters, a sentence.
        advice: what to try, a sentence.

    Returns:
        A decorator for a function that takes a `Case` and gives symptoms.

    Raises:
        ValueError: if the code is taken, or the severity unknown.
    """
    if severity not in SEVERITIES:
        raise ValueError(f"A severity is one of {', '.join(SEVERITIES)}. Received: {severity!r}.")
    if code in _RULES:
        raise ValueError(f"The code {code} belongs to {_RULES[code].title!r} already.")

    def add(check: Check) -> Check:
        _RULES[code] = Rule(code, severity, title, why, advice, check)
        return check

    return add


def rules() -> tuple[Rule, ...]:
    """Gives the rules that exist, by code."""
    return tuple(_RULES[code] for code in sorted(_RULES))


def counted(units: tuple[int, ...], total: int) -> str:
    """Writes how many units, and which: `3 of 8 units (0, 2, 5)`."""
    shown = ", ".join(map(str, units[:5])) + (", ..." if len(units) > 5 else "")
    return f"{len(units)} of {total} units ({shown})"
