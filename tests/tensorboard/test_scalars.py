"""`/scalars`: scalars and hyper-parameters of a training in TensorBoard."""

from __future__ import annotations

import csv
import math
import re
from contextlib import closing

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.plugins.hparams import api as hp
from tensorboard.plugins.hparams import metadata, plugin_data_pb2

from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.log_format.event_file import EventFile
from tb_rnnviz.log_format.text import RecordedText
from tb_rnnviz.tensorboard.scalars import parse_hparams, runs_of
from tests.planted_logs import write_planted_run

HPARAMS = {"units": 16, "rate": 0.5, "optimizer": "sgd", "clip": True}
EPOCHS = 3


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    """Returns the log directory of four trainings, `run1` with scalars of Keras."""
    folder = tmp_path_factory.mktemp("fitted")
    run = folder / "run1"
    with tf.summary.create_file_writer(str(run)).as_default():
        hp.hparams(HPARAMS)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.random.default_rng(0).normal(size=(8, 3)).astype(np.float32)
    callbacks = [keras.callbacks.TensorBoard(run, write_graph=False)]
    callbacks += [keras.callbacks.CSVLogger(folder / "history.csv")]
    model.fit(
        x, x[:, :1], epochs=EPOCHS, validation_data=(x, x[:, 1:2]), verbose=0, callbacks=callbacks
    )
    for name in ("run1", "run2", "run1/inner", "run10"):
        write_planted_run(folder / name, steps=2)
    return folder


def tags_of(answer, name):
    """Returns, by tag, the series of a run of the training."""
    (run,) = (run for run in answer["runs"] if run["name"] == name)
    return {series["tag"]: series for series in run["tags"]}


def ask(client, run="run1/rnnviz"):
    answer = client("scalars", query_string={"run": run})
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.fixture
def client(serve, fitted):
    served = serve(fitted)
    for run in ("run1/rnnviz", "run2/rnnviz", "run1/inner/rnnviz", "run10/rnnviz"):
        served.wait_for(run, 1)
    return served


def test_scalars_of_keras_are_returned_with_their_steps(client, fitted):
    answer = ask(client)
    assert [run["name"] for run in answer["runs"]] == ["rnnviz", "train", "validation"]
    assert [run["run"] for run in answer["runs"]][1] == "run1/train"
    with (fitted / "history.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    for name, column in (("train", "loss"), ("validation", "val_loss")):
        series = tags_of(answer, name)["epoch_loss"]
        assert series["steps"] == list(range(EPOCHS))
        assert series["values"] == pytest.approx([float(row[column]) for row in rows], rel=1e-6)
        assert (
            series["wall_times"] == sorted(series["wall_times"]) and series["wall_times"][0] > 1e9
        )


def test_scalars_of_rnnviz_are_included(client):
    tags = tags_of(ask(client), "rnnviz")
    assert tags["rnnviz/loss/novel"]["values"] == pytest.approx([1 / 2, 1 / 3])
    assert tags["rnnviz/relevance/novel/space"]["steps"] == [0, 1]


def test_hyper_parameters_are_returned_unchanged(client):
    assert ask(client)["hparams"] == [{"run": "run1", "values": HPARAMS}]
    assert ask(client, "run2/rnnviz")["hparams"] == []


def test_scalars_of_other_trainings_are_excluded(client):
    assert {run["run"].split("/")[0] for run in ask(client)["runs"]} == {"run1"}
    inner = ask(client, "run1/inner/rnnviz")
    assert [run["run"] for run in inner["runs"]] == ["run1/inner/rnnviz"]


def test_a_training_may_be_in_the_log_directory_itself(serve, tmp_path):
    write_planted_run(tmp_path, steps=1)
    write_events(tmp_path / "train", [event_of("loss", 0, 2.5)])
    client = serve(tmp_path)
    client.wait_for("rnnviz", 0)
    answer = ask(client, "rnnviz")
    assert [(run["run"], run["name"]) for run in answer["runs"]] == [
        ("rnnviz", "rnnviz"),
        ("train", "train"),
    ]


def test_values_that_are_not_finite_are_null_and_points_are_limited(serve, tmp_path):
    write_planted_run(tmp_path / "run1", steps=1)
    events = [event_of("odd", step, value) for step, value in enumerate((1.0, math.nan, math.inf))]
    events += [event_of("many", step, step / 2) for step in range(1500)]
    write_events(tmp_path / "run1" / "train", events)
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 0)
    tags = tags_of(ask(client), "train")
    assert (tags["odd"]["steps"], tags["odd"]["values"]) == ([0, 1, 2], [1.0, None, None])
    many = tags["many"]
    assert len(many["steps"]) <= 1000 and many["steps"][-1] == 1499
    assert many["values"] == [step / 2 for step in many["steps"]]


def test_a_scalar_logged_later_is_returned(serve, tmp_path):
    with RunWriter(tmp_path / "run1") as writer:
        with writer.step(0):
            writer.write_scalar("rnnviz/loss/novel", 2.0)
            writer.write_text("novel", RecordedText([["a"]]))
        client = serve(tmp_path, live=True)
        client.wait_for("run1/rnnviz", 0)
        assert tags_of(ask(client), "rnnviz")["rnnviz/loss/novel"]["values"] == [2.0]
        with writer.step(1):
            writer.write_scalar("rnnviz/loss/novel", 1.0)
            writer.write_text("novel", RecordedText([["a"]]))
        client.reload()
        client.wait_for("run1/rnnviz", 1)
        assert tags_of(ask(client), "rnnviz")["rnnviz/loss/novel"]["values"] == [2.0, 1.0]


def test_invalid_hyper_parameters_are_skipped(serve, tmp_path):
    write_planted_run(tmp_path / "run1", steps=1)
    whole = hp.hparams_pb({"rate": 0.5, "huge": math.inf})
    broken = summary_pb2.Summary()
    broken.CopyFrom(whole)
    broken.value[0].metadata.plugin_data.content = b"\xff\xff\xff"
    for name, summary in (("whole", whole), ("broken", broken)):
        events = [event_pb2.Event(wall_time=1.0, summary=summary)]
        write_events(tmp_path / "run1" / name, events)
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 0)
    assert ask(client)["hparams"] == [{"run": "run1/whole", "values": {"rate": 0.5}}]


def test_hyper_parameters_of_another_version_or_kind_are_skipped():
    newer = plugin_data_pb2.HParamsPluginData(version=metadata.PLUGIN_DATA_VERSION + 1)
    newer.session_start_info.hparams["rate"].number_value = 1.0
    listed = plugin_data_pb2.HParamsPluginData()
    listed.session_start_info.hparams["rate"].list_value.values.add().number_value = 1.0
    end = plugin_data_pb2.HParamsPluginData(session_end_info=plugin_data_pb2.SessionEndInfo())
    for data in (newer, listed, end):
        assert parse_hparams(data.SerializeToString()) == {}


@pytest.mark.parametrize(
    "training, expected",
    [
        ("a", ["a", "a/rnnviz", "a/train"]),
        ("a/b", ["a/b/rnnviz"]),
        (".", [".", "ab/train", "rnnviz", "train"]),
    ],
)
def test_a_run_belongs_to_the_nearest_training_above_it(training, expected):
    runs = [".", "a", "a/b/rnnviz", "a/rnnviz", "a/train", "ab/train", "rnnviz", "train"]
    assert runs_of(training, runs, {"a", "a/b", "."}) == expected


@pytest.mark.parametrize(
    "query, code, message",
    [
        ("scalars", 400, "lacks.*run"),
        ("scalars?run=run9", 404, "no run 'run9'. Allowed: .*run1/rnnviz"),
        ("scalars?run=run1/train", 404, "no run 'run1/train'. Allowed"),
    ],
)
def test_missing_data_are_reported_with_what_exists(client, query, code, message):
    answer = client(query)
    assert answer.status_code == code
    assert re.search(message, answer.text), answer.text


def event_of(tag, step, value):
    """Returns an event of a scalar without metadata, as plain writers write it."""
    event = event_pb2.Event(wall_time=1e9 + step, step=step)
    event.summary.value.add(tag=tag, simple_value=value)
    return event


def write_events(directory, events):
    directory.mkdir()
    with closing(EventFile(directory)) as file:
        for event in events:
            file.append(event)
