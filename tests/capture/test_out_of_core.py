"""Reading in blocks gives what reading at once gives, and keeps it in files."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from tb_rnnviz import Probe, analysis, record
from tb_rnnviz.capture import out_of_core as streaming
from tb_rnnviz.capture.predictions import predictions
from tests.capture.test_record import language_model

layers = keras.layers
IDS = np.random.default_rng(0).integers(0, 11, 100)


@pytest.fixture
def model():
    return language_model(
        layers.LSTM(6, return_sequences=True, name="a"),
        layers.Dropout(0.5),
        layers.GRU(5, return_sequences=True, name="b"),
    )


@pytest.mark.parametrize("block", [1, 32, 33, 100, 200])
def test_blocks_with_carried_state_equal_one_pass(model, tmp_path, monkeypatch, block):
    monkeypatch.setattr(streaming, "BLOCK", block)
    probe = Probe("long", IDS[:-1], targets=IDS[1:])
    recording, said = streaming.stream(model, probe, tmp_path)
    whole = record(model, probe)
    assert recording.layers == whole.layers and recording["a"].units == 6
    for layer in whole.layers:
        for quantity, values in whole[layer].items():
            np.testing.assert_allclose(recording[layer][quantity], values, atol=1e-5)
    expected = predictions(whole, probe.targets)
    assert set(said) == set(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(said[name], values, rtol=1e-4)


def test_masked_steps_are_marked_across_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(streaming, "BLOCK", 10)
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(11, 4, mask_zero=True)])
    model.add(layers.GRU(5, return_sequences=True, name="a"))
    recording, _ = streaming.stream(model, Probe("gaps", IDS), tmp_path)
    assert recording["a"].mask.tolist() == [(IDS > 0).tolist()]


def test_only_what_is_large_and_can_be_cut_is_streamed(model, monkeypatch):
    probe = Probe("long", IDS)
    assert not streaming.must_stream(model, probe, None, None)
    monkeypatch.setattr(streaming, "SPOOL_BYTES", 100)
    assert streaming.must_stream(model, probe, None, None)
    assert not streaming.must_stream(model, Probe("two", [IDS, IDS]), None, None)
    both_ways = language_model(layers.Bidirectional(layers.GRU(3, return_sequences=True)))
    assert not streaming.must_stream(both_ways, probe, None, None)
    wide = language_model(layers.Conv1D(3, 2), layers.GRU(3, return_sequences=True))
    assert not streaming.must_stream(wide, probe, None, None)


def test_some_units_are_read_without_the_others(tmp_path):
    columns = streaming.SpooledColumns(tmp_path / "state", units=5)
    values = np.random.default_rng(0).normal(size=(23, 5)).astype(np.float32)
    for begin in (0, 9, 18):
        columns.append(values[begin : begin + 9])
    kept = np.arange(23) % 3 > 0
    for units in (slice(0, 5), slice(1, 3), slice(4, 9), slice(2, 2)):
        np.testing.assert_array_equal(columns[:, units], values[:, units])
        np.testing.assert_array_equal(columns[4:7, units], values[4:7, units])
        np.testing.assert_array_equal(columns[kept][:, units], values[kept, units])
    assert len(columns) == 23 and columns[kept].shape == (kept.sum(), 5)


def test_analysis_of_what_stands_in_a_file_is_that_of_an_array(tmp_path):
    columns = streaming.SpooledColumns(tmp_path / "gate", units=7)
    values = np.random.default_rng(0).random((300, 7)).astype(np.float32)
    columns.append(values)
    feature = np.arange(300) % 4 == 0
    for name in ("effect", "p", "p_family"):
        one, other = (getattr(analysis.relevance(x, feature), name) for x in (columns, values))
        np.testing.assert_array_equal(one, other)
    for x in ("left", "right"):
        one, other = (getattr(analysis.saturation(a), x) for a in (columns, values))
        np.testing.assert_array_equal(one, other)
    one, other = (analysis.spectrum(a).amplitude for a in (columns, values))
    np.testing.assert_array_equal(one, other)
