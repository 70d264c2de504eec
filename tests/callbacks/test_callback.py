"""`RNNVizCallback` in real `fit` and `predict`: its log, and undisturbed training."""

from __future__ import annotations

import json
import warnings

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.features import Literal
from tests.callbacks.runs import (
    IDS,
    VOCABULARY,
    compiled_model,
    digests,
    events,
    fit,
    new_model,
    probe,
    steps,
    text,
)

layers = keras.layers


def test_every_epoch_is_recorded_at_keras_count(tmp_path):
    model = compiled_model()
    fit(model, rv.RNNVizCallback(tmp_path, probes=[probe()]), epochs=3)
    assert steps(tmp_path) == [0, 1, 2]
    last = rv.load(tmp_path, "novel", step=2)
    now = rv.record(model, IDS[:40])
    np.testing.assert_allclose(
        last["lstm"]["forget_gate"], now["lstm"]["forget_gate"], atol=0.5 / 124
    )
    assert "".join(last.tokens[0]) == "".join(VOCABULARY[i] for i in IDS[:40])


def test_the_state_before_training_is_step_minus_one(tmp_path):
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()], before_training=True), epochs=1)
    assert steps(tmp_path) == [-1, 0]


def test_a_second_fit_continues_the_step_axis(tmp_path):
    model = compiled_model()
    callback = rv.RNNVizCallback(tmp_path, [probe()], before_training=True)
    fit(model, callback, epochs=2)
    fit(model, callback, epochs=2)
    fit(model, rv.RNNVizCallback(tmp_path, [probe()]), epochs=9, initial_epoch=8)
    assert steps(tmp_path) == [-1, 0, 1, 2, 3, 8]


def test_recording_at_chosen_batches_counts_batches(tmp_path):
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()], every=4), batch_size=2)
    assert steps(tmp_path) == [4, 8, 12]


def test_the_end_of_training_is_recorded_too_where_batches_are_counted(tmp_path):
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()], every=5), batch_size=2)
    assert steps(tmp_path) == [5, 10, 12]


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="Torch runs one step at a time")
def test_batches_are_counted_where_several_are_run_at_once(tmp_path):
    model = new_model()
    model.compile("adam", "sparse_categorical_crossentropy", steps_per_execution=3)
    fit(model, rv.RNNVizCallback(tmp_path, [probe()], every=4), batch_size=2)
    assert steps(tmp_path) == [6, 9, 12]


def test_predict_is_recorded_too(tmp_path):
    model = compiled_model()
    fit(model, rv.RNNVizCallback(tmp_path, [probe()]), epochs=1)
    model.predict(IDS[None], verbose=0, callbacks=[rv.RNNVizCallback(tmp_path, [probe()])])
    assert steps(tmp_path) == [0, 1]


def test_the_model_writes_from_a_prompt(tmp_path):
    callback = rv.RNNVizCallback(tmp_path, [probe()], prompt="ab", generate_steps=12, seed=3)
    model = compiled_model()
    fit(model, callback, epochs=1)
    written = rv.load(tmp_path, "generated")
    again = rv.generate(model, "ab", steps=12, seed=3, vocabulary=VOCABULARY)
    assert written.tokens[0] == ["a", "b", *again.tokens]
    np.testing.assert_allclose(
        written["lstm"]["hidden_state"], again.recording["lstm"]["hidden_state"], atol=0.5 / 124
    )


def test_it_works_beside_keras_own_tensorboard_callback(tmp_path):
    pytest.importorskip("tensorflow")
    keras_own = keras.callbacks.TensorBoard(tmp_path, histogram_freq=1, update_freq=1)
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()]), callbacks=[keras_own])
    assert steps(tmp_path) == [0, 1]
    assert "epoch_loss" in events(tmp_path / "train").Tags()["tensors"]


def test_scalars_are_the_probe_loss_and_the_highest_score_of_each_feature(tmp_path):
    model = compiled_model()
    fit(model, rv.RNNVizCallback(tmp_path, [probe()], [Literal("space", " ")]), epochs=1)
    log = events(tmp_path / "rnnviz")
    outputs = keras.ops.convert_to_numpy(model(IDS[None, :40]))[0]
    loss = -np.log(outputs[np.arange(40), IDS[1:41]]).mean()
    (event,) = log.Tensors("rnnviz/loss/novel")
    np.testing.assert_allclose(event.tensor_proto.float_val[0], loss, rtol=1e-4)
    hidden = rv.record(model, IDS[:40])["lstm"]["hidden_state"][0]
    score = (rv.analysis.relevance(hidden, IDS[:40] == 2).score / hidden.std(axis=0)).max()
    (event,) = log.Tensors("rnnviz/relevance/novel/space")
    np.testing.assert_allclose(event.tensor_proto.float_val[0], score, rtol=1e-4)


def test_training_is_bit_identical_with_and_without(tmp_path):
    plain, watched = (new_model(dropout=0.3, recurrent_dropout=0.2) for _ in range(2))
    keras.utils.set_random_seed(1)
    fit(plain, keras.callbacks.Callback())
    keras.utils.set_random_seed(1)
    fit(watched, rv.RNNVizCallback(tmp_path, [probe()], prompt="a", before_training=True))
    for one, other in zip(plain.get_weights(), watched.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


class TestFaults:
    """Training continues, the stop is reported once, and the log so far is complete."""

    def trained(self, callback, match, epochs=3):
        model = compiled_model()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            history = fit(model, callback, epochs=epochs)
        assert len(history.history["loss"]) == epochs
        ours = [str(w.message) for w in caught if "RNN-Viz" in str(w.message)]
        assert len(ours) == 1, ours
        assert match in ours[0]

    def test_a_broken_probe_stops_alone(self, tmp_path):
        broken = rv.Probe("broken", [0, 9])
        self.trained(rv.RNNVizCallback(tmp_path, [broken, probe()]), "probe 'broken'")
        assert steps(tmp_path) == [0, 1, 2]

    def test_an_unknown_layer(self, tmp_path):
        self.trained(rv.RNNVizCallback(tmp_path, [probe()], layers=["nope"]), "'nope'")

    def test_a_directory_that_cannot_be_written(self, tmp_path):
        (tmp_path / "file").write_text("in the way")
        self.trained(rv.RNNVizCallback(tmp_path / "file", [probe()]), "everything")

    def test_a_model_without_recurrent_layers(self, tmp_path):
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile("sgd", "mse")
        callback = rv.RNNVizCallback(tmp_path, [rv.Probe("numbers", np.zeros((1, 4)))])
        with pytest.warns(RuntimeWarning, match="no recurrent layer"):
            model.fit(np.zeros((8, 4)), np.zeros(8), verbose=0, callbacks=[callback])

    def test_a_prompt_outside_the_vocabulary(self, tmp_path):
        self.trained(rv.RNNVizCallback(tmp_path, [probe()], prompt="xyz"), "generation")
        assert steps(tmp_path) == [0, 1, 2]

    def test_weights_that_became_nan_are_a_marked_gap(self, tmp_path):
        model = compiled_model()
        model.set_weights([np.full_like(w, np.nan) for w in model.get_weights()])
        with pytest.warns(RuntimeWarning, match="not a number"):
            fit(model, rv.RNNVizCallback(tmp_path, [probe()], prompt="a"), epochs=1)
        assert np.isnan(rv.load(tmp_path, "novel")["lstm"]["cell_state"]).all()

    @pytest.mark.parametrize(
        "options, message",
        [
            ({}, "nothing to record"),
            ({"probes": [3]}, "Probe objects.*int"),
            ({"probes": [rv.Probe("a", [1]), rv.Probe("a", [2])]}, "names of their own"),
            ({"probes": [rv.Probe("generated", [1])]}, "'generated' is taken"),
            ({"prompt": "a", "every": "step"}, "'epoch' or a number of batches"),
            ({"prompt": "a", "features": ["space"]}, "load_features"),
            ({"prompt": "a", "encoding": "int4"}, "'int4'.*int8"),
            ({"prompt": "a", "band": (0.4, 0.1)}, "band"),
            ({"prompt": "a", "budget": 3}, "tb_rnnviz.Budget.*3"),
            ({"prompt": "a", "budget": {"megabytes": 3}}, "'bytes', 'time'.*megabytes"),
        ],
    )
    def test_arguments_are_checked_when_they_are_given(self, tmp_path, options, message):
        with pytest.raises(ValueError, match=message):
            rv.RNNVizCallback(tmp_path, **options)


def test_a_recording_too_large_for_memory_goes_through_files(tmp_path, monkeypatch):
    monkeypatch.setattr("tb_rnnviz.capture.out_of_core.OUT_OF_CORE_BYTES", 0)
    monkeypatch.setattr("tb_rnnviz.capture.out_of_core.BLOCK_TOKENS", 7)
    model = compiled_model()
    fit(model, rv.RNNVizCallback(tmp_path, [probe()]), epochs=1)
    monkeypatch.undo()
    now = rv.record(model, IDS[:40])
    logged = rv.load(tmp_path, "novel")
    for quantity, values in now["lstm"].items():
        scale = np.abs(values).max(axis=(0, 1)) / 124
        assert (np.abs(logged["lstm"][quantity] - values) <= scale / 2 + 1e-5).all()
    (digest,) = digests(tmp_path).values()
    assert "not held in memory" in digest["causal_note"]


def test_labels_of_sequences_are_kept(tmp_path):
    short = rv.Probe("short", [IDS[:5], IDS[:3]], vocabulary=VOCABULARY, labels=["one", "two"])
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, short), epochs=1)
    assert rv.load(tmp_path, "short").labels == ["one", "two"]


def test_with_the_training_text_errors_are_sorted(tmp_path):
    corpus = [VOCABULARY[i] for i in IDS]
    callback = rv.RNNVizCallback(tmp_path, probe(), corpus=corpus)
    fit(compiled_model(), callback, epochs=2)
    for digest in digests(tmp_path).values():
        assert digest["errors"]["predicted"] == 39
        assert set(digest["errors"]["shares"]) >= {"n-gram", "memory", "boost", "rest"}


def test_every_token_says_what_kind_of_error_its_prediction_was(tmp_path):
    corpus = [VOCABULARY[i] for i in IDS]
    sequences, targets = [IDS[:25], IDS[30:45]], [IDS[1:26], IDS[31:46]]
    two = rv.Probe("novel", sequences, targets=targets, vocabulary=VOCABULARY)
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, two, corpus=corpus), epochs=2)
    for step, digest in digests(tmp_path).items():
        header, arrays = text(tmp_path, step)
        kinds, names = arrays["error"], header["error_categories"]
        assert kinds.dtype == np.uint8 and kinds.shape == (40,)
        first = np.isin(np.arange(40), [0, 25])
        probability = np.roll(arrays["probability"], 1)  # at t, what was given to the token t
        np.testing.assert_array_equal(kinds == 255, first)
        np.testing.assert_array_equal(kinds == 0, ~first & (probability >= 0.5))
        assert names == ["correct", *digest["errors"]["shares"]]
        counts = dict.fromkeys(names[1:], 0)
        for part in digest["errors"]["slices"]:
            counts[part["category"]] += part["count"]
            assert {names[kinds[position]] for position in part["positions"]} == {part["category"]}
        assert [(kinds == k).sum() for k in range(1, len(names))] == list(counts.values())
        assert sum(counts.values()) > 0


def test_without_the_training_text_no_token_has_a_kind_of_error(tmp_path):
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, probe()), epochs=1)
    header, arrays = text(tmp_path, 0)
    assert "error" not in arrays and "error_categories" not in header


def test_a_digest_says_how_much_the_run_had_written(tmp_path):
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe("a"), probe("novel")]), epochs=3)
    on_disk = sum(path.stat().st_size for path in (tmp_path / "rnnviz").glob("*tfevents*"))
    written = [digest["bytes"] for digest in digests(tmp_path).values()]
    assert written == sorted(set(written)) and 0 < written[0] and written[-1] < on_disk
    assert written[-1] > on_disk * 2 / 3
    first = [digest["bytes"] for digest in digests(tmp_path, "a").values()]
    assert all(a < b for a, b in zip(first, written, strict=True))


@pytest.mark.parametrize("every, axis", [("epoch", "epoch"), (5, "batch")])
def test_the_log_says_what_steps_count(tmp_path, every, axis):
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, probe(), every=every), epochs=1)
    content = events(tmp_path / "rnnviz").SummaryMetadata("text/novel").plugin_data.content
    assert json.loads(content)["axis"] == axis


def test_the_log_says_that_a_model_was_recorded_without_training(tmp_path):
    callback = rv.RNNVizCallback(tmp_path, [probe()])
    compiled_model().predict(IDS[None], verbose=0, callbacks=[callback])
    content = events(tmp_path / "rnnviz").SummaryMetadata("text/novel").plugin_data.content
    assert json.loads(content)["axis"] == "once"
