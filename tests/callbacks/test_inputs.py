"""Models and inputs of many kinds, through the callback and back from the log."""

from __future__ import annotations

import warnings

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.capture import sow
from tb_rnnviz.capture.keras.tapped_model import IN_A_LOOP
from tb_rnnviz.log_format.reader import load_text
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
    model.optimizer.build(model.trainable_variables)  # traced once
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


def test_sequences_of_different_lengths_have_a_loss_where_the_model_masks_steps(tmp_path):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(9, 4, mask_zero=True)])
    model.add(layers.LSTM(5, return_sequences=True, name="lstm"))
    model.add(layers.Dense(9, activation="softmax"))
    sequences, targets = [IDS[0], np.append(IDS[1, :3], 0)], [IDS[2], np.append(IDS[3, :3], 0)]
    _, digest = logged(tmp_path, model, rv.Probe("lengths", sequences, targets=targets))
    counted = [(IDS[:1], IDS[2]), (IDS[1:2, :3], IDS[3, :3])]
    p = [np.asarray(model(ids))[0, np.arange(len(target)), target] for ids, target in counted]
    assert digest["loss"] == pytest.approx(-np.log(np.concatenate(p)).mean(), rel=1e-4)


def test_sequences_of_different_lengths_are_recorded_before_and_behind_other_steps():
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(9, 4)])
    model.add(layers.GRU(3, return_sequences=True, name="before"))
    model.add(layers.Conv1D(6, 3))
    recording = rv.record(model, [IDS[0], IDS[1, :5]])
    assert recording.layers == ("before",) and recording.outputs.shape == (2, 6, 6)
    expected = np.asarray(model(IDS[1:2, :5]))[0]
    np.testing.assert_allclose(recording.outputs[1, :3], expected, atol=1e-5)
    assert np.isnan(recording.outputs[1, 3:]).all()


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


def test_a_layer_that_is_called_once_a_step_is_one_layer_of_all_steps(tmp_path):
    keras.utils.set_random_seed(0)
    model = OncePerStep()
    recording, digest = logged(tmp_path, model, rv.Probe("text", IDS))
    assert recording.layers == ("whole", "one") and not reasons(digest)
    assert recording["one"].axis == "tokens"
    expected = np.asarray(model(IDS))
    np.testing.assert_allclose(rv.record(model, IDS)["one"]["hidden_state"], expected, atol=1e-6)


def test_a_layer_behind_pooling_has_an_axis_of_its_own(tmp_path):
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(9, 4)])
    model.add(layers.GRU(3, return_sequences=True, name="before"))
    model.add(layers.Conv1D(6, 3))
    model.add(layers.MaxPooling1D(2))
    model.add(layers.LSTM(4, name="behind"))
    recording, digest = logged(tmp_path, model, rv.Probe("text", IDS, vocabulary="abcdefghi"))
    assert set(recording.layers) == {"before", "behind"} and not reasons(digest)
    assert not np.isnan(recording["before"]["candidate"]).any()
    assert (recording["before"].axis, recording["behind"].axis) == ("tokens", "behind")
    assert recording["behind"]["hidden_state"].shape == (6, 3, 4)
    axis = recording.axes["behind"]
    letters = recording.tokens[0]
    # A step of the pooling reads two windows of three tokens each.
    assert axis.ends[0].tolist() == [3, 5, 7]
    assert axis.tokens[0] == ["".join(letters[a:b]) for a, b in ((0, 4), (4, 6), (6, 8))]
    assert {finding.layer for finding in rv.find(rv.record(model, IDS))} <= {"before"}
    assert digests(tmp_path, "text%2Fbehind")[0]["units"] == {"behind": 4}


@pytest.mark.parametrize("seed", [1, 3, 23])
def test_the_steps_of_a_pooling_layer_are_independent_of_the_weights(seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(9, 3), layers.Conv1D(2, 3)])
    model.add(layers.MaxPooling1D(2))
    model.add(layers.LSTM(4, name="behind"))
    recording = rv.record(model, rv.Probe("text", [np.arange(1, 9)], vocabulary="_abcdefgh"))
    assert recording.axes["behind"].tokens == [["abcd", "ef", "gh"]]


def test_an_inner_layer_over_the_characters_of_words_has_these_as_its_axis(tmp_path):
    model = keras.Sequential([keras.Input((4, 5)), layers.TimeDistributed(layers.Embedding(9, 3))])
    model.add(layers.TimeDistributed(layers.LSTM(4, name="characters"), name="words"))
    model.add(layers.GRU(3, return_sequences=True, name="sentence"))
    characters = np.random.default_rng(1).integers(0, 9, (2, 4, 5))
    recording, digest = logged(
        tmp_path, model, rv.Probe("text", characters, vocabulary="abcdefghi")
    )
    assert recording.lengths.tolist() == [4, 4] and not reasons(digest)
    assert recording.tokens[0][0] == "".join("abcdefghi"[k] for k in characters[0, 0])
    axis = recording.axes[recording["words/characters"].axis]
    assert axis.lengths == (20, 20)
    assert axis.tokens[1] == ["abcdefghi"[k] for k in characters[1].ravel()]


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


@pytest.mark.parametrize(
    ("make", "decoders"),
    [
        (encoder_decoder, ["decoder"]),
        (lambda: encoder_decoder(attention=True), ["decoder", "attending"]),
        (Pair, ["decoder"]),
    ],
    ids=["functional", "attention", "subclassed"],
)
def test_a_decoder_is_never_recorded_on_the_tokens_of_the_source(tmp_path, make, decoders):
    keras.utils.set_random_seed(0)
    model, target = make(), np.roll(IDS, 2, axis=0)
    probe = rv.Probe("pairs", (IDS, target), targets=np.roll(target, -1, axis=1))
    recording, digest = logged(tmp_path, model, probe)
    assert set(recording.layers) == {"encoder", *decoders} and not reasons(digest)
    assert recording["encoder"].axis == "tokens" and recording.on_tokens().layers == ("encoder",)
    assert {recording[path].axis for path in decoders} == {"1"}
    assert {finding["layer"] for finding in digest["hypotheses"]} <= {"encoder"}
    header, arrays = text(tmp_path, 0, "pairs")
    assert "probability" not in arrays and digest["loss"] > 0
    by_target = rv.Probe("pairs", (IDS, target), sequence=1)
    recorded = rv.record(model, by_target).on_tokens().layers
    assert recorded == ("decoder", "attending")[: len(decoders)]


def test_padding_of_a_pair_is_not_consumed_and_the_source_is_loaded_alone(tmp_path):
    source, target = keras.Input((None,), name="source"), keras.Input((None,), name="target")
    embed = layers.Embedding(9, 3, mask_zero=True)
    encoded = layers.GRU(4, return_sequences=True, name="encoder")(embed(source))
    decoded = layers.GRU(4, return_sequences=True, name="decoder")(embed(target))
    attended = layers.Attention()([decoded, encoded])
    model = keras.Model([source, target], layers.Dense(9)(attended))
    source_ids = np.array([[1, 2, 3, 0, 0], [4, 0, 5, 6, 0]])
    target_ids = np.array([[1, 2, 0], [3, 4, 5]])
    tokens = tuple(
        [[str(token) for token in row] for row in ids] for ids in (source_ids, target_ids)
    )
    logged(tmp_path, model, rv.Probe("pair", (source_ids, target_ids), tokens=tokens))
    assert load_text(tmp_path, "pair/source", 0).consumed == [3, 4]
    assert load_text(tmp_path, "pair", 0).consumed == [2, 3]
    alone = rv.load(tmp_path, probe="pair/source")
    assert (alone.layers, alone.axis, alone.lengths.tolist()) == (("encoder",), "source", [5, 5])
    assert rv.load(tmp_path).axis == "target"


def test_an_encoder_and_a_decoder_of_different_lengths(tmp_path):
    source = np.random.default_rng(1).integers(0, 9, (2, 18))
    recording, digest = logged(tmp_path, encoder_decoder(), rv.Probe("pair", (source, IDS[:2])))
    axes = [
        (path, recording[path].axis, recording[path].lengths.tolist()) for path in recording.layers
    ]
    assert axes == [("encoder", "tokens", [18, 18]), ("decoder", "1", [8, 8])] and not reasons(
        digest
    )


def test_a_decoder_that_reads_a_repeated_vector_has_steps_of_its_own(tmp_path):
    model = keras.Sequential([keras.Input((8, 3)), layers.LSTM(4, name="encoder")])
    model.add(layers.RepeatVector(8))
    model.add(layers.LSTM(4, return_sequences=True, name="decoder"))
    series = np.random.default_rng(2).normal(size=(3, 8, 3)).astype("float32")
    recording, digest = logged(tmp_path, model, rv.Probe("series", series))
    assert set(recording.layers) == {"encoder", "decoder"} and not reasons(digest)
    axis = recording.axes[recording["decoder"].axis]
    assert (axis.name, axis.tokens, axis.channels) == ("decoder", None, ())


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


class TestClassOfEachSequence:
    """One class per sequence, as classifiers of text predict it."""

    @staticmethod
    def model(classes=3):
        """Predicts the class that the last token tells: unit 0 counts the token 1."""
        model = keras.Sequential([keras.Input((None,)), layers.Embedding(9, 9, name="one_hot")])
        model.add(layers.SimpleRNN(2, activation="linear", name="rnn"))
        model.add(layers.Dense(classes, name="head"))
        kernel, head = np.zeros((9, 2)), np.zeros((2, classes))
        kernel[1, 0], kernel[2, 1], head[0, classes - 1] = 1.0, 1.0, 4.0
        model.set_weights([np.eye(9), kernel, np.eye(2), np.zeros(2), head, np.zeros(classes)])
        return model

    def test_loss_probability_and_wrong_sequences(self, tmp_path):
        inputs, targets = [[1, 5, 6], [5, 6], [7]], [2, 2, 0]
        probe = rv.Probe("reviews", inputs, targets=targets, classes=["bad", "so-so", "good"])
        _, digest = logged(tmp_path, self.model(), probe)
        logits = np.array([[0, 0, 4], [0, 0, 0], [0, 0, 0]], float)
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        assert digest["loss"] == pytest.approx(-np.log(p[[0, 1, 2], targets]).mean(), rel=1e-4)
        assert (digest["target_kind"], digest["loss_note"]) == ("sequence", None)
        header, arrays = text(tmp_path, 0, "reviews")
        assert header["target_kind"] == "sequence"
        np.testing.assert_allclose(arrays["probability"][[2, 4, 5]], p[[0, 1, 2], targets], 1e-4)
        assert np.isnan(arrays["probability"][[0, 1, 3]]).all()
        table = rv.log_format.reader.load_text(tmp_path, "reviews", 0).table()
        assert [table[index] for index in arrays["target"][[2, 4, 5]]] == ["good", "good", "bad"]
        assert table[arrays["expected"][2, 0]] == "good"
        assert (arrays["expected"][[0, 1, 3]] == 0xFFFFFFFF).all()

    @pytest.mark.parametrize("activation", ["sigmoid", "linear"])
    def test_a_single_output_is_the_second_of_two_classes(self, tmp_path, activation):
        model = self.model(1)
        model.add(layers.Activation(activation))
        probe = rv.Probe("reviews", [[1, 5], [5, 1, 1], [6]], targets=[[1], [0], [0]])
        p = 1 / (1 + np.exp(-np.array([4.0, 8.0, 0.0])))
        loss = -(np.log(p[0]) + np.log(1 - p[1]) + np.log(1 - p[2])) / 3
        _, digest = logged(tmp_path, model, probe)
        assert digest["loss"] == pytest.approx(loss, rel=1e-4)
        ablation = rv.ablate(model, probe, [("rnn", 0)], "zero")
        change = ablation.change[0][np.isfinite(ablation.loss)]
        assert change == pytest.approx(np.log(2) + np.log([p[0], 1 - p[1], 1 - p[2]]), abs=1e-3)

    def test_ablation_effect_is_that_on_sequences_with_the_feature(self, tmp_path):
        random = np.random.default_rng(0)
        inputs = random.choice([3, 4, 5], (40, 12))
        has_feature = np.arange(40) % 2 == 0
        inputs[has_feature, 3] = 1
        vocabulary = [" ", "!", "a", "b", "c", "d", "e", "f", "g"]
        targets = np.where(has_feature, 2, 0)
        probe = rv.Probe("reviews", inputs, targets=targets, vocabulary=vocabulary)
        features = [rv.features.Regex("mark", "!.*", over="text")]
        _, digest = logged(tmp_path, self.model(), probe, features=features)
        (finding,) = [
            finding
            for finding in digest["hypotheses"]
            if finding["unit"] == 0 and finding["quantity"] == "hidden_state"
        ]
        effect = finding["causal"]
        mean = 20 * 9 / (40 * 12)  # the unit stays at 1 from the fourth of 12 steps on
        certain, unsure = (np.exp(4 * state) + 2 for state in (1, mean))
        assert effect["count"] == 20
        assert effect["on"] == pytest.approx(4 - 4 * mean - np.log(certain / unsure), rel=1e-3)
        assert effect["off"] == pytest.approx(np.log(unsure / 3), rel=1e-3)
        assert effect["effect"] == pytest.approx(effect["on"] - effect["off"], rel=1e-3)


def test_probability_of_a_tag_belongs_to_its_token(tmp_path):
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(9, 4)])
    model.add(layers.GRU(5, return_sequences=True))
    model.add(layers.Dense(3, activation="softmax"))
    tags = (IDS * 7) % 3
    probe = rv.Probe("tags", IDS, targets=tags, classes={"O": 0, "B": 1, "I": 2})
    callback_features = [rv.features.Probability("p")]
    corpus = [str(i) for i in range(9)] * 5
    _, digest = logged(tmp_path, model, probe, features=callback_features, corpus=corpus)
    p = np.take_along_axis(np.asarray(model(IDS)), tags[..., None], -1)[..., 0]
    header, arrays = text(tmp_path, 0, "tags")
    assert header["target_kind"] == "token" and digest["errors"] is None
    np.testing.assert_allclose(arrays["probability"].reshape(IDS.shape), p, rtol=1e-4)
    assert digest["features"][0]["count"] == IDS.size  # the first token of a sequence, too
    table = rv.log_format.reader.load_text(tmp_path, "tags", 0).table()
    assert {table[index] for index in arrays["target"]} == {"O", "B", "I"}


def two_outputs():
    inputs = keras.Input((None,))
    x = layers.GRU(5, return_sequences=True, name="gru")(layers.Embedding(9, 4)(inputs))
    following = layers.Dense(9, activation="softmax", name="following")(x)
    return keras.Model(inputs, [following, layers.Dense(2, name="tag")(x)])


def test_a_name_chooses_one_of_several_outputs(tmp_path):
    model, targets = two_outputs(), np.roll(IDS, -1, axis=1)
    expected = -np.log(np.take_along_axis(np.asarray(model(IDS)[0]), targets[..., None], -1)).mean()
    unnamed, named, by_index = (tmp_path / name for name in ("unnamed", "named", "index"))
    _, digest = logged(unnamed, model, rv.Probe("text", IDS, targets=targets))
    assert digest["loss"] is None
    assert "one output, and the model has 2: ['following', 'tag']" in digest["loss_note"]
    for directory, output in ((named, "following"), (by_index, 0)):
        probe = rv.Probe("text", IDS, targets=targets, output=output)
        _, digest = logged(directory, model, probe, prompt=[1, 2], generate_steps=3)
        assert digest["loss"] == pytest.approx(expected, rel=1e-4)
        assert rv.load(directory, "generated").lengths.tolist() == [5]
    ablation = rv.ablate(model, probe, [("gru", 0)], "zero")
    assert ablation.loss.mean() == pytest.approx(expected, rel=1e-4)
    with pytest.raises(ValueError, match=r"\['following', 'tag'\].*generate\(..., output="):
        rv.generate(model, [1, 2], steps=3)
    with pytest.raises(ValueError, match="no output 'words'.*following"):
        rv.generate(model, [1, 2], steps=3, output="words")
    generation = rv.generate(model, [1, 2], steps=3, output="following")
    assert generation.ids.shape == (3,) and generation.recording.outputs.shape == (1, 5, 9)


class TestIdsThatReachEachEmbedding:
    def test_ids_of_a_lookup_layer_are_right(self, tmp_path):
        raw = np.array([[1000, 2000, 3000, 1000]])
        model = keras.Sequential([keras.Input((None,), dtype="int32")])
        model.add(layers.IntegerLookup(vocabulary=[1000, 2000, 3000]))
        model.add(layers.Embedding(4, 3))
        model.add(layers.GRU(3, return_sequences=True, name="gru"))
        recording, _ = logged(tmp_path, model, rv.Probe("raw", raw))
        assert recording["gru"]["hidden_state"].shape == (1, 4, 3)

    @staticmethod
    def with_two_inputs(second_size):
        ids, other = keras.Input((None,), name="ids"), keras.Input((None,), name="other")
        if second_size:
            second = layers.Embedding(second_size, 2, name="small")(other)
        else:
            second = layers.Reshape((-1, 1))(other)
        x = layers.Concatenate()([layers.Embedding(9, 3, name="large")(ids), second])
        return keras.Model([ids, other], layers.GRU(3, return_sequences=True, name="gru")(x))

    def test_integers_that_reach_no_embedding_may_be_anything(self):
        recording = rv.record(self.with_two_inputs(0), (IDS, 1000 * IDS))
        assert recording["gru"].axis == "tokens" and recording.layers == ("gru",)

    def test_an_id_outside_the_smaller_embedding_is_named(self):
        model = self.with_two_inputs(4)
        rv.record(model, (IDS, IDS % 4))
        with pytest.raises(ValueError, match="layer 'small' the id [4-8],.*0 to 3"):
            rv.record(model, (IDS, IDS))


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="a decorator of TensorFlow")
def test_a_model_whose_call_is_a_tf_function_is_recorded(tmp_path):
    import tensorflow as tf

    class Decorated(keras.Model):
        def __init__(self):
            super().__init__()
            self.embed, self.head = layers.Embedding(9, 4), layers.Dense(9)
            self.lstm = layers.LSTM(3, return_sequences=True, name="lstm")

        @tf.function
        def read(self, ids):
            return self.lstm(self.embed(ids))

        @tf.function
        def call(self, ids):
            return self.head(self.read(ids))

    model = Decorated()
    model(IDS)
    recording, digest = logged(tmp_path, model, rv.Probe("text", IDS, targets=IDS))
    expected = np.asarray(model.lstm(model.embed(IDS)))
    recorded = rv.record(model, IDS)["lstm"]["hidden_state"]
    np.testing.assert_allclose(recorded, expected, atol=1e-5)
    assert recording.layers == ("lstm",) and digest["loss"] > 0
    assert not tf.config.functions_run_eagerly()


class Branching(keras.Model):
    """Uses the values of tensors in Python, around a layer or only before it."""

    def __init__(self, is_around=False):
        super().__init__()
        self.embed, self.head, self.is_around = layers.Embedding(9, 3), layers.Dense(9), is_around
        self.inside = layers.LSTM(3, return_sequences=True, name="inside")
        self.lstm = layers.LSTM(3, return_sequences=True, name="lstm")

    def build(self, input_shape):
        self.embed.build(input_shape)
        for layer in (self.inside, self.lstm, self.head):
            layer.build((None, None, 3))

    def scaled(self, x):
        times = 0
        while ops.max(ops.abs(x)) < 1.0:
            x, times = 2.0 * x, times + 1
        return x

    def call(self, ids):
        x = self.scaled(self.embed(ids))
        if ops.max(ids) > 100:
            x = 0.0 * x
        elif self.is_around:
            x = self.inside(x)
        return self.head(self.lstm(x))


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="a decorator of TensorFlow")
@pytest.mark.parametrize("is_around", [False, True])
def test_control_flow_over_tensors_in_a_tf_function_is_recorded(tmp_path, is_around):
    import tensorflow as tf

    class Decorated(Branching):
        call = tf.function(Branching.call)

    model = Decorated(is_around)
    expected = np.asarray(model(IDS))
    recording = rv.record(model, IDS)
    np.testing.assert_allclose(recording.outputs, expected, atol=1e-5)
    logged_recording, digest = logged(tmp_path, model, rv.Probe("text", IDS, targets=IDS))
    assert logged_recording.layers == ("lstm",) and digest["loss"] > 0
    reason = IN_A_LOOP
    assert reasons(digest) == {
        "inside": reason if is_around else "the model did not run this layer"
    }
    np.testing.assert_allclose(np.asarray(model(IDS)), expected, atol=1e-6)


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="PyTorch runs Python")
def test_control_flow_over_tensors_without_a_decorator_has_a_reason():
    model = Branching()
    if keras.backend.backend() == "tensorflow":
        model(IDS)
    with pytest.raises(ValueError, match=r"value of a tensor in Python.*@tf\.function.*ops\.cond"):
        rv.record(model, IDS)


def test_representations_say_what_they_are():
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(9, 4)])
    model.add(layers.GRU(3, return_sequences=True, name="gru"))
    model.add(layers.Dense(9))
    recording = rv.record(model, IDS)
    assert repr(recording["gru"]) == (
        "LayerActivity('gru', GRUCell, 6 sequences of up to 8 steps, 3 units: "
        "hidden_state, update_gate, reset_gate, candidate)"
    )
    generation = rv.generate(model, [1], steps=3, vocabulary=list("abcdefghi"))
    expected = f"Generation({generation.text!r}, 3 tokens after a prompt of 1; gru)"
    assert repr(generation) == expected
    probe = rv.Probe("text", IDS, targets=IDS)
    assert (
        repr(rv.ablate(model, probe, [("gru", 0)])) == "Ablation(1 entries, 48 tokens, how='mean')"
    )


def test_a_probe_with_the_name_of_an_axis_is_refused(tmp_path):
    pair = rv.Probe("pair", (IDS, IDS), tokens=(IDS.astype(str).tolist(), IDS.astype(str).tolist()))
    with pytest.raises(ValueError, match="'pair/source' is that of an axis of the probe 'pair'"):
        rv.RNNVizCallback(tmp_path, probes=[pair, rv.Probe("pair/source", IDS)])
