"""Forecasts of sensors: targets by horizon, the network, errors and skill."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from trainer.examples.sensors.pump import CHANNELS, SensorSeries

HORIZONS = (1, 10)
"""Steps ahead of the forecasts."""

FORECAST = CHANNELS[1:]
"""Channels that are forecast; the inflow is set from outside."""

TARGET_NAMES = [
    f"{channel.split(',')[0]}, t + {horizon}" for horizon in HORIZONS for channel in FORECAST
]
"""Name of each number of the targets, horizon by horizon."""


def targets_of(series: SensorSeries) -> NDArray[np.float32]:
    """Returns the values at each horizon, (steps - 10, 8).

    Args:
        series: The readings; the last ten steps have no target.
    """
    steps = len(series) - max(HORIZONS)
    return np.concatenate([series.values[h : h + steps, 1:] for h in HORIZONS], axis=1)


def windows(array: NDArray, steps: int) -> NDArray:
    """Cuts an array into windows that overlap by half.

    Args:
        array: Array (steps, k).
        steps: Steps of a window.

    Returns:
        Array (windows, steps, k).

    Example:
        >>> windows(np.arange(8)[:, None], 4)[..., 0].tolist()
        [[0, 1, 2, 3], [2, 3, 4, 5], [4, 5, 6, 7]]
    """
    starts = range(0, len(array) - steps + 1, max(steps // 2, 1))
    return np.stack([array[start : start + steps] for start in starts])


@keras.saving.register_keras_serializable("tb_rnnviz_trainer")
class ScaledError(keras.losses.Loss):
    """Mean absolute error in standard deviations of each target.

    Args:
        scales: Standard deviation of each target, (k,).
    """

    def __init__(self, scales: Sequence[float], name: str = "scaled_error") -> None:
        super().__init__(name=name)
        self.scales = [float(scale) for scale in scales]

    def call(self, y_true, y_pred):
        return ops.mean(ops.abs(y_true - y_pred) / ops.cast(self.scales, y_pred.dtype), axis=-1)

    def get_config(self) -> dict:
        return super().get_config() | {"scales": self.scales}


def make_model(
    values: NDArray[np.float32], targets: NDArray[np.float32], units: int
) -> keras.Model:
    """Creates the GRU; it reads and forecasts values in their own units.

    Args:
        values: Readings to take mean and variance from, (steps, channels).
        targets: Targets of the same, (steps, k).
        units: Units of the GRU.
    """
    readings = keras.Input((None, values.shape[1]), name="readings")
    scaled = keras.layers.Normalization(mean=values.mean(0), variance=values.var(0))(readings)
    states = keras.layers.GRU(units, return_sequences=True, name="gru")(scaled)
    forecast = keras.layers.Dense(targets.shape[1])(states)
    inverse = keras.layers.Normalization(
        mean=targets.mean(0), variance=targets.var(0), invert=True, name="forecast"
    )
    return keras.Model(readings, inverse(forecast))


@dataclass(frozen=True)
class ForecastErrors:
    """Mean absolute errors of forecasts, each (horizons, channels).

    Attributes:
        model: Errors of the model.
        naive: Errors of the naive forecast: everything stays as it is.
    """

    model: NDArray[np.float64]
    naive: NDArray[np.float64]

    @property
    def skill(self) -> NDArray[np.float64]:
        """Skill 1 - MAE / MAE of the naive forecast: 1 is perfect, 0 no better."""
        return 1 - self.model / self.naive


def forecast_errors(
    forecasts: NDArray[np.floating], series: SensorSeries, targets: NDArray[np.floating]
) -> ForecastErrors:
    """Compares forecasts with the naive forecast of a stretch.

    Args:
        forecasts: Forecasts (steps, horizons x channels).
        series: The readings.
        targets: Targets in the shape of the forecasts.
    """
    present = np.tile(series.values[: len(targets), 1:], len(HORIZONS))
    shape = len(HORIZONS), len(FORECAST)
    return ForecastErrors(
        np.abs(forecasts - targets).mean(0, dtype=float).reshape(shape),
        np.abs(present - targets).mean(0, dtype=float).reshape(shape),
    )
