"""Command `example`: runs, logs that open, and planted facts that are found."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from rich.console import Console

import tb_rnnviz as rv
from tests.test_docs import ROOT, table
from trainer.__main__ import main
from trainer.examples import run_example
from trainer.examples.dates.augmentation import augmented_pairs
from trainer.examples.dates.edit_path import alignment_mass, edit_path_shares
from trainer.examples.dates.written_dates import draw_dates, write_date
from trainer.examples.flip_flop.pulses import draw_pulses
from trainer.examples.nodes.agreement import round_results
from trainer.examples.nodes.digit_graphs import GraphOptions, draw_graphs
from trainer.examples.nodes.node_cell import make_model as make_nodes
from trainer.examples.nodes.run_nodes import nodes_probe
from trainer.examples.sensors.forecast import TARGET_NAMES, make_model, targets_of
from trainer.examples.sensors.pump import CHANNELS, LOAD_STEPS, sensor_series
from trainer.examples.sensors.run_sensors import sensor_probe, unit_of_load
from trainer.examples.settings import SCHEMAS, load_example
from trainer.examples.text_classifier.labelled_lines import CLASSES, file_lines, library_lines
from trainer.examples.text_classifier.run_text_classifier import bag_of_words

TINY = {
    "sensors": ("steps=400", "window=50", "probe_steps=150", "units=3"),
    "nodes": ("graphs=6", "test_graphs=4", "probe_graphs=2", "nodes=4", "rounds=3", "units=4"),
    "text_classifier": ("lines=80", "test_lines=16", "longest=8", "units=4"),
    "flip_flop": (
        *("bits=2", "steps=8", "sequences=32", "probe_sequences=4", "units=5", "starts=8"),
        "pulses=0.3",
    ),
    "dates": ("dates=12", "forms=2", "tries=5", "test_dates=6", "probe_pairs=4", "control=false"),
}


@dataclass
class Done:
    """A finished example: its directory, its result and its output."""

    path: Path
    result: Any
    printed: str


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Runs an example with tiny settings, once for all tests."""
    runs = {}

    def run(name):
        if name not in runs:
            logs, printed = tmp_path_factory.mktemp(name), StringIO()
            words = ["example", name, "--log-dir", str(logs), "--epochs", "1"]
            words += [word for option in TINY[name] for word in ("--set", option)]
            runner, results = run_example.RUNNERS[name], []
            with pytest.MonkeyPatch.context() as patch:
                console = Console(file=printed, width=100, highlight=False)
                patch.setattr("trainer.__main__.make_console", lambda color: console)
                patch.setitem(
                    run_example.RUNNERS, name, lambda *options: results.append(runner(*options))
                )
                assert main(words) == 0
            runs[name] = Done(logs / name, results[0], printed.getvalue())
        return runs[name]

    return run


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_file_of_an_example_has_every_option_with_its_default(name):
    assert load_example(name).model_dump() == SCHEMAS[name]().model_dump()


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_option_of_an_example_is_documented_with_its_default(name):
    rows = table(ROOT / "docs" / "examples.md", f"Options of {name}", "option")
    documented = {row[0].strip("`"): yaml.safe_load(row[1].strip("`")) for row in rows}
    assert documented == SCHEMAS[name]().model_dump()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["sensors", "--set", "unit=3"], "Did you mean units?"),
        (["nodes", "--set", "probe_graphs=20"], "nodes x probe_graphs of at most 128"),
        (["sensors", "--epochs", "0"], "epochs: Input should be greater than 0"),
    ],
)
def test_invalid_options_of_an_example_are_explained(refused, tmp_path, words, message):
    assert message in refused("example", *words, "--log-dir", tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_log_of_sensors_has_channels_columns_and_forecasts(done):
    run = done("sensors")
    recording = rv.load(run.path, "pump")
    assert list(recording.channels) == list(CHANNELS)
    assert list(recording.columns) == ["regime", "anomaly", "missing", "hidden load"]
    assert (recording.rate, recording.time_unit) == (10.0, "s")
    assert recording["gru"]["hidden_state"].shape == (1, 150, 3)
    assert "speed, rpm" in run.printed and "Mean skill" in run.printed
    assert run.result.errors.skill.shape == (2, 4)


def test_a_planted_leaky_integrator_is_found_as_the_hidden_load():
    series = sensor_series(3000, seed=3)
    model = make_model(series.values, targets_of(series), units=3)
    kernel, recurrent, bias = (np.zeros_like(w) for w in model.get_layer("gru").get_weights())
    bias[0, :3] = np.log(LOAD_STEPS - 1)  # the update gate retains all but 1 / LOAD_STEPS
    kernel[0, 6 + 1] = 0.1  # candidate of unit 1: the inflow
    bias[0, 6 + 2] = 0.5
    model.get_layer("gru").set_weights([kernel, recurrent, bias])
    finding, correlation, best_channel = unit_of_load(rv.record(model, sensor_probe(series)))
    assert finding.unit == 1 and abs(correlation) > 0.9 > best_channel


def test_missing_readings_are_replaced_by_the_last_one():
    series = sensor_series(1000, seed=0)
    steps, channels = np.nonzero(series.is_missing)
    assert len(steps) and np.isfinite(series.values).all()
    assert np.array_equal(series.values[steps, channels], series.values[steps - 1, channels])
    assert 0 < series.anomaly.mean() < 0.3


def test_targets_are_the_readings_at_each_horizon():
    series = sensor_series(30, seed=0)
    targets = targets_of(series)
    assert targets.shape == (20, len(TARGET_NAMES))
    assert TARGET_NAMES[0] == "speed, t + 1" and TARGET_NAMES[4] == "speed, t + 10"
    np.testing.assert_array_equal(targets[5, [0, 4]], series.values[[6, 15], 1])


@pytest.mark.slow
def test_the_log_of_dates_has_both_sides_of_pairs_and_attention(done):
    run = done("dates")
    assert set(run.result) == {"plain", "augmented"}
    for name in run.result:
        recording = rv.load(run.path / name, "dates")
        source, target = recording.axes["source"], recording.axes["target"]
        attention = recording.matrices["attention"]
        assert attention.shape[:2] == (4, 10) and attention.shape[2] == max(source.lengths)
        assert target.tokens[0][0] == "^" and len(target.tokens[0]) == 10
        np.testing.assert_allclose(np.nansum(attention, axis=-1), 1, atol=0.03)
        axes = {layer: recording[layer].axis for layer in recording.layers}
        assert axes.pop("decoder") == "target" and set(axes.values()) == {"source"}
    assert "Gain of augmentation over plain pairs" in run.printed


def all_edit_paths(source, target):
    """Every edit path, as its cost and its pairs (target index, source index)."""
    if not source and not target:
        return [(0, ())]
    paths = []
    if source:
        paths += [(cost + 1, pairs) for cost, pairs in all_edit_paths(source[:-1], target)]
    if target:
        paths += [(cost + 1, pairs) for cost, pairs in all_edit_paths(source, target[:-1])]
    if source and target:
        cell = (len(target) - 1, len(source) - 1)
        replaced = source[-1] != target[-1]
        paths += [
            (cost + replaced, (*pairs, cell))
            for cost, pairs in all_edit_paths(source[:-1], target[:-1])
        ]
    return paths


def test_edit_path_shares_equal_those_of_all_paths():
    random = np.random.default_rng(0)
    for _ in range(30):
        source, target = ("".join(random.choice(list("abc"), random.integers(5))) for _ in "st")
        paths = all_edit_paths(source, target)
        best = min(cost for cost, _ in paths)
        optimal = [pairs for cost, pairs in paths if cost == best]
        expected = np.zeros((len(target), len(source)))
        for pairs in optimal:
            for cell in pairs:
                expected[cell] += 1 / len(optimal)
        np.testing.assert_allclose(edit_path_shares(source, target), expected)


def test_alignment_mass_is_the_attention_on_the_partners():
    attention = np.full((10, 10), 0.1)
    assert alignment_mass(attention, "2026/11/27", "2026-11-27") == pytest.approx(0.1)
    assert alignment_mass(np.eye(10), "2026/11/27", "2026-11-27") == pytest.approx(1)
    assert alignment_mass(np.eye(10)[::-1], "2026/11/27", "2026-11-27") == pytest.approx(0)


def test_augmented_sources_are_more_similar_to_their_targets():
    random = np.random.default_rng(0)
    days = draw_dates(20, random)
    pairs = augmented_pairs(days, 2, 40, random)
    assert len(set(pairs)) == 40 and all(written != iso for written, iso in pairs)
    year_first = np.mean([written[:4] == iso[:4] for written, iso in pairs])
    by_chance = np.mean([write_date(day, random)[:4] == day.isoformat()[:4] for day in days])
    assert year_first > 0.9 > by_chance


def test_the_log_of_nodes_has_rounds_columns_and_messages(done):
    run = done("nodes")
    recording = rv.load(run.path, "graphs")
    assert recording.tokens == [["r1", "r2", "r3"]] * 8
    assert recording.labels[5].startswith("graph 2, node 2 sees ")
    assert recording.columns["distance"].shape == (24,)
    assert recording["nodes/rounds"]["message"].shape == (8, 3, 4)
    messages = recording.matrices["messages"]
    assert messages.shape == (8, 3, 4, 4)
    assert recording.matrix_axes["messages"].row_names[0] == "node 1"
    assert not messages[:, 0].any() and not messages[:, :, range(4), range(4)].any()
    assert "agreement" in run.printed and run.result.accuracy.shape == (3,)


RING = GraphOptions("ring", nodes=5, rounds=4, loss=0.3)


def test_messages_and_states_equal_those_of_the_equations():
    graphs = draw_graphs(3, RING, np.random.default_rng(0))
    model = make_nodes(6, RING.nodes, RING.rounds)
    recording = rv.record(model, nodes_probe(graphs, 3))
    features = graphs.images
    for name in ("retina", "eye"):
        features = np.maximum(features @ model.get_layer(name).kernel.numpy(), 0)
    message_kernel, kernel, recurrent, _ = model.get_layer("nodes").get_weights()
    h = np.zeros((3, 5, 6))
    for step, delivered in enumerate(graphs.delivered.swapaxes(0, 1).astype(float)):
        sent = h @ message_kernel
        message = delivered @ sent / np.maximum(delivered.sum(-1, keepdims=True), 1)
        new = np.concatenate([features, message], axis=-1) @ kernel
        old = h @ recurrent
        z, r = (1 / (1 + np.exp(-(new + old)[..., k : k + 6])) for k in (0, 6))
        h = z * h + (1 - z) * np.tanh(new[..., 12:] + r * old[..., 12:])
        states = recording["nodes/rounds"]["hidden_state"][:, step].reshape(h.shape)
        np.testing.assert_allclose(states, h, atol=1e-5)
        norms = recording.matrices["messages"][::5, step]
        expected = delivered * np.linalg.norm(sent, axis=-1)[:, None]
        np.testing.assert_allclose(norms, expected, atol=1e-5)


def test_news_travels_one_edge_a_round():
    options = GraphOptions("ring", nodes=9, rounds=6, loss=0.0)
    graphs = draw_graphs(5, options, np.random.default_rng(1), held_out=True)
    rounds = np.arange(6)[:, None]
    np.testing.assert_array_equal(graphs.informed(), graphs.distances()[:, None] <= rounds)
    answers = np.where(graphs.informed(), graphs.largest[:, None, None], -1)
    results = round_results(answers.swapaxes(1, 2).reshape(-1, 6), graphs)
    np.testing.assert_allclose(results.accuracy, results.informed)
    assert (results.informed_accuracy == 1).all() and results.agreement[-1] == 1


@pytest.mark.parametrize("graph", ["ring", "random", "complete"])
def test_graphs_are_connected(graph):
    graphs = draw_graphs(5, GraphOptions(graph, 9, 9, 0.0), np.random.default_rng(0))
    assert (graphs.distances() < 9).all()
    assert np.array_equal(graphs.adjacency, graphs.adjacency.swapaxes(1, 2))
    assert not graphs.adjacency[:, range(9), range(9)].any()


def test_the_log_of_text_classifier_has_the_prediction_at_every_step(done):
    run = done("text_classifier")
    recording = rv.load(run.path, "lines")
    assert recording.class_probability.shape == (16, recording.lengths.max(), 4)
    assert (recording.classes, recording.method) == (list(CLASSES), "head")
    assert set(recording.labels) <= set(CLASSES)
    assert "bag of words" in run.printed and 0 <= run.result.accuracy <= 1


def test_the_log_of_flip_flop_has_fixed_points_of_every_epoch(done):
    run = done("flip_flop")
    recording = rv.load(run.path, "bits")
    (layer,) = recording.dynamics
    assert (layer.layer, layer.note, layer.parts) == ("gru", None, (("hidden_state", 5),))
    assert layer.counts["stable"] == run.result.stable
    assert rv.load(run.path, "bits", step=-1).dynamics
    assert list(recording.columns) == ["bit 1 is +", "bit 2 is +"]
    assert "of the 4 words of 2 bits" in run.printed and run.result.memories <= 4


def test_bits_are_the_signs_of_the_last_pulses():
    pulses = draw_pulses(20, 30, 3, 0.2, np.random.default_rng(0))
    for inputs, targets in zip(pulses.inputs, pulses.targets, strict=True):
        for channel, expected in zip(inputs.T, targets.T, strict=True):
            bits = [next(x for x in channel[t::-1] if x) for t in range(30)]
            assert expected.tolist() == bits
    assert 0.1 < (pulses.inputs[:, 1:] != 0).mean() < 0.3


def test_lines_of_the_standard_library_have_no_sign_that_tells_their_class():
    lines = library_lines(400, 12, seed=0)
    assert np.bincount(lines.labels).tolist() == [100] * 4
    firsts = {
        CLASSES[k]: [t[0] for t, at in zip(lines.tokens, lines.labels, strict=True) if at == k]
        for k in range(4)
    }
    assert "#" not in firsts["comment"]
    assert not {'"', "'"} & {*firsts["docstring"], *firsts["string"]}
    assert {"return", "if", "self"} & set(firsts["code"])
    assert len({tuple(tokens) for tokens in lines.tokens}) == 400


def test_lines_of_a_file_have_the_labels_of_the_file(tmp_path):
    path = tmp_path / "reviews.tsv"
    path.write_text("good\tA fine day.\nbad\tnever again\ngood\tfine\n\n", "utf-8")
    lines = file_lines(path, 10, 3, seed=0)
    rows = {
        " ".join(tokens): lines.classes[k]
        for tokens, k in zip(lines.tokens, lines.labels, strict=True)
    }
    assert rows == {"a fine day": "good", "never again": "bad", "fine": "good"}
    assert bag_of_words(lines, lines).tolist() == lines.labels.tolist()


@pytest.mark.parametrize(
    ("text", "message"),
    [("good fine", "line 1 has no tab"), ("good\tfine\n", "1 classes")],
)
def test_a_file_without_labels_is_refused(refused, tmp_path, text, message):
    path = tmp_path / "reviews.tsv"
    path.write_text(text, "utf-8")
    words = ("text_classifier", "--set", f"file={path}")
    assert message in refused("example", *words, "--log-dir", tmp_path / "logs")
