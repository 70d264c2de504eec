"""Findings on a signal: a hidden store that is planted, and nothing to find."""

from __future__ import annotations

import numpy as np

import tb_rnnviz as rv
from tb_rnnviz.core.axis import Axis
from tb_rnnviz.recording import LayerActivity, Recording

STEPS, UNITS = 1500, 12


def recording_of(series, hidden, columns):
    """A recording of a signal with the channels speed and heat."""
    mask, lengths = np.ones((1, STEPS), bool), np.array([STEPS])
    quantities = {"hidden_state": hidden[None].astype(np.float32)}
    layer = LayerActivity("gru", "GRUCell", quantities, {}, mask, lengths, axis="time")
    axis = Axis("time", (STEPS,), channels=("speed", "heat"), series=[series.astype(np.float32)])
    return Recording([layer], [STEPS], axes={"time": axis}, axis="time", columns=columns)


def leaky(values, rate):
    state = np.zeros(len(values))
    for step in range(1, len(values)):
        state[step] = rate * state[step - 1] + values[step]
    return state


def planted(seed):
    """Channels, a load that integrates one of them and is never given, and units."""
    rng = np.random.default_rng(seed)
    series = rng.normal(size=(STEPS, 2))
    load = leaky(series[:, 0], 0.97)
    hidden = np.stack([leaky(row, 0.8) for row in rng.normal(size=(UNITS, STEPS))], axis=1)
    return series, load, hidden


def phase_shuffled(values, rng):
    """A series of the same spectrum with other phases."""
    spectrum = np.fft.rfft(values)
    phases = np.exp(2j * np.pi * rng.random(len(spectrum)))
    return np.fft.irfft(np.abs(spectrum) * phases, n=len(values))


def test_a_store_that_is_no_input_is_the_first_finding():
    series, load, hidden = planted(0)
    hidden[:, 5] = np.tanh(load / 6) + 0.05 * np.random.default_rng(1).normal(size=STEPS)
    findings = rv.find(recording_of(series, hidden, {"load": load}))
    first = findings[0]
    assert (first.feature, first.unit, first.evidence) == ("load", 5, "memory")
    assert (first.response.label, first.response.at) == ("together", "value")
    assert first.response.mean[10] > 0.9


def test_a_unit_that_follows_a_channel_is_an_echo():
    series, load, hidden = planted(1)
    hidden[:, 2] = series[:, 1]
    findings = [f for f in rv.find(recording_of(series, hidden, {})) if f.unit == 2]
    echo = next(finding for finding in findings if finding.feature == "heat")
    assert echo.evidence == "echo" and np.isnan(echo.within)


def test_a_column_with_other_phases_is_rarely_found():
    significant = 0
    for seed in range(20):
        series, load, hidden = planted(seed)
        hidden[:, 5] = load
        shuffled = phase_shuffled(load, np.random.default_rng(seed))
        findings = rv.find(recording_of(series, hidden, {"load": shuffled}))
        significant += any(finding.feature == "load" for finding in findings)
    assert significant <= 2


def test_a_signal_without_channels_needs_columns():
    mask, lengths = np.ones((1, 9), bool), np.array([9])
    layer = LayerActivity(
        "gru", "GRUCell", {"hidden_state": np.zeros((1, 9, 2))}, {}, mask, lengths
    )
    recording = Recording([layer], [9])
    assert recording.is_signal and recording.channels == {}
