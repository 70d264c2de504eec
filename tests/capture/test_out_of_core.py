"""Out-of-core recordings equal those in memory, and stay in files."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from tb_rnnviz import Probe, analysis, record
from tb_rnnviz.capture import out_of_core, recorder_for
from tests.capture.networks import language_model

layers = keras.layers
IDS = np.random.default_rng(0).integers(0, 11, 100)


@pytest.fixture
def model():
    return language_model(
        layers.LSTM(6, return_sequences=True, name="a"),
        layers.Dropout(0.5),
        layers.GRU(5, return_sequences=True, name="b"),
    )


@pytest.mark.parametrize("tokens", [1, 32, 33, 100, 200])
def test_blocks_with_carried_state_equal_one_pass(model, tmp_path, monkeypatch, tokens):
    monkeypatch.setattr(out_of_core, "BLOCK_TOKENS", tokens)
    probe, recorder = Probe("long", IDS[:-1], targets=IDS[1:]), recorder_for(model)
    recording, predictions = out_of_core.record_out_of_core(recorder, probe, tmp_path)
    whole = record(model, probe)
    assert recording.layers == whole.layers and recording["a"].units == 6
    for layer in whole.layers:
        for quantity, values in whole[layer].items():
            np.testing.assert_allclose(recording[layer][quantity], values, atol=1e-5)
    expected = recorder.outputs(whole, probe.targets)
    assert set(predictions) == set(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(predictions[name], values, rtol=1e-4)


def test_masked_steps_are_marked_across_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(out_of_core, "BLOCK_TOKENS", 10)
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(11, 4, mask_zero=True)])
    model.add(layers.GRU(5, return_sequences=True, name="a"))
    recorder = recorder_for(model)
    recording, _ = out_of_core.record_out_of_core(recorder, Probe("gaps", IDS), tmp_path)
    assert recording["a"].mask.tolist() == [(IDS > 0).tolist()]


def test_only_large_recordings_that_can_be_read_in_blocks_are_out_of_core(model, monkeypatch):
    def is_out_of_core(model, probe):
        return out_of_core.is_out_of_core(recorder_for(model), probe)

    probe = Probe("long", IDS)
    assert not is_out_of_core(model, probe)
    monkeypatch.setattr(out_of_core, "OUT_OF_CORE_BYTES", 100)
    assert is_out_of_core(model, probe)
    assert not is_out_of_core(model, Probe("two", [IDS, IDS]))
    both_ways = language_model(layers.Bidirectional(layers.GRU(3, return_sequences=True)))
    assert not is_out_of_core(both_ways, probe)
    wide = language_model(layers.Conv1D(3, 2), layers.GRU(3, return_sequences=True))
    assert not is_out_of_core(wide, probe)


def test_an_activity_file_reads_some_units_without_the_others(tmp_path):
    activity = out_of_core.ActivityFile(tmp_path / "state", units=5)
    values = np.random.default_rng(0).normal(size=(23, 5)).astype(np.float32)
    for begin in (0, 9, 18):
        activity.append(values[begin : begin + 9])
    selection = np.arange(23) % 3 > 0
    for units in (slice(0, 5), slice(1, 3), slice(4, 9), slice(2, 2)):
        np.testing.assert_array_equal(activity[:, units], values[:, units])
        np.testing.assert_array_equal(activity[4:7, units], values[4:7, units])
        np.testing.assert_array_equal(activity[selection][:, units], values[selection, units])
    assert len(activity) == 23 and activity[selection].shape == (selection.sum(), 5)


def test_analysis_of_an_activity_file_equals_that_of_an_array(tmp_path):
    activity = out_of_core.ActivityFile(tmp_path / "gate", units=7)
    values = np.random.default_rng(0).random((300, 7)).astype(np.float32)
    activity.append(values)
    feature = np.arange(300) % 4 == 0
    from_file, from_array = (analysis.relevance(x, feature) for x in (activity, values))
    for name in ("effect", "p", "p_family"):
        np.testing.assert_array_equal(getattr(from_file, name), getattr(from_array, name))
    from_file, from_array = (analysis.saturation(gate) for gate in (activity, values))
    for name in ("left", "right"):
        np.testing.assert_array_equal(getattr(from_file, name), getattr(from_array, name))
    from_file, from_array = (analysis.spectrum(x).amplitude for x in (activity, values))
    np.testing.assert_array_equal(from_file, from_array)
