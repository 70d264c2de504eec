"""Command `survey`: statistics of a saved model over a whole corpus."""

import warnings
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

import tb_rnnviz as rv
from trainer.config import Config
from trainer.errors import UserError
from trainer.models import load_model
from trainer.recording import read_features
from trainer.run import Run

STRONGEST = 3
"""Units that are listed for each feature."""


def survey(
    config: Config, run: Run, corpus: Sequence[str], client: str | None, console: Console
) -> rv.Survey:
    """Reads a corpus through a saved model, and writes the survey to its run.

    Args:
        config: The experiment of the run.
        run: The run.
        corpus: Files and patterns.
        client: Address of a Dask scheduler; `None` for threads of this process.
        console: Output.

    Raises:
        UserError: if no file matches, nothing in them can be read, or no cluster answers.
    """
    features = read_features(config)
    model = load_model(run.model)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The survey is incomplete")  # listed below
            result = rv.survey(
                model,
                list(corpus),
                vocabulary=run.tokenizer().vocabulary,
                features=features,
                client=client,
                log_dir=run.path,
            )
    except (ValueError, OSError, ImportError) as error:
        raise UserError(str(error)) from error
    console.print(strongest_units(result))
    for problem in result.problems:
        console.print(f"lacks: {problem}", soft_wrap=True)
    path = run.path / "survey" / "survey.npz"
    console.print(f"{result.tokens:,} tokens; written to {path}", soft_wrap=True)
    return result


def strongest_units(survey: rv.Survey) -> Table:
    """Returns a table of the units of highest effect for each feature.

    Args:
        survey: A survey.
    """
    table = Table("feature", "layer", "quantity", "unit", "n", "effect", "AUC", "within", "q")
    for feature in survey.features:
        rows = []
        for layer in survey:
            for quantity in survey[layer]:
                result = survey.association(feature, layer, quantity)
                for unit in abs(result.effect).argsort()[::-1][:STRONGEST].tolist():
                    rows.append((result, layer, quantity, unit))
        rows.sort(key=lambda row: -abs(row[0].effect[row[3]]))
        for result, layer, quantity, unit in rows[:STRONGEST]:
            numbers = result.effect[unit], result.auc[unit], result.within[unit]
            effect, auc, within = ("" if n != n else f"{n:+.2f}" for n in numbers)
            q = "" if result.q[unit] != result.q[unit] else f"{result.q[unit]:.1g}"
            cells = feature.name, layer, quantity, str(unit), f"{result.count:,}"
            table.add_row(*cells, effect, auc.lstrip("+"), within, q)
    return table
