"""Rules of the doctor and their registry."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.core.diagnosis import SEVERITIES


@dataclass(frozen=True)
class DiagnosticEvidence:
    """Evidence that a rule applies to a layer.

    Args:
        quantity: the quantity that shows it; None if none does.
        units: the units concerned, ascending; empty if all are.
        text: a sentence with the numbers.
    """

    quantity: str | None
    units: tuple[int, ...]
    text: str


Check = Callable[[Case], Iterable[DiagnosticEvidence]]


@dataclass(frozen=True)
class Rule:
    """A rule of the doctor.

    Args:
        code: unique and permanent, such as `"RNV001"`.
        severity: `"error"`, `"warning"` or `"note"`.
        title: name of the problem in a few words.
        why: reason why it matters, a sentence.
        advice: remedies to try, a sentence.
        check: yields the evidence in a `Case`; nothing if the rule does not apply.
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
    """Registers a function as a rule.

    Args:
        code: `RNV` and three digits.
        severity: `"error"`, `"warning"` or `"note"`.
        title: name of the problem in a few words.
        why: reason why it matters, a sentence.
        advice: remedies to try, a sentence.

    Returns:
        A decorator for a generator function that takes a `Case` and yields `DiagnosticEvidence`.

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
    """Returns all rules by code."""
    return tuple(_RULES[code] for code in sorted(_RULES))


def format_units(units: tuple[int, ...], total: int) -> str:
    """Formats the number and indices of units.

    Example:
        >>> format_units((0, 2, 5), 8)
        '3 of 8 units (0, 2, 5)'
    """
    shown = ", ".join(map(str, units[:5])) + (", ..." if len(units) > 5 else "")
    return f"{len(units)} of {total} units ({shown})"
