"""Text samples: generated text, coloured by the activity of neurons."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from rich.console import Group

import tb_rnnviz as rv
from tb_rnnviz.core.names import HIDDEN_STATE
from tb_rnnviz.features import Feature
from trainer.colors import Palette
from trainer.config import Config
from trainer.dataset import Ids
from trainer.neuron_selection import layer_of_interest, select_neurons
from trainer.terminal import activity_table


@dataclass(frozen=True)
class TextSample:
    """Generated text with its recording.

    Args:
        generation: The text and the activity while it was generated.
        table: The text in the terminal, coloured by the activity of neurons.
    """

    generation: rv.Generation
    table: Group


BOUNDED = (HIDDEN_STATE, "candidate")
"""Quantities between -1 and 1; gates are bounded, too."""


def write_sample(
    config: Config,
    model: keras.Model,
    prompt: Ids,
    probe: rv.Probe,
    features: Sequence[Feature],
) -> TextSample:
    """Generates a text with a model and renders it.

    Args:
        config: The experiment.
        model: The model.
        prompt: Ids at the beginning of the text.
        probe: Probe on which neurons are selected: longer than the text, and always the same.
        features: Features of interest.

    Returns:
        The text sample.

    Raises:
        UserError: if the model has no such layer or neuron.
    """
    display, options = config.display, config.synthesis
    recording = rv.record(model, probe, quantities=[display.quantity])
    reasons = select_neurons(config, recording, features)
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
    layer_activity = generation.recording[layer]
    activity = layer_activity[display.quantity][0]
    is_gate = layer_activity.roles[display.quantity] is not None
    is_bounded = is_gate or display.quantity in BOUNDED
    palette = Palette(
        display.dark_theme, display.positive, display.limit or _limit(activity, is_bounded)
    )
    ids = (*generation.prompt, *generation.ids)
    [tokens] = generation.recording.tokens or [[str(token_id) for token_id in ids]]
    table = activity_table(
        f"{layer}, {display.quantity}",
        tokens,
        activity,
        reasons,
        palette,
        prompt_tokens=len(prompt),
        reasons=reasons,
    )
    return TextSample(generation, table)


def _limit(activity: np.ndarray, is_bounded: bool) -> float:
    """Returns the activity of full colour.

    It is 1 for a bounded quantity, for which colours are then comparable across epochs.
    """
    if is_bounded:
        return 1.0
    finite = np.abs(activity[np.isfinite(activity)])
    return float(np.quantile(finite, 0.999)) or 1.0 if finite.size else 1.0
