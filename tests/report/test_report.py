"""A report on a planted recording: every finding with its evidence."""

from __future__ import annotations

import numpy as np
import pytest

from tb_rnnviz.core.names import HIDDEN_STATE
from tb_rnnviz.core.statistics import MEMORY, PEAK, SIGNIFICANT, STATISTICS
from tb_rnnviz.features import Literal, WordList, feature_from
from tb_rnnviz.recording import LayerActivity, Recording
from tb_rnnviz.report import report
from tests.planted_logs import PLANTED, SPACE, planted_recording


@pytest.fixture(scope="module")
def planted():
    return report(planted_recording(units=24), [SPACE, Literal("never", "@")])


def first_finding(results, quantity=HIDDEN_STATE):
    return next(finding for finding in results.digest.findings if finding.quantity == quantity)


def test_the_planted_unit_is_the_first_finding(planted):
    finding = planted.digest.findings[0]
    assert (finding.feature, finding.unit) == ("space", PLANTED)
    assert finding.q < 0.01
    assert planted.relevance["lstm", HIDDEN_STATE].shape == (2, len(STATISTICS), 24)


def test_a_feature_without_a_match_has_a_note_and_is_not_tested(planted):
    matches = next(entry for entry in planted.digest.features if entry.name == "never")
    assert matches.note == "matches no token"
    assert planted.digest.tests == 3 * 24  # levels of state and gate, swing of the state
    assert not [finding for finding in planted.digest.findings if finding.feature == "never"]


def test_the_spec_of_a_feature_defines_it(planted):
    for matches in planted.digest.features:
        assert feature_from(matches.spec) in (SPACE, Literal("never", "@"))
        assert matches.spec["name"] == matches.name


def test_a_feature_that_is_long_or_unregistered_has_no_spec():
    class Unregistered(Literal):
        """A kind that no mapping defines."""

    words = WordList("words", tuple(f"word {i}" for i in range(1000)))
    matches = report(planted_recording(), [Unregistered("mine", "a"), words]).digest.features
    assert [entry.spec for entry in matches] == [None, None]


def test_a_unit_that_follows_the_feature_is_coherent_with_it(planted):
    peak = first_finding(planted).peak
    assert peak.coherence > 0.95
    noise = planted.peaks["lstm", HIDDEN_STATE][np.arange(24) != PLANTED]
    assert noise.shape == (23, len(PEAK))
    assert (noise[:, PEAK.index("q")] > SIGNIFICANT).mean() > 0.8


def test_the_response_of_the_planted_unit_is_at_the_feature_itself(planted):
    response = first_finding(planted).response
    assert response.lag == 0 and response.label == "reacting"
    assert response.low[10] < response.high[10] < 0.9 and response.mean[10] == pytest.approx(
        0.9, abs=0.01
    )


def test_a_gate_has_no_response(planted):
    assert first_finding(planted, "forget_gate").response is None


def test_memory_is_that_of_the_retain_gate_and_of_the_state(planted):
    memory = planted.memory["lstm", "forget_gate"]
    assert memory.shape == (len(MEMORY), 24)
    gate = planted_recording(units=24)["lstm"]["forget_gate"][0, :, 0]
    assert memory[0, 0] == pytest.approx(-1 / np.log(gate.mean()), rel=1e-4)
    summary = planted.digest.memory["lstm"]
    assert summary["gate"] == pytest.approx(np.median(memory[0]), rel=1e-3)
    assert summary["disagree"] <= summary["units"] == 24


def test_the_doctor_diagnoses_a_dead_unit():
    recording = planted_recording()
    recording["lstm"][HIDDEN_STATE][..., 2] = 0
    doctor = report(recording, [SPACE]).digest.doctor
    (diagnosis,) = (diagnosis for diagnosis in doctor if diagnosis.code == "RNV002")
    assert (diagnosis.layer, diagnosis.units, diagnosis.concerned) == ("lstm", (2,), 1)


def test_a_layer_that_consumed_no_token_is_absent_with_the_reason():
    states, mask = {HIDDEN_STATE: np.zeros((1, 3, 2), "f4")}, np.zeros((1, 3), bool)
    layer = LayerActivity("gru", "GRUCell", states, {}, mask, [3])
    recording = Recording([layer], [3], tokens=[list("abc")])
    assert report(recording, [SPACE]).digest.absent == (
        {"layer": "gru", "quantity": HIDDEN_STATE, "reason": "every token is masked"},
    )
    assert recording.absent == {}, "the recording itself stays as it was"


@pytest.mark.parametrize("tokens", [1, 2])
def test_very_short_recordings_have_a_report(tokens):
    assert report(planted_recording(text="a b"[:tokens]), [SPACE]).digest.tokens == tokens


def test_the_partial_effect_excludes_the_position_in_the_text():
    rng = np.random.default_rng(0)
    text = "".join("c" if rng.random() < step / 400 else "b" for step in range(400))
    late = Literal("late", "c")
    recording = planted_recording(text=text)
    matches = np.array([token == "c" for token in text])
    recording["lstm"][HIDDEN_STATE][0, :, 1] += np.linspace(-0.3, 0.3, len(text)) + 0.3 * matches
    recording["lstm"]["forget_gate"][0, :, 1] = 0.9 * matches
    results = report(recording, [late], suggestions=12)
    drift = next(
        finding
        for finding in results.digest.findings
        if finding.unit == 1 and finding.quantity == HIDDEN_STATE
    )
    assert abs(drift.partial.effect) < 0.8 * abs(drift.effect)
    assert drift.p_exact >= 1 / len(text)
    assert first_finding(results, "forget_gate").partial is None
