"""Neuron selection: the neurons to show, by index, relevance or spectral peak."""

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

LEAST_MATCHES = 10
"""Least number of matches of a feature for which a neuron is selected."""


def select_neurons(config: Config, recording: Recording, features: Sequence[Feature]) -> Reasons:
    """Selects the neurons to show, with reasons.

    Args:
        config: The experiment; `display.neurons` and `display.auto_detect_peak` decide.
        recording: Recording of the probe, with the layer and the quantity of interest.
        features: Features of interest.

    Returns:
        Reasons by neuron, empty for a neuron that the experiment names.

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


def _most_relevant(results: Report, key: QuantityKey) -> Reasons:
    for finding in results.digest.findings:
        is_read = finding.key == key and finding.aspect == "level"
        if is_read and (finding.count or 0) >= LEAST_MATCHES:
            reason = f"associated with {finding.feature}, effect {finding.effect:+.1f}"
            return {finding.unit: f"{reason} over {finding.count} tokens"}
    return {}


def _strongest_peak(results: Report, key: QuantityKey) -> Reasons:
    frequency, amplitude, *_ = results.peaks[key].T
    if np.isnan(amplitude).all():
        return {}
    unit = int(np.nanargmax(amplitude))
    reason = (
        f"spectral peak at {frequency[unit]:.2f} cycles per token, amplitude {amplitude[unit]:.2f}"
    )
    return {unit: reason}


def layer_of_interest(number: int, layers: Sequence[str]) -> str:
    """Returns the path of a recurrent layer by its number.

    Args:
        number: Number of the layer, from 1.
        layers: Paths of the recurrent layers.

    Raises:
        UserError: if there is no such layer.
    """
    if number > len(layers):
        raise UserError(
            f"The model has no recurrent layer {number}. Allowed for display.layer: "
            + ", ".join(f"{index} ({path})" for index, path in enumerate(layers, 1))
        )
    return layers[number - 1]
