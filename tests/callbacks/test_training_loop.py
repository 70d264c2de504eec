"""Training loops without `fit`, on the backend of Keras."""

from __future__ import annotations

import keras
import numpy as np

import tb_rnnviz as rv
from tests.callbacks.runs import IDS, compiled_model, fit, probe, sentences, steps

X, Y = IDS[None, :-1], IDS[None, 1:]


def train_with_tensorflow(model, optimizer, loss_of):
    import tensorflow as tf

    with tf.GradientTape() as tape:
        loss = loss_of(Y, model(X, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(gradients, model.trainable_variables)


def train_with_torch(model, optimizer, loss_of):
    import torch

    model.zero_grad()
    loss_of(Y, model(X, training=True)).backward()
    gradients = [variable.value.grad for variable in model.trainable_variables]
    with torch.no_grad():
        optimizer.apply(gradients, model.trainable_variables)


def train_with_jax(model, optimizer, loss_of):
    import jax

    def loss(trainable, other):
        outputs, _ = model.stateless_call(trainable, other, X, training=True)
        return loss_of(Y, outputs)

    trainable = [variable.value for variable in model.trainable_variables]
    other = [variable.value for variable in model.non_trainable_variables]
    gradients = jax.grad(loss)(trainable, other)
    optimizer.apply(gradients, model.trainable_variables)


TRAIN = {
    "tensorflow": train_with_tensorflow,
    "torch": train_with_torch,
    "jax": train_with_jax,
}


def test_a_loop_with_gradients_of_the_backend_is_recorded(tmp_path):
    model, optimizer = compiled_model(), keras.optimizers.Adam(0.05)
    optimizer.build(model.trainable_variables)
    loss_of = keras.losses.SparseCategoricalCrossentropy()
    watch = rv.RNNVizCallback(tmp_path, [probe()])
    for epoch in range(3):
        TRAIN[keras.backend.backend()](model, optimizer, loss_of)
        watch.record(model, epoch)
    assert steps(tmp_path) == [0, 1, 2]
    first, last = (rv.load(tmp_path, step=step)["lstm"]["hidden_state"] for step in (0, 2))
    assert np.abs(first - last).max() > 0.01


def test_record_writes_a_step(tmp_path, capsys):
    model = compiled_model()
    watch = rv.RNNVizCallback(tmp_path, [probe()])
    for step in (10, 20, 30):
        model.train_on_batch(IDS[None, :-1], IDS[None, 1:])
        watch.record(model, np.int64(step))
    assert steps(tmp_path) == [10, 20, 30]
    assert capsys.readouterr().out.count("measured") == 1
    last = rv.load(tmp_path)["lstm"]["hidden_state"]
    now = rv.record(model, probe())["lstm"]["hidden_state"]
    np.testing.assert_allclose(last, now, atol=0.5 / 124)


def test_a_step_again_replaces_it_and_those_after_it(tmp_path, capsys):
    model = compiled_model()
    watch = rv.RNNVizCallback(tmp_path, [probe()])
    for step in (0, 1, 2, 1):
        watch.record(model, step)
    assert steps(tmp_path) == [0, 1]
    assert "the steps 1 to 2 were recorded before" in capsys.readouterr().out
    del watch
    rv.RNNVizCallback(tmp_path, [probe()]).record(model, 1)
    assert steps(tmp_path) == [0, 1]


def test_a_new_callback_of_the_loop_takes_over(tmp_path):
    model = compiled_model()
    first = rv.RNNVizCallback(tmp_path, [probe()])
    first.record(model, 0)
    rv.RNNVizCallback(tmp_path, [probe()]).record(model, 1)
    with sentences() as warned:
        first.record(model, 2)
    assert "later fit or predict" in warned[0]
    assert steps(tmp_path) == [0, 1]


def test_set_model_and_on_epoch_end_are_enough(tmp_path):
    callback = rv.RNNVizCallback(tmp_path, [probe()], budget={"bytes": 1e9})
    callback.set_model(compiled_model())
    for epoch in range(3):
        callback.on_epoch_end(epoch)
    callback.on_train_end()
    assert steps(tmp_path) == [0, 1, 2]
    fit(compiled_model(), callback, epochs=1)
    assert steps(tmp_path) == [0, 1, 2, 3]


def test_batches_alone_are_enough(tmp_path):
    callback = rv.RNNVizCallback(tmp_path, [probe()], every=2)
    callback.set_model(compiled_model())
    for batch in range(5):
        callback.on_train_batch_end(batch)
    callback.on_train_end()
    assert steps(tmp_path) == [2, 4, 5]


def test_without_a_model_it_says_what_is_missing(tmp_path):
    callback = rv.RNNVizCallback(tmp_path, [probe()])
    with sentences() as warned:
        callback.on_epoch_end(0)
        callback.on_epoch_end(1)
    (sentence,) = warned
    assert "set_model(model)" in sentence and "record(model, step)" in sentence
