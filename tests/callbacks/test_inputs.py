"""Models and inputs of many kinds, through the callback and back from the log."""

from __future__ import annotations

import warnings

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.capture import sow
from tests.callbacks.runs import digests, text

layers, ops = keras.layers, keras.ops
IDS = np.random.default_rng(0).integers(1, 9, (6, 8)).astype("int32")


def logged(tmp_path, model, probe, **options):
    """Records a probe once, as `predict` does; returns recording, digest and text."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="RNN-Viz")
        callback = rv.RNNVizCallback(tmp_path, probes=probe, **options)
        callback.set_model(model)
        callback.on_predict_begin()
        callback.on_predict_end()
    return rv.load(tmp_path, probe.name), digests(tmp_path, probe.name)[0]


def reasons(digest):
    return {entry["layer"]: entry["reason"] for entry in digest["absent"]}


def scalar(tmp_path, name):
    from tests.callbacks.runs import events

    (event,) = events(tmp_path / "rnnviz").Tensors(name)
    return float(event.tensor_proto.float_val[0])


def test_loss_is_the_mean_over_consumed_steps_as_keras_evaluates_it(tmp_path):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(9, 4, mask_zero=True)])
    model.add(layers.LSTM(5, return_sequences=True, name="lstm"))
    model.add(layers.Dense(9, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy")
    inputs, targets = np.zeros((2, 40), "int32"), np.zeros((2, 40), "int32")
    inputs[:, :10], targets[:, :9] = IDS[:2].repeat(2, axis=1)[:, :10], 3
    probe = rv.Probe("padded", inputs, targets=targets)
    expected = model.evaluate(inputs, targets, verbose=0)
    _, digest = logged(tmp_path, model, probe)
    assert digest["loss"] == pytest.approx(expected, rel=1e-4)
    assert scalar(tmp_path, "rnnviz/loss/padded") == pytest.approx(expected, rel=1e-4)
    _, arrays = text(tmp_path, 0, "padded")
    assert np.isfinite(arrays["probability"]).reshape(2, 40).sum(axis=1).tolist() == [10, 10]
    ablation = rv.ablate(model, probe, [("lstm", 0)], "zero")
    assert np.nanmean(ablation.loss) == pytest.approx(expected, rel=1e-4)
    assert np.isfinite(ablation.loss).sum() == 20


class OncePerStep(keras.Model):
    """Calls a layer once a step, as decoders with attention do."""

    def __init__(self):
        super().__init__()
        self.embed = layers.Embedding(9, 4)
        self.whole = layers.GRU(3, return_sequences=True, name="whole")
        self.one = layers.LSTM(3, return_state=True, name="one")

    def call(self, ids):
        x = self.whole(self.embed(ids))
        states, outputs = None, []
        for step in range(ids.shape[1]):
            output, *states = self.one(x[:, step : step + 1], initial_state=states)
            outputs.append(output)
        return ops.stack(outputs, axis=1)


def test_a_layer_that_is_called_once_a_step_is_absent(tmp_path):
    recording, digest = logged(tmp_path, OncePerStep(), rv.Probe("text", IDS))
    assert recording.layers == ("whole",)
    assert reasons(digest) == {"one": "it runs 8 times, on 1 step where the sequence has 8 tokens"}


def test_a_layer_behind_pooling_is_absent_and_the_rest_is_recorded(tmp_path):
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(9, 4)])
    model.add(layers.GRU(3, return_sequences=True, name="before"))
    model.add(layers.Conv1D(6, 3))
    model.add(layers.MaxPooling1D(2))
    model.add(layers.LSTM(4, name="behind"))
    recording, digest = logged(tmp_path, model, rv.Probe("text", IDS))
    assert recording.layers == ("before",) and not np.isnan(recording["before"]["candidate"]).any()
    assert reasons(digest) == {"behind": "it has 3 steps where the sequence has 8 tokens"}
    assert rv.record(model, IDS)["behind"]["hidden_state"].shape == (6, 3, 4)
    assert {finding.layer for finding in rv.find(rv.record(model, IDS))} <= {"before"}


def test_an_inner_layer_over_the_characters_of_words_is_absent(tmp_path):
    model = keras.Sequential([keras.Input((4, 5)), layers.TimeDistributed(layers.Embedding(9, 3))])
    model.add(layers.TimeDistributed(layers.LSTM(4, name="characters"), name="words"))
    model.add(layers.GRU(3, return_sequences=True, name="sentence"))
    characters = np.random.default_rng(1).integers(0, 9, (2, 4, 5))
    recording, digest = logged(tmp_path, model, rv.Probe("text", characters))
    assert recording.layers == ("sentence",) and recording.lengths.tolist() == [4, 4]
    assert "20 steps where the sequence has 4 tokens" in reasons(digest)["words/characters"]


def encoder_decoder(attention=False):
    source, target = keras.Input((None,), name="source"), keras.Input((None,), name="target")
    encoder = layers.LSTM(4, return_sequences=True, return_state=True, name="encoder")
    states, *last = encoder(layers.Embedding(9, 3)(source))
    x = layers.Embedding(9, 3)(target)
    x = layers.LSTM(4, return_sequences=True, name="decoder")(x, initial_state=last)
    if attention:
        x = layers.Concatenate()([x, layers.Attention()([x, states])])
        x = layers.GRU(3, return_sequences=True, name="attending")(x)
    return keras.Model([source, target], layers.Dense(9)(x))


class Pair(keras.Model):
    """An encoder and a decoder written as a class."""

    def __init__(self):
        super().__init__()
        self.embed = layers.Embedding(9, 3)
        self.encoder = layers.GRU(4, return_state=True, name="encoder")
        self.decoder = layers.GRU(4, return_sequences=True, name="decoder")
        self.head = layers.Dense(9)

    def call(self, inputs):
        source, target = inputs
        _, state = self.encoder(self.embed(source) * 2.0)
        return self.head(self.decoder(self.embed(target) * 2.0, initial_state=state))


OTHER = "it reads another input of the model than the tokens of the probe"


@pytest.mark.parametrize(
    ("make", "absent"),
    [
        (encoder_decoder, ["decoder"]),
        (lambda: encoder_decoder(attention=True), ["decoder", "attending"]),
        (Pair, ["decoder"]),
    ],
    ids=["functional", "attention", "subclassed"],
)
def test_a_decoder_is_never_recorded_on_the_tokens_of_the_source(tmp_path, make, absent):
    keras.utils.set_random_seed(0)
    model, target = make(), np.roll(IDS, 2, axis=0)
    probe = rv.Probe("pairs", (IDS, target), targets=np.roll(target, -1, axis=1))
    recording, digest = logged(tmp_path, model, probe)
    assert recording.layers == ("encoder",)
    assert reasons(digest) == dict.fromkeys(absent, OTHER)
    assert {finding["layer"] for finding in digest["hypotheses"]} <= {"encoder"}
    header, arrays = text(tmp_path, 0, "pairs")
    assert "probability" not in arrays and digest["loss"] > 0
    by_target = rv.Probe("pairs", (IDS, target), sequence=1)
    recorded = rv.record(model, by_target).on_tokens().layers
    assert recorded == ("decoder", "attending")[: len(absent)]


def test_an_encoder_and_a_decoder_of_different_lengths(tmp_path):
    source = np.random.default_rng(1).integers(0, 9, (2, 18))
    recording, digest = logged(tmp_path, encoder_decoder(), rv.Probe("pair", (source, IDS[:2])))
    assert recording.layers == ("encoder",)
    assert "decoder" in reasons(digest)


def test_a_decoder_that_reads_a_repeated_vector_is_absent(tmp_path):
    model = keras.Sequential([keras.Input((8, 3)), layers.LSTM(4, name="encoder")])
    model.add(layers.RepeatVector(8))
    model.add(layers.LSTM(4, return_sequences=True, name="decoder"))
    series = np.random.default_rng(2).normal(size=(3, 8, 3)).astype("float32")
    recording, digest = logged(tmp_path, model, rv.Probe("series", series))
    assert recording.layers == ("encoder",)
    assert reasons(digest) == {"decoder": "it reads the same at every step, and no tokens"}


class Failing(layers.Layer):
    """A cell that cannot be traced."""

    state_size = 3

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], 3))

    def call(self, inputs, states):
        if sow._collector.get() is not None:
            raise RuntimeError("no trace of this")
        state = states[0] + ops.matmul(inputs, self.kernel)
        return state, [state]


class InALoop(layers.Layer):
    """Runs a layer in a loop of the backend."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def build(self, shape):
        self.inner.build(shape)

    def call(self, x):
        return ops.map(lambda row: self.inner(row[None])[0], x)


def seq(layer):
    return layer(3, return_sequences=True)


NESTINGS = {
    "bidirectional": lambda: layers.Bidirectional(seq(layers.LSTM)),
    "bidirectional sum": lambda: layers.Bidirectional(seq(layers.GRU), merge_mode="sum"),
    "stacked cells": lambda: layers.RNN(
        [layers.LSTMCell(3), layers.GRUCell(3)], return_sequences=True
    ),
    "backwards": lambda: layers.LSTM(3, return_sequences=True, go_backwards=True),
    "nested sequential": lambda: keras.Sequential([keras.Sequential([seq(layers.GRU)])]),
    "bidirectional of stacked cells": lambda: layers.Bidirectional(
        layers.RNN([layers.GRUCell(3), layers.GRUCell(3)], return_sequences=True)
    ),
    "time distributed": lambda: keras.Sequential(
        [layers.Reshape((8, 2, 2)), layers.TimeDistributed(layers.LSTM(3))]
    ),
    "time distributed bidirectional": lambda: keras.Sequential(
        [layers.Reshape((8, 2, 2)), layers.TimeDistributed(layers.Bidirectional(layers.GRU(3)))]
    ),
    "time distributed twice": lambda: keras.Sequential(
        [
            layers.Reshape((8, 2, 2, 1)),
            layers.TimeDistributed(layers.TimeDistributed(layers.LSTM(3))),
            layers.TimeDistributed(layers.Flatten()),
        ]
    ),
    "convolutional": lambda: keras.Sequential(
        [
            layers.Reshape((8, 2, 2)),
            layers.ConvLSTM1D(2, 1, return_sequences=True),
            layers.Reshape((8, 4)),
        ]
    ),
    "strided": lambda: keras.Sequential(
        [layers.Conv1D(3, 3, 2, padding="same"), seq(layers.LSTM), layers.UpSampling1D(2)]
    ),
    "upsampled": lambda: keras.Sequential([layers.UpSampling1D(2), seq(layers.GRU)]),
    "cell that fails": lambda: layers.RNN(Failing(), return_sequences=True),
    "in a loop": lambda: InALoop(seq(layers.GRU)),
    "last state": lambda: keras.Sequential([layers.GRU(3), layers.RepeatVector(8)]),
}


@pytest.mark.parametrize("nesting", NESTINGS)
def test_any_nesting_is_recorded_or_absent_with_a_reason(tmp_path, nesting):
    model = keras.Sequential([keras.Input((8,)), layers.Embedding(9, 4)])
    model.add(layers.SimpleRNN(4, return_sequences=True, name="plain"))
    model.add(NESTINGS[nesting]())
    recording, digest = logged(tmp_path, model, rv.Probe("text", IDS))
    assert recording["plain"]["hidden_state"].shape == (6, 8, 4)
    others = {*recording.layers, *reasons(digest)} - {"plain"}
    assert others and all(reasons(digest).values())
    for path in recording.layers:
        assert np.isfinite(recording[path]["hidden_state"]).all()


def test_sequences_may_be_empty(tmp_path):
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(9, 4)])
    model.add(layers.LSTM(3, return_sequences=True, name="lstm"))
    probe = rv.Probe("ragged", [[1, 2, 3], [], [4]], labels=["a", "b", "c"])
    recording, digest = logged(tmp_path, model, probe)
    assert recording.lengths.tolist() == [3, 0, 1]
    assert recording.tokens == [["1", "2", "3"], [], ["4"]]
    assert recording["lstm"].mask.tolist() == [[True] * 3, [False] * 3, [True, False, False]]
    assert (digest["tokens"], digest["sequences"]) == (4, 3)
