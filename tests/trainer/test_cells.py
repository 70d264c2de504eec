"""Contract of every custom cell of the trainer, on every backend of Keras."""

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.core.names import ROLES
from trainer.cells import CELLS, MinGRUCell, MultiZoneCell, SLSTMCell

IDS = np.tile(np.arange(6, dtype="int32"), (4, 3))
INPUTS, TARGETS = IDS[:, :-1], IDS[:, 1:]


def language_model(cell, precision="float32", masked=False):
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(7, 4, mask_zero=masked, name="embedding"),
            keras.layers.RNN(cell, return_sequences=True, name="rnn", dtype=precision),
            keras.layers.Dense(7, activation="softmax"),
        ]
    )


def numpy(tensor):
    return np.asarray(keras.ops.convert_to_numpy(keras.ops.cast(tensor, "float32")))


def own_output(model, inputs):
    return numpy(keras.Model(model.inputs[0], model.get_layer("rnn").output)(inputs))


@pytest.fixture(params=CELLS)
def kind(request):
    return CELLS[request.param]


def test_hidden_states_equal_the_output_of_the_layer(kind):
    model = language_model(kind(5))
    recording = rv.record(model, IDS)
    np.testing.assert_allclose(recording["rnn"]["hidden_state"], own_output(model, IDS), atol=1e-6)
    np.testing.assert_allclose(recording.outputs, numpy(model(IDS)), atol=1e-6)


def test_a_masked_step_leaves_the_states_unchanged(kind):
    model = language_model(kind(5), masked=True)
    gaps = np.insert(IDS + 1, [0, 2, 4], 0, axis=1) % 7
    recording, plain = (rv.record(model, ids)["rnn"] for ids in (gaps, (IDS + 1) % 7))
    assert recording.mask.tolist() == (gaps > 0).tolist()
    for name, values in plain.items():
        got = recording[name][recording.mask].reshape(values.shape)
        np.testing.assert_allclose(got, values, atol=1e-5, err_msg=name)
    np.testing.assert_allclose(recording["hidden_state"], own_output(model, gaps), atol=1e-5)


def test_gates_have_roles_and_lie_between_0_and_1(kind):
    recording = rv.record(language_model(kind(5)), IDS)["rnn"]
    assert set(kind.roles) <= set(recording) and set(kind.roles.values()) <= set(ROLES)
    assert recording.roles == {name: kind.roles.get(name) for name in recording}
    for name in kind.roles:
        assert (recording[name] >= 0).all() and (recording[name] <= 1).all()


def test_a_quantity_can_be_asked_for_by_name(kind):
    model = language_model(kind(5))
    assert list(rv.record(model, IDS, quantities="candidate")["rnn"]) == ["candidate"]
    with pytest.raises(ValueError, match="Unknown quantities.*candidate"):
        rv.record(model, IDS, quantities="nope")


def test_generation_records_what_reading_the_text_records(kind):
    model = language_model(kind(5))
    generation = rv.generate(model, [1, 2], steps=12, seed=3)
    assert generation.ids.tolist() == rv.generate(model, [1, 2], steps=12, seed=3).ids.tolist()
    read = rv.record(model, np.concatenate([[1, 2], generation.ids])[None])["rnn"]
    for name, values in read.items():
        got = generation.recording["rnn"][name]
        np.testing.assert_allclose(got, values, atol=1e-5, err_msg=name)


def test_training_with_recording_gives_bit_identical_weights(kind, tmp_path):
    def learnt(callbacks):
        keras.utils.set_random_seed(3)
        model = language_model(kind(5))
        model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
        model.optimizer.build(model.trainable_variables)  # traced once
        history = model.fit(INPUTS, TARGETS, epochs=8, batch_size=2, verbose=0, callbacks=callbacks)
        return history.history["loss"], [numpy(w) for w in model.variables]

    probe = rv.Probe("ids", INPUTS[0], targets=TARGETS[0], vocabulary=list("abcdefg"))
    watch = rv.RNNVizCallback(
        tmp_path, probes=probe, before_training=True, prompt=[1], generate_steps=5
    )
    losses, weights = learnt([])
    watched_losses, watched_weights = learnt([watch])
    assert losses[-1] < 0.9 * losses[0]
    assert losses == watched_losses
    for plain, watched in zip(weights, watched_weights, strict=True):
        np.testing.assert_array_equal(plain, watched)
    assert set(kind.roles) <= set(rv.load(tmp_path, probe="ids", step=7)["rnn"])


def test_a_saved_model_loads_with_its_cell(kind, tmp_path):
    model = language_model(kind(5, name="mine", kernel_initializer="he_normal"))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    cell = loaded.get_layer("rnn").cell
    assert type(cell) is kind
    assert cell.get_config() == model.get_layer("rnn").cell.get_config()
    assert isinstance(cell.kernel_initializer, keras.initializers.HeNormal)
    for before, after in zip(model.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(numpy(before), numpy(after))
    np.testing.assert_array_equal(numpy(model(IDS)), numpy(loaded(IDS)))


def test_options_of_a_single_cell_are_saved():
    for cell in (SLSTMCell(3, forget_gate="exponential"), MultiZoneCell(4, zones=2, zone_size=7)):
        again = type(cell).from_config(cell.get_config())
        assert again.get_config() == cell.get_config()
    assert again.zones == 2 and again.zone_size == 7
    assert MultiZoneCell(10, zones=4).zone_size == 3


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_computes_as_the_layer_does(kind, precision):
    model = language_model(kind(5, dtype=precision), precision)
    recording = rv.record(model, IDS)["rnn"]
    coarse = 2e-2 if "bfloat" in precision else 3e-3
    np.testing.assert_allclose(recording["hidden_state"], own_output(model, IDS), atol=coarse)
    assert all(np.isfinite(values).all() for values in recording.values())


def test_cells_can_be_stacked_and_run_in_both_directions(kind):
    inputs = keras.Input((None, 4))
    stacked = keras.layers.RNN([kind(5, name="low"), kind(3, name="high")], return_sequences=True)
    both = keras.layers.Bidirectional(stacked, name="both")
    model = keras.Model(inputs, both(inputs))
    series = np.random.default_rng(0).normal(size=(2, 6, 4)).astype("float32")
    recording = rv.record(model, series)
    assert [path.rsplit("/")[-1] for path in recording.layers] == ["low", "high"] * 2
    got = [recording[path]["hidden_state"] for path in recording.layers if "high" in path]
    np.testing.assert_allclose(np.concatenate(got, axis=-1), numpy(model(series)), atol=1e-5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MinGRUCell(0), "`units` must be a positive integer. Received: units=0"),
        (lambda: SLSTMCell(2.5), "`units` must be a positive integer. Received: units=2.5"),
        (lambda: MultiZoneCell(4, zones=-1), "`zones` must be a positive integer"),
        (lambda: MultiZoneCell(4, zone_size=0), "`zone_size` must be a positive integer"),
        (lambda: SLSTMCell(4, forget_gate="exp"), "'exponential'.*Received: forget_gate='exp'"),
    ],
)
def test_an_invalid_argument_is_an_error(make, message):
    with pytest.raises(ValueError, match=message):
        make()
