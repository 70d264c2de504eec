"""Planted classifier: a key token decides, which the log and the routes tell."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

import tb_rnnviz as rv
from tests.tensorboard.conftest import serving

LAYERS = keras.layers
CLASSES = ["neither", "first", "second"]
SEQUENCES, FILLERS = 160, 8
LATCHES = {1: 2, 2: 4}
"""Unit that keeps each key token."""


def planted_model() -> keras.Model:
    """Unit 2 keeps token 1 and unit 4 token 2; the others are noise."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((None,)),
            LAYERS.Embedding(3 + FILLERS, 3),
            LAYERS.SimpleRNN(6, name="rnn"),
            LAYERS.Dense(3, "softmax"),
        ]
    )
    random = np.random.default_rng(0)
    embedding = np.zeros((3 + FILLERS, 3))
    embedding[1, 0] = embedding[2, 1] = 1.0
    embedding[:, 2] = random.normal(0, 1, 3 + FILLERS)
    kernel, recurrent, head = np.zeros((3, 6)), np.zeros((6, 6)), np.zeros((6, 3))
    kernel[2, [0, 1, 3, 5]] = 0.1
    for key, unit in LATCHES.items():
        kernel[key - 1, unit], recurrent[unit, unit], head[unit, key] = 4.0, 3.0, 4.0
    weights = [embedding, kernel, recurrent, np.zeros(6), head, np.array([2.0, 0.0, 0.0])]
    model.set_weights(weights)
    return model


def planted_sequences() -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Returns sequences, the step of the key in each or -1, and noisy labels."""
    random = np.random.default_rng(1)
    sequences, key_steps, labels = [], [], []
    for index in range(SEQUENCES):
        ids = random.integers(3, 3 + FILLERS, random.integers(5, 40))
        key, key_step = index % 3, int(random.integers(len(ids)))
        if key:
            ids[key_step] = key
        sequences.append(ids)
        key_steps.append(key_step if key else -1)
        labels.append(key if random.random() > 0.15 else int(random.integers(3)))
    return sequences, np.array(key_steps), np.array(labels)


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Answers of the three routes of sequences about the probe."""
    logs = tmp_path_factory.mktemp("planted")
    sequences, _, labels = planted_sequences()
    probe = rv.Probe("keys", sequences, labels=labels.tolist(), classes=CLASSES)
    watch = rv.RNNVizCallback(logs / "run1", probe, features=[])
    watch.record(planted_model(), 0)
    watch.on_train_end()
    where = "run=run1/rnnviz&probe=keys"
    with serving(load_fast=False) as start:
        client = start(logs)
        client.wait_for("run1/rnnviz", 0, "keys")
        layer = "step=0&layer=rnn&quantity=hidden_state"
        yield {
            "table": client(f"sequences?{where}&step=0").json,
            "history": client(f"sequence_history?{where}").json,
            "opened": [client(f"sequence?{where}&{layer}&sequence={k}").json for k in range(30)],
        }


def test_the_decision_time_is_the_step_of_the_key(answers):
    _, key_steps, labels = planted_sequences()
    table = answers["table"]
    right = np.array(table["prediction"]) == labels
    counted = np.flatnonzero(right & (key_steps >= 0))[:100]
    decided = np.array(table["decision"])[counted]
    assert len(counted) > 80 and (decided == key_steps[counted]).mean() >= 0.95


def test_a_jump_is_made_by_the_unit_of_the_key(answers):
    sequences, key_steps, _ = planted_sequences()
    for ids, key_step, opened in zip(sequences, key_steps, answers["opened"], strict=False):
        jumps = [step for step, distance in enumerate(opened["distance"]) if distance >= 0.6]
        assert jumps == ([key_step] if key_step >= 0 else [])
        if key_step >= 0:
            assert opened["units"][key_step][0] == LATCHES[ids[key_step]]
            assert opened["shares"][key_step][0] > 0.8


def test_the_confusion_matrix_is_that_of_scikit_learn(answers):
    _, _, labels = planted_sequences()
    table, history = answers["table"], answers["history"]
    expected = confusion_matrix(labels, table["prediction"], labels=range(3))
    assert history["confusion"] == [expected.ravel().tolist()]
    assert expected.trace() < SEQUENCES and table["labels"] == labels.tolist()
    assert history["accuracy"] == [pytest.approx(expected.trace() / SEQUENCES, abs=1e-3)]
