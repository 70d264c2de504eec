"""`generate`: text that a model writes token by token, with its activity recorded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, overload

from tb_rnnviz.capture.generation_options import GenerationOptions
from tb_rnnviz.capture.intervention import clamp_values
from tb_rnnviz.capture.prompt import prompt_ids, stop_ids
from tb_rnnviz.capture.recorder import recorder_for
from tb_rnnviz.core.vocabulary import vocabulary_names
from tb_rnnviz.recording import Generation


@overload
def generate(
    model: Any,
    prompt: Any,
    steps: int = 400,
    temperature: float = 1.0,
    seed: int = 0,
    *,
    top_k: int | None = None,
    stop: int | str | Collection[int | str] | None = None,
    samples: None = None,
    clamp: Mapping[tuple, float] | None = None,
    layers: Sequence[str] | str | None = None,
    quantities: Sequence[str] | str | None = None,
    vocabulary: Sequence[str] | Mapping | None = None,
    output: str | int | None = None,
) -> Generation: ...


@overload
def generate(
    model: Any,
    prompt: Any,
    steps: int = 400,
    temperature: float = 1.0,
    seed: int = 0,
    *,
    top_k: int | None = None,
    stop: int | str | Collection[int | str] | None = None,
    samples: int,
    clamp: Mapping[tuple, float] | None = None,
    layers: Sequence[str] | str | None = None,
    quantities: Sequence[str] | str | None = None,
    vocabulary: Sequence[str] | Mapping | None = None,
    output: str | int | None = None,
) -> list[Generation]: ...


def generate(
    model: Any,
    prompt: Any,
    steps: int = 400,
    temperature: float = 1.0,
    seed: int = 0,
    *,
    top_k: int | None = None,
    stop: int | str | Collection[int | str] | None = None,
    samples: int | None = None,
    clamp: Mapping[tuple, float] | None = None,
    layers: Sequence[str] | str | None = None,
    quantities: Sequence[str] | str | None = None,
    vocabulary: Sequence[str] | Mapping | None = None,
    output: str | int | None = None,
) -> Generation | list[Generation]:
    """Samples tokens with carried state, in one compiled loop, and records the layers.

    Args:
        model: A Keras model that reads ids (sequences, steps) and gives probabilities or logits of
            the next token. All its recurrent layers read forwards.
        prompt: The ids to begin with, at least one; or the tokens themselves where `vocabulary`
            is given.
        steps: Tokens to sample, at most.
        temperature: Divisor of the logits before sampling; 0 takes the most probable token.
        seed: Seed of the sampling; the same seed gives the same text.
        top_k: Number of the most probable tokens to draw from. Defaults to all.
        stop: The id that ends a text, or its token where `vocabulary` is given, or several; the
            text ends with the first of them. Defaults to none: the text has `steps` tokens.
        samples: Number of texts to write at once, the prompt read once for all of them. The first
            is the text that the same seed gives alone. Defaults to one text, not in a list.
        clamp: Value at which units are clamped from the first token of the prompt on, by
            (layer, unit) for the hidden state or (layer, quantity, unit). It replaces the computed
            value before anything else uses it. Defaults to none.
        layers: Paths of the layers to record. Defaults to all recurrent layers.
        quantities: Names of the quantities to record. Defaults to all.
        vocabulary: Name of every id, as for a `Probe`. Defaults to none; then tokens are named by
            their ids.
        output: Name or index of the output to sample from, if the model has several. Defaults to
            none.

    Returns:
        A `Generation`, or a list of them where `samples` is given. Its recording spans prompt and
        sampled tokens, each token consumed once.

    Raises:
        ValueError: if the prompt is empty or outside the vocabulary, if an option is outside its
            range, if a clamped unit does not exist, if the model has no recurrent layer, or one
            that cannot carry its state forwards.

    Example:
        >>> import keras
        >>> import tb_rnnviz as rv
        >>> model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(2, 4),
        ...     keras.layers.GRU(3, return_sequences=True), keras.layers.Dense(2)])
        >>> generation = rv.generate(model, "ab", steps=5, vocabulary=["a", "b"])
        >>> len(generation.text), generation.recording["gru"]["update_gate"].shape
        (5, (1, 7, 3))
        >>> texts = rv.generate(model, "ab", steps=5, samples=3, stop="b", vocabulary=["a", "b"])
        >>> [text.text.count("b") <= 1 for text in texts]
        [True, True, True]
        >>> steered = rv.generate(model, [0], steps=3, clamp={("gru", "update_gate", 1): 0.0})
        >>> steered.recording["gru"]["update_gate"][0, :, 1]
        array([0., 0., 0., 0.], dtype=float32)
    """
    names = vocabulary_names(vocabulary)
    ids = prompt_ids(prompt, names)
    options = GenerationOptions(
        steps=steps,
        temperature=temperature,
        seed=seed,
        top_k=top_k,
        stop=stop_ids(stop, names),
        samples=1 if samples is None else samples,
        clamp=clamp_values(clamp or {}),
        layers=layers,
        quantities=quantities,
        vocabulary=names,
        output=output,
    )
    generations = recorder_for(model).generate(ids, options)
    return generations[0] if samples is None else generations
