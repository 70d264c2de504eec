"""Text that a model writes, shown with the activity of its neurons."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from rich.console import Group

import tb_rnnviz as rv
from tb_rnnviz.features import Feature
from trainer.colors import Palette
from trainer.config import Config
from trainer.dataset import Ids
from trainer.neuron_selection import choose_neurons, layer_of_interest
from trainer.terminal import table


@dataclass(frozen=True)
class Synthesis:
    """What a model wrote, and the same as a table for the terminal."""

    generation: rv.Generation
    table: Group


BOUNDED = ("hidden_state", "candidate")
"""Quantities between -1 and 1, as all gates are."""


def synthesise(
    config: Config,
    model: keras.Model,
    prompt: Ids,
    probe: rv.Probe,
    features: Sequence[Feature],
) -> Synthesis:
    """Lets a model write.

    Args:
        config: The experiment.
        model: The model.
        prompt: Ids to begin with.
        probe: What neurons are detected on: it is longer than the text and the same every time.
        features: What a neuron may go with.

    Raises:
        UserError: if the model has no such layer or neuron.
    """
    display, options = config.display, config.synthesis
    recording = rv.record(model, probe, quantities=[display.quantity])
    reasons = choose_neurons(config, recording, features)
    layer = layer_of_interest(display.layer, recording.layers)
    generation = rv.generate(
        model,
        prompt,
        options.length_synthesized_text,
        options.temperature,
        options.seed,
        quantities=[display.quantity],
        vocabulary=probe.vocabulary,
    )
    shown = generation.recording[layer]
    activity = shown[display.quantity][0]
    bounded = display.quantity in BOUNDED or shown.roles[display.quantity] is not None
    palette = Palette(
        display.dark_theme, display.positive, display.limit or _limit(activity, bounded)
    )
    shown_table = table(
        f"{layer}, {display.quantity}",
        generation.recording.tokens[0],
        activity,
        reasons,
        palette,
        prompt_tokens=len(prompt),
        reasons=reasons,
    )
    return Synthesis(generation, shown_table)


def _limit(activity: np.ndarray, bounded: bool) -> float:
    """1 where activity cannot be larger, so that colours compare across epochs."""
    if bounded:
        return 1.0
    finite = np.abs(activity[np.isfinite(activity)])
    return float(np.quantile(finite, 0.999)) or 1.0 if finite.size else 1.0
