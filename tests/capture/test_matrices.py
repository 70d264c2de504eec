"""Matrices of a recording: attention scores, and what `sow_matrix` names."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tests.capture.networks import IDS, layers, numpy, ops, randomised

TOKENS = IDS.shape[1]


def functional(attend, masked=False):
    """Returns a model that attends to the states of a GRU, and one of the states."""
    ids = keras.Input((None,), dtype="int32")
    states = layers.Embedding(11, 4, mask_zero=masked)(ids)
    states = layers.GRU(4, return_sequences=True, name="gru")(states)
    model = keras.Model(ids, layers.Dense(11)(attend(states)))
    return randomised(model), keras.Model(ids, states)


def attend_with(layer, **options):
    is_dense = isinstance(layer, layers.Attention)
    return lambda x: layer([x, x], **options) if is_dense else layer(x, x, **options)


LAYERS = {
    "Attention": lambda: layers.Attention(name="attention"),
    "Attention with scale": lambda: layers.Attention(
        use_scale=True, score_mode="concat", name="attention"
    ),
    "AdditiveAttention": lambda: layers.AdditiveAttention(name="attention"),
    "MultiHeadAttention": lambda: layers.MultiHeadAttention(3, 2, name="attention"),
    "MultiHeadAttention with flash attention": lambda: layers.MultiHeadAttention(
        3, 2, flash_attention=True, name="attention"
    ),
    "MultiHeadAttention with dropout": lambda: layers.MultiHeadAttention(
        3, 2, dropout=0.5, name="attention"
    ),
    "GroupQueryAttention": lambda: layers.GroupQueryAttention(2, 4, 2, name="attention"),
}


@pytest.mark.parametrize("causal", [False, True], ids=["", "causal"])
@pytest.mark.parametrize("kind", LAYERS)
def test_scores_equal_those_that_the_layer_returns(kind, causal):
    layer = LAYERS[kind]()
    options = {"use_causal_mask": causal}
    model, states = functional(attend_with(layer, **options))
    recording = rv.record(model, IDS)
    if "flash" in kind:
        layer._flash_attention = False
    attend = attend_with(layer, return_attention_scores=True, **options)
    expected = numpy(attend(states(IDS))[1])
    assert recording.matrices["attention"].dtype == np.float32
    np.testing.assert_allclose(recording.matrices["attention"], expected, atol=1e-6)
    assert recording.matrices["attention"].shape[-2:] == (TOKENS, TOKENS)
    axes = recording.matrix_axes["attention"]
    assert (axes.rows, axes.columns, axes.row_lengths) == ("tokens", "tokens", (TOKENS,) * 3)


@pytest.mark.parametrize("kind", ["Attention", "AdditiveAttention", "MultiHeadAttention"])
def test_masked_tokens_get_no_attention(kind):
    layer = LAYERS[kind]()
    model, states = functional(attend_with(layer), masked=True)
    ids = IDS.copy()
    ids[1, 4:] = 0
    recording = rv.record(model, ids)
    scores = recording.matrices["attention"]
    assert np.abs(scores[1, ..., :4, 4:]).max() < 1e-6
    np.testing.assert_allclose(scores[1, ..., :4, :4].sum(axis=-1), 1, atol=1e-5)
    expected = numpy(attend_with(layer, return_attention_scores=True)(states(ids))[1])
    np.testing.assert_allclose(scores, expected, atol=1e-6)
    assert recording.matrix_axes["attention"].row_lengths == (TOKENS, 4, TOKENS)
    assert recording.matrix_axes["attention"].column_lengths == (TOKENS, 4, TOKENS)


def test_a_mask_that_is_passed_by_hand_is_obeyed():
    class Masked(layers.Layer):
        def __init__(self):
            super().__init__(name="masked")
            self.attention = layers.Attention(name="attention")

        def call(self, states):
            visible = ops.cumsum(ops.ones_like(states[..., 0]), axis=1) <= 2
            return self.attention([states, states], mask=[None, visible])

    recording = rv.record(functional(Masked())[0], IDS)
    np.testing.assert_allclose(recording.matrices["masked/attention"][..., 2:], 0, atol=1e-6)
    axes = recording.matrix_axes["masked/attention"]
    assert (axes.row_lengths, axes.column_lengths) == ((TOKENS,) * 3, (2, 2, 2))


def test_shorter_sequences_are_padded_with_nan():
    model, states = functional(attend_with(layer := LAYERS["MultiHeadAttention"]()))
    recording = rv.record(model, [IDS[0], IDS[1, :4], IDS[2, :2]])
    scores = recording.matrices["attention"]
    assert scores.shape == (3, 3, TOKENS, TOKENS)
    attend = attend_with(layer, return_attention_scores=True)
    for row, length in zip(range(3), (TOKENS, 4, 2), strict=True):
        expected = numpy(attend(states(IDS[row : row + 1, :length]))[1])[0]
        np.testing.assert_allclose(scores[row, :, :length, :length], expected, atol=1e-6)
        assert np.isnan(scores[row, :, length:]).all() and np.isnan(scores[row, ..., length:]).all()
    assert recording.matrix_axes["attention"].row_lengths == (TOKENS, 4, 2)


class Decoder(keras.Model):
    """Attends from a decoder to an encoder that is a model of its own."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        self.embed = layers.Embedding(11, 4)
        self.decode = layers.GRU(4, return_sequences=True, name="decode")
        self.attend = layers.AdditiveAttention(name="attend")
        self.head = layers.Dense(11)

    def call(self, inputs, training=False):
        source, target = inputs
        encoded = self.encoder(source)
        decoded = self.decode(self.embed(target))
        context = self.attend([decoded, encoded])
        context, scores = self.attend([context, encoded], return_attention_scores=True)
        return self.head(context + 0 * ops.sum(scores))


@pytest.fixture
def pairs():
    encoder = keras.Sequential(
        [
            keras.Input((None,)),
            layers.Embedding(11, 4),
            layers.GRU(4, return_sequences=True, name="encode"),
        ],
        name="encoder",
    )
    model = Decoder(encoder)
    model((IDS[:, :4], IDS))
    return randomised(model)


def test_a_layer_that_is_called_twice_has_two_matrices(pairs):
    recording = rv.record(pairs, rv.Probe("pairs", (IDS[:, :4], IDS), sequence=1))
    assert list(recording.matrices) == ["attend", "attend:2"]
    decoded, encoded = pairs.decode(pairs.embed(IDS)), pairs.encoder(IDS[:, :4])
    context, scores = pairs.attend([decoded, encoded], return_attention_scores=True)
    np.testing.assert_allclose(recording.matrices["attend"], numpy(scores), atol=1e-6)
    _, scores = pairs.attend([context, encoded], return_attention_scores=True)
    np.testing.assert_allclose(recording.matrices["attend:2"], numpy(scores), atol=1e-6)
    axes = recording.matrix_axes["attend"]
    assert axes.rows == "tokens" and axes.column_lengths == (4, 4, 4)


def test_rows_and_columns_of_pairs_are_told_apart_though_equally_long():
    source, target = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    embed = layers.Embedding(11, 4)
    encoded, state = layers.GRU(4, return_sequences=True, return_state=True)(embed(source))
    decoded = layers.GRU(4, return_sequences=True)(embed(target), initial_state=state)
    context = layers.Attention(name="cross")([decoded, layers.Dense(4)(encoded)])
    over_target = layers.MultiHeadAttention(1, 2, name="over_target")(decoded, decoded)
    over_source = layers.MultiHeadAttention(1, 2, name="over_source")(encoded, encoded)
    outputs = layers.Dense(11)(layers.Concatenate()([context, over_target, over_source]))
    model = randomised(keras.Model([source, target], outputs))
    tokens = tuple([[str(token) for token in row] for row in ids] for ids in (IDS, IDS[::-1]))
    recording = rv.record(model, rv.Probe("pairs", (IDS, IDS[::-1]), tokens=tokens))
    axes = {name: (axes.rows, axes.columns) for name, axes in recording.matrix_axes.items()}
    assert axes == {
        "cross": ("target", "source"),
        "over_target": ("target", "target"),
        "over_source": ("source", "source"),
    }


def test_attention_inside_a_nested_model_has_its_path():
    states = keras.Input((None, 4))
    inner = layers.MultiHeadAttention(2, 2, name="attention")(states, states)
    encoder = keras.Model(states, inner, name="encoder")
    recording = rv.record(functional(encoder)[0], IDS)
    assert list(recording.matrices) == ["encoder/attention"]
    assert recording.matrices["encoder/attention"].shape == (3, 2, TOKENS, TOKENS)


def test_a_decoder_that_attends_once_a_step_has_one_matrix():
    attention = layers.Attention(name="attention")

    class StepByStep(layers.Layer):
        def __init__(self):
            super().__init__(name="steps")
            self.attention = attention

        def call(self, states):
            steps = [self.attention([states[:, t : t + 1], states]) for t in range(TOKENS)]
            return ops.concatenate(steps, axis=1)

    model, states = functional(StepByStep())
    recording = rv.record(model, IDS)
    x = states(IDS)
    expected = numpy(layers.Attention()([x, x], return_attention_scores=True)[1])
    np.testing.assert_allclose(recording.matrices["steps/attention"], expected, atol=1e-6)
    assert recording.matrix_axes["steps/attention"].rows == "tokens"


def test_recording_leaves_layers_outputs_and_training_as_they_were():
    def trained(records):
        keras.utils.set_random_seed(0)
        layer = layers.MultiHeadAttention(2, 2, dropout=0.2, name="attention")
        model, _ = functional(attend_with(layer))
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile("adam", loss)
        model.optimizer.build(model.trainable_variables)  # traced once
        for _ in range(2):
            if records:
                assert "attention" in rv.record(model, IDS).matrices
                assert "call" not in vars(layer)
            model.fit(IDS, IDS, verbose=0, shuffle=False)
        return model.get_weights()

    for recorded, alone in zip(trained(True), trained(False), strict=True):
        np.testing.assert_array_equal(recorded, alone)


class Sowing(layers.Layer):
    """Sows a value that a function computes of the states."""

    def __init__(self, value, name="weights", **axes):
        super().__init__()
        self.value, self.sown, self.axes = value, name, axes

    def call(self, states):
        return states + 0 * ops.sum(rv.sow_matrix(self.sown, self.value(states), **self.axes))


def products(states):
    return ops.matmul(states, ops.transpose(states, (0, 2, 1)))


def test_a_sown_matrix_is_recorded_and_returned_unchanged():
    model, states = functional(Sowing(products))
    recording = rv.record(model, IDS)
    np.testing.assert_allclose(
        recording.matrices["weights"], numpy(products(states(IDS))), atol=1e-6
    )
    value = np.ones((1, 2, 2))
    assert rv.sow_matrix("weights", value) is value


def test_sown_matrices_may_have_heads_and_names():
    names = ["past", "present", "future", "other"]
    layer = Sowing(lambda x: ops.stack([x, x], axis=1), columns=names, rows="events")
    recording = rv.record(functional(layer)[0], IDS)
    assert recording.matrices["weights"].shape == (3, 2, TOKENS, 4)
    axes = recording.matrix_axes["weights"]
    assert (axes.rows, axes.columns, axes.column_names) == ("events", "", tuple(names))


@pytest.mark.parametrize(
    ("value", "axes", "reason"),
    [
        (lambda x: ops.sum(x, axis=1), {}, "shape"),
        (lambda x: ops.zeros((7, 2, 2)), {}, "first axis has the size 7"),
        (lambda x: x, {"columns": ["one", "two"]}, "2 names for 4 entries"),
    ],
)
def test_what_cannot_be_recorded_is_absent_with_a_reason(value, axes, reason):
    recording = rv.record(functional(Sowing(value, **axes))[0], IDS)
    assert recording.matrices == {}
    assert reason in recording.absent["weights", "matrix"]
    assert recording["gru"]["hidden_state"].shape == (3, TOKENS, 4)


def test_a_matrix_inside_the_loop_of_a_cell_is_absent_with_advice():
    class Cell(layers.Layer):
        state_size = output_size = 4

        def call(self, inputs, states):
            rv.sow_matrix("inside", ops.einsum("bi,bj->bij", inputs, states[0]))
            return inputs + states[0], [inputs + states[0]]

    recording = rv.record(functional(layers.RNN(Cell(), return_sequences=True))[0], IDS)
    if keras.backend.backend() == "torch":  # runs loops in Python, and each step is reached
        assert recording.matrices["inside"].shape == (3, 4, 4)
    else:
        assert "tb_rnnviz.sow()" in recording.absent["inside", "matrix"]


def test_a_layer_without_scores_is_absent_with_a_reason():
    class Silent(layers.Attention):
        def call(self, inputs):
            return inputs[0]

    recording = rv.record(functional(lambda x: Silent(name="silent")([x, x]))[0], IDS)
    assert "return_attention_scores" in recording.absent["silent", "matrix"]


def test_the_beginning_and_the_aligned_layers_keep_the_matrices():
    recording = rv.record(functional(attend_with(LAYERS["Attention"]()))[0], IDS)
    assert "attention: (3, 6, 6)" in repr(recording)
    assert recording.on_tokens().matrices.keys() == {"attention"}
    first = recording.beginning(2 * TOKENS)
    np.testing.assert_array_equal(first.matrices["attention"], recording.matrices["attention"][:2])
    assert first.matrix_axes["attention"].row_lengths == (TOKENS, TOKENS)
    assert recording.beginning(2).matrices == {}
