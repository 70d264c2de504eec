"""Networks of a study: recurrent and feed-forward, on one-hot characters."""

from typing import Any

import keras
from keras import layers

from trainer.study.config import Grid
from trainer.study.model_spec import ModelSpec

UNIFORM = 0.08
"""Bound of the initial weights in the paper."""


def build_model(
    spec: ModelSpec, grid: Grid, vocabulary_size: int, batch_size: int | None = None
) -> keras.Model:
    """Builds and compiles a model of ids (sequences, steps) of any length.

    After Karpathy, Johnson and Fei-Fei (2015, arXiv:1506.02078): characters are one-hot; RMSprop;
    each number of a gradient is clipped; the loss is cross-entropy in nats per character.

    Args:
        spec: The model.
        grid: The grid, with the options of training.
        vocabulary_size: Number of distinct characters.
        batch_size: Sequences of a batch for a stateful network; None for one that starts every
            sequence from zero states and takes batches of any size.

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
    if spec.is_recurrent:
        for index in range(spec.layers):
            if index and grid.dropout:
                x = layers.Dropout(grid.dropout)(x)
            x = _recurrent(spec, grid, index, stateful=batch_size is not None)(x)
        if grid.dropout:
            x = layers.Dropout(grid.dropout)(x)
    else:
        x = _last_characters(spec, grid)(x)
    weights = _weights(grid, "kernel", "bias")
    x = layers.Dense(vocabulary_size, activation="softmax", name="next_character", **weights)(x)
    model = keras.Model(ids, x)
    optimizer = keras.optimizers.RMSprop(
        grid.eta, rho=grid.rho, clipvalue=grid.gradient_clip_threshold
    )
    optimizer.build(model.trainable_variables)
    model.compile(optimizer, "sparse_categorical_crossentropy")
    return model


def _recurrent(spec: ModelSpec, grid: Grid, index: int, stateful: bool) -> layers.RNN:
    name = spec.model.lower() if index == 0 else f"{spec.model.lower()}_{index}"
    options: dict[str, Any] = _weights(grid, "kernel", "recurrent", "bias")
    if grid.variant == "paper" and spec.model == "GRU":
        options["reset_after"] = False
    if grid.variant == "paper" and spec.model == "LSTM":
        options["unit_forget_bias"] = False
    if stateful and spec.model != "SimpleRNN" and keras.backend.backend() == "torch":
        options["use_cudnn"] = False  # cuDNN overwrites states that gradients still need
    layer = getattr(layers, spec.model)
    return layer(spec.units, return_sequences=True, stateful=stateful, name=name, **options)


def _last_characters(spec: ModelSpec, grid: Grid) -> layers.Conv1D:
    """Builds the hidden layer of an n-NN as a causal convolution.

    It is tanh(W (x_{t-n+1}; ...; x_t) + b). Inputs before the beginning of a sequence are zero.
    """
    return layers.Conv1D(
        spec.units,
        spec.n,
        padding="causal",
        activation="tanh",
        name="last_characters",
        **_weights(grid, "kernel", "bias"),
    )


def _weights(grid: Grid, *kinds: str) -> dict[str, keras.initializers.Initializer]:
    if grid.variant == "keras":
        return {}
    # Separate initializers: one that is used twice creates the same weights twice.
    return {f"{kind}_initializer": keras.initializers.RandomUniform(-UNIFORM, UNIFORM)
            for kind in kinds}  # fmt: skip
