"""`Recorder`: another framework is one subclass and an entry in `RECORDERS`."""

from __future__ import annotations

import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.capture import Recorder, recorder_for
from tb_rnnviz.capture.intervention import PREVIOUS
from tb_rnnviz.capture.out_of_core import is_out_of_core
from tb_rnnviz.capture.predictions import predictions_from
from tb_rnnviz.capture.recorder import RECORDERS
from tb_rnnviz.recording import Generation, LayerActivity, Recording

VOCABULARY = 5


class Elman:
    """A model of a framework that RNN-Viz does not know: weights in plain NumPy."""

    def __init__(self, units=4):
        random = np.random.default_rng(0)
        self.embedding = random.normal(size=(VOCABULARY, units))
        self.recurrent = random.normal(size=(units, units)) / 2
        self.head = random.normal(size=(units, VOCABULARY))

    def states(self, ids, clamp=()):
        """Returns the hidden states (steps, units), the units of a dict clamped to values."""
        state, states = np.zeros(len(self.recurrent)), []
        for index in ids:
            state = np.tanh(self.embedding[index] + state @ self.recurrent)
            for unit, value in dict(clamp).items():
                state[unit] = value
            states.append(state)
        return np.array(states)

    def log_probabilities(self, states):
        logits = states @ self.head
        return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


class ElmanRecorder(Recorder):
    """Recorder of the framework, with the abstract methods alone."""

    def record(self, probe, layers=None, quantities=None):
        states = np.stack([self.model.states(ids) for ids in probe.inputs]).astype("float32")
        mask = np.ones(states.shape[:2], bool)
        layer = LayerActivity(
            "elman", "Elman", {"hidden_state": states}, {}, mask, np.array(probe.lengths)
        )
        outputs = self.model.log_probabilities(states)
        return Recording([layer], probe.lengths, outputs, probe.tokens, probe.name)

    def outputs(self, recording, targets=None, output=None):
        return predictions_from(recording.outputs[recording.mask], targets)

    def sizes(self, recording=None):
        return {("elman", "hidden_state"): len(self.model.recurrent)}

    def intervene(self, probe, interventions, recording=None):
        losses = []
        for intervention in interventions:
            clamp = {unit: value for (_, _, unit), value in intervention.clamp.items()}
            states = np.concatenate([self.model.states(ids, clamp) for ids in probe.inputs])
            targets = np.concatenate(probe.targets)[:, None]
            log_probabilities = self.model.log_probabilities(states)
            losses.append(-np.take_along_axis(log_probabilities, targets, axis=1)[:, 0])
        return np.array(losses, "float32")

    def generate(self, prompt, options):
        clamp = {unit: value for (_, _, unit), value in options.clamp.items()}
        ids = list(prompt)
        for _ in range(options.steps):
            log_probabilities = self.model.log_probabilities(self.model.states(ids, clamp)[-1])
            ids.append(int(log_probabilities.argmax()))
        written = np.array(ids[len(prompt) :])
        recording = self.record(rv.Probe("generated", ids))
        return [Generation(written, np.ones(len(written)), recording, prompt)] * options.samples


@pytest.fixture
def model(monkeypatch):
    package = Elman.__module__.partition(".")[0]
    monkeypatch.setitem(RECORDERS, package, f"{__name__}:ElmanRecorder")
    return Elman()


@pytest.fixture
def probe():
    ids = np.random.default_rng(1).integers(0, VOCABULARY, (2, 9))
    return rv.Probe("text", ids[:, :-1], targets=ids[:, 1:])


def test_record_reaches_the_framework_through_its_recorder(model, probe):
    recording = rv.record(model, probe)
    expected = [model.states(ids) for ids in probe.inputs]
    np.testing.assert_allclose(recording["elman"]["hidden_state"], expected, atol=1e-6)


def test_ablate_reaches_the_framework_through_its_recorder(model, probe):
    means = rv.record(model, probe)["elman"]["hidden_state"].mean(axis=(0, 1))
    ablation = rv.ablate(model, probe, [("elman", 1), [("elman", 0), ("elman", 3)]])
    targets = np.concatenate(probe.targets)
    for change, units in zip(ablation.change, ([1], [0, 3]), strict=True):
        losses = []
        for clamp in ({}, {unit: means[unit] for unit in units}):
            states = np.concatenate([model.states(ids, clamp) for ids in probe.inputs])
            losses.append(-model.log_probabilities(states)[np.arange(16), targets])
        np.testing.assert_allclose(change, losses[1] - losses[0], atol=2e-5)


def test_generate_reaches_the_framework_through_its_recorder(model):
    generation = rv.generate(model, [1, 2], steps=6, clamp={("elman", 2): 0.5})
    assert len(generation.ids) == 6
    assert len(rv.generate(model, [1, 2], steps=6, samples=3)) == 3


def test_a_recorder_without_blocks_records_in_memory(model, probe, monkeypatch):
    monkeypatch.setattr("tb_rnnviz.capture.out_of_core.OUT_OF_CORE_BYTES", 0)
    recorder = recorder_for(model)
    assert not is_out_of_core(recorder, probe)
    with pytest.raises(NotImplementedError, match="ElmanRecorder does not read in blocks"):
        recorder.read_in_blocks(probe, 10)


@pytest.mark.parametrize("how, expected", [("zero", 0.0), (0.5, 0.5), ("before", PREVIOUS)])
def test_ablation_values_reach_the_recorder_as_clamped_values(
    model, probe, monkeypatch, how, expected
):
    interventions = []

    def intervene(self, probe, entries, recording=None):
        interventions.extend(entries)
        return np.zeros((len(entries), 16))

    monkeypatch.setattr(ElmanRecorder, "intervene", intervene)
    rv.ablate(model, probe, [("elman", 1)], how)
    assert [dict(entry.clamp) for entry in interventions] == [
        {},
        {("elman", "hidden_state", 1): expected},
    ]


@pytest.mark.parametrize("model", ["lstm", None, Elman()])
def test_a_model_of_another_framework_is_an_error_that_lists_the_allowed_ones(model):
    with pytest.raises(ValueError, match=r"no recorder.*Received: .*Allowed: models of keras"):
        recorder_for(model)


def test_an_object_of_keras_that_is_no_model_is_an_error():
    keras = pytest.importorskip("keras")
    with pytest.raises(ValueError, match="records Keras models.*Received: .*Adam"):
        rv.record(keras.optimizers.Adam(), [1, 2])
