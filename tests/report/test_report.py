"""A report on a planted recording: every finding with its evidence."""

from __future__ import annotations

import numpy as np
import pytest

from tb_rnnviz.core.statistics import MEMORY, PEAK, STATISTICS
from tb_rnnviz.features import Literal, WordList, feature_from
from tb_rnnviz.recording import LayerActivity, Recording
from tb_rnnviz.report import report
from tests.planted_logs import PLANTED, SPACE, planted_recording


@pytest.fixture(scope="module")
def found():
    return report(planted_recording(units=24), [SPACE, Literal("never", "@")])


def first(found, quantity="hidden_state"):
    return next(h for h in found.digest["hypotheses"] if h["quantity"] == quantity)


def test_the_planted_unit_is_the_first_hypothesis(found):
    hypothesis = found.digest["hypotheses"][0]
    assert (hypothesis["feature"], hypothesis["unit"]) == ("space", PLANTED)
    assert hypothesis["q"] < 0.01
    assert found.relevance["lstm", "hidden_state"].shape == (2, len(STATISTICS), 24)


def test_a_feature_that_matches_nothing_says_so_and_is_not_tested(found):
    entry = next(e for e in found.digest["features"] if e["name"] == "never")
    assert entry["note"] == "matches no token"
    assert found.digest["tests"] == 2 * 24
    assert not [h for h in found.digest["hypotheses"] if h["feature"] == "never"]


def test_a_feature_is_told_by_what_makes_it_again(found):
    for entry in found.digest["features"]:
        assert feature_from(entry["spec"]) in (SPACE, Literal("never", "@"))
        assert entry["spec"]["name"] == entry["name"]


def test_a_feature_that_cannot_be_told_has_no_spec():
    class Mine(Literal):
        """Not registered, so that nothing could make it again."""

    features = [Mine("mine", "a"), WordList("words", tuple(f"word {i}" for i in range(1000)))]
    entries = report(planted_recording(), features).digest["features"]
    assert [entry["spec"] for entry in entries] == [None, None]


def test_a_unit_that_follows_the_feature_beats_with_it(found):
    peak = first(found)["peak"]
    assert set(peak) == {*PEAK, "coherence"}
    assert peak["coherence"] > 0.95
    noise = found.peaks["lstm", "hidden_state"][np.arange(24) != PLANTED]
    assert noise.shape == (23, len(PEAK))
    assert (noise[:, PEAK.index("q")] > 0.05).mean() > 0.8


def test_the_response_of_the_planted_unit_is_at_the_feature_itself(found):
    response = first(found)["response"]
    lag = int(np.argmax(response["mean"])) - 10
    assert lag == 0 and response["label"] == "reacting"
    assert response["low"] <= 0.9 and response["mean"][10] == pytest.approx(0.9, abs=0.01)
    assert first(found, "forget_gate")["response"] is None


def test_memory_is_that_of_the_retain_gate_and_of_the_state(found):
    memory = found.memory["lstm", "forget_gate"]
    assert memory.shape == (len(MEMORY), 24)
    gate = planted_recording(units=24)["lstm"]["forget_gate"][0, :, 0]
    assert memory[0, 0] == pytest.approx(-1 / np.log(gate.mean()), rel=1e-4)
    summary = found.digest["memory"]["lstm"]
    assert summary["gate"] == pytest.approx(np.median(memory[0]), rel=1e-3)
    assert summary["disagree"] <= summary["units"] == 24


def test_the_doctor_names_a_dead_unit():
    recording = planted_recording()
    recording["lstm"]["hidden_state"][..., 2] = 0
    (finding,) = (f for f in report(recording, [SPACE]).digest["doctor"] if f["code"] == "RNV002")
    assert (finding["layer"], finding["units"], finding["concerned"]) == ("lstm", [2], 1)


def test_a_layer_that_consumed_nothing_is_absent_with_the_reason():
    states, mask = {"hidden_state": np.zeros((1, 3, 2), "f4")}, np.zeros((1, 3), bool)
    layer = LayerActivity("gru", "GRUCell", states, {}, mask, [3])
    digest = report(Recording([layer], [3], tokens=[list("abc")]), [SPACE]).digest
    assert digest["absent"] == [
        {"layer": "gru", "quantity": "hidden_state", "reason": "every token is masked"}
    ]


@pytest.mark.parametrize("tokens", [1, 2])
def test_very_short_recordings_have_a_report(tokens):
    found = report(planted_recording(text="a b"[:tokens]), [SPACE])
    assert found.digest["tokens"] == tokens


def test_what_only_follows_the_place_in_the_text_is_gone_when_that_is_controlled():
    text = "ab" * 100 + "cb" * 100
    late = Literal("late", "c")
    recording = planted_recording(text=text)
    recording["lstm"]["hidden_state"][0, :, 1] += np.linspace(-1, 1, len(text))
    entries = [h for h in report(recording, [late], suggestions=12).digest["hypotheses"]]
    drift = next(h for h in entries if h["unit"] == 1 and h["quantity"] == "hidden_state")
    assert abs(drift["controlled"]["effect"]) < 0.5 * abs(drift["effect"])
    assert drift["p_exact"] >= 1 / len(text)
    gate = next(h for h in entries if h["quantity"] == "forget_gate")
    assert gate["controlled"] is None
