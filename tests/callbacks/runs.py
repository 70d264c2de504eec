"""A small model, a `fit` that takes a moment, and what it left in the log."""

from __future__ import annotations

import json
import warnings
import zlib
from contextlib import contextmanager
from functools import cache

import keras
import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import tb_rnnviz as rv

layers = keras.layers
VOCABULARY = list("ab .")
IDS = np.tile([0, 1, 2, 0, 0, 3, 2], 30)


def new_model(vocabulary=4, **options):
    """Builds and compiles a small language model.

    Its optimizer has its variables: where the first step makes them, TensorFlow traces it twice.
    """
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(vocabulary, 3)])
    model.add(layers.LSTM(6, return_sequences=True, name="lstm", **options))
    model.add(layers.Dense(vocabulary, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy")
    model.optimizer.build(model.trainable_variables)
    return model


@cache
def _model_and_initial_values(vocabulary):
    model = new_model(vocabulary)
    variables = [*model.variables, *model.optimizer.variables]
    return model, [(variable, keras.ops.convert_to_numpy(variable)) for variable in variables]


def compiled_model(vocabulary=4):
    """Returns the small language model untrained; all tests of a process share it.

    Its step of training is traced once, which takes ten times as long as the training. A test that
    compiles it again, restores a backup of it, or needs two at a time builds its own: `new_model`.
    """
    model, initial_values = _model_and_initial_values(vocabulary)
    keras.utils.set_random_seed(0)
    for variable, value in initial_values:
        variable.assign(value)
    return model


def fit(model, callback, epochs=2, **options):
    x, y = IDS[:-1].reshape(11, 19), IDS[1:].reshape(11, 19)
    callbacks = [callback, *options.pop("callbacks", [])]
    return model.fit(x, y, epochs=epochs, verbose=0, callbacks=callbacks, **options)


def probe(name="novel"):
    return rv.Probe(name, IDS[:40], targets=IDS[1:41], vocabulary=VOCABULARY)


def events(directory):
    accumulator = EventAccumulator(str(directory), size_guidance={"tensors": 0})
    return accumulator.Reload()


def steps(log_dir, tag="digest/novel"):
    """Steps of a tag, without those that a later start of the training has replaced."""
    recorded = []
    for event in events(log_dir / "rnnviz").Tensors(tag):
        recorded = [step for step in recorded if step < event.step] + [event.step]
    return recorded


def digests(log_dir, probe="novel"):
    """The digests of a probe by step."""
    tensors = events(log_dir / "rnnviz").Tensors(f"digest/{probe}")
    return {event.step: json.loads(event.tensor_proto.string_val[0]) for event in tensors}


def text(log_dir, step, probe="novel"):
    """Reads header and arrays of a probe's text at a step (see `docs/log_format.md`)."""
    tensors = events(log_dir / "rnnviz").Tensors(f"text/{probe}")
    (event,) = (event for event in tensors if event.step == step)
    head, _, *blobs = event.tensor_proto.string_val
    header = json.loads(head)
    arrays = {
        entry["name"]: np.frombuffer(
            zlib.decompress(blob), np.dtype(entry["dtype"]).newbyteorder("<")
        ).reshape(entry["shape"])
        for entry, blob in zip(header["arrays"], blobs, strict=True)
    }
    return header, arrays


def steps_at_full_size(log_dir, probe="novel"):
    tag = f"text/{probe}"
    return steps(log_dir, tag) if tag in events(log_dir / "rnnviz").Tags()["tensors"] else []


@contextmanager
def sentences():
    """Collects what RNN-Viz warns of, and what nobody else does."""
    texts = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield texts
    texts += [str(warning.message) for warning in caught if "RNN-Viz" in str(warning.message)]
