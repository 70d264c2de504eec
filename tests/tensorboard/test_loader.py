"""Flags of the loader: the number of steps that TensorBoard keeps in memory."""

from __future__ import annotations

import argparse

import pytest
from tensorboard import compat
from tensorboard.backend.event_processing import data_ingester
from tensorboard.compat import tensorflow_stub

from tb_rnnviz.tensorboard.loader import RNNVizLoader, log_directories


def flags(*arguments, **more):
    parser = argparse.ArgumentParser()
    RNNVizLoader().define_flags(parser)
    parsed = parser.parse_args(arguments)
    for name, value in more.items():
        setattr(parsed, name, value)
    RNNVizLoader().fix_flags(parsed)
    return parsed.samples_per_plugin


def test_one_step_is_kept_of_what_is_read_from_a_local_directory(tmp_path):
    for options in ({"logdir": str(tmp_path)}, {"logdir": "", "logdir_spec": f"a:{tmp_path},/b"}):
        assert flags(samples_per_plugin={}, **options) == {"rnnviz": 1, "rnnviz_activity": 1}


@pytest.mark.parametrize(
    "options",
    [
        {"logdir": "unknown://bucket/logs"},
        {"logdir": "", "logdir_spec": "a:/logs,b:unknown://bucket"},
        {"logdir": "", "logdir_spec": ""},
        {"logdir": "/logs", "grpc_data_provider": "localhost:1234"},
    ],
)
def test_fifty_steps_of_large_values_are_kept_where_no_event_file_is_read(options):
    assert flags(samples_per_plugin={}, **options) == {"rnnviz": 0, "rnnviz_activity": 50}


def test_one_step_is_kept_of_an_object_store_that_fsspec_opens(monkeypatch):
    monkeypatch.setattr(compat, "tf", tensorflow_stub)
    assert flags(samples_per_plugin={}, logdir="s3://b/l") == {"rnnviz": 1, "rnnviz_activity": 1}


def test_the_former_flag_for_the_number_of_steps_has_no_effect_and_says_so(capsys):
    assert flags("--rnnviz_activity_steps=7", logdir="/logs")["rnnviz_activity"] == 1
    assert "--rnnviz_activity_steps is no longer needed" in capsys.readouterr().err
    parser = argparse.ArgumentParser()
    RNNVizLoader().define_flags(parser)
    assert "rnnviz" not in parser.format_help()


def test_an_explicit_samples_per_plugin_takes_precedence():
    chosen = {"rnnviz_activity": 3, "images": 2}
    assert flags(samples_per_plugin=chosen, logdir="/logs") == {
        "images": 2,
        "rnnviz": 1,
        "rnnviz_activity": 3,
    }
    assert chosen == {"rnnviz_activity": 3, "images": 2}


@pytest.mark.parametrize("odd", [None, {}])
def test_missing_samples_per_plugin_are_set(odd):
    assert flags(samples_per_plugin=odd, logdir="/logs")["rnnviz_activity"] == 1


@pytest.mark.parametrize(
    "spec",
    ["a:/x,b:/y", "/x", "/x:y", "name:/a:b", "one,two:three", "gs://x", "a:gs://x,/b", "~/logs"],
)
def test_names_of_a_logdir_spec_are_those_of_tensorboard(spec):
    expected = data_ingester._parse_event_files_spec(spec)
    directories = log_directories(argparse.Namespace(logdir="", logdir_spec=spec))
    if any("://" in path for path in expected):
        assert directories == []
    else:
        assert dict(directories) == expected
