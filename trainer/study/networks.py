"""The models of a study: recurrent networks on one-hot characters, and n-NNs."""

from typing import Any

import keras
from keras import layers

from trainer.study.config import Grid
from trainer.study.model_spec import Entry

UNIFORM = 0.08
"""Initial weights of the paper lie between minus this and this."""


def build(
    entry: Entry, grid: Grid, vocabulary_size: int, batch_size: int | None = None
) -> keras.Model:
    """A compiled model that reads ids (sequences, steps) of any length.

    After Karpathy, Johnson and Fei-Fei (2015, arXiv 1506.02078): characters are one-hot; RMSprop;
    each number of a gradient is clipped; the loss is cross-entropy in nats per character.

    Args:
        entry: Which one.
        grid: How it learns.
        vocabulary_size: Number of characters.
        batch_size: Sequences of a batch for a network whose states go on from batch to batch; None
            for one that begins every sequence anew and takes any number of them.

    Returns:
        The model; its output is the probability of the next character at every step,
        (sequences, steps, vocabulary_size).
    """
    ids = keras.Input(batch_shape=(batch_size, None), dtype="int32", name="ids")
    x = layers.Embedding(
        vocabulary_size,
        vocabulary_size,
        embeddings_initializer="identity",
        trainable=False,
        name="one_hot",
    )(ids)
    if entry.recurrent:
        for index in range(entry.layers):
            if index and grid.dropout:
                x = layers.Dropout(grid.dropout)(x)
            x = _recurrent(entry, grid, index, stateful=batch_size is not None)(x)
        if grid.dropout:
            x = layers.Dropout(grid.dropout)(x)
    else:
        x = _last_characters(entry, grid)(x)
    weights = _weights(grid, "kernel", "bias")
    x = layers.Dense(vocabulary_size, activation="softmax", name="next_character", **weights)(x)
    model = keras.Model(ids, x)
    optimizer = keras.optimizers.RMSprop(
        grid.eta, rho=grid.rho, clipvalue=grid.gradient_clip_threshold
    )
    optimizer.build(model.trainable_variables)
    model.compile(optimizer, "sparse_categorical_crossentropy")
    return model


def _recurrent(entry: Entry, grid: Grid, index: int, stateful: bool) -> layers.RNN:
    name = entry.model.lower() if index == 0 else f"{entry.model.lower()}_{index}"
    options: dict[str, Any] = _weights(grid, "kernel", "recurrent", "bias")
    if grid.variant == "paper" and entry.model == "GRU":
        options["reset_after"] = False
    if grid.variant == "paper" and entry.model == "LSTM":
        options["unit_forget_bias"] = False
    if stateful and entry.model != "SimpleRNN" and keras.backend.backend() == "torch":
        options["use_cudnn"] = False  # Keras' other way changes states that gradients still need
    layer = getattr(layers, entry.model)
    return layer(entry.units, return_sequences=True, stateful=stateful, name=name, **options)


def _last_characters(entry: Entry, grid: Grid) -> layers.Conv1D:
    """The hidden layer of an n-NN, tanh(W (x_{t-n+1}; ...; x_t) + b), at every step at once.

    What stands before the beginning of a sequence is zero.
    """
    return layers.Conv1D(
        entry.units,
        entry.n,
        padding="causal",
        activation="tanh",
        name="last_characters",
        **_weights(grid, "kernel", "bias"),
    )


def _weights(grid: Grid, *kinds: str) -> dict[str, keras.initializers.Initializer]:
    if grid.variant == "keras":
        return {}
    # One initializer each: one that is used twice gives the same weights twice.
    return {f"{kind}_initializer": keras.initializers.RandomUniform(-UNIFORM, UNIFORM)
            for kind in kinds}  # fmt: skip
