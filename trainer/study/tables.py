"""What a study prints: the cross-entropy table in the paper's layout, and the baselines."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from trainer.study.config import Grid
from trainer.study.model_spec import FEED_FORWARD, HEADINGS
from trainer.study.results import N_GRAM, Result

MARKS = {"time": "*", "epochs": "+", "diverged": "!"}
NOTES = {
    "time": "* the time was up before the loss had settled: more time may lower it",
    "epochs": "+ all epochs were used before the loss had settled",
    "diverged": "! the loss was no longer a number; these are the best weights before that",
}


def tables(grid: Grid, results: Iterable[Result]) -> RenderableType:
    """Both tables with their notes, gaps for what is not finished."""
    results = list(results)
    notes = [note for why, note in NOTES.items() if any(r.stopped == why for r in results)]
    parts = [networks(grid, results), baselines(results), *map(Text, notes)]
    return Group(*parts)


def networks(grid: Grid, results: list[Result]) -> Table:
    """Rows are layers x units, columns kinds of networks; the lowest test loss is bold."""
    table = Table(title="Cross-entropy, nats per character")
    table.add_column("layers\nx units")
    for cell in grid.cells:
        table.add_column(f"{HEADINGS[cell]}\nvalidation", justify="right")
        table.add_column("\ntest", justify="right")
    found = {(r.model, r.layers, r.units): r for r in results if r.layers is not None}
    best = min((r.test for r in found.values()), default=None)
    for layers in grid.layers:
        for units in grid.units:
            row: list[Text] = []
            for cell in grid.cells:
                row += _pair(found.get((cell, layers, units)), best)
            table.add_row(f"{layers} x {units}", *row, end_section=units == grid.units[-1])
    return table


def baselines(results: list[Result]) -> Table:
    """Models that see a few characters, beside each other by how many these are."""
    table = Table(title="Baselines, by characters seen")
    table.add_column("sees", justify="right")
    for name in ("n-gram", "n-NN"):
        table.add_column(f"{name}\nvalidation", justify="right")
        table.add_column("\ntest", justify="right")
    grams = {r.n - 1: r for r in results if r.model == N_GRAM and r.n is not None}
    nets = {r.n: r for r in results if r.model == FEED_FORWARD}
    best = [min((r.test for r in some.values()), default=None) for some in (grams, nets)]
    for sees in sorted({*grams, *nets}):
        table.add_row(str(sees), *_pair(grams.get(sees), best[0]), *_pair(nets.get(sees), best[1]))
    return table


def summary(results: Iterable[Result]) -> str:
    """The best of each kind in a sentence.

    Example:
        >>> summary([Result("3-gram", "n-gram", 2.0, 2.1, 1.0)])
        'Lowest test loss: 3-gram 2.100'
    """
    best: dict[str, Result] = {}
    for result in results:
        if result.model not in best or result.test < best[result.model].test:
            best[result.model] = result
    ordered = sorted(best.values(), key=lambda result: result.test)
    return "Lowest test loss: " + ", ".join(f"{r.name} {r.test:.3f}" for r in ordered)


def _pair(result: Result | None, best: float | None) -> tuple[Text, Text]:
    if result is None:
        return Text("-", style="dim"), Text("-", style="dim")
    mark = MARKS.get(result.stopped or "", "")
    style = "bold" if result.test == best else ""
    return (
        Text(f"{result.validation:.3f} ", style="dim"),
        Text(f"{result.test:.3f}{mark or ' '}", style=style),
    )
