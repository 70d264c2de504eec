"""Callback, object store, a real TensorBoard and the routes of the tab."""

from __future__ import annotations

import json
import time
from urllib.parse import urlencode

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.log_format import RunWriter, event_parts
from tests.callbacks.runs import IDS, VOCABULARY, compiled_model, fit
from tests.planted_logs import planted_recording, write_step
from tests.server import tensorboard_server

PLUGIN = "data/plugin/rnnviz/"
EPOCHS = 4


def watcher(log_dir):
    return rv.RNNVizCallback(log_dir, probes=rv.Probe("text", IDS[:40], vocabulary=VOCABULARY))


def steps_in(server):
    index = server.json(PLUGIN + "index")
    return {
        run["run"]: [step for probe in run["probes"] for step in probe["steps"]]
        for run in index["runs"]
    }


def wait_for(server, run, step):
    for _ in range(300):
        if step in steps_in(server).get(run, ()):
            return
        time.sleep(0.1)
    pytest.fail(f"{run} never had step {step}: {server.json(PLUGIN + 'index')}")


def test_every_epoch_of_a_training_is_reached_on_an_object_store(bucket, tmp_path):
    fit(compiled_model(), watcher(f"{bucket}/logs/run1"), epochs=EPOCHS)
    fit(compiled_model(), watcher(tmp_path / "run1"), epochs=EPOCHS)
    with tensorboard_server(f"{bucket}/logs", False, "--reload_interval=1") as server:
        wait_for(server, "run1/rnnviz", EPOCHS - 1)
        assert steps_in(server) == {"run1/rnnviz": list(range(EPOCHS))}
        assert not server.json(PLUGIN + "index")["notices"]
        sizes = set()
        for step in range(EPOCHS):
            local = rv.load(tmp_path / "run1", step=step)["lstm"]["hidden_state"]
            remote = rv.load(f"{bucket}/logs/run1", step=step)["lstm"]["hidden_state"]
            np.testing.assert_array_equal(remote, local)
            query = {"run": "run1/rnnviz", "probe": "text", "step": step}
            status, text, _ = server.get(PLUGIN + "text?" + urlencode(query))
            assert status == 200
            query |= {"layer": "lstm", "quantity": "hidden_state"}
            status, activity, _ = server.get(PLUGIN + "activity?" + urlencode(query))
            assert status == 200
            sizes.add((len(text), activity))
        assert len(sizes) == EPOCHS
        # A run that is written meanwhile, and one that pauses.
        with RunWriter(f"{bucket}/logs/run2") as run:
            for step in range(2):
                write_step(run, step, planted_recording("ab " * 9, 6))
                wait_for(server, "run2/rnnviz", step)


def test_a_store_that_cannot_be_reached_is_a_notice_and_not_an_error(bucket, proxy):
    with RunWriter(f"{bucket}/logs/run1") as run:
        for step in range(3):
            write_step(run, step, planted_recording("ab " * 9, 6))
    # As where TensorFlow is not installed.
    options = "--load_fast=auto", "--reload_interval=1"
    with tensorboard_server(f"{bucket}/logs", True, *options) as server:
        wait_for(server, "run1/rnnviz", 1)
        proxy.is_down = True
        for _ in range(100):
            status, body, _ = server.get(PLUGIN + "index")
            assert status == 200
            notices = json.loads(body)["notices"]
            if any("cannot be read" in notice for notice in notices):
                break
            time.sleep(0.2)
        assert any("its event files cannot be read: s3://" in notice for notice in notices), notices
        proxy.heal()
        wait_for(server, "run1/rnnviz", 0)


def test_a_training_goes_on_while_the_store_is_away(bucket, proxy, monkeypatch, quick_store_errors):
    monkeypatch.setattr(event_parts, "PENDING_BYTES", 1000)

    class Outage(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            watch.wait()
            proxy.is_down = epoch == 0

    watch = watcher(f"{bucket}/run")
    with pytest.warns(RuntimeWarning, match="could not upload the steps 1 to 1") as caught:
        fit(compiled_model(), watch, epochs=EPOCHS, callbacks=[Outage()])
    assert len([warning for warning in caught if warning.category is RuntimeWarning]) == 1
    with pytest.raises(ValueError, match=r"Allowed: \[0, 2, 3\]"):
        rv.load(f"{bucket}/run", step=1)
    assert rv.load(f"{bucket}/run").step == EPOCHS - 1


def test_a_training_without_rights_goes_on_with_one_warning(proxy):
    with pytest.warns(
        RuntimeWarning, match="stops recording everything of 's3://nowhere"
    ) as caught:
        history = fit(compiled_model(), watcher("s3://nowhere/run"))
    assert len([warning for warning in caught if warning.category is RuntimeWarning]) == 1
    assert len(history.epoch) == 2
