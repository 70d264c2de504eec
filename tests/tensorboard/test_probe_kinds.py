"""Every kind of probe, from the callback to the log, `rv.load` and the routes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import tb_rnnviz as rv
from tests.formats import unpack

layers = keras.layers
RNG = np.random.default_rng(0)
LETTERS = list(".abcdefgh")
IDS = RNG.integers(1, 9, (6, 10))
PADDED = np.where(np.arange(10) < np.array([10, 10, 7, 10, 4, 10])[:, None], IDS, 0)
SERIES = RNG.normal(size=(6, 10, 2)).astype("float32")
CHANNELS = ["speed", "heat"]


@dataclass
class Case:
    """A model with a probe, and the data whose loss `evaluate` returns."""

    model: keras.Model
    probe: rv.Probe
    x: Any
    y: Any
    loss: Any = "mse"
    kind: str | None = None
    axes: dict[str, list[str]] = field(default_factory=lambda: {"tokens": ["gru"]})


def of_text(*head, per_step=True):
    """A model of ids, 0 being padding."""
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(9, 4, mask_zero=True)])
    model.add(layers.GRU(3, return_sequences=per_step, name="gru"))
    for layer in head:
        model.add(layer)
    return model


def of_signal(*head, per_step=True):
    """A model of two channels."""
    model = keras.Sequential([keras.Input((None, 2))])
    model.add(layers.GRU(3, return_sequences=per_step, name="gru"))
    for layer in head:
        model.add(layer)
    return model


def softmax(units):
    return layers.Dense(units, activation="softmax")


def sigmoid(units):
    return layers.Dense(units, activation="sigmoid")


def next_tokens():
    targets = np.concatenate([PADDED[:, 1:], np.zeros((6, 1), int)], axis=1)
    probe = rv.Probe("p", PADDED, targets=targets, vocabulary=LETTERS)
    loss = "sparse_categorical_crossentropy"
    return Case(of_text(softmax(9)), probe, PADDED, targets, loss, "next")


def tags():
    classes = RNG.integers(0, 4, (6, 10))
    probe = rv.Probe("p", PADDED, targets=classes, classes=["a", "b", "c", "d"])
    loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=2)
    return Case(of_text(softmax(4)), probe, PADDED, classes, loss, "token")


def one_class():
    labels = [2, 0, 1, 1, 2, 0]
    probe = rv.Probe("p", PADDED, labels=labels, classes=["bad", "so-so", "good"])
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
    model = of_text(softmax(3), per_step=False)
    return Case(model, probe, PADDED, np.eye(3)[labels], loss, "sequence")


def several_labels():
    labels = RNG.integers(0, 2, (6, 4))
    probe = rv.Probe("p", PADDED, targets=labels, target_names=["w", "x", "y", "z"])
    model = of_text(sigmoid(4), per_step=False)
    return Case(model, probe, PADDED, labels, "binary_crossentropy", "sequence labels")


def labels_of_steps():
    labels = RNG.integers(0, 2, (6, 10, 3))
    probe = rv.Probe("p", PADDED, targets=labels)
    return Case(of_text(sigmoid(3)), probe, PADDED, labels, "binary_crossentropy", "labels")


def forecast():
    targets = np.roll(SERIES, -1, axis=1)
    columns = {"fault": SERIES[..., 0] > 1, "load": SERIES[..., 1]}
    probe = rv.Probe("p", SERIES, channels=CHANNELS, rate=10.0, columns=columns, targets=targets)
    model = of_signal(layers.Dense(2))
    return Case(model, probe, SERIES, targets, "mae", "numbers", {"time": ["gru"]})


def one_signal():
    series, targets = SERIES.reshape(-1, 2), SERIES.reshape(-1, 2)[:, :1]
    probe = rv.Probe("p", series, channels=CHANNELS, targets=targets, time_unit="day", rate=24)
    model = of_signal(layers.Dense(1))
    axes = {"time": ["gru"]}
    return Case(model, probe, series[None], targets[None], "huber", "numbers", axes)


def number_of_a_window():
    targets = SERIES.sum(axis=(1, 2))[:, None]
    probe = rv.Probe("p", SERIES, channels=CHANNELS, targets=targets, labels=list("abcdef"))
    model = of_signal(layers.Dense(1), per_step=False)
    return Case(model, probe, SERIES, targets, "mse", "sequence numbers", {"time": ["gru"]})


def labelled_windows():
    labels = ["walk", "run", "walk", "rest", "run", "rest"]
    classes = ["rest", "walk", "run"]
    probe = rv.Probe("p", SERIES, channels=CHANNELS, labels=labels, classes=classes)
    targets = np.array([classes.index(label) for label in labels])
    model = of_signal(softmax(3), per_step=False)
    loss, axes = "sparse_categorical_crossentropy", {"time": ["gru"]}
    return Case(model, probe, SERIES, targets, loss, "sequence", axes)


def horizons():
    """Forecasts of two channels; the loss normalises over them."""
    targets = np.stack([np.roll(SERIES, -k, axis=1) for k in (1, 2, 3)], axis=2)
    probe = rv.Probe("p", SERIES, channels=CHANNELS, targets=targets)
    model = of_signal(layers.Dense(6), layers.Reshape((-1, 3, 2)))
    loss = keras.losses.CosineSimilarity()
    return Case(model, probe, SERIES, targets, loss, "numbers", {"time": ["gru"]})


def forecast_of_windows():
    targets = RNG.normal(size=(6, 4, 2)).astype("float32")
    probe = rv.Probe("p", SERIES, channels=CHANNELS, targets=targets)
    model = of_signal(layers.Dense(8), layers.Reshape((4, 2)), per_step=False)
    return Case(model, probe, SERIES, targets, "mae", "sequence numbers", {"time": ["gru"]})


def forecast_as_long_as_the_window():
    targets = RNG.normal(size=(6, 10, 2)).astype("float32")
    probe = rv.Probe("p", SERIES, channels=CHANNELS, targets=targets)
    model = of_signal(layers.Dense(20), layers.Reshape((10, 2)), per_step=False)
    # The probe alone does not tell it from a target of each step.
    return Case(model, probe, SERIES, targets, "mse", "numbers", {"time": ["gru"]})


def pairs():
    source, target = keras.Input((None,), name="from"), keras.Input((None,), name="to")
    encoder = layers.GRU(3, return_sequences=True, return_state=True, name="encoder")
    states, last = encoder(layers.Embedding(9, 4)(source))
    decoder = layers.GRU(3, return_sequences=True, name="decoder")
    decoded = decoder(layers.Embedding(9, 4)(target), initial_state=last)
    attended = layers.AdditiveAttention(name="attention")([decoded, states])
    model = keras.Model([source, target], softmax(9)(layers.Concatenate()([decoded, attended])))
    read, written = IDS[:, :7], IDS[:, 5:]
    names = [[[LETTERS[k].upper() for k in row] for row in read]]
    names.append([[LETTERS[k] for k in row] for row in written])
    targets = np.roll(written, -1, axis=1)
    probe = rv.Probe("p", (read, written), tokens=tuple(names), targets=targets)
    loss = "sparse_categorical_crossentropy"
    axes = {"target": ["decoder"], "source": ["encoder"]}
    return Case(model, probe, [read, written], targets, loss, "next", axes)


class TeacherForcing(keras.Model):
    """An encoder, and a cell that the model calls once for each token of the target."""

    def __init__(self):
        super().__init__()
        self.source, self.target = layers.Embedding(9, 4), layers.Embedding(9, 4)
        self.encoder = layers.LSTM(3, return_state=True, name="encoder")
        self.cell, self.head = layers.LSTMCell(3, name="decoder"), softmax(9)

    @tf.function
    def call(self, inputs):
        source, target = inputs
        _, *states = self.encoder(self.source(source))
        tokens, outputs = self.target(target), []
        for step in range(target.shape[1]):
            output, states = self.cell(tokens[:, step], states)
            outputs.append(output)
        return self.head(tf.stack(outputs, axis=1))


def teacher_forcing():
    # The sign of the end, 8, is a target, and no token of the decoder.
    written = np.where(np.arange(6) < np.array([6, 4, 5, 6, 3, 6])[:, None], IDS[:, :6] % 7 + 1, 0)
    targets = np.pad(written[:, 1:], ((0, 0), (0, 1)))
    targets[np.arange(6), (written > 0).sum(axis=1) - 1] = 8
    names = tuple([[LETTERS[k] for k in row] for row in ids] for ids in (IDS, written))
    probe = rv.Probe("p", (IDS, written), tokens=names, targets=targets)
    axes = {"target": ["decoder"], "source": ["encoder"]}
    loss = "sparse_categorical_crossentropy"
    return Case(TeacherForcing(), probe, [IDS, written], targets, loss, "next", axes)


def two_inputs_by_name():
    case = pairs()
    inputs = {"from": IDS[:, :7], "to": IDS[:, 5:]}
    case.probe = rv.Probe("p", inputs, targets=case.y, vocabulary={"from": LETTERS, "to": LETTERS})
    case.axes = {"to": ["decoder"], "from": ["encoder"]}
    return case


def two_outputs():
    inputs = keras.Input((None, 2))
    states = layers.GRU(3, return_sequences=True, name="gru")(inputs)
    numbers, classes = layers.Dense(2, name="numbers"), layers.Dense(3, name="classes")
    model = keras.Model(inputs, {"numbers": numbers(states), "classes": classes(states)})
    targets = np.roll(SERIES, -1, axis=1)
    probe = rv.Probe("p", SERIES, channels=CHANNELS, targets=targets, output="numbers")
    losses, axes = {"numbers": "mse"}, {"time": ["gru"]}
    return Case(model, probe, SERIES, {"numbers": targets}, losses, "numbers", axes)


CASES = [
    *(next_tokens, tags, one_class, several_labels, labels_of_steps, forecast, one_signal),
    *(horizons, forecast_of_windows, forecast_as_long_as_the_window),
    *(labelled_windows, teacher_forcing),
    *(number_of_a_window, pairs, two_inputs_by_name, two_outputs),
]


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """Each case, recorded by the callback in a run of its own."""
    log_dir = tmp_path_factory.mktemp("logs")
    recorded = {}
    for make in CASES:
        keras.utils.set_random_seed(0)
        case = recorded[make.__name__] = make()
        case.model.compile(loss=case.loss)
        watch = rv.RNNVizCallback(log_dir / make.__name__, probes=[case.probe])
        watch.record(case.model, 0)
    return log_dir, recorded


@pytest.mark.parametrize("name", [make.__name__ for make in CASES])
def test_the_loss_is_that_of_evaluate(cases, name):
    log_dir, recorded = cases
    case = recorded[name]
    expected = case.model.evaluate(case.x, case.y, verbose=0)
    events = EventAccumulator(str(log_dir / name / "rnnviz"))
    events.Reload()
    (event,) = events.Tensors("rnnviz/loss/p")
    assert event.tensor_proto.float_val[0] == pytest.approx(expected, rel=1e-5)
    assert case.probe.target_kind == case.kind


@pytest.mark.parametrize("name", [make.__name__ for make in CASES])
def test_load_gives_everything_back(cases, name):
    log_dir, recorded = cases
    case = recorded[name]
    loaded, plain = rv.load(log_dir / name), rv.record(case.model, case.probe)
    assert {axis: list(layers_of(loaded, axis)) for axis in loaded.axes} == case.axes
    for layer in plain.layers:
        activity = plain[layer]["hidden_state"]
        step = np.nanmax(np.abs(activity)) / 120
        assert loaded[layer].lengths.tolist() == plain[layer].lengths.tolist()
        mask = plain[layer].mask
        assert np.array_equal(loaded[layer].mask, mask)
        np.testing.assert_allclose(loaded[layer]["hidden_state"][mask], activity[mask], atol=step)
    assert loaded.labels == case.probe.labels and loaded.rate == case.probe.rate
    assert loaded.time_unit == case.probe.time_unit
    for axis, steps in loaded.axes.items():
        assert steps.tokens == case.probe.axes[axis].tokens
    assert {name: list(values) for name, values in loaded.channels.items()} == {
        name: list(values) for name, values in plain.channels.items()
    }
    for column, values in case.probe.columns.items():
        np.testing.assert_allclose(loaded.columns[column], values, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "shape", "target_names"),
    [
        ("forecast", (2,), ["speed", "heat"]),
        ("horizons", (3, 2), [f"{name}, t + {k}" for k in (1, 2, 3) for name in CHANNELS]),
        ("number_of_a_window", (1,), ["0"]),
        ("forecast_of_windows", (4, 2), None),
        ("forecast_as_long_as_the_window", (10, 2), None),
        ("labels_of_steps", (3,), ["0", "1", "2"]),
    ],
)
def test_load_gives_numbers_back_with_their_targets(cases, name, shape, target_names):
    log_dir, recorded = cases
    case, loaded = recorded[name], rv.load(log_dir / name)
    per_step = name in ("forecast", "horizons", "labels_of_steps")
    steps = (6, 10) if per_step else (6,)
    assert loaded.outputs.shape == loaded.targets.shape == (*steps, *shape)
    consumed = PADDED > 0 if name == "labels_of_steps" else np.ones(steps, bool)
    targets = np.asarray(case.y)
    np.testing.assert_allclose(loaded.targets[consumed], targets[consumed], atol=1e-6)
    if target_names is not None:
        assert loaded.target_names == target_names


def text_without_targets():
    model = of_text(layers.Dense(3), per_step=False)  # logits
    probe = rv.Probe("p", PADDED, classes=["bad", "so-so", "good"])
    return Case(model, probe, PADDED, None, None)


def yes_or_no():
    probe = rv.Probe("p", [*PADDED[:4], [2, 1]], labels=[0, 1, 1, 0, 1], classes=["no", "yes"])
    return Case(of_text(sigmoid(1), per_step=False), probe, None, None, "binary_crossentropy")


def signal_without_targets():
    model = of_signal(layers.Dense(4), per_step=False)
    return Case(model, rv.Probe("p", SERIES, channels=CHANNELS), SERIES, None, None)


def as_many_classes_as_steps():
    ids, classes = [[1, 2, 0], [0, 0, 0], [3, 0, 0], [4, 1, 5]], ["x", "y", "z"]
    probe = rv.Probe("p", ids, labels=[0, 1, 2, 0], classes=classes)
    model, loss = of_text(softmax(3), per_step=False), "sparse_categorical_crossentropy"
    return Case(model, probe, None, None, loss)


OTHER_OUTPUTS = [text_without_targets, yes_or_no, signal_without_targets, as_many_classes_as_steps]
DISTRIBUTIONS = ("next_tokens", "pairs", "two_inputs_by_name", "teacher_forcing")
"""Cases whose output is a distribution over the next token."""


@pytest.fixture(scope="module", params=[make.__name__ for make in (*CASES, *OTHER_OUTPUTS)])
def recorded_and_loaded(request, cases, tmp_path_factory):
    """Outputs of `rv.record` that the targets belong to, and the loaded recording."""
    (log_dir, recorded), name = cases, request.param
    if name not in recorded:
        log_dir = tmp_path_factory.mktemp("others")
        case = {make.__name__: make for make in OTHER_OUTPUTS}[name]()
        case.model.compile(loss=case.loss)
        rv.RNNVizCallback(log_dir / name, probes=[case.probe]).record(case.model, 0)
    else:
        case = recorded[name]
    plain = rv.record(case.model, case.probe)
    outputs = plain.outputs[case.probe.output] if case.probe.output else plain.outputs
    return name, np.asarray(outputs), rv.load(log_dir / name)


def test_load_gives_the_outputs_that_record_gives(recorded_and_loaded):
    name, outputs, loaded = recorded_and_loaded
    if name in DISTRIBUTIONS:
        assert loaded.outputs is None
        return
    is_distribution = loaded.target_names == [] and name != "signal_without_targets"
    if name == "text_without_targets":
        outputs = np.asarray(keras.ops.softmax(outputs))
    assert loaded.outputs.shape == outputs.shape and loaded.outputs.dtype == np.float32
    tolerance = 0.0005 if is_distribution else 1e-6
    np.testing.assert_allclose(loaded.outputs, outputs, atol=tolerance)


def test_load_gives_the_most_probable_tokens_of_a_distribution(recorded_and_loaded):
    name, outputs, loaded = recorded_and_loaded
    if name not in DISTRIBUTIONS:
        return
    inside = loaded.mask
    order = np.argsort(-outputs[inside], axis=1, kind="stable")[:, :5]
    probability = np.take_along_axis(outputs[inside], order, axis=1)
    np.testing.assert_allclose(loaded.expected_probability[inside], probability, rtol=1e-5)
    if name == "next_tokens":
        assert np.array_equal(loaded.expected[inside], np.array(LETTERS, object)[order])
        targets = np.concatenate([PADDED[:, 1:], np.zeros((6, 1), int)], axis=1)
        of_target = np.take_along_axis(outputs, targets[..., None], axis=2)[..., 0]
        of_target[PADDED == 0] = np.nan
        np.testing.assert_allclose(loaded.probability, of_target, rtol=1e-5)


def layers_of(recording, axis):
    return (path for path in recording.layers if recording[path].axis == axis)


def test_both_data_servers_serve_every_kind(cases, serve):
    log_dir, recorded = cases
    client = serve(log_dir)
    for name in recorded:
        client.wait_for(f"{name}/rnnviz", 0, "p")
    by_run = {entry["name"]: entry["probes"] for entry in client("index").json["runs"]}
    for name, case in recorded.items():
        main, *others = by_run[name]
        assert main["parent"] is None
        axes = {main["steps_of"] or "tokens": main, **{each["steps_of"]: each for each in others}}
        by_axis = {
            axis: [layer["layer"] for layer in probe["layers"]] for axis, probe in axes.items()
        }
        assert by_axis == case.axes
        assert main["signal"] == case.probe.is_signal
        assert {each["parent"] for each in others} <= {"p"}
        for probe in by_run[name]:
            query = {"run": f"{name}/rnnviz", "probe": probe["probe"], "step": "0"}
            header, _ = unpack(client("text", query_string=query).data)
            names = [array["name"] for array in header["arrays"]]
            assert ("channels" in names, "tokens" in names) == (
                probe["signal"],
                not probe["signal"],
            )
            digest = client("digest", query_string={"run": query["run"], "probe": probe["probe"]})
            assert digest.json["steps"][0]["tokens"] == sum(header["lengths"])
            layer = probe["layers"][0]["layer"]
            of_layer = query | {"layer": layer, "quantity": "hidden_state"}
            assert client("activity", query_string=of_layer).status_code == 200
            kind = "threshold" if probe["signal"] else "regex"
            option = "channel: speed, above: 0" if probe["signal"] else "pattern: '[abAB12]'"
            typed = query | {"feature": f"{{name: x, kind: {kind}, {option}}}"}
            answer = client("feature", query_string=typed)
            assert answer.status_code == 200 and answer.json["tests"] > 0, answer.text
