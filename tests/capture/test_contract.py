"""Contract of recording for every kind of network, on every backend of Keras.

Recorded hidden states equal what the layer itself gives, every quantity equals an independent
reference where there is one, shapes and masks fit the tokens, and the model stays as it was.
"""

from __future__ import annotations

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tests.capture import reference
from tests.capture.networks import (
    FORWARDS,
    IDS,
    ONE_LAYER,
    SERIES,
    Leaky,
    Named,
    Subclassed,
    numpy,
    one_layer,
    randomised,
    rnn,
    sequential,
)

layers = keras.layers


def own_output(model, name, inputs):
    return numpy(keras.Model(model.inputs[0], model.get_layer(name).output)(inputs))


@pytest.mark.parametrize("kind", ONE_LAYER)
def test_hidden_states_equal_the_output_of_the_layer(kind):
    model = sequential(ONE_LAYER[kind]())
    recording = rv.record(model, IDS)
    own = own_output(model, "rnn", IDS)
    if "backwards" in kind:
        own = own[:, ::-1]
    np.testing.assert_allclose(recording["rnn"]["hidden_state"], own, atol=1e-5)
    np.testing.assert_allclose(recording.outputs, numpy(model(IDS)), atol=1e-5)
    for values in recording["rnn"].values():
        assert values.dtype == np.float32 and values.shape[:2] == IDS.shape
        assert np.isfinite(values).all()


@pytest.mark.parametrize("kind", FORWARDS)
def test_masked_steps_are_marked_and_do_not_change_the_other_steps(kind):
    model = sequential(ONE_LAYER[kind](), masked=True)
    gaps = np.insert(IDS, [2, 4], 0, axis=1)
    recording = rv.record(model, gaps)["rnn"]
    plain = rv.record(model, IDS)["rnn"]
    assert recording.mask.tolist() == (gaps > 0).tolist()
    for name, values in plain.items():
        got = recording[name][recording.mask].reshape(values.shape)
        np.testing.assert_allclose(got, values, atol=1e-5, err_msg=name)
    if keras.backend.backend() == "jax" and "sows" in kind:
        return  # Keras itself cannot mask states of more than one axis there
    np.testing.assert_allclose(recording["hidden_state"], own_output(model, "rnn", gaps), atol=1e-5)


@pytest.mark.parametrize("kind", ONE_LAYER)
def test_generation_records_what_reading_the_text_records(kind):
    model = sequential(ONE_LAYER[kind]())
    if "backwards" in kind:
        with pytest.raises(ValueError, match="forwards"):
            rv.generate(model, [1, 2])
        return
    generation = rv.generate(model, [1, 2], steps=6, seed=3)
    read = rv.record(model, np.concatenate([[1, 2], generation.ids])[None])
    for name, values in read["rnn"].items():
        np.testing.assert_allclose(generation.recording["rnn"][name], values, atol=1e-5)


def test_sown_quantities_of_a_custom_cell_equal_a_reference():
    model = sequential(rnn(Named()))
    recording = rv.record(model, IDS)["rnn"]
    assert recording.roles == {
        "hidden_state": None,
        "memory": None,
        "drive": None,
        "leak": "retain",
    }
    kernel, decay = (numpy(w) for w in model.get_layer("rnn").cell.weights)
    embedded = numpy(model.layers[0](IDS))
    for sequence in range(3):
        h, memory = np.zeros(5), np.zeros((2, 3))
        for t, x in enumerate(embedded[sequence]):
            drive = np.tanh(x @ kernel)
            leak = reference.sigmoid(decay + x[:1])
            h = leak * h + (1 - leak) * drive
            memory = 0.5 * memory + np.tile(drive[:2], 3).reshape(2, 3)
            for name, value in {
                "hidden_state": h,
                "drive": drive,
                "leak": leak,
                "memory": memory.ravel(),
            }.items():
                np.testing.assert_allclose(recording[name][sequence, t], value, atol=1e-5)


def test_stacked_cells_are_recorded_as_separate_layers():
    cells = [layers.LSTMCell(4, name="low"), layers.GRUCell(5, name="high")]
    model = sequential(layers.RNN(cells, return_sequences=True, name="rnn"))
    recording = rv.record(model, IDS)
    assert recording.layers == ("rnn/low", "rnn/high")
    assert recording["rnn/low"].cell == "LSTMCell" and "reset_gate" in recording["rnn/high"]
    np.testing.assert_allclose(
        recording["rnn/high"]["hidden_state"], own_output(model, "rnn", IDS), atol=1e-5
    )
    embedded = numpy(model.layers[0](IDS))
    truth = reference.lstm(embedded[0], *(numpy(w) for w in cells[0].weights))
    for name, values in truth.items():
        np.testing.assert_allclose(recording["rnn/low"][name][0], values, atol=1e-5)
    only = rv.record(model, IDS, quantities=["cell_state"])
    assert {path: list(only[path]) for path in only.layers} == {"rnn/low": ["cell_state"]}


@pytest.mark.parametrize("merge_mode", ["concat", "sum", "ave", "mul", None])
def test_both_directions_are_aligned_to_the_token(merge_mode):
    wrapped = layers.LSTM(5, return_sequences=True)
    inputs = keras.Input((None, 4))
    outputs = layers.Bidirectional(wrapped, merge_mode=merge_mode, name="bi")(inputs)
    model = randomised(keras.Model(inputs, outputs))
    recording = rv.record(model, SERIES)
    forward, backward = (recording[path]["hidden_state"] for path in recording.layers)
    merged = {
        "concat": np.concatenate([forward, backward], axis=-1),
        "sum": forward + backward,
        "ave": (forward + backward) / 2,
        "mul": forward * backward,
        None: [forward, backward],
    }[merge_mode]
    own = model(SERIES)
    own = [numpy(part) for part in own] if merge_mode is None else numpy(own)
    np.testing.assert_allclose(merged, own, atol=1e-5)


def test_an_encoder_and_a_decoder_with_initial_state_and_two_inputs():
    source, target = keras.Input((None,), name="source"), keras.Input((None,), name="target")
    embed = layers.Embedding(11, 4)
    _, *state = layers.LSTM(5, return_state=True, name="encoder")(embed(source))
    decoded = layers.LSTM(5, return_sequences=True, name="decoder")(
        embed(target), initial_state=state
    )
    model = randomised(keras.Model({"source": source, "target": target}, decoded))
    inputs = {"source": IDS, "target": IDS[:, :4]}
    recording = rv.record(model, inputs)
    assert recording["encoder"]["cell_state"].shape == (3, 6, 5)
    np.testing.assert_allclose(
        recording["decoder"]["hidden_state"], numpy(model(inputs)), atol=1e-5
    )
    assert recording["decoder"].mask.shape == (3, 4)


def test_a_layer_that_runs_twice_has_two_recordings():
    left, right = keras.Input((None, 4)), keras.Input((None, 4))
    shared = layers.GRU(5, return_sequences=True, name="shared")
    model = randomised(keras.Model([left, right], [shared(left), shared(right)]))
    recording = rv.record(model, (SERIES, -SERIES))
    assert recording.layers == ("shared", "shared:2")
    own = [numpy(output) for output in model([SERIES, -SERIES])]
    got = [recording[path]["hidden_state"] for path in recording.layers]
    in_order = sorted(own, key=lambda array: np.abs(array - got[0]).max())
    np.testing.assert_allclose(got, in_order, atol=1e-5)


def test_a_layer_inside_time_distributed_reads_the_inner_sequences_one_after_the_other():
    inputs = keras.Input((None, 6, 4))
    inner = layers.GRU(5, return_sequences=True, name="inner")
    model = randomised(keras.Model(inputs, layers.TimeDistributed(inner, name="outer")(inputs)))
    pages = np.stack([SERIES, -SERIES])
    recording = rv.record(model, pages)
    assert recording.layers == ("outer/inner",)
    own = numpy(model(pages)).reshape(2, 18, 5)
    np.testing.assert_allclose(recording["outer/inner"]["hidden_state"], own, atol=1e-5)


def test_nested_shared_and_subclassed_models():
    inner = keras.Sequential([keras.Input((None, 4)), one_layer(layers.GRU)], name="encoder")
    ids = keras.Input((None,))
    model = randomised(keras.Model(ids, layers.Dense(3)(inner(layers.Embedding(11, 4)(ids)))))
    assert rv.record(model, IDS).layers == ("encoder/rnn",)

    subclassed = Subclassed()
    recording = rv.record(subclassed, IDS)
    assert recording.layers == ("deep_0", "deep_1")
    np.testing.assert_allclose(recording.outputs, numpy(subclassed(IDS)), atol=1e-5)


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("layer", [layers.SimpleRNN, layers.LSTM, layers.GRU])
def test_mixed_precision_computes_as_the_layer_does(precision, layer):
    model = sequential(layer(5, return_sequences=True, name="rnn", dtype=precision))
    recording = rv.record(model, IDS)
    coarse = 2e-2 if "bfloat" in precision else 3e-3
    np.testing.assert_allclose(
        recording["rnn"]["hidden_state"], own_output(model, "rnn", IDS), atol=coarse
    )


def test_unrolled_and_stateful_layers():
    unrolled = keras.Sequential([keras.Input((6, 4)), one_layer(layers.LSTM, unroll=True)])
    own = numpy(randomised(unrolled)(SERIES))
    np.testing.assert_allclose(rv.record(unrolled, SERIES)["rnn"]["hidden_state"], own, atol=1e-5)

    stateful = keras.Sequential(
        [keras.Input(batch_shape=(3, 6, 4)), one_layer(layers.GRU, stateful=True)]
    )
    randomised(stateful)
    from_zero = numpy(stateful(SERIES))
    state = numpy(stateful.get_layer("rnn").states[0])
    recording = rv.record(stateful, SERIES)
    np.testing.assert_allclose(recording["rnn"]["hidden_state"], from_zero, atol=1e-5)
    np.testing.assert_array_equal(numpy(stateful.get_layer("rnn").states[0]), state)


def test_ragged_sequences_labels_and_channels():
    model = keras.Sequential([keras.Input((None, 4)), one_layer(layers.LSTM), layers.Dense(2)])
    short = [SERIES[0], SERIES[1, :3], SERIES[2, :3]]
    probe = rv.Probe("sensors", short, labels=["a", "b", "a"], channels=["x", "y", "z", "t"])
    recording = rv.record(model, probe)
    assert recording.mask.sum(axis=1).tolist() == [6, 3, 3]
    assert probe.tokens is None and recording.is_signal
    assert list(recording.channels) == ["x", "y", "z", "t"]
    assert np.array_equal(recording.channels["y"], np.concatenate(short)[:, 1])
    for index, series in enumerate(short):
        alone = rv.record(model, series[None])["rnn"]["cell_state"][0]
        got = recording["rnn"]["cell_state"][index]
        np.testing.assert_allclose(got[: len(series)], alone, atol=1e-5)
        assert np.isnan(got[len(series) :]).all()


def test_training_with_recordings_in_between_gives_bit_identical_weights():
    def trained(is_recorded):
        keras.utils.set_random_seed(3)
        model = keras.Sequential([keras.Input((None,)), layers.Embedding(11, 4)])
        model.add(layers.SimpleRNN(5, return_sequences=True, dropout=0.3))
        lstm = layers.LSTM(5, return_sequences=True, dropout=0.3, recurrent_dropout=0.2)
        model.add(layers.Bidirectional(lstm))
        model.add(layers.RNN([layers.GRUCell(5, dropout=0.2), Leaky()], return_sequences=True))
        model.add(layers.Dropout(0.4))
        model.add(layers.Dense(11, activation="softmax"))
        model.compile("adam", "sparse_categorical_crossentropy")
        model.optimizer.build(model.trainable_variables)  # TensorFlow traces the step once then
        for _ in range(2):
            model.fit(IDS[:, :-1], IDS[:, 1:], epochs=1, verbose=0, shuffle=False)
            if is_recorded:
                rv.record(model, IDS)
        return [numpy(w) for w in model.variables]

    for plain, recorded in zip(trained(False), trained(True), strict=True):
        np.testing.assert_array_equal(plain, recorded)


def test_a_quantity_that_no_cell_sows_is_refused_with_those_that_exist():
    model = sequential(rnn(Named()))
    assert list(rv.record(model, IDS, quantities="drive")["rnn"]) == ["drive"]
    with pytest.raises(ValueError, match=r"Unknown quantities \['nope'\].*drive.*sow"):
        rv.record(model, IDS, quantities=["nope"])


def test_sow_returns_its_value_unchanged_when_the_model_is_not_recorded():
    value = object()
    assert rv.sow("anything", value) is value
