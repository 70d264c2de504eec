"""Right units: findings list the strongest unit, and only significant ones.

    python -m benchmarks.findings [--epochs 8] [--tokens 3000]

A two-layer LSTM is trained on generated code with comments, strings and brackets; `--model` and
`--probe` read a trained one. Both ratios have to be 1.0:

* strongest significant unit listed: of the cases (feature, layer, quantity) that have a significant
  unit, the share whose significant unit with the largest effect is among the findings;
* listed units significant: of the findings, the share with q or within q of at most 0.05.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import keras
import numpy as np

import tb_rnnviz as rv
from tb_rnnviz import features
from tb_rnnviz.core.finding import Finding
from tb_rnnviz.core.statistics import SIGNIFICANT, STATISTICS
from tb_rnnviz.report.report import report
from tb_rnnviz.report.types import Report

FEATURES = (
    *features.DEFAULT_FEATURES,
    features.InsideComment("comment", language="c"),
    features.InsideString("string", language="c"),
    features.BracketDepth("bracket depth"),
    features.LinePosition("position in the line"),
)
"""Features that the findings are looked for."""

NAMES = ("count", "index", "value", "node", "next", "size", "buffer", "key")
WORDS = ("the", "size", "of", "a", "buffer", "is", "never", "less", "than", "its", "key")


def main() -> None:
    """Trains or reads a network, records it and prints the two ratios."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--epochs", type=int, default=8)
    options.add_argument("--units", type=int, default=96)
    options.add_argument("--tokens", type=int, default=3000, help="tokens of the probe")
    options.add_argument("--model", help="a trained Keras model instead")
    options.add_argument("--probe", help="its text, one character per token, with --vocabulary")
    options.add_argument("--vocabulary", help="its characters in the order of the ids")
    chosen = options.parse_args()
    if chosen.model:
        model = keras.saving.load_model(chosen.model)
        text, vocabulary = chosen.probe[: chosen.tokens], list(chosen.vocabulary)
    else:
        model, text, vocabulary = trained(chosen.epochs, chosen.units, chosen.tokens)
    ids = np.array([vocabulary.index(character) for character in text])
    recording = rv.record(model, rv.Probe("code", ids, tokens=list(text)))
    results = report(recording, FEATURES)
    findings = results.digest.findings
    print(rv.find(recording, FEATURES)[:10])
    strongest, cases = strongest_listed(results)
    significant = sum(finding.is_significant for finding in findings)
    print(f"{results.digest.tests} tests, {len(findings)} findings")
    print(f"  strongest significant unit listed  {strongest}/{cases}  {strongest / cases:.3f}")
    print(f"  listed units significant           {significant}/{len(findings)}", end="  ")
    print(f"{significant / len(findings):.3f}")
    sys.exit(strongest < cases or significant < len(findings))


def strongest_listed(results: Report) -> tuple[int, int]:
    """Returns the cases whose strongest significant unit is a finding, and all cases."""
    listed = {_identity(finding) for finding in results.digest.findings}
    effect, q = STATISTICS.index("effect"), STATISTICS.index("q")
    strongest = cases = 0
    for key, array in results.relevance.items():
        for name, rows in zip(results.features, array, strict=True):
            size = np.where(rows[q] <= SIGNIFICANT, np.abs(rows[effect]), -1)
            if size.max() < 0:
                continue
            cases += 1
            equal = np.flatnonzero(np.isclose(size, size.max(), rtol=1e-6))
            strongest += any((name, *key, int(unit)) in listed for unit in equal)
    return strongest, cases


def _identity(finding: Finding) -> tuple[str, str, str, int]:
    return finding.feature, finding.layer, finding.quantity, finding.unit


def trained(epochs: int, units: int, tokens: int) -> tuple[keras.Model, str, list[str]]:
    """Trains a model on generated code; returns it, held-out text and vocabulary."""
    keras.utils.set_random_seed(0)
    text = code(400_000 + tokens)
    vocabulary = sorted(set(text))
    ids = np.array([vocabulary.index(character) for character in text])
    windows = ids[: 400_000 // 100 * 100 + 1]
    inputs, targets = windows[:-1].reshape(-1, 100), windows[1:].reshape(-1, 100)
    layers = keras.layers
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(len(vocabulary), 32)])
    for number in (1, 2):
        model.add(layers.LSTM(units, return_sequences=True, name=f"lstm_{number}"))
    model.add(layers.Dense(len(vocabulary), activation="softmax"))
    model.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy")
    model.fit(inputs, targets, batch_size=64, epochs=epochs, verbose=2)
    return model, text[-tokens:], vocabulary


def code(characters: int) -> str:
    """Returns generated code in which comments contain what looks like code."""
    rng = np.random.default_rng(0)
    parts: list[str] = []
    size = 0
    while size < characters:
        parts.append(_line(rng))
        size += len(parts[-1])
    return "".join(parts)[:characters]


def _line(rng: np.random.Generator) -> str:
    kind = rng.random()
    if kind < 0.25:
        return f"/* {_choice(rng, (*WORDS, *NAMES), rng.integers(3, 12))} */\n"
    if kind < 0.4:
        return f'print("{_choice(rng, WORDS, rng.integers(2, 6))}");\n'
    return f"{_choice(rng, NAMES, 1)} = {_expression(rng, 0)};\n"


def _expression(rng: np.random.Generator, depth: int) -> str:
    if depth < 4 and rng.random() < 0.6:
        return f"({_expression(rng, depth + 1)} + {_expression(rng, depth + 2)})"
    return _choice(rng, NAMES, 1)


def _choice(rng: np.random.Generator, words: Sequence[str], number: int) -> str:
    return " ".join(rng.choice(words, number))


if __name__ == "__main__":
    main()
