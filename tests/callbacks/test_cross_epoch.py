"""Unit matching with the last recording, and emergence of findings."""

from __future__ import annotations

import numpy as np

import tb_rnnviz as rv
from tb_rnnviz import analysis
from tb_rnnviz.callbacks.evidence import CrossEpochEvidence
from tb_rnnviz.core.names import HIDDEN_STATE
from tb_rnnviz.report import report
from tests.callbacks.runs import compiled_model, digests, fit, probe
from tests.planted_logs import PLANTED, SPACE, planted_recording


def read(history, recording, step):
    recording.step = step
    return history.add(recording, report(recording, [SPACE])).digest.to_json()


def test_units_that_change_places_are_found_again():
    history, recording = CrossEpochEvidence(), planted_recording()
    assert read(history, recording, 0)["matching"] == {}
    assert read(history, recording, 1)["matching"] == {"lstm": {"quality": 1.0, "moved": 0}}
    hidden = recording["lstm"][HIDDEN_STATE]
    hidden[..., [2, 3]] = hidden[..., [3, 2]]
    assert read(history, recording, 2)["matching"] == {"lstm": {"quality": 1.0, "moved": 2}}


def test_a_link_emerged_at_the_first_step_from_which_it_stayed():
    history, planted = CrossEpochEvidence(), planted_recording()
    noise = planted_recording()
    noise["lstm"][HIDDEN_STATE][..., PLANTED] = np.random.default_rng(1).normal(size=288)
    for recording in (noise, planted):
        recording["lstm"]._quantities.pop("forget_gate")
    emerged = [
        read(history, recording, step)["emergence"]
        for step, recording in enumerate((planted, noise, planted, planted))
    ]
    finding = {"feature": "space", "layer": "lstm", "quantity": HIDDEN_STATE, "unit": PLANTED}
    assert emerged == [
        [finding | {"step": 0}],
        [],
        [finding | {"step": 2}],
        [finding | {"step": 2}],
    ]


def test_it_is_what_the_analysis_says_of_all_steps():
    rates = np.random.default_rng(0).random((30, 40)) * 0.1
    history = CrossEpochEvidence()
    for step, q in enumerate(rates):
        since = history.significant_since(("lstm", HIDDEN_STATE), "space", q, step)
    np.testing.assert_array_equal(since, analysis.emergence(rates).steps)


def test_every_epoch_but_the_first_is_held_against_the_one_before(tmp_path):
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()]), epochs=3)
    first, *later = digests(tmp_path).values()
    assert first["matching"] == {}
    assert all(0.5 < digest["matching"]["lstm"]["quality"] <= 1 for digest in later)
