"""What a retest prints: the card beside what was found here, and the verdict."""

import math

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from trainer.retest.recorded import Recorded
from trainer.retest.retesting import BEST, MATCHED, Outcome


def shown(outcome: Outcome, here: Recorded) -> RenderableType:
    """The table, what is to be known beside it, and the verdict as the last line."""
    tested = (
        f"Tested on {here}: {outcome.count:,} of {outcome.tokens:,} tokens, "
        f"q over {outcome.tests:,} units."
    )
    against = [
        f"{trial.what.capitalize()}: {'; '.join(trial.against)}."
        for trial in outcome.trials
        if trial.against
    ]
    lines = map(Text, (tested, *outcome.notes, *against))
    return Group(_table(outcome), *lines, verdict(outcome))


def verdict(outcome: Outcome) -> Text:
    """Whether the finding stands, and by what, in a sentence."""
    card, by = outcome.card, outcome.by
    if by is None:
        return Text("The finding does not stand.", style="bold red")
    if by.what == BEST:
        how = f"{card.name!r} is carried by unit {by.unit} here"
    elif by.what == MATCHED:
        how = f"unit {card.unit} is unit {by.unit} here, and goes with {card.name!r}"
    else:
        how = f"unit {by.unit} goes with {card.name!r} here, too"
    return Text(f"The finding stands: {how}.", style="bold green")


def _table(outcome: Outcome) -> Table:
    """The card beside every unit that was tested; what does not decide is dim."""
    card, (layer, quantity) = outcome.card, outcome.place
    table = Table(title=Text(f"{card.name!r} and {quantity} of {layer}"))
    table.add_column("")
    for heading in ("unit", "effect", "AUC", "q", "family p"):
        table.add_column(heading, justify="right")
    table.add_column("")
    evidence = card.evidence
    found = (evidence.effect, evidence.auc, evidence.q, evidence.family_p)
    of = Text(f"step {card.step}" + (f" of {card.run}" if card.run else ""))
    table.add_row("card", str(card.unit), *_numbers(*found), of, end_section=True)
    for trial in outcome.trials:
        numbers = _numbers(trial.effect, trial.auc, trial.q, trial.family_p)
        unit = "-" if trial.unit is None else str(trial.unit)
        judged = "stands" if trial.stands else "does not"
        style = None if trial.what in outcome.decisive else "dim"
        table.add_row(trial.what, unit, *numbers, judged, style=style)
    return table


def _numbers(
    effect: float | None, auc: float | None, q: float | None, family_p: float | None
) -> tuple[str, ...]:
    return (
        _number(effect, "+.2f"), _number(auc, ".3f"), _number(q, ".2g"), _number(family_p, ".2g")
    )  # fmt: skip


def _number(value: float | None, how: str) -> str:
    return "-" if value is None or math.isnan(value) else format(value, how)
