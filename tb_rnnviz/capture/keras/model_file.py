"""Keras models as bytes, so that another process can read a corpus through them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import keras


def model_bytes(model: keras.Model) -> bytes:
    """Returns the file that Keras saves a model to."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "model.keras"
        model.save(path)
        return path.read_bytes()


def model_from_bytes(data: bytes) -> keras.Model:
    """Returns the model of `model_bytes`, not compiled.

    Classes of one's own are those that `keras.saving.register_keras_serializable` has registered in
    this process.
    """
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "model.keras"
        path.write_bytes(data)
        return keras.models.load_model(path, compile=False)
