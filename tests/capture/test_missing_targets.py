"""Loss of forecasts some of whose targets are missing, against `model.evaluate`."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from tb_rnnviz import Probe
from tb_rnnviz.capture.recorder import recorder_for

layers = keras.layers
SERIES = np.random.default_rng(0).normal(size=(5, 9, 2)).astype("float32")


def loss_of(model: keras.Model, targets: np.ndarray) -> float | None:
    """Loss of the recorder, and of `evaluate`, which is NaN."""
    recorder, probe = recorder_for(model), Probe("p", SERIES, targets=targets)
    predictions = recorder.outputs(recorder.record(probe), probe.targets)
    if np.isnan(targets).any():
        assert np.isnan(model.evaluate(SERIES, targets, verbose=0))
    return predictions["loss"]


@pytest.fixture(scope="module")
def of_steps() -> keras.Model:
    """Forecasts three horizons of two channels at every step."""
    gru = layers.GRU(3, return_sequences=True)
    parts = [keras.Input((None, 2)), gru, layers.Dense(6), layers.Reshape((-1, 3, 2))]
    model = keras.Sequential(parts)
    model.compile(loss="mae")
    return model


@pytest.fixture(scope="module")
def of_windows() -> keras.Model:
    """Forecasts four horizons of two channels behind a window."""
    parts = [keras.Input((None, 2)), layers.GRU(3), layers.Dense(8), layers.Reshape((4, 2))]
    model = keras.Sequential(parts)
    model.compile(loss="huber")
    return model


@pytest.mark.parametrize("channels", [slice(None), slice(1)])
def test_steps_with_a_missing_horizon_have_no_loss(of_steps, channels):
    targets = np.stack([np.roll(SERIES, -k, axis=1) for k in (1, 2, 3)], axis=2)
    for horizon, ahead in enumerate((1, 2, 3)):
        targets[:, 9 - ahead :, horizon, channels] = np.nan
    expected = of_steps.evaluate(SERIES[:, :6], targets[:, :6], verbose=0)
    assert loss_of(of_steps, targets) == pytest.approx(expected, rel=1e-5)


def test_windows_with_a_missing_horizon_have_no_loss(of_windows):
    targets = np.random.default_rng(1).normal(size=(5, 4, 2)).astype("float32")
    whole = loss_of(of_windows, targets)
    assert whole == pytest.approx(of_windows.evaluate(SERIES, targets, verbose=0), rel=1e-5)
    targets[1, 3, 0] = targets[4] = np.nan
    rest = [0, 2, 3]
    expected = of_windows.evaluate(SERIES[rest], targets[rest], verbose=0)
    assert loss_of(of_windows, targets) == pytest.approx(expected, rel=1e-5) != whole


def test_a_forecast_without_any_target_has_no_loss(of_windows):
    assert loss_of(of_windows, np.full((5, 4, 2), np.nan, np.float32)) is None
    other = keras.Model(of_windows.inputs, of_windows.outputs)  # without a loss of its own
    other.compile()
    probe = Probe("p", SERIES, targets=np.full((5, 4, 2), np.nan, np.float32))
    recording = recorder_for(other).record(probe)
    assert recorder_for(other).outputs(recording, probe.targets)["loss"] is None
