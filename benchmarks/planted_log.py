"""Logs of any size, quickly, for benchmarks: what every unit does is known.

    python -m benchmarks.planted_log DIRECTORY [--runs 2] [--epochs 5] [--layers 1] [--units 64]
        [--quantities 2] [--tokens 1000] [--long 0]

    from benchmarks.planted_log import Plan, plant, plant_long
    plant(directory, Plan(runs=8, epochs=50, units=256, tokens=2000))   # run_0, run_1, …
    plant_long(directory / "long", tokens=1_000_000, units=64)          # one recording of a run

A run reads source code of Python's standard library, character by character; its probe is called
`novel`, its layers `lstm_0`, `lstm_1`, …. In every quantity the unit of `FEATURES[i]` is number i,
that of `RHYTHMS[i]`, cycles per token, comes i places after the last of these, and the others walk
at random. In run r every unit stands r places further on, the last one again first. Planted units
grow from epoch to epoch up to their full size.

The writer is the project's own; its analysis runs once a plan, on the last epoch and at most
`ANALYSED` tokens, and is scaled down for the others: that is what makes it quick, and why numbers
of relevance do not quite belong to the activity beside them.
"""

from __future__ import annotations

import argparse
import time
import typing
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.signal import lfilter

from tb_rnnviz.core.statistics import STATISTICS
from tb_rnnviz.features import Feature, Literal, Regex, Text
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.recording import LayerActivity, Recording
from tb_rnnviz.report import Report, report
from tb_rnnviz.write_recording import CapturedRecording, write_recording
from tests.planted_logs import next_tokens, vocabulary_of

PROBE = "novel"
QUANTITIES = {
    "hidden_state": None,
    "forget_gate": "retain",
    "cell_state": None,
    "input_gate": "write",
    "output_gate": "expose",
    "candidate": None,
}
FEATURES: tuple[Feature, ...] = (
    Literal("space", " "),
    Literal("newline", "\n"),
    Literal("letter e", "e"),
    Literal("underscore", "_"),
    Literal("comma", ","),
    Literal("full stop", "."),
    Literal("bracket opens", "("),
    Literal("bracket closes", ")"),
    Regex("digit", r"\d"),
    Regex("capital", "[A-Z]"),
    Regex("vowel", "[aeiou]"),
    Regex("operator", "[-+*/=<>]"),
)
RHYTHMS = (0.25, 0.125, 0.05)
"""Cycles per token."""

ANALYSED = 20_000
TOP = 5


@dataclass(frozen=True)
class Plan:
    """Size of a log.

    `quantities` are at most six, the hidden state and the forget gate first. The characters of
    Python's library repeat when `tokens` are more.
    """

    runs: int = 2
    epochs: int = 5
    layers: int = 1
    units: int = 64
    quantities: int = 2
    tokens: int = 1000


def plant(directory: Path, plan: Plan) -> None:
    """Writes the runs `run_0`, `run_1`, … of a plan."""
    tokens = text(plan.tokens)
    analysed = _analysed(tokens, plan)
    for run in range(plan.runs):
        with RunWriter(directory / f"run_{run}") as writer:
            for epoch in range(plan.epochs):
                strength = (epoch + 1) / plan.epochs
                recording = recorded(tokens, plan, strength, run, noise=epoch)
                _write(
                    writer, epoch, recording, _moved(analysed, strength, run), 1 + 2 / (epoch + 1)
                )


def plant_long(log_dir: Path, tokens: int = 1_000_000, units: int = 64) -> None:
    """Writes one recording of many tokens as the only step of a run."""
    plan = Plan(1, 1, 1, units, 1, tokens)
    characters = text(tokens)
    with RunWriter(log_dir) as writer:
        _write(writer, 0, recorded(characters, plan), _analysed(characters, plan), 1.0)


def text(tokens: int) -> list[str]:
    """Returns characters of Python's standard library, repeated if there are too few."""
    source, length = "", 0
    paths = sorted(Path(typing.__file__).parent.glob("*.py"))
    while len(source) < tokens:
        path, length = paths[length % len(paths)], length + 1
        source += path.read_text(encoding="utf-8")
    return list(source[:tokens])


def recorded(
    tokens: Sequence[str], plan: Plan, strength: float = 1.0, shift: int = 0, noise: int = 0
) -> Recording:
    """Activity planted in the units of a plan.

    Args:
        tokens: The text.
        plan: Its layers, quantities and units.
        strength: Size of what is planted, 0 to 1.
        shift: Number by which every unit is shifted.
        noise: Seed of what changes from epoch to epoch.
    """
    planted = _planted(tokens, plan.units)
    layers = []
    for layer in range(plan.layers):
        quantities = {}
        for index, (name, role) in enumerate(list(QUANTITIES.items())[: plan.quantities]):
            same = np.random.default_rng([layer, index])
            values = same.standard_normal((len(tokens), plan.units), np.float32)
            values = lfilter([0.1], [1, -0.9], values, axis=0).astype(np.float32)
            own = np.random.default_rng([noise, layer, index])
            values += 0.05 * own.standard_normal(values.shape, np.float32)
            values[:, : planted.shape[1]] *= 0.3
            values[:, : planted.shape[1]] += strength * planted
            values = np.roll(np.tanh(values), shift, axis=1)
            quantities[name] = (values[None] + 1) / 2 if role else values[None]
        mask = np.ones((1, len(tokens)), bool)
        roles = {name: QUANTITIES[name] for name in quantities if QUANTITIES[name]}
        layers.append(
            LayerActivity(f"lstm_{layer}", "LSTMCell", quantities, roles, mask, [len(tokens)])
        )
    return Recording(layers, [len(tokens)], tokens=[list(tokens)], probe=PROBE)


def _planted(tokens: Sequence[str], units: int) -> np.ndarray:
    """Planted activity, (tokens, planted units), about -1 to 1."""
    read = Text([list(tokens)])
    marks = [np.where(feature.values(read), 0.9, -0.4) for feature in FEATURES]
    position = np.arange(len(tokens))
    marks += [np.cos(2 * np.pi * frequency * position) for frequency in RHYTHMS]
    return np.stack(marks[:units], axis=1).astype(np.float32)


def _analysed(tokens: Sequence[str], plan: Plan) -> Report:
    """Report of the first tokens at full strength, with matches for all tokens."""
    first = tokens[:ANALYSED]
    analysed = report(recorded(first, replace(plan, tokens=len(first))), FEATURES)
    whole = Text([list(tokens)])
    features = {feature.name: np.asarray(feature.values(whole)) for feature in FEATURES}
    return replace(analysed, features=features).with_digest(tokens=len(tokens))


def _moved(analysed: Report, strength: float, shift: int) -> Report:
    """The same of weaker units that stand elsewhere."""
    relevance = {}
    for key, rows in analysed.relevance.items():
        scaled = dict(zip(STATISTICS, np.moveaxis(rows, 1, 0), strict=True))
        scaled = {name: _weaker(name, row, strength) for name, row in scaled.items()}
        relevance[key] = np.roll(np.stack(list(scaled.values()), axis=1), shift, axis=2)
    units = {key: rows.shape[-1] for key, rows in analysed.relevance.items()}
    findings = [
        replace(
            finding,
            unit=(finding.unit + shift) % units[finding.key],
            neighbours=tuple((unit + shift) % units[finding.key] for unit in finding.neighbours),
            **{name: float(_weaker(name, getattr(finding, name), strength)) for name in STATISTICS},
        )
        for finding in analysed.digest.findings
    ]
    rolled = [analysed.saturation, analysed.memory]
    saturation, memory = ({p: np.roll(a, shift, -1) for p, a in each.items()} for each in rolled)
    return replace(
        analysed.with_digest(findings=tuple(findings)),
        relevance=relevance,
        peaks={key: np.roll(rows, shift, axis=0) for key, rows in analysed.peaks.items()},
        saturation=saturation,
        memory=memory,
        spectra={
            key: (frequency, np.roll(amplitude * strength, shift, axis=1), bins)
            for key, (frequency, amplitude, bins) in analysed.spectra.items()
        },
    )


def _weaker(name: str, values: Any, strength: float) -> Any:
    if name in ("p", "q", "p_family"):
        return values**strength
    if name == "auc":
        return 0.5 + (values - 0.5) * strength
    return values if name == "relevance" else values * strength


def _write(writer: RunWriter, step: int, recording: Recording, known: Report, loss: float) -> None:
    """Writes a step as the callback does, but for the report, which is known."""
    targets, tokens = next_tokens(recording), len(vocabulary_of(recording))
    random = np.random.default_rng(step)
    expected = random.integers(tokens, size=(len(targets), min(TOP, tokens)))
    expected[:, 0] = np.maximum(targets, 0)
    probabilities = np.sort(random.random(expected.shape), axis=1)[:, ::-1] / expected.shape[1]
    predictions = {
        "target": targets,
        "probability": np.where(targets < 0, np.nan, probabilities[:, 0]),
        "expected": expected,
        "expected_probability": probabilities,
    }
    vocabulary = vocabulary_of(recording)
    captured = CapturedRecording(recording, predictions, loss, vocabulary)
    with writer.step(step):
        write_recording(writer, captured, known.with_digest(loss=loss))


def main() -> None:
    """Reads the options, and plants."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    for name, usual in vars(Plan()).items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--long", type=int, default=0, metavar="TOKENS")
    chosen = vars(parser.parse_args())
    directory, long = chosen.pop("directory"), chosen.pop("long")
    start = time.perf_counter()
    if long:
        plant_long(directory / "long", long, chosen["units"])
    else:
        plant(directory, Plan(**chosen))
    size = sum(path.stat().st_size for path in directory.rglob("*tfevents*"))
    print(f"{size / 2**20:.0f} MiB in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
