"""Runs for the tab: what every unit does at every token is known."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tb_rnnviz.callbacks.evidence import CrossEpochEvidence
from tb_rnnviz.core.finding import AblationEffect
from tb_rnnviz.core.names import HIDDEN_STATE
from tb_rnnviz.features import Feature, Literal
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.recording import Recording
from tb_rnnviz.report import Report
from tests.planted_logs import (
    next_tokens,
    one_layer,
    planted_predictions,
    vocabulary_of,
    write_planted_recording,
)

SENTENCE = "it was a bright cold day in april and the clocks were striking "
TEXT = (SENTENCE * 4)[:248]
"""Multiple of the period, below 255 tokens so that no frequency bins are pooled."""

UNITS = 12
SPACES, LETTER_E, COSINE, OTHER_SPACES = 5, 2, 8, 9
"""Planted units: at spaces, at the letter e, a cosine, at spaces in the older run."""
HIGH, LOW = 0.9, -0.8
FREQUENCY, AMPLITUDE = 0.125, 0.7
STRENGTH = (0.0, 0.5, 1.0)
"""Share of HIGH and LOW that the unit shows at each step: it learns."""

PROBABILITY = (0.625, 0.25)
"""Of what came next, and of what the model takes for second."""

FEATURES = (Literal("space", " "), Literal("letter e", "e"))
OLD, NEW, SMALL = "lstm_old", "lstm_new", "gru_small"


def activity(tokens: Sequence[str], step: int, marks: int = SPACES, units: int = UNITS):
    """Noise, but for the planted units: float32 (1, tokens, units)."""
    random = np.random.default_rng(step)
    values = random.normal(0, 0.05, (len(tokens), units)).astype(np.float32)
    strength = STRENGTH[min(step, len(STRENGTH) - 1)]
    spaces, es = (np.array([token == sign for token in tokens]) for sign in (" ", "e"))
    small = random.normal(0, 0.01, len(tokens))
    values[:, marks] = strength * np.where(spaces, HIGH, LOW) + small
    if units > COSINE:
        values[:, LETTER_E] += strength * np.where(es, 0.3, -0.1)
        values[:, COSINE] = AMPLITUDE * np.cos(2 * np.pi * FREQUENCY * np.arange(len(tokens)))
        values[:, COSINE] += small
    return values[None]


def gated(hidden: np.ndarray, gate: str = "forget_gate") -> dict[str, np.ndarray]:
    """Returns a hidden state and a gate that is the hidden state moved into 0 to 1."""
    return {"hidden_state": hidden, gate: np.clip((hidden + 1) / 2, 0, 1)}


def recording(
    tokens: Sequence[str],
    hidden: np.ndarray,
    probe: str = "novel",
    *,
    gate: str = "forget_gate",
    **options: Any,
) -> Recording:
    """Returns a recording of one text; `options` as of `one_layer`."""
    return one_layer([tokens], gated(hidden, gate), {gate: "retain"}, probe=probe, **options)


def several(
    texts: Sequence[Sequence[str]], step: int, labels: Sequence[str] | None = None
) -> Recording:
    """Returns a recording of several texts, the units planted as in one long text."""
    lengths = np.array([len(text) for text in texts])
    inside = np.arange(max(lengths)) < lengths[:, None]
    hidden = np.full((*inside.shape, UNITS), np.nan, np.float32)
    hidden[inside] = activity([token for text in texts for token in text], step)[0]
    return one_layer(texts, gated(hidden), {"forget_gate": "retain"}, labels=labels)


def predictions(recording: Recording) -> dict[str, np.ndarray]:
    """Returns predictions that expect the right token first and the one after it next."""
    targets, tokens = next_tokens(recording), len(vocabulary_of(recording))
    first = np.maximum(targets, 0)
    expected = np.stack([first, (first + 1) % tokens], axis=1)
    return planted_predictions(targets, expected, PROBABILITY)


def write(
    writer: RunWriter,
    step: int,
    recordings: Sequence[Recording],
    features: Sequence[Feature] = FEATURES,
    **options: Any,
) -> None:
    """Writes a recording as the callback does; `options` are those of `log_recording`."""
    with writer.step(step):
        for recording in recordings:
            write_planted_recording(
                writer, step, recording, features, predictions(recording), **options
            )


def with_ablation_effects(
    report: Report, numbers: Mapping[tuple[str, int], Mapping[str, float]]
) -> Report:
    """Adds ablation effects by feature and unit to significant hidden-state findings."""
    findings = []
    for finding in report.digest.findings:
        known = numbers.get((finding.feature, finding.unit))
        if known and finding.is_significant and finding.quantity == HIDDEN_STATE:
            effect = AblationEffect(**known, count=160, how="mean", tokens=len(TEXT))
            finding = replace(finding, ablation=effect)
        findings.append(finding)
    return report.with_digest(findings=tuple(findings))


def write_run(log_dir: str | os.PathLike[str], steps: int = 3, first: int = 0, **planted) -> None:
    """A run of the planted text, with what its epochs have to do with each other."""
    history = CrossEpochEvidence()
    with RunWriter(log_dir) as writer:
        for step in range(first, first + steps):
            one = recording(TEXT, activity(TEXT, step, **planted))
            one.step = step
            write(writer, step, [one], add_evidence=partial(history.add, one))


def write_museum(log_dir: Path) -> None:
    """Three runs, the newest last; `OLD` has a long text besides, `whole book`."""
    with RunWriter(log_dir / SMALL) as writer:
        few = activity(TEXT, 2, marks=0, units=3)
        write(writer, 0, [recording(TEXT, few, layer="gru", cell="GRUCell", gate="update_gate")])
    book = SENTENCE * 320
    with RunWriter(log_dir / OLD) as writer:
        for step in range(len(STRENGTH)):
            texts = [("novel", TEXT), ("whole book", book)][: 1 + (step == len(STRENGTH) - 1)]
            write(
                writer,
                step,
                [recording(text, activity(text, step, OTHER_SPACES), name) for name, text in texts],
            )
    write_run(log_dir / NEW)
