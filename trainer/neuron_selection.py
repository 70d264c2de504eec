"""Which neurons to show: those asked for, or those that stand out."""

from collections.abc import Sequence

import numpy as np

from tb_rnnviz import Recording
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.features import Feature
from tb_rnnviz.report import Report, report
from trainer.config import Config
from trainer.errors import UserError
from trainer.neuron_ranges import format_neurons

Reasons = dict[int, str]

FEWEST = 10
"""Tokens that a feature has to match before a neuron is shown for it."""


def choose_neurons(config: Config, recording: Recording, features: Sequence[Feature]) -> Reasons:
    """The neurons to show and why.

    Args:
        config: The experiment; `display.neurons` and `display.auto_detect_peak` decide.
        recording: A reading of the probe, with the layer and the quantity of interest.
        features: What a neuron may go with.

    Returns:
        By neuron the reason, empty for one that was asked for.

    Raises:
        UserError: if the layer has no such neuron.
    """
    display = config.display
    layer = layer_of_interest(display.layer, recording.layers)
    units = recording[layer].units
    if display.neurons != "auto":
        outside = [neuron for neuron in display.neurons if neuron >= units]
        if outside:
            raise UserError(
                f"Layer {layer!r} has no neurons {format_neurons(outside)}. "
                f"Allowed: 0:{units - 1}, separated by commas, ranges inclusive, or 'auto'."
            )
        return dict.fromkeys(display.neurons, "")
    if display.auto_detect_peak == "none":
        return {0: ""}
    by_relevance = display.auto_detect_peak == "relevance"
    results = report(
        recording,
        features if by_relevance else (),
        suggestions=config.recording.n_auto_detect,
        band=config.recording.band,
    )
    key = QuantityKey(layer, display.quantity)
    return (_most_relevant if by_relevance else _strongest_peak)(results, key) or {0: ""}


def _most_relevant(report: Report, key: QuantityKey) -> Reasons:
    for finding in report.digest.findings:
        if finding.key == key and finding.count >= FEWEST:
            reason = f"goes with {finding.feature}, effect {finding.effect:+.1f}"
            return {finding.unit: f"{reason} over {finding.count} tokens"}
    return {}


def _strongest_peak(report: Report, key: QuantityKey) -> Reasons:
    frequency, amplitude, *_ = report.peaks[key].T
    if np.isnan(amplitude).all():
        return {}
    unit = int(np.nanargmax(amplitude))
    reason = f"beats at {frequency[unit]:.2f} cycles per token, amplitude {amplitude[unit]:.2f}"
    return {unit: reason}


def layer_of_interest(number: int, layers: Sequence[str]) -> str:
    """The path of a recurrent layer counted from 1."""
    if number > len(layers):
        raise UserError(
            f"The model has no recurrent layer {number}. Allowed for display.layer: "
            + ", ".join(f"{index} ({path})" for index, path in enumerate(layers, 1))
        )
    return layers[number - 1]
