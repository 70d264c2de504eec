"""Findings of a small trained network in text whose regularity needs memory."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.features import InsideBrackets, Literal

LETTERS = "abcd"
OPEN = InsideBrackets("in brackets")


def text(characters, seed=0):
    """Random letters in and out of brackets, in which points are exclamation marks."""
    rng = np.random.default_rng(seed)
    parts, inside = [], False
    while len(parts) < characters:
        draw = rng.random()
        if draw < 0.08:
            parts.append(")" if inside else "(")
            inside = not inside
        elif draw < 0.4:
            parts.append("!" if inside else ".")
        else:
            parts.append(LETTERS[rng.integers(len(LETTERS))])
    return "".join(parts)


@pytest.fixture(scope="module")
def findings():
    keras.utils.set_random_seed(0)
    vocabulary = list(LETTERS + "().!")
    read = text(64 * 60 * 8 + 1)
    ids = np.array([vocabulary.index(character) for character in read])
    model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(8, 8)])
    model.add(keras.layers.LSTM(16, return_sequences=True, name="lstm"))
    model.add(keras.layers.Dense(8, activation="softmax"))
    model.compile(keras.optimizers.Adam(1e-2), "sparse_categorical_crossentropy")
    model.optimizer.build(model.trainable_variables)  # traced once
    x, y = ids[:-1].reshape(-1, 60), ids[1:].reshape(-1, 60)
    model.fit(x, y, batch_size=32, epochs=6, verbose=0)
    probe = text(1500, seed=1)
    recording = rv.record(
        model, rv.Probe("text", [vocabulary.index(c) for c in probe], tokens=list(probe))
    )
    return rv.find(recording, [OPEN, Literal("letter a", "a"), Literal("opening", "(")])


def test_the_cell_that_remembers_the_bracket_is_the_first_finding(findings):
    first = findings[0]
    assert (first.feature, first.evidence, first.kind) == ("in brackets", "memory", "switch")
    assert first.response.label == "holding" and abs(first.within) > 2


def test_units_that_tell_a_letter_are_echoes(findings):
    assert {finding.evidence for finding in findings if finding.feature != "in brackets"} == {
        "echo"
    }


def test_findings_are_significant_and_rank_memory_before_echo(findings):
    assert all(finding.is_significant for finding in findings)
    words = [finding.evidence for finding in findings]
    assert words == sorted(words, key=("memory", "both", "echo").index)
