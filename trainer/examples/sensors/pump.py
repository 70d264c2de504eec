"""Generated sensors of a pump: coupled oscillators and a hidden load."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

CHANNELS = ("inflow, l/s", "speed, rpm", "vibration, mm/s", "pressure, bar", "temperature, °C")
REGIMES = ("idle", "normal", "high")
RATE = 10.0
"""Steps per second."""

LOAD_STEPS = 80
"""Time constant of the load, in steps."""

_FREQUENCY = np.array([0.35, 0.55, 0.8]) / RATE
"""Cycles per step of the shaft, by regime."""

_COUPLING = np.array([0.3, 0.7, 1.2])
"""Amplitude that the shaft gives to the vibration, by regime."""


@dataclass(frozen=True)
class SensorSeries:
    """A stretch of sensor readings, with what is known about it.

    Attributes:
        values: Inputs of the model, float32 (steps, channels); a missing value is replaced by
            the last one before it.
        is_missing: Boolean (steps, channels), true at values that were replaced.
        anomaly: Boolean (steps,), true while something is wrong.
        regime: Index of the regime, integers (steps,).
        load: The hidden load, (steps,), 0 to about 1; the model never reads it.
    """

    values: NDArray[np.float32]
    is_missing: NDArray[np.bool_]
    anomaly: NDArray[np.bool_]
    regime: NDArray[np.int64]
    load: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.values)

    def part(self, start: int, stop: int) -> "SensorSeries":
        """Returns the steps from `start` up to `stop`."""
        parts = {name: array[start:stop] for name, array in vars(self).items()}
        return replace(self, **parts)


def sensor_series(steps: int, seed: int) -> SensorSeries:
    """Generates sensor readings, ten a second.

    The load L is a leaky integrator of the inflow u, L' = L + (u' - L) / 80. It slows the shaft,
    raises the pressure and heats the pump. The shaft is an oscillator whose frequency depends on
    the regime, and drives a second one, the vibration. Regimes last 15 to 60 seconds.

    Args:
        steps: Number of steps.
        seed: Seed of everything that is random.

    Returns:
        The readings, with noise, some anomalies and some missing values.

    Example:
        >>> series = sensor_series(500, seed=0)
        >>> series.values.shape, bool(series.is_missing.any())
        ((500, 5), True)
    """
    random = np.random.default_rng(seed)
    regimes = _piecewise(random, steps, (150, 600), lambda: random.integers(len(REGIMES)))
    regime = regimes.astype(np.int64)
    inflow = _inflow(random, steps)
    load = _leaky(inflow, 1 / LOAD_STEPS, start=0.5)
    phase = 2 * np.pi * np.cumsum(_FREQUENCY[regime] * (1.2 - 0.4 * load))
    shaft = np.sin(phase + 0.02 * np.cumsum(random.normal(0, 1, steps)))
    vibration = _oscillator(_COUPLING[regime] * shaft + random.normal(0, 0.3, steps))
    heat = _leaky(load + 0.2 * regime, 1 / 150, start=0.5)
    clean = [
        20 * inflow,
        900 + 300 * regime - 300 * load + 120 * shaft,
        2 * vibration,
        2 + 1.2 * load + 0.3 * shaft + 0.1 * vibration,
        40 + 30 * heat,
    ]
    noise = random.normal(0, 1, (steps, len(CHANNELS))) * [1.0, 20, 0.15, 0.15, 0.3]
    values = np.stack(clean, axis=1) + noise
    anomaly = _add_anomalies(random, values)
    is_missing = _missing(random, values.shape)
    return SensorSeries(
        _replaced(values, is_missing).astype(np.float32), is_missing, anomaly, regime, load
    )


def _piecewise(random, steps, durations, draw) -> NDArray[np.float64]:
    """Draws a value for each stretch of a random duration."""
    values = np.empty(steps)
    start = 0
    while start < steps:
        stop = start + int(random.integers(*durations))
        values[start:stop] = draw()
        start = stop
    return values


def _inflow(random: np.random.Generator, steps: int) -> NDArray[np.float64]:
    """Inflow of 0 to 1: levels of 4 to 25 seconds, and gusts."""
    level = _piecewise(random, steps, (40, 250), lambda: random.uniform(0, 1))
    gusts = _leaky(random.normal(0, 1, steps), 0.3)
    return np.clip(level + 0.4 * gusts, 0, 1.5)


def _leaky(inputs: NDArray[np.float64], rate: float, start: float = 0.0) -> NDArray[np.float64]:
    """Leaky integrator: y' = y + rate (x - y)."""
    values, value = np.empty(len(inputs)), start
    for step, current in enumerate(inputs):
        value += rate * (current - value)
        values[step] = value
    return values


def _oscillator(force: NDArray[np.float64]) -> NDArray[np.float64]:
    """Damped oscillator of 0.9 Hz that a force drives."""
    values, position, speed = np.empty(len(force)), 0.0, 0.0
    stiffness = (2 * np.pi * 0.9 / RATE) ** 2
    for step, current in enumerate(force):
        speed += stiffness * (current - position) - 0.12 * speed
        position += speed
        values[step] = position
    return values


def _add_anomalies(random: np.random.Generator, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Adds an anomaly every 20 to 60 seconds in place, and returns their steps.

    In turn the speed drops, the vibration is three times as strong, the pressure is stuck.
    """
    anomaly, start, kind = np.zeros(len(values), bool), 0, 0
    while (start := start + int(random.integers(200, 600))) < len(values):
        part = slice(start, start + int(random.integers(15, 40)))
        if kind % 3 == 0:
            values[part, 1] -= 250
        elif kind % 3 == 1:
            values[part, 2] *= 3
        else:
            values[part, 3] = values[start, 3]
        anomaly[part] = True
        start, kind = part.stop, kind + 1
    return anomaly


def _missing(random: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Draws gaps of 3 to 12 steps in one channel, about 1.5% of the values."""
    is_missing = np.zeros(shape, bool)
    for _ in range(max(1, shape[0] * shape[1] // 500)):
        start, channel = random.integers(1, shape[0]), random.integers(shape[1])
        is_missing[start : start + random.integers(3, 12), channel] = True
    return is_missing


def _replaced(values: NDArray[np.float64], is_missing: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Replaces missing values by the last one that is there."""
    steps = np.where(is_missing, 0, np.arange(len(values))[:, None])
    return np.take_along_axis(values, np.maximum.accumulate(steps, axis=0), axis=0)
