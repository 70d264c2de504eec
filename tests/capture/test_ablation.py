"""`ablate`: the change in loss, against what it must be by hand, for every kind of cell."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.analysis.causal_effect import causal_effect
from tb_rnnviz.capture import ablation as module
from tb_rnnviz.capture.ablation import ablate
from tests.capture import reference_clamped as held
from tests.capture.test_contract import (
    IDS,
    ONE_LAYER,
    Subclassed,
    numpy,
    randomised,
    rnn,
    sequential,
)

layers = keras.layers
TARGETS = np.random.default_rng(5).integers(0, 11, IDS.shape)
KINDS = ONE_LAYER | {"stacked cells": lambda: rnn([layers.LSTMCell(4), layers.GRUCell(5)])}


def losses(logits, targets):
    logits = np.asarray(logits, np.float64)
    chosen = np.take_along_axis(logits, targets[..., None], -1)[..., 0]
    return np.log(np.exp(logits).sum(-1)) - chosen


def probe_of(ids=IDS, targets=TARGETS):
    return rv.Probe("text", ids, targets=targets)


@pytest.mark.parametrize("kind", held.CELLS)
@pytest.mark.parametrize("how", ["zero", "mean", "before", 0.7])
def test_the_change_is_that_of_a_reference_with_the_unit_held(kind, how):
    model = sequential(ONE_LAYER[kind]())
    weights = [numpy(w) for w in model.get_layer("rnn").weights]
    head, bias = (numpy(w) for w in model.layers[-1].weights)
    embedded = numpy(model.layers[0](IDS))
    plain = [held.CELLS[kind](x, weights, held.nothing) for x in embedded]
    entries, expected = [], []
    for quantity in held.QUANTITIES[kind]:
        for units in ([1], [0, 3]):
            entries.append([("rnn", quantity, unit) for unit in units])
            rows = []
            for sequence, x in enumerate(embedded):
                levels = {}
                for unit in units:
                    own = plain[sequence][quantity][:, unit]
                    mean = np.mean([p[quantity][:, unit] for p in plain])
                    named = {"zero": 0, "mean": mean, "before": np.append([0], own[:-1])}
                    levels[unit] = named.get(how, how)
                hidden = held.CELLS[kind](x, weights, held.at(quantity, levels))["hidden_state"]
                before = plain[sequence]["hidden_state"] @ head + bias
                after = hidden @ head + bias
                rows.append(losses(after, TARGETS[sequence]) - losses(before, TARGETS[sequence]))
            expected.append(np.concatenate(rows))
    found = ablate(model, probe_of(), entries, how)
    np.testing.assert_allclose(found.change, expected, atol=3e-5)
    np.testing.assert_allclose(found.total, np.mean(expected, axis=1), atol=3e-5)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_layer_held_gives_what_its_own_output_says(kind, masked):
    """Hidden units held at zero leave the bias; at what they were before, the step before."""
    if masked and keras.backend.backend() == "jax" and "names" in kind:
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

    found = ablate(model, probe, [everything], "zero")
    np.testing.assert_allclose(found.loss[read.ravel()], loss[read], atol=1e-5)
    assert np.isnan(found.change[0][~read.ravel()]).all()
    expected = losses(np.broadcast_to(bias, (*ids.shape, 11)), np.maximum(targets, 0)) - loss
    np.testing.assert_allclose(found.change[0][read.ravel()], expected[read], atol=3e-5)

    before = np.zeros((*ids.shape, 5))
    for sequence in range(len(ids)):
        order = np.flatnonzero(read[sequence])
        order = order[::-1] if "backwards" in kind else order
        before[sequence, order[1:]] = recording[path]["hidden_state"][sequence, order[:-1]]
    if "backwards" in kind:
        before = before[:, ::-1]
        if masked:
            return  # Keras gives the output of a masked sequence in its order of reading
    found = ablate(model, probe, [everything], "before", recording=recording)
    expected = losses(before @ head + bias, np.maximum(targets, 0)) - loss
    np.testing.assert_allclose(found.change[0][read.ravel()], expected[read], atol=3e-5)


def test_the_mean_leaves_masked_steps_out():
    model = sequential(ONE_LAYER["LSTM"](), masked=True)
    ids = np.insert(IDS, [2, 4], 0, axis=1)
    layer = rv.record(model, ids)["rnn"]
    mean = float(layer["cell_state"][layer.mask][:, 2].mean())
    probe = probe_of(ids, np.roll(ids, 1, axis=1))
    by_mean = ablate(model, probe, [("rnn", "cell_state", 2)])
    by_number = ablate(model, probe, [("rnn", "cell_state", 2)], mean)
    np.testing.assert_allclose(by_mean.change, by_number.change, atol=2e-5)


def test_ragged_probes_stand_one_after_the_other():
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


def planted():
    """Predicts 2 after 1 by unit 0; unit 1 marks 3 and unit 2 leads nowhere.

    All that follows 1 is 2, and everything else is drawn from 0 and 3.
    """
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(4, 4, name="one_hot")])
    model.add(layers.SimpleRNN(3, activation="linear", return_sequences=True, name="rnn"))
    model.add(layers.Dense(4))
    kernel = np.zeros((4, 3))
    kernel[1, 0] = kernel[3, 1] = kernel[0, 2] = 1.0
    recurrent = np.zeros((3, 3))
    recurrent[2, 2] = 0.5
    head = np.zeros((3, 4))
    head[0] = [-5, 0, 10, -5]
    head[1] = [0.3, 0, 0, -0.3]
    model.set_weights(
        [np.eye(4), kernel, recurrent, np.zeros(3), head, np.array([1.0, 0.5, -5.0, 1.0])]
    )
    random, text = np.random.default_rng(2), []
    while len(text) < 400:
        text += [1, 2] if random.random() < 0.2 else [int(random.choice([0, 3]))]
    return model, np.array(text)


def test_a_unit_that_carries_the_answer_is_used_for_it_and_for_nothing_else():
    model, text = planted()
    probe = rv.Probe("text", text[:-1], targets=text[1:])
    found = ablate(model, probe, [("rnn", 0), ("rnn", 2)], "zero")
    about_the_feature = text[1:] == 2
    assert (found.change[0][about_the_feature] > 5).all()
    assert (found.change[0][~about_the_feature] == 0).all()

    effect = causal_effect(found.change, probe.inputs[0] == 2, found.lengths)
    assert effect.low[0] > 5 and effect.off[0] == 0
    assert effect.count == about_the_feature[:-1].sum()


def test_a_unit_that_leads_nowhere_has_no_effect_at_all():
    model, text = planted()
    probe = rv.Probe("text", text[:-1], targets=text[1:])
    for how in ("zero", "mean", "before", 3.0):
        found = ablate(model, probe, [("rnn", 2), ("rnn", "pre_activation", 2)], how)
        assert (found.change == 0).all()
        effect = causal_effect(found.change, text[:-1] == 2)
        assert (effect.effect == 0).all() and (effect.low <= 0).all() and (effect.high >= 0).all()


def test_one_entry_does_not_change_another():
    model = sequential(ONE_LAYER["LSTM"]())
    units = [("rnn", q, k) for q in held.QUANTITIES["LSTM"] for k in range(5)]
    together = ablate(model, probe_of(), units)
    for place in (0, 7, 29):
        alone = ablate(model, probe_of(), [units[place]])
        np.testing.assert_allclose(together.change[place], alone.change[0], atol=2e-5)


def test_blocks_of_rows_give_what_one_batch_gives(monkeypatch):
    model = sequential(ONE_LAYER["LSTM"]())
    units = [("rnn", k) for k in range(5)]
    whole = ablate(model, probe_of(), units, "before")
    for most in (1, 4):
        monkeypatch.setattr(module, "BATCH", most * len(IDS))
        blocks = ablate(model, probe_of(), units, "before")
        np.testing.assert_allclose(blocks.change, whole.change, atol=2e-5)


def passes_of(model, monkeypatch):
    """Notes the shape of the inputs of every pass that is traced or run."""
    shapes, call = [], type(model).call
    monkeypatch.setattr(
        type(model),
        "call",
        lambda self, x, *args, **kwargs: shapes.append(x.shape) or call(self, x, *args, **kwargs),
    )
    return shapes


def test_other_units_of_the_same_quantity_compile_nothing_anew(monkeypatch):
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
    run, read = module.compiled, []

    def counted(model, function):
        inner = run(model, function)
        return lambda inputs, *rest: read.append(inputs.shape[0]) or inner(inputs, *rest)

    monkeypatch.setattr(module, "compiled", counted)
    monkeypatch.setattr(module, "BATCH", 9)
    for k in (1, 2, 5, 8):
        read.clear()
        ablate(model, probe, [("rnn", u % 5) for u in range(k)], recording=recording)
        assert sum(read) == (k + 1) * len(IDS) and len(set(read)) == 1
        assert max(read) <= 9


def test_a_recording_that_is_there_is_not_made_again(monkeypatch):
    model = sequential(ONE_LAYER["RNN(cell that names)"]())
    recording = rv.record(model, probe_of())
    fresh = ablate(model, probe_of(), [("rnn", "leak", 1)])
    monkeypatch.setattr(module, "record", None)
    given = ablate(model, probe_of(), [("rnn", "leak", 1)], recording=recording)
    np.testing.assert_array_equal(fresh.change, given.change)


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


def test_a_model_written_as_a_class():
    model = Subclassed()
    model(IDS)
    randomised(model)
    found = ablate(model, probe_of(), [("deep_0", 1), ("deep_1", "update_gate", 2)])
    np.testing.assert_allclose(found.loss, losses(numpy(model(IDS)), TARGETS).ravel(), atol=1e-5)
    assert (np.abs(found.change).max(axis=1) > 0).all()


@pytest.mark.parametrize("how", ["zero", "mean", "before"])
def test_mixed_precision_ablates_as_float32_does_but_for_its_rounding(how):
    coarse = sequential(
        layers.LSTM(5, return_sequences=True, name="rnn", dtype="mixed_bfloat16"),
    )
    exact = sequential(ONE_LAYER["LSTM"]())
    units = [("rnn", 0), ("rnn", "cell_state", 1), ("rnn", "forget_gate", 2)]
    got, expected = (ablate(model, probe_of(), units, how) for model in (coarse, exact))
    np.testing.assert_allclose(got.change, expected.change, atol=0.1)


def test_a_layer_that_never_runs_is_no_obstacle_and_cannot_be_held():
    class Idle(Subclassed):
        def __init__(self):
            super().__init__()
            self.never = layers.GRU(3, name="never")
            self.never.build((None, None, 4))

    model = Idle()
    assert ablate(model, probe_of(), [("deep_0", 1)], "zero").change.shape == (1, 18)
    with pytest.raises(ValueError, match=r"did not run \['never'\].*\['deep_0', 'deep_1'\]"):
        ablate(model, probe_of(), [("never", 1)], "zero")


def test_both_directions_and_an_encoder_with_a_decoder():
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
        found = ablate(model, probe, [(path, 0) for path in paths], how)
        assert (np.abs(found.change).max(axis=1) > 1e-4).all()


def test_a_model_with_one_answer_for_a_sequence():
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(11, 4)])
    model.add(layers.GRU(5, name="rnn"))
    model.add(layers.Dense(3, activation="softmax"))
    randomised(model)
    labels = np.array([0, 2, 1])
    found = ablate(model, rv.Probe("signs", IDS, targets=labels), [("rnn", 1)], "zero")
    last = np.arange(18) % 6 == 5
    assert np.isnan(found.loss[~last]).all()
    said = -np.log(numpy(model(IDS))[range(3), labels])
    np.testing.assert_allclose(found.loss[last], said, atol=1e-5)
    assert np.isfinite(found.change[0][last]).all() and np.isfinite(found.total).all()


def test_nothing_to_ablate_gives_the_plain_loss():
    model = sequential(ONE_LAYER["GRU"]())
    found = ablate(model, probe_of(), [])
    assert found.change.shape == (0, 18) and found.total.shape == (0,)
    np.testing.assert_allclose(found.loss, losses(numpy(model(IDS)), TARGETS).ravel(), atol=1e-5)


def test_entries_are_told_with_what_they_hold():
    model = sequential(ONE_LAYER["GRU"]())
    found = ablate(model, probe_of(), [("rnn", np.int64(2)), {("rnn", 1), ("rnn", 0)}], 1)
    assert found.entries == (
        (("rnn", "hidden_state", 2),),
        (("rnn", "hidden_state", 0), ("rnn", "hidden_state", 1)),
    )
    assert found.how == 1


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
@pytest.mark.parametrize("kind", ["LSTM", "RNN(cell of one's own)"])
def test_what_cannot_be_ablated_is_explained(kind, units, how, message):
    with pytest.raises(ValueError, match=message):
        ablate(sequential(ONE_LAYER[kind]()), probe_of(), units, how)


def test_a_probe_or_a_recording_that_does_not_fit_is_explained():
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
