"""Tables of a study: cross-entropy in the layout of the paper, and baselines."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from trainer.study.config import Grid
from trainer.study.model_spec import FEED_FORWARD, HEADINGS
from trainer.study.results import N_GRAM, ModelResult

MARKS = {"time": "*", "epochs": "+", "diverged": "!"}
NOTES = {
    "time": "* the time was up before the loss had settled: more time may lower it",
    "epochs": "+ all epochs were used before the loss had settled",
    "diverged": "! the loss was no longer a number; these are the best weights before that",
}


def result_tables(grid: Grid, results: Iterable[ModelResult]) -> RenderableType:
    """Renders both tables with their notes; unfinished models are gaps."""
    results = list(results)
    reasons = {result.stopped for result in results}
    notes = [note for reason, note in NOTES.items() if reason in reasons]
    return Group(network_table(grid, results), baseline_table(results), *map(Text, notes))


def network_table(grid: Grid, results: list[ModelResult]) -> Table:
    """Tabulates networks by layers x units and cell; the lowest test loss is bold."""
    table = Table(title="Cross-entropy, nats per character")
    table.add_column("layers\nx units")
    for cell in grid.cells:
        table.add_column(f"{HEADINGS[cell]}\nvalidation", justify="right")
        table.add_column("\ntest", justify="right")
    by_size = {(r.model, r.layers, r.units): r for r in results if r.layers is not None}
    best = min((r.test for r in by_size.values()), default=None)
    for layers in grid.layers:
        for units in grid.units:
            row: list[Text] = []
            for cell in grid.cells:
                row += _pair(by_size.get((cell, layers, units)), best)
            table.add_row(f"{layers} x {units}", *row, end_section=units == grid.units[-1])
    return table


def baseline_table(results: list[ModelResult]) -> Table:
    """Tabulates n-grams and n-NNs by the number of characters that they see."""
    table = Table(title="Baselines, by characters seen")
    table.add_column("sees", justify="right")
    for name in ("n-gram", "n-NN"):
        table.add_column(f"{name}\nvalidation", justify="right")
        table.add_column("\ntest", justify="right")
    n_grams = {r.n - 1: r for r in results if r.model == N_GRAM and r.n is not None}
    n_nns = {r.n: r for r in results if r.model == FEED_FORWARD and r.n is not None}
    best_n_gram = min((r.test for r in n_grams.values()), default=None)
    best_n_nn = min((r.test for r in n_nns.values()), default=None)
    for seen in sorted({*n_grams, *n_nns}):
        n_gram = _pair(n_grams.get(seen), best_n_gram)
        table.add_row(str(seen), *n_gram, *_pair(n_nns.get(seen), best_n_nn))
    return table


def summary(results: Iterable[ModelResult]) -> str:
    """Summarises the best model of each kind in a sentence.

    Example:
        >>> summary([ModelResult("3-gram", "n-gram", 2.0, 2.1, 1.0)])
        'Lowest test loss: 3-gram 2.100'
    """
    best: dict[str, ModelResult] = {}
    for result in results:
        if result.model not in best or result.test < best[result.model].test:
            best[result.model] = result
    ordered = sorted(best.values(), key=lambda result: result.test)
    return "Lowest test loss: " + ", ".join(f"{r.name} {r.test:.3f}" for r in ordered)


def _pair(result: ModelResult | None, best: float | None) -> tuple[Text, Text]:
    if result is None:
        return Text("-", style="dim"), Text("-", style="dim")
    mark = MARKS.get(result.stopped or "", "")
    style = "bold" if result.test == best else ""
    return (
        Text(f"{result.validation:.3f} ", style="dim"),
        Text(f"{result.test:.3f}{mark or ' '}", style=style),
    )
