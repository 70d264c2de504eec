"""Example `sensors`: training, recording, skill, and the unit that holds the load."""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from rich.console import Console
from rich.table import Table

import tb_rnnviz as rv
from tb_rnnviz.core.finding import Finding
from tb_rnnviz.features import Column
from trainer.examples.config import SensorsExample
from trainer.examples.fitting import ExampleData, ExampleRun, fit_recorded
from trainer.examples.sensors.forecast import (
    FORECAST,
    HORIZONS,
    TARGET_NAMES,
    ForecastErrors,
    ScaledError,
    forecast_errors,
    make_model,
    targets_of,
    windows,
)
from trainer.examples.sensors.pump import CHANNELS, RATE, SensorSeries, sensor_series

LOAD = "hidden load"
"""Name of the column of the hidden load."""


@dataclass(frozen=True)
class SensorsResult:
    """Result of the example.

    Attributes:
        errors: Errors of the forecasts on the probe.
        unit: Finding of the unit of the hidden state that follows the load best; none if no
            unit does so significantly.
        correlation: Correlation of this unit with the load, over the probe.
        best_channel: Highest magnitude of the correlation of a channel with the load.
    """

    errors: ForecastErrors
    unit: Finding | None
    correlation: float
    best_channel: float


def run_sensors(settings: SensorsExample, directory: Path, console: Console) -> SensorsResult:
    """Trains the forecaster, records it, and prints what it has learnt.

    Args:
        settings: Options of the example.
        directory: Directory of the run.
        console: Output.
    """
    keras.utils.set_random_seed(settings.seed)
    ahead = max(HORIZONS)
    series = sensor_series(settings.steps + settings.probe_steps + ahead, settings.seed)
    training = series.part(0, settings.steps)
    held_out = series.part(settings.steps, len(series))
    targets = targets_of(training)
    data = ExampleData(
        windows(training.values[: len(targets)], settings.window),
        windows(targets, settings.window),
        (held_out.values[None, :-ahead], targets_of(held_out)[None]),
    )
    model = make_model(training.values, targets, settings.units)
    run = ExampleRun(settings, directory, console)
    loss, probe = ScaledError(targets.std(0)), sensor_probe(held_out)
    recording = fit_recorded(model, loss, data, probe, run)
    forecasts = model.predict(data.held_out[0], verbose=0)[0]
    errors = forecast_errors(forecasts, held_out, targets_of(held_out))
    result = SensorsResult(errors, *unit_of_load(recording))
    _print_result(result, console)
    return result


def sensor_probe(series: SensorSeries) -> rv.Probe:
    """Makes the probe: the readings, with regime, anomaly, gaps and load as columns."""
    targets = targets_of(series)
    steps = len(targets)
    return rv.Probe(
        "pump",
        series.values[:steps],
        channels=CHANNELS,
        rate=RATE,
        time_unit="s",
        targets=targets,
        target_names=TARGET_NAMES,
        columns={
            "regime": series.regime[:steps],
            "anomaly": series.anomaly[:steps],
            "missing": series.is_missing[:steps].any(axis=1),
            LOAD: series.load[:steps],
        },
    )


def unit_of_load(recording: rv.Recording) -> tuple[Finding | None, float, float]:
    """Returns the unit of the hidden state that follows the load best.

    Args:
        recording: A recording of the probe.

    Returns:
        The finding of the unit, none if none is significant; its correlation with the load; and
        the highest magnitude of the correlation of a channel with the load.
    """
    load = recording.columns[LOAD]
    channels = [_correlation(values, load) for values in recording.channels.values()]
    best_channel = float(np.max(np.abs(channels)))
    findings = rv.find(recording, [Column(LOAD, LOAD)], suggestions=3)
    correlations = {
        finding: _correlation(recording["gru"]["hidden_state"][0, :, finding.unit], load)
        for finding in findings
        if finding.quantity == "hidden_state"
    }
    if not correlations:
        return None, 0.0, best_channel
    unit = max(correlations, key=lambda finding: abs(correlations[finding]))
    return unit, correlations[unit], best_channel


def _correlation(values: np.ndarray, load: np.ndarray) -> float:
    return float(np.corrcoef(values, load)[0, 1])


def _print_result(result: SensorsResult, console: Console) -> None:
    table = Table(title="Mean absolute error, and skill against the naive forecast")
    table.add_column("channel")
    for horizon in HORIZONS:
        table.add_column(f"t + {horizon}", justify="right")
        table.add_column("naive", justify="right")
        table.add_column("skill", justify="right")
    errors = result.errors
    for index, channel in enumerate(FORECAST):
        cells: list[str] = []
        for row in range(len(HORIZONS)):
            model, naive = errors.model[row, index], errors.naive[row, index]
            cells += [f"{model:.3g}", f"{naive:.3g}", f"{errors.skill[row, index]:+.2f}"]
        table.add_row(channel, *cells)
    console.print(table)
    skills = ", ".join(
        f"{skill:+.2f} at t + {horizon}"
        for horizon, skill in zip(HORIZONS, errors.skill.mean(axis=1), strict=True)
    )
    console.print(f"Mean skill: {skills}", soft_wrap=True)
    sentence = f"No channel follows the {LOAD} by more than |r| = {result.best_channel:.2f}; "
    if result.unit is None:
        sentence += "no unit of the hidden state is significantly associated with it."
    else:
        q = min(result.unit.q, result.unit.within_q)
        unit = f"unit {result.unit.unit} of {result.unit.layer}"
        sentence += f"{unit} does with r = {result.correlation:+.2f} (q = {q:.1g})."
    console.print(sentence, soft_wrap=True)
