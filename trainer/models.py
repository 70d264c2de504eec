"""Networks of the experiments: embedding, recurrent layers, dropout, softmax."""

from pathlib import Path

import keras

from trainer.cells import CELLS
from trainer.config import Config, Model, Training
from trainer.embeddings import Vectors
from trainer.errors import UserError


def build_model(config: Config, vocabulary_size: int, vectors: Vectors | None) -> keras.Model:
    """Builds and compiles a model of ids (sequences, steps) of any length.

    Args:
        config: The experiment.
        vocabulary_size: Number of distinct tokens.
        vectors: Initial vectors of the embedding, (vocabulary_size, size), or None.

    Returns:
        The model; its output is the probability of the next token at every step,
        (sequences, steps, vocabulary_size).
    """
    options = config.model
    units = options.n_hidden_neurons
    units = vocabulary_size if units == "auto" else units
    size = config.embedding.size if vectors is None else vectors.shape[1]
    ids = keras.Input((None,), dtype="int32", name="ids")
    embedding = keras.layers.Embedding(vocabulary_size, size, name="embedding")
    x = embedding(ids)
    if options.embedding_dropout:
        x = keras.layers.Dropout(options.embedding_dropout)(x)
    for index in range(options.n_hidden_layers):
        if index and options.dropout:
            x = keras.layers.Dropout(options.dropout)(x)
        x = _recurrent(options, units, index)(x)
    if options.dropout:
        x = keras.layers.Dropout(options.dropout)(x)
    x = keras.layers.Dense(vocabulary_size, activation="softmax", name="next_token")(x)
    model = keras.Model(ids, x)
    if vectors is not None:
        embedding.set_weights([vectors])
    compile_model(model, config.training)
    return model


def compile_model(model: keras.Model, options: Training) -> None:
    """Compiles a model with an experiment's optimiser and cross-entropy in nats.

    Optimiser and metric have their variables: where the first step makes them, TensorFlow traces
    it twice.
    """
    optimizer = _optimizer(options)
    optimizer.build(model.trainable_variables)
    accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=[accuracy])


def load_model(path: Path) -> keras.Model:
    """Reads a saved model.

    Raises:
        UserError: if the file is not a Keras model.
    """
    try:
        return keras.models.load_model(path)
    except (ValueError, OSError) as error:
        raise UserError(f"Cannot read the model {path}: {error}") from error


def recompile(model: keras.Model, options: Training) -> None:
    """Recompiles a saved model with new options.

    The state of its optimiser is preserved if nothing but the learning rate differs.
    """
    new, saved = _optimizer(options), model.optimizer
    ignored = {"learning_rate", "name"}

    def settings(optimizer: keras.optimizers.Optimizer) -> dict:
        return {k: v for k, v in optimizer.get_config().items() if k not in ignored}

    if type(saved) is type(new) and settings(saved) == settings(new):
        saved.learning_rate = options.eta
    else:
        compile_model(model, options)


def _recurrent(options: Model, units: int, index: int) -> keras.layers.RNN:
    """Builds a recurrent layer of Keras, or `RNN` with a cell of `trainer/cells`."""
    name = options.cell.lower() if index == 0 else f"{options.cell.lower()}_{index}"
    kernel = _kernel(options.weight_init)
    if options.cell in CELLS:
        cell = CELLS[options.cell](units, kernel_initializer=kernel)
        return keras.layers.RNN(cell, return_sequences=True, name=name)
    layer = getattr(keras.layers, options.cell)
    return layer(units, return_sequences=True, kernel_initializer=kernel, name=name)


def _kernel(name: str) -> keras.initializers.Initializer:
    return {
        "glorot": keras.initializers.GlorotUniform,
        "he": keras.initializers.HeNormal,
        "random": lambda: keras.initializers.RandomNormal(stddev=0.01),
    }[name]()


def _optimizer(options: Training) -> keras.optimizers.Optimizer:
    clip = {"clipvalue": options.gradient_clip_threshold} if options.clip_gradients else {}
    kinds = {
        "adam": (keras.optimizers.Adam, {}),
        "rmsprop": (keras.optimizers.RMSprop, {"rho": options.gamma}),
        "adadelta": (keras.optimizers.Adadelta, {"rho": options.gamma}),
        "adagrad": (keras.optimizers.Adagrad, {}),
        "sgd": (keras.optimizers.SGD, {}),
    }
    kind, arguments = kinds[options.optimizer]
    return kind(options.eta, **arguments, **clip)
