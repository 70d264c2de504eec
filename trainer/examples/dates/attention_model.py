"""Encoder and decoder with additive attention, over characters of dates."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from trainer.examples.dates.augmentation import Pair
from trainer.examples.dates.written_dates import ISO_CHARACTERS, WRITTEN_CHARACTERS

ISO_LENGTH = 10


def make_model(units: int) -> keras.Model:
    """Creates the network of the inputs `source` and `target`, both ids.

    A bidirectional GRU reads the written date. A GRU that begins with its last states reads the
    ISO date up to the character before (teacher forcing), and attends to the encoder
    (Bahdanau et al. 2015, arXiv 1409.0473). It returns probabilities of the next character.

    Args:
        units: Units of the decoder, and of each direction of the encoder.
    """
    source = keras.Input((None,), dtype="int32", name="source")
    target = keras.Input((None,), dtype="int32", name="target")
    embedded = layers.Embedding(len(WRITTEN_CHARACTERS), units, mask_zero=True)(source)
    encoder = layers.GRU(units, return_sequences=True, return_state=True, name="reader")
    encoded, *last = layers.Bidirectional(encoder, name="encoder")(embedded)
    start = layers.Dense(units, "tanh", name="start")(ops.concatenate(last, axis=-1))
    written = layers.Embedding(len(ISO_CHARACTERS), units)(target)
    decoder = layers.GRU(units, return_sequences=True, name="decoder")
    decoded = decoder(written, initial_state=start)
    query, key = layers.Dense(units, name="query")(decoded), layers.Dense(units, name="key")
    attended = layers.AdditiveAttention(name="attention")([query, encoded, key(encoded)])
    joined = ops.concatenate([decoded, attended], axis=-1)
    joined = layers.Dense(units, "tanh", name="joined")(joined)
    output = layers.Dense(len(ISO_CHARACTERS), "softmax", name="next")
    return keras.Model([source, target], output(joined))


def source_ids(texts: Sequence[str]) -> list[NDArray[np.int32]]:
    """Returns the ids of the characters of each written date."""
    ids = {character: index for index, character in enumerate(WRITTEN_CHARACTERS)}
    return [np.array([ids[character] for character in text], np.int32) for text in texts]


def target_ids(texts: Sequence[str]) -> NDArray[np.int32]:
    """Returns the ids of ISO dates, (dates, 10)."""
    return np.array([[ISO_CHARACTERS.index(character) for character in t] for t in texts], np.int32)


def decoder_inputs(targets: NDArray[np.int32]) -> NDArray[np.int32]:
    """Returns the targets one step later, behind the character that begins them."""
    return np.concatenate([np.zeros_like(targets[:, :1]), targets[:, :-1]], axis=1)


def padded(rows: Sequence[NDArray[np.int32]], length: int) -> NDArray[np.int32]:
    """Pads ids with zeros at the end.

    Example:
        >>> padded([np.array([3, 2]), np.array([1])], 3).tolist()
        [[3, 2, 0], [1, 0, 0]]
    """
    array = np.zeros((len(rows), length), np.int32)
    for row, ids in zip(array, rows, strict=True):
        row[: len(ids)] = ids
    return array


def as_arrays(
    pairs: Sequence[Pair], length: int
) -> tuple[dict[str, NDArray[np.int32]], NDArray[np.int32]]:
    """Returns inputs by name and targets of pairs.

    Args:
        pairs: The pairs.
        length: Length that sources are padded to.
    """
    targets = target_ids([target for _, target in pairs])
    sources = padded(source_ids([written for written, _ in pairs]), length)
    return {"source": sources, "target": decoder_inputs(targets)}, targets


def transcribe(model: keras.Model, sources: NDArray[np.int32]) -> list[str]:
    """Decodes written dates, taking the most probable character at each step.

    Args:
        model: The network.
        sources: Padded ids, (dates, length).
    """
    read = np.zeros((len(sources), ISO_LENGTH + 1), np.int32)
    for step in range(ISO_LENGTH):
        probabilities = model.predict_on_batch({"source": sources, "target": read[:, :-1]})
        read[:, step + 1] = np.argmax(probabilities[:, step], axis=-1)
    return ["".join(ISO_CHARACTERS[index] for index in row[1:]) for row in read]
