"""`record` against an independent reference and against the layers' own outputs."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from tb_rnnviz import Probe, record
from tests.capture import reference
from tests.capture.networks import language_model, numpy, randomise

layers = keras.layers
IDS = np.random.default_rng(0).integers(0, 11, (3, 9))

CELLS = {
    "simple_rnn": (layers.SimpleRNN, {}, reference.simple_rnn, {}),
    "simple_rnn_relu": (
        layers.SimpleRNN,
        {"activation": "relu"},
        reference.simple_rnn,
        {"activation": lambda x: np.maximum(x, 0)},
    ),
    "lstm": (layers.LSTM, {}, reference.lstm, {}),
    "lstm_hard_gates": (
        layers.LSTM,
        {"recurrent_activation": "hard_sigmoid", "activation": "relu"},
        reference.lstm,
        {"gate": reference.hard_sigmoid, "activation": lambda x: np.maximum(x, 0)},
    ),
    "gru_reset_after": (layers.GRU, {"reset_after": True}, reference.gru, {"reset_after": True}),
    "gru_reset_before": (layers.GRU, {"reset_after": False}, reference.gru, {"reset_after": False}),
}


def own_outputs(model, inputs):
    """Returns the output of every layer."""
    whole = keras.Model(model.inputs[0], [layer.output for layer in model.layers])
    return [numpy(output) for output in whole(inputs)]


@pytest.mark.parametrize("kind", CELLS)
def test_every_quantity_equals_the_reference(kind):
    layer, options, reference_cell, arguments = CELLS[kind]
    model = language_model(layer(6, return_sequences=True, name="cell", **options))
    recording = record(model, IDS)
    embedded = numpy(model.layers[0](IDS)).astype(float)
    weights = [np.asarray(w, float) for w in model.get_layer("cell").get_weights()]
    for sequence in range(3):
        truth = reference_cell(embedded[sequence], *weights, **arguments)
        assert set(truth) == set(recording["cell"])
        for quantity, values in truth.items():
            got = recording["cell"][quantity]
            assert got.dtype == np.float32
            np.testing.assert_allclose(got[sequence], values, atol=1e-5, err_msg=quantity)


@pytest.mark.parametrize("options", [{}, {"use_bias": False}, {"dropout": 0.5}, {"unroll": True}])
@pytest.mark.parametrize("layer", [layers.SimpleRNN, layers.LSTM, layers.GRU])
def test_hidden_states_and_outputs_equal_those_of_the_model(layer, options):
    model = keras.Sequential([keras.Input((9,)), layers.Embedding(11, 5)])
    model.add(layer(6, return_sequences=True, name="cell", **options))
    model.add(layers.Dense(4))
    randomise(model)
    recording = record(model, IDS)
    own = own_outputs(model, IDS)
    np.testing.assert_allclose(recording["cell"]["hidden_state"], own[1], atol=1e-5)
    np.testing.assert_allclose(recording.outputs, own[2], atol=1e-5)


def test_layers_are_found_at_any_depth_and_named_by_their_path():
    inner = keras.Sequential(
        [keras.Input((None, 5)), layers.GRU(4, return_sequences=True, name="deep")], name="encoder"
    )
    inputs = keras.Input((None,))
    x = inner(layers.Embedding(11, 5)(inputs))
    x = layers.LSTM(3, return_sequences=True, name="top")(x)
    model = keras.Model(inputs, layers.Dense(2)(x))
    recording = record(model, IDS)
    assert recording.layers == ("encoder/deep", "top")
    assert recording["encoder/deep"]["update_gate"].shape == (3, 9, 4)
    assert recording["top"].cell == "LSTMCell"
    assert recording["top"].roles["forget_gate"] == "retain"


def test_both_directions_of_a_bidirectional_layer_are_aligned_to_the_token():
    model = language_model(layers.Bidirectional(layers.LSTM(4, return_sequences=True), name="bi"))
    recording = record(model, IDS)
    own = own_outputs(model, IDS)[1]
    forward, backward = recording.layers
    assert forward.startswith("bi/forward_") and backward.startswith("bi/backward_")
    both = [recording[path]["hidden_state"] for path in recording.layers]
    np.testing.assert_allclose(np.concatenate(both, axis=-1), own, atol=1e-5)


def test_sequences_of_different_lengths_are_read_without_padding():
    model = language_model(layers.Bidirectional(layers.GRU(4, return_sequences=True), name="bi"))
    ragged = [IDS[0], IDS[1, :4], IDS[2, :4]]
    recording = record(model, ragged)
    for index, ids in enumerate(ragged):
        alone = record(model, ids[None])
        for layer in alone.layers:
            for quantity, values in alone[layer].items():
                got = recording[layer][quantity][index]
                np.testing.assert_allclose(got[: len(ids)], values[0], atol=1e-5)
                assert np.isnan(got[len(ids) :]).all()
    assert recording.mask.sum(axis=1).tolist() == [9, 4, 4]


def test_masked_steps_are_marked_and_leave_the_state_alone():
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(11, 5, mask_zero=True)])
    model.add(layers.LSTM(6, return_sequences=True, name="cell"))
    randomise(model)
    ids = np.array([[3, 0, 4, 5, 0, 0]])
    activity = record(model, ids)["cell"]
    assert activity.mask.tolist() == [[True, False, True, True, False, False]]
    np.testing.assert_allclose(activity["hidden_state"], numpy(model(ids)), atol=1e-5)
    np.testing.assert_array_equal(activity["cell_state"][0, 1], activity["cell_state"][0, 0])
    assert np.isnan(activity["forget_gate"][0, 1]).all()
    together = record(model, np.array([[3, 4, 5]]))["cell"]
    np.testing.assert_allclose(
        activity["forget_gate"][activity.mask], together["forget_gate"][0], atol=1e-6
    )


def test_numeric_channels_are_recorded_as_tokens_are():
    series = np.random.default_rng(2).normal(size=(2, 7, 3)).astype("float32")
    model = keras.Sequential([keras.Input((None, 3)), layers.LSTM(4, return_sequences=True)])
    recording = record(model, series)
    np.testing.assert_allclose(
        recording[recording.layers[0]]["hidden_state"], numpy(model(series)), atol=1e-5
    )


def test_only_the_layers_and_quantities_asked_for_are_recorded():
    model = language_model(
        layers.LSTM(6, return_sequences=True, name="a"),
        layers.GRU(6, return_sequences=True, name="b"),
    )
    recording = record(model, IDS, layers=["b"], quantities=["reset_gate"])
    assert recording.layers == ("b",)
    assert list(recording["b"]) == ["reset_gate"]


def test_a_compiled_recording_reads_new_weights():
    model = language_model(layers.GRU(6, return_sequences=True, name="cell"))
    record(model, IDS)
    model.set_weights([0.5 * weight for weight in model.get_weights()])
    own = own_outputs(model, IDS)[1]
    np.testing.assert_allclose(record(model, IDS)["cell"]["hidden_state"], own, atol=1e-5)


def test_a_stateful_layer_keeps_its_state_and_is_read_from_zero():
    model = keras.Sequential([keras.Input(batch_shape=(3, None)), layers.Embedding(11, 5)])
    model.add(layers.GRU(4, return_sequences=True, stateful=True, name="cell"))
    model.predict(IDS, verbose=0, batch_size=3)
    before = [numpy(state) for state in model.get_layer("cell").states]
    first = record(model, IDS)["cell"]["hidden_state"]
    second = record(model, IDS)["cell"]["hidden_state"]
    np.testing.assert_array_equal(first, second)
    for state, value in zip(model.get_layer("cell").states, before, strict=True):
        np.testing.assert_array_equal(numpy(state), value)


class TestBadInput:
    def test_a_model_without_recurrent_layers_says_which_layers_it_has(self):
        model = keras.Sequential([keras.Input((4,)), layers.Dense(2, name="plain")])
        with pytest.raises(ValueError, match="no recurrent layer.*plain.*Allowed"):
            record(model, np.zeros((1, 4)))

    def test_an_unknown_layer_or_quantity_lists_what_exists(self):
        model = language_model(layers.LSTM(3, return_sequences=True, name="cell"))
        with pytest.raises(ValueError, match=r"No recurrent layer 'nope'.*\['cell'\]"):
            record(model, IDS, layers=["nope"])
        with pytest.raises(ValueError, match=r"Unknown quantities \['nope'\].*forget_gate"):
            record(model, IDS, quantities=["nope"])

    def test_an_id_outside_the_embedding_is_named(self):
        model = language_model(layers.LSTM(3, return_sequences=True))
        with pytest.raises(ValueError, match="id 11.*0 to 10"):
            record(model, [[1, 11]])
        with pytest.raises(ValueError, match="id -1.*0 to 10"):
            record(model, [[1, -1]])

    def test_ids_that_are_floats_are_integers_of_a_vocabulary_or_refused(self):
        model = language_model(layers.LSTM(3, return_sequences=True, name="lstm"))
        letters = list("abcdefghijk")
        probe = Probe("text", IDS.astype("float32"), vocabulary=letters)
        assert probe.tokens == Probe("text", IDS, vocabulary=letters).tokens
        expected = record(model, IDS)["lstm"]["hidden_state"]
        np.testing.assert_allclose(record(model, probe)["lstm"]["hidden_state"], expected)
        with pytest.raises(
            ValueError, match=r"'embedding\w*' ids that are floats.*integers: ids.ast"
        ):
            record(model, IDS.astype("float32"))
        for broken in (0.5, np.nan):
            floats = np.where(IDS == IDS[1, 2], broken, IDS)
            with pytest.raises(ValueError, match=f"the number {broken}, which is no id.*0 to 10"):
                record(model, floats)
            with pytest.raises(ValueError, match=f"whole numbers. Received: {broken}"):
                Probe("text", floats, vocabulary=letters)

    def test_a_signal_beside_ids_may_hold_any_numbers(self):
        ids, series = keras.Input((None,), name="ids"), keras.Input((None,), name="series")
        steps = layers.Embedding(11, 4)(ids) + keras.ops.expand_dims(series, -1)
        model = keras.Model([ids, series], layers.GRU(3, name="gru")(steps))
        recording = record(model, {"ids": IDS, "series": IDS + 0.5})
        assert recording.tokens[0] == [str(index) for index in IDS[0]]

    @pytest.mark.parametrize("inputs", [[], np.zeros((0, 5), int), [[]]])
    def test_an_empty_probe_is_refused(self, inputs):
        with pytest.raises(ValueError, match="empty"):
            Probe("nothing", inputs)

    def test_a_probe_whose_parts_differ_in_length_is_refused(self):
        with pytest.raises(ValueError, match="tokens of another length"):
            Probe("odd", [1, 2, 3], tokens=["a", "b"])
        with pytest.raises(ValueError, match="targets of another length"):
            Probe("odd", [1, 2, 3], targets=[1, 2])
        with pytest.raises(ValueError, match="id 2, which is outside its vocabulary"):
            Probe("odd", [1, 2], vocabulary=["a", "b"])
        with pytest.raises(ValueError, match="arrays of numbers"):
            Probe("text", [["a", None], ["b"]])
        with pytest.raises(ValueError, match="a set has no order"):
            Probe("odd", np.zeros((4, 2)), channels={"a", "b"})

    def test_text_of_the_wrong_rank_is_refused_with_its_shape(self):
        model = keras.Sequential([keras.Input((None, 3)), layers.LSTM(4)])
        with pytest.raises(ValueError, match=r"does not take the inputs.*\(1, 4, "):
            record(model, np.zeros((1, 4)))


def test_targets_of_sequences_of_different_lengths():
    probe = Probe("ragged", [[1, 2, 3], [4, 5]], targets=[[2, 3, 4], [5, 6]])
    assert [target.tolist() for target in probe.targets] == [[2, 3, 4], [5, 6]]
    per_sequence = Probe("classes", [[1, 2, 3], [4, 5]], targets=[1, 0])
    assert [target.tolist() for target in per_sequence.targets] == [[-1, -1, 1], [-1, 0]]
