"""Table of a retest: the card beside the units that were tested, and the verdict."""

import math
from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tb_rnnviz.core.statistics import STATISTIC_INFO, Association, StatisticInfo
from trainer.retest.logged_recording import LoggedRecording
from trainer.retest.retest import BEST, MATCHED, Outcome


def outcome_table(outcome: Outcome, recording: LoggedRecording) -> RenderableType:
    """Table of the outcome with notes, and the verdict as the last line."""
    summary = (
        f"Tested on {recording}: {outcome.count:,} of {outcome.tokens:,} tokens, "
        f"q over {outcome.tests:,} units."
    )
    objections = [
        f"{trial.reason.capitalize()}: {'; '.join(trial.objections)}."
        for trial in outcome.trials
        if trial.objections
    ]
    lines = map(Text, (summary, *outcome.notes, *objections))
    return Group(_table(outcome), *lines, verdict(outcome))


def verdict(outcome: Outcome) -> Text:
    """Sentence that says if the finding is confirmed, and by which unit."""
    card, trial = outcome.card, outcome.confirmed_by
    if trial is None:
        return Text("The finding does not stand.", style="bold red")
    if trial.reason == BEST:
        unit = f"{card.name!r} is carried by unit {trial.unit} here"
    elif trial.reason == MATCHED:
        unit = f"unit {card.unit} is unit {trial.unit} here, and is associated with {card.name!r}"
    else:
        unit = f"unit {trial.unit} is associated with {card.name!r} here, too"
    return Text(f"The finding stands: {unit}.", style="bold green")


def _table(outcome: Outcome) -> Table:
    """Rows of the card and of every trial; those that do not decide are dim."""
    card = outcome.card
    table = Table(title=Text(f"{card.name!r} and {outcome.key.quantity} of {outcome.key.layer}"))
    table.add_column("")
    associations = [card.evidence.association, *(trial.association for trial in outcome.trials)]
    columns = _columns(associations)
    for heading in ("unit", *(info.label for info in columns.values())):
        table.add_column(heading, justify="right")
    table.add_column("")
    numbers = _numbers(card.evidence.association, columns)
    origin = Text(f"step {card.step}" + (f" of {card.run}" if card.run else ""))
    table.add_row("card", str(card.unit), *numbers, origin, end_section=True)
    for trial in outcome.trials:
        unit = "-" if trial.unit is None else str(trial.unit)
        result = "stands" if trial.is_confirmed else "does not"
        style = None if trial.reason in outcome.decisive else "dim"
        table.add_row(
            trial.reason, unit, *_numbers(trial.association, columns), result, style=style
        )
    return table


def _columns(associations: Sequence[Association]) -> dict[str, StatisticInfo]:
    """Returns the statistics that tables of findings show and that are known here."""
    return {
        name: info
        for name, info in STATISTIC_INFO.items()
        if info.in_table
        and not all(math.isnan(getattr(association, name)) for association in associations)
    }


def _numbers(association: Association, columns: Mapping[str, StatisticInfo]) -> tuple[str, ...]:
    return tuple(
        _number(getattr(association, name), info.number_format) for name, info in columns.items()
    )


def _number(value: float, format_spec: str) -> str:
    return "-" if math.isnan(value) else format(value, format_spec)
