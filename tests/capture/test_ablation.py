"""`ablate`: the change in loss equals that of a NumPy reference."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz import ablate
from tb_rnnviz.analysis.causal_effect import causal_effect
from tb_rnnviz.capture.keras import loss as loss_module
from tb_rnnviz.capture.keras.recorder import KerasRecorder
from tests.capture import reference_clamped
from tests.capture.networks import (
    DISTINCT,
    IDS,
    ONE_LAYER,
    Subclassed,
    numpy,
    planted,
    randomised,
    sequential,
    stacked_cells,
)

layers = keras.layers
TARGETS = np.random.default_rng(5).integers(0, 11, IDS.shape)
KINDS = ONE_LAYER | {"stacked cells": stacked_cells}
KINDS_AND_MASKS = [
    *((kind, False) for kind in KINDS),
    *((kind, True) for kind in (*DISTINCT, "stacked cells")),
]


def losses(logits, targets):
    logits = np.asarray(logits, np.float64)
    chosen = np.take_along_axis(logits, targets[..., None], -1)[..., 0]
    return np.log(np.exp(logits).sum(-1)) - chosen


def probe_of(ids=IDS, targets=TARGETS):
    return rv.Probe("text", ids, targets=targets)


@pytest.mark.parametrize("kind", reference_clamped.CELLS)
@pytest.mark.parametrize("how", ["zero", "mean", "before", 0.7])
def test_the_change_in_loss_equals_a_reference_with_the_unit_clamped(kind, how):
    model = sequential(ONE_LAYER[kind]())
    weights = [numpy(w) for w in model.get_layer("rnn").weights]
    head, bias = (numpy(w) for w in model.layers[-1].weights)
    embedded = numpy(model.layers[0](IDS))
    cell = reference_clamped.CELLS[kind]
    plain = [cell(x, weights, reference_clamped.no_clamp) for x in embedded]
    entries, expected = [], []
    for quantity in reference_clamped.QUANTITIES[kind]:
        for units in ([1], [0, 3]):
            entries.append([("rnn", quantity, unit) for unit in units])
            rows = []
            for sequence, x in enumerate(embedded):
                clamp_values = {}
                for unit in units:
                    own = plain[sequence][quantity][:, unit]
                    mean = np.mean([p[quantity][:, unit] for p in plain])
                    named = {"zero": 0, "mean": mean, "before": np.append([0], own[:-1])}
                    clamp_values[unit] = named.get(how, how)
                clamp = reference_clamped.clamp_to(quantity, clamp_values)
                hidden = cell(x, weights, clamp)["hidden_state"]
                before = plain[sequence]["hidden_state"] @ head + bias
                after = hidden @ head + bias
                rows.append(losses(after, TARGETS[sequence]) - losses(before, TARGETS[sequence]))
            expected.append(np.concatenate(rows))
    ablation = ablate(model, probe_of(), entries, how)
    np.testing.assert_allclose(ablation.change, expected, atol=3e-5)
    np.testing.assert_allclose(ablation.total, np.mean(expected, axis=1), atol=3e-5)


@pytest.mark.parametrize(("kind", "masked"), KINDS_AND_MASKS)
def test_ablating_a_whole_layer_leaves_what_follows_it(kind, masked):
    """Zero leaves the bias of the head; the previous value, the step before."""
    if masked and keras.backend.backend() == "jax" and "sows" in kind:
        pytest.skip("Keras itself cannot mask states of more than one axis on JAX")
    model = sequential(KINDS[kind](), masked=masked)
    ids = np.insert(IDS, [2, 4], 0, axis=1) if masked else IDS
    read = ids > 0
    targets = np.where(read, np.roll(ids, 1, axis=1), -1)
    probe = probe_of(ids, targets)
    recording = rv.record(model, ids)
    path = recording.layers[-1]
    everything = [(path, unit) for unit in range(5)]
    head, bias = (numpy(w) for w in model.layers[-1].weights)
    loss = losses(recording.outputs, np.maximum(targets, 0))

    ablation = ablate(model, probe, [everything], "zero")
    np.testing.assert_allclose(ablation.loss[read.ravel()], loss[read], atol=1e-5)
    assert np.isnan(ablation.change[0][~read.ravel()]).all()
    expected = losses(np.broadcast_to(bias, (*ids.shape, 11)), np.maximum(targets, 0)) - loss
    np.testing.assert_allclose(ablation.change[0][read.ravel()], expected[read], atol=3e-5)

    before = np.zeros((*ids.shape, 5))
    for sequence in range(len(ids)):
        order = np.flatnonzero(read[sequence])
        order = order[::-1] if "backwards" in kind else order
        before[sequence, order[1:]] = recording[path]["hidden_state"][sequence, order[:-1]]
    if "backwards" in kind:
        before = before[:, ::-1]
        if masked:
            return  # Keras gives the output of a masked sequence in its order of reading
    ablation = ablate(model, probe, [everything], "before", recording=recording)
    expected = losses(before @ head + bias, np.maximum(targets, 0)) - loss
    np.testing.assert_allclose(ablation.change[0][read.ravel()], expected[read], atol=3e-5)


def test_the_mean_excludes_masked_steps():
    model = sequential(ONE_LAYER["LSTM"](), masked=True)
    ids = np.insert(IDS, [2, 4], 0, axis=1)
    layer = rv.record(model, ids)["rnn"]
    mean = float(layer["cell_state"][layer.mask][:, 2].mean())
    probe = probe_of(ids, np.roll(ids, 1, axis=1))
    by_mean = ablate(model, probe, [("rnn", "cell_state", 2)])
    by_number = ablate(model, probe, [("rnn", "cell_state", 2)], mean)
    np.testing.assert_allclose(by_mean.change, by_number.change, atol=2e-5)


def test_sequences_of_different_lengths_stand_one_after_the_other():
    model = sequential(ONE_LAYER["GRU"]())
    lengths = [6, 3, 0, 6, 4]
    texts = [np.resize(IDS.ravel()[k:], n) for k, n in enumerate(lengths)]
    targets = [np.resize(TARGETS.ravel()[k:], n) for k, n in enumerate(lengths)]
    units = [("rnn", 0), ("rnn", "update_gate", 3)]
    ragged = rv.Probe("text", texts)
    ragged.targets = targets
    whole = ablate(model, ragged, units, 0.4)
    assert whole.lengths.tolist() == lengths and whole.change.shape == (2, 19)
    begin = 0
    for text, target in zip(texts, targets, strict=True):
        if len(text):
            alone = ablate(model, probe_of(text, target), units, 0.4)
            span = slice(begin, begin + len(text))
            np.testing.assert_allclose(whole.change[:, span], alone.change, atol=2e-5)
        begin += len(text)


def test_ablating_a_unit_changes_the_loss_only_where_it_carries_the_prediction():
    model, text = planted()
    probe = rv.Probe("text", text[:-1], targets=text[1:])
    ablation = ablate(model, probe, [("rnn", 0), ("rnn", 2)], "zero")
    about_the_feature = text[1:] == 2
    assert (ablation.change[0][about_the_feature] > 5).all()
    assert (ablation.change[0][~about_the_feature] == 0).all()

    effect = causal_effect(ablation.change, probe.inputs[0] == 2, ablation.lengths)
    assert effect.low[0] > 5 and effect.off[0] == 0
    assert effect.count == about_the_feature[:-1].sum()


def test_ablating_a_unit_without_outgoing_weights_has_no_effect():
    model, text = planted()
    probe = rv.Probe("text", text[:-1], targets=text[1:])
    for how in ("zero", "mean", "before", 3.0):
        ablation = ablate(model, probe, [("rnn", 2), ("rnn", "pre_activation", 2)], how)
        assert (ablation.change == 0).all()
        effect = causal_effect(ablation.change, text[:-1] == 2)
        assert (effect.effect == 0).all() and (effect.low <= 0).all() and (effect.high >= 0).all()


def test_entries_do_not_affect_each_other():
    model = sequential(ONE_LAYER["LSTM"]())
    units = [("rnn", q, k) for q in reference_clamped.QUANTITIES["LSTM"] for k in range(5)]
    together = ablate(model, probe_of(), units)
    for entry in (0, 7, 29):
        alone = ablate(model, probe_of(), [units[entry]])
        np.testing.assert_allclose(together.change[entry], alone.change[0], atol=2e-5)


def test_blocks_of_rows_equal_a_single_batch(monkeypatch):
    model = sequential(ONE_LAYER["LSTM"]())
    units = [("rnn", k) for k in range(5)]
    whole = ablate(model, probe_of(), units, "before")
    for most in (1, 4):
        monkeypatch.setattr(loss_module, "BATCH", most * len(IDS))
        blocks = ablate(model, probe_of(), units, "before")
        np.testing.assert_allclose(blocks.change, whole.change, atol=2e-5)


def passes_of(model, monkeypatch):
    """Returns a list that gets the shape of the inputs of every pass traced or run."""
    shapes, call = [], type(model).call
    monkeypatch.setattr(
        type(model),
        "call",
        lambda self, x, *args, **kwargs: shapes.append(x.shape) or call(self, x, *args, **kwargs),
    )
    return shapes


def test_other_units_of_the_same_quantity_do_not_compile_again(monkeypatch):
    model = sequential(ONE_LAYER["LSTM"](), layers.GRU(4, return_sequences=True, name="top"))
    shapes = passes_of(model, monkeypatch)
    probe = probe_of()
    ablate(model, probe, [("rnn", 0), ("rnn", 3)], "zero")
    assert {tuple(shape) for shape in shapes} == {(9, 6)}  # the plain text and one for each entry
    traced = len(shapes)
    ablate(model, probe, [("rnn", 4), ("top", 1)], 0.5)
    if keras.backend.backend() != "torch":
        assert len(shapes) == traced


def test_k_entries_cost_k_readings_and_a_plain_one(monkeypatch):
    model = sequential(ONE_LAYER["GRU"]())
    probe = probe_of()
    recording = rv.record(model, probe)
    run, read = loss_module.compiled, []

    def counted(model, function):
        inner = run(model, function)
        return lambda inputs, *rest: read.append(inputs.shape[0]) or inner(inputs, *rest)

    monkeypatch.setattr(loss_module, "compiled", counted)
    monkeypatch.setattr(loss_module, "BATCH", 9)
    for k in (1, 2, 5, 8):
        read.clear()
        ablate(model, probe, [("rnn", u % 5) for u in range(k)], recording=recording)
        assert sum(read) == (k + 1) * len(IDS) and len(set(read)) == 1
        assert max(read) <= 9


def test_a_given_recording_is_not_made_again(monkeypatch):
    model = sequential(ONE_LAYER["RNN(cell that sows)"]())
    recording = rv.record(model, probe_of())
    fresh = ablate(model, probe_of(), [("rnn", "leak", 1)])
    monkeypatch.setattr(KerasRecorder, "record", None)
    reused = ablate(model, probe_of(), [("rnn", "leak", 1)], recording=recording)
    np.testing.assert_array_equal(fresh.change, reused.change)


def test_the_model_is_left_as_it_was():
    model = sequential(ONE_LAYER["LSTM with dropout"]())
    outputs = numpy(model(IDS))
    before = [numpy(v) for v in model.variables]
    ablate(model, probe_of(), [("rnn", 0)])
    for value, variable in zip(before, model.variables, strict=True):
        np.testing.assert_array_equal(numpy(variable), value)
    np.testing.assert_allclose(numpy(model(IDS)), outputs, atol=1e-6)
    assert "inner_loop" not in vars(model.get_layer("rnn"))


def test_a_stateful_model_of_a_fixed_batch_is_read_one_row_at_a_time():
    model = keras.Sequential([keras.Input(batch_shape=(3, 6)), layers.Embedding(11, 4)])
    model.add(layers.LSTM(5, stateful=True, return_sequences=True, name="rnn"))
    model.add(layers.Dense(11))
    randomised(model)
    free = sequential(layers.LSTM(5, return_sequences=True, name="rnn"))
    free.set_weights(model.get_weights())
    units = [("rnn", 0), ("rnn", "forget_gate", 2)]
    got, expected = (ablate(m, probe_of(), units) for m in (model, free))
    np.testing.assert_allclose(got.change, expected.change, atol=2e-5)
    assert (numpy(model.get_layer("rnn").states[0]) == 0).all()


def test_a_subclassed_model_can_be_ablated():
    model = Subclassed()
    model(IDS)
    randomised(model)
    ablation = ablate(model, probe_of(), [("deep_0", 1), ("deep_1", "update_gate", 2)])
    np.testing.assert_allclose(ablation.loss, losses(numpy(model(IDS)), TARGETS).ravel(), atol=1e-5)
    assert (np.abs(ablation.change).max(axis=1) > 0).all()


@pytest.mark.parametrize("how", ["zero", "mean", "before"])
def test_mixed_precision_equals_float32_up_to_rounding(how):
    coarse = sequential(
        layers.LSTM(5, return_sequences=True, name="rnn", dtype="mixed_bfloat16"),
    )
    exact = sequential(ONE_LAYER["LSTM"]())
    units = [("rnn", 0), ("rnn", "cell_state", 1), ("rnn", "forget_gate", 2)]
    got, expected = (ablate(model, probe_of(), units, how) for model in (coarse, exact))
    np.testing.assert_allclose(got.change, expected.change, atol=0.1)


def test_a_layer_that_never_runs_cannot_be_clamped():
    class Idle(Subclassed):
        def __init__(self):
            super().__init__()
            self.never = layers.GRU(3, name="never")
            self.never.build((None, None, 4))

    model = Idle()
    assert ablate(model, probe_of(), [("deep_0", 1)], "zero").change.shape == (1, 18)
    with pytest.raises(ValueError, match=r"did not run \['never'\].*\['deep_0', 'deep_1'\]"):
        ablate(model, probe_of(), [("never", 1)], "zero")


def test_both_directions_and_encoder_and_decoder_can_be_ablated():
    source, target = keras.Input((None,), name="source"), keras.Input((None,), name="target")
    embed = layers.Embedding(11, 4)
    coded = layers.Bidirectional(layers.GRU(4, return_sequences=True), name="bi")(embed(source))
    _, *state = layers.LSTM(5, return_state=True, name="encoder")(coded)
    decoder = layers.LSTM(5, return_sequences=True, name="decoder")
    decoded = decoder(embed(target), initial_state=state)
    model = randomised(keras.Model({"source": source, "target": target}, layers.Dense(11)(decoded)))
    probe = rv.Probe("pairs", {"source": IDS, "target": IDS[:, ::-1]}, targets=TARGETS)
    paths = rv.record(model, probe).layers
    assert len(paths) == 4
    for how in ("zero", "before"):
        ablation = ablate(model, probe, [(path, 0) for path in paths], how)
        assert (np.abs(ablation.change).max(axis=1) > 1e-4).all()


def test_the_loss_of_a_sequence_classifier_is_at_the_last_step():
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(11, 4)])
    model.add(layers.GRU(5, name="rnn"))
    model.add(layers.Dense(3, activation="softmax"))
    randomised(model)
    labels = np.array([0, 2, 1])
    ablation = ablate(model, rv.Probe("signs", IDS, targets=labels), [("rnn", 1)], "zero")
    last = np.arange(18) % 6 == 5
    assert np.isnan(ablation.loss[~last]).all()
    expected = -np.log(numpy(model(IDS))[range(3), labels])
    np.testing.assert_allclose(ablation.loss[last], expected, atol=1e-5)
    assert np.isfinite(ablation.change[0][last]).all() and np.isfinite(ablation.total).all()


def test_no_entries_give_the_plain_loss():
    model = sequential(ONE_LAYER["GRU"]())
    ablation = ablate(model, probe_of(), [])
    assert ablation.change.shape == (0, 18) and ablation.total.shape == (0,)
    np.testing.assert_allclose(ablation.loss, losses(numpy(model(IDS)), TARGETS).ravel(), atol=1e-5)


def test_entries_are_returned_as_full_names_of_units():
    model = sequential(ONE_LAYER["GRU"]())
    ablation = ablate(model, probe_of(), [("rnn", np.int64(2)), {("rnn", 1), ("rnn", 0)}], 1)
    assert ablation.entries == (
        (("rnn", "hidden_state", 2),),
        (("rnn", "hidden_state", 0), ("rnn", "hidden_state", 1)),
    )
    assert ablation.how == 1


@pytest.mark.parametrize(
    "units, how, message",
    [
        ([("nope", 0)], "mean", r"No recurrent layer 'nope'.*Allowed: \['rnn'\]"),
        ([("rnn", "nope", 0)], "zero", "nope.*hidden_state"),
        ([("rnn", 5)], "mean", "no unit 5 in 'hidden_state'. Allowed: 0 to 4"),
        ([("rnn", -1)], "zero", "no unit -1.*0 to 4"),
        ([("rnn", 1.5)], "mean", r"\(layer, unit\).*1.5"),
        ([("rnn", True)], "mean", r"\(layer, unit\).*True"),
        (["rnn"], "mean", r"\(layer, unit\).*'rnn'"),
        (("rnn", 1), "mean", r"pass \[\('rnn', 1\)\]"),
        ([[]], "mean", "at least one unit"),
        ([("rnn", 1)], "median", "'mean', 'zero', 'before'.*median"),
        ([("rnn", 1)], float("nan"), "number.*nan"),
        ([("rnn", 1)], None, "number.*None"),
    ],
)
@pytest.mark.parametrize("kind", ["LSTM", "RNN(custom cell)"])
def test_invalid_units_and_ablation_values_are_errors(kind, units, how, message):
    with pytest.raises(ValueError, match=message):
        ablate(sequential(ONE_LAYER[kind]()), probe_of(), units, how)


def test_a_probe_or_a_recording_that_does_not_fit_is_an_error():
    model = sequential(ONE_LAYER["LSTM"]())
    with pytest.raises(ValueError, match="a probe with targets"):
        ablate(model, rv.Probe("text", IDS), [("rnn", 0)])
    with pytest.raises(ValueError, match="not of probe 'text'.*6"):
        ablate(model, probe_of(), [("rnn", 0)], recording=rv.record(model, IDS[:, :4]))
    little = rv.record(model, IDS, quantities=["hidden_state"])
    with pytest.raises(ValueError, match=r"lacks \[\('rnn', 'forget_gate'\)\]"):
        ablate(model, probe_of(), [("rnn", "forget_gate", 0)], recording=little)
    with pytest.raises(ValueError, match="one output"):
        inputs = keras.Input((None,))
        hidden = layers.GRU(5, return_sequences=True, name="rnn")(layers.Embedding(11, 4)(inputs))
        ablate(keras.Model(inputs, [hidden, hidden]), probe_of(), [("rnn", 0)], "zero")
