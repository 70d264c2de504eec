"""Example `dates`: runs with plain and with augmented pairs, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from rich.console import Console
from rich.table import Table

import tb_rnnviz as rv
from tb_rnnviz.features import Column, Literal, Regex, SequencePosition
from trainer.examples.config import DatesExample
from trainer.examples.dates.attention_model import (
    as_arrays,
    decoder_inputs,
    make_model,
    padded,
    source_ids,
    target_ids,
    transcribe,
)
from trainer.examples.dates.augmentation import Pair, augmented_pairs, plain_pairs
from trainer.examples.dates.edit_path import alignment_mass
from trainer.examples.dates.written_dates import (
    ISO_CHARACTERS,
    WRITTEN_CHARACTERS,
    draw_dates,
)
from trainer.examples.fitting import ExampleData, ExampleRun, fit_recorded
from trainer.scalars import write_scalars

PLAIN, AUGMENTED, CONTROL = "plain", "augmented", "random"
"""Names of the runs."""

PROBE = "dates"
LOSS = "sparse_categorical_crossentropy"
FEATURES = (
    Column("year first", "year first"),
    Literal("hyphen", "-"),
    Regex("digit", "[0-9]"),
    SequencePosition("position"),
)
"""Features to look for in the ISO dates."""


@dataclass(frozen=True)
class DatesResult:
    """Result of one run on held-out dates.

    Attributes:
        accuracy: Share of dates that are exactly right, decoded without teacher forcing.
        alignment: Mean alignment mass of the recorded pairs after the last epoch.
        year_first: The same of the pairs whose written form begins with the year, as ISO does.
    """

    accuracy: float
    alignment: float
    year_first: float


def run_dates(settings: DatesExample, directory: Path, console: Console) -> dict[str, DatesResult]:
    """Trains a network on each set of pairs, and prints the gain of augmentation.

    Args:
        settings: Options of the example.
        directory: Directory of the runs.
        console: Output.

    Returns:
        The result of each run by its name.
    """
    random = np.random.default_rng(settings.seed)
    days = draw_dates(settings.dates + settings.test_dates, random)
    days, test_days = days[: settings.dates], days[settings.dates :]
    test = plain_pairs(test_days, random)
    plain = plain_pairs(days, random)
    sets = {
        PLAIN: plain * settings.forms,
        AUGMENTED: plain + augmented_pairs(days, settings.forms - 1, settings.tries, random),
    }
    if settings.control:
        sets[CONTROL] = plain + plain_pairs(list(days) * (settings.forms - 1), random)
    length = max(len(written) for pairs in (test, *sets.values()) for written, _ in pairs)
    results = {}
    for name, pairs in sets.items():
        keras.utils.set_random_seed(settings.seed)
        model, held_out = make_model(settings.units), as_arrays(test, length)
        data = ExampleData(*as_arrays(pairs, length), held_out)
        probe = dates_probe(test[: settings.probe_pairs], length)
        run = ExampleRun(settings, directory / name, console)
        recording = fit_recorded(model, LOSS, data, probe, run, FEATURES)
        alignment = alignment_masses(recording, test)
        year_first = [written[:4].isdecimal() for written, _ in test[: len(alignment)]]
        texts = transcribe(model, held_out[0]["source"])
        right = [text == target for text, (_, target) in zip(texts, test, strict=True)]
        _write_alignment(run.directory, test, range(-1, settings.epochs))
        results[name] = DatesResult(
            float(np.mean(right)),
            float(np.nanmean(alignment)),
            float(np.nanmean(alignment[year_first])) if any(year_first) else float("nan"),
        )
    _print_results(results, console)
    return results


def dates_probe(pairs: Sequence[Pair], length: int) -> rv.Probe:
    """Makes the probe: written dates as source, ISO dates as target.

    Args:
        pairs: The pairs.
        length: Length that sources are padded to, with tokens that are masked and empty.
    """
    written, iso = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    targets = target_ids(iso)
    read = decoder_inputs(targets)
    target_tokens = [[ISO_CHARACTERS[index] for index in row] for row in read]
    return rv.Probe(
        PROBE,
        (padded(source_ids(written), length), read),
        tokens=([[*text, *[""] * (length - len(text))] for text in written], target_tokens),
        targets=targets,
        vocabulary=(list(WRITTEN_CHARACTERS), list(ISO_CHARACTERS)),
        labels=iso,
        columns={"year first": [text[:4].isdecimal() for text in written]},
    )


def alignment_masses(recording: rv.Recording, pairs: Sequence[Pair]) -> np.ndarray:
    """Returns the alignment mass of each recorded pair.

    Args:
        recording: A recording of the pairs.
        pairs: The pairs; more than are recorded are left out.
    """
    masses = []
    for weights, (written, iso) in zip(recording.matrices["attention"], pairs, strict=False):
        masses.append(alignment_mass(weights[: len(iso), : len(written)], written, iso))
    return np.array(masses)


def _write_alignment(path: Path, pairs: Sequence[Pair], steps: range) -> None:
    """Writes the mean alignment mass of every recorded step as a curve."""
    values = []
    for step in steps:
        masses = alignment_masses(rv.load(path, PROBE, step=step), pairs)
        values.append((step, "alignment_mass", float(np.nanmean(masses))))
    write_scalars(path, values)


def _print_results(results: dict[str, DatesResult], console: Console) -> None:
    table = Table(title="Held-out dates")
    for heading in ("pairs", "exactly right", "alignment mass", "year first"):
        table.add_column(heading, justify="left" if heading == "pairs" else "right")
    for name, result in results.items():
        numbers = f"{result.alignment:.3f}", f"{result.year_first:.3f}"
        table.add_row(name, f"{result.accuracy:.1%}", *numbers)
    console.print(table)
    augmented = results[AUGMENTED]
    for name in (PLAIN, CONTROL):
        if name in results:
            other = results[name]
            console.print(
                f"Gain of augmentation over {name} pairs: accuracy "
                f"{100 * (augmented.accuracy - other.accuracy):+.1f} points, alignment mass "
                f"{augmented.alignment - other.alignment:+.3f}",
                soft_wrap=True,
            )
