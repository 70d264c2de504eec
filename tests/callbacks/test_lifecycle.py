"""Life cycle of a recording: interruptions, restarts, directories, copies."""

from __future__ import annotations

import copy
import gc
import os
import pickle
import threading
from pathlib import Path

import keras
import pytest

import tb_rnnviz as rv
from tests.callbacks.runs import (
    VOCABULARY,
    compiled_model,
    fit,
    new_model,
    probe,
    sentences,
    steps,
)
from tests.log_format.providers import assert_complete


class Interruption(keras.callbacks.Callback):
    """Raises an error at the beginning or the end of an epoch."""

    def __init__(self, epoch, error, at="begin"):
        super().__init__()
        self.epoch, self.error, self.at = epoch, error, at

    def on_epoch_begin(self, epoch, logs=None):
        if (epoch, "begin") == (self.epoch, self.at):
            raise self.error

    def on_epoch_end(self, epoch, logs=None):
        if (epoch, "end") == (self.epoch, self.at):
            raise self.error


def interrupted_fit(log_dir):
    """Trains with a callback made in the call; only the traceback refers to it."""
    interruption = Interruption(1, KeyboardInterrupt)
    try:
        fit(compiled_model(), rv.RNNVizCallback(log_dir, [probe()]), 5, callbacks=[interruption])
    except KeyboardInterrupt:
        return
    raise AssertionError("nothing was interrupted")


class TestInterruption:
    def test_a_callback_made_in_the_next_call_records(self, tmp_path):
        gc.disable()  # a collection by chance would hide a writer that does not let go
        try:
            interrupted_fit(tmp_path)
            with sentences() as warned:
                fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()]), epochs=2)
        finally:
            gc.enable()
        assert warned == []
        assert steps(tmp_path) == [0, 1, 2]

    def test_a_fit_in_another_thread_takes_over_from_a_thread_that_ended(self, tmp_path):
        left = rv.RNNVizCallback(tmp_path, [probe()])
        model = compiled_model()
        left.set_model(model)
        thread = threading.Thread(target=left.on_train_begin)
        thread.start()
        thread.join()
        with sentences() as warned:
            fit(model, rv.RNNVizCallback(tmp_path, [probe()]), epochs=1)
        assert warned == []
        assert steps(tmp_path) == [0]


class TestRestoredTraining:
    def backed_up(self, tmp_path, log_dir, *callbacks, **options):
        backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
        self.recording = rv.RNNVizCallback(log_dir, [probe()], **options)
        return fit(new_model(), self.recording, 4, callbacks=[*callbacks, backup])

    def test_a_repeated_epoch_replaces_its_step(self, tmp_path, capsys):
        log_dir = tmp_path / "run"
        with pytest.raises(RuntimeError):
            self.backed_up(tmp_path, log_dir, Interruption(2, RuntimeError(), "end"))
        self.recording.wait()
        assert steps(log_dir) == [0, 1, 2]
        capsys.readouterr()
        history = self.backed_up(tmp_path, log_dir)
        assert history.epoch == [2, 3]
        assert steps(log_dir) == [0, 1, 2, 3]
        assert f"step 2 was recorded before in {str(log_dir)!r}" in capsys.readouterr().out
        assert_complete(log_dir, [0, 1, 2, 3])

    def test_batches_are_counted_from_the_restored_epoch(self, tmp_path):
        log_dir = tmp_path / "run"  # an epoch has one batch
        with pytest.raises(RuntimeError):
            self.backed_up(tmp_path, log_dir, Interruption(2, RuntimeError(), "end"), every=1)
        self.backed_up(tmp_path, log_dir, every=1)
        assert steps(log_dir) == [1, 2, 3, 4]

    def test_a_fit_that_begins_again_at_epoch_0_says_at_which_step(self, tmp_path, capsys):
        for _ in range(2):
            fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()]), epochs=2)
        assert steps(tmp_path) == [0, 1, 2, 3]
        line = f"the run in {str(tmp_path)!r} has steps up to 1; they are continued with step 2."
        assert line in capsys.readouterr().out


class TestDirectory:
    def test_a_relative_directory_stays_when_the_working_directory_changes(
        self, tmp_path, monkeypatch
    ):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "elsewhere").mkdir()

        class Change(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                os.chdir(tmp_path / "elsewhere")

        callback = rv.RNNVizCallback(Path("runs/a"), [probe()])
        os.chdir("elsewhere")
        with sentences() as warned:
            fit(compiled_model(), callback, epochs=3, callbacks=[Change()])
        assert warned == []
        assert steps(tmp_path / "runs" / "a") == [0, 1, 2]
        monkeypatch.chdir(tmp_path)
        assert rv.load("runs/a").step == 2

    @pytest.mark.parametrize("log_dir", ["~/logs", Path("~/logs")])
    def test_the_home_directory_is_expanded(self, tmp_path, monkeypatch, log_dir):
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
        monkeypatch.chdir(tmp_path)
        fit(compiled_model(), rv.RNNVizCallback(log_dir, [probe()]), epochs=1)
        assert steps(tmp_path / "logs") == [0]
        assert not (tmp_path / "~").exists()
        assert rv.load(log_dir).step == 0

    def test_a_directory_that_cannot_be_opened_is_refused_at_once(self):
        with pytest.raises(ValueError, match="fsspec cannot open unknown://"):
            rv.RNNVizCallback("unknown://bucket/logs", [probe()])


class TestCopies:
    @pytest.mark.parametrize("copied", [copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])
    def test_a_copy_records_before_and_after_training(self, tmp_path, copied):
        original = rv.RNNVizCallback(tmp_path, [probe()], budget={"bytes": 1e9}, prompt="ab")
        fit(compiled_model(), copied(original), epochs=1)
        fit(compiled_model(), original, epochs=1)
        fit(compiled_model(), copied(original), epochs=1)
        assert steps(tmp_path) == [0, 1, 2]

    def test_a_copy_of_a_training_callback_leaves_its_run_alone(self, tmp_path):
        copies = []

        class Copy(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                copies.append(copy.deepcopy(original))

        original = rv.RNNVizCallback(tmp_path, [probe()])
        fit(compiled_model(), original, epochs=2, callbacks=[Copy()])
        assert steps(tmp_path) == [0, 1]
        assert copies[0].model is None

    def test_public_values_can_be_pickled(self):
        model = compiled_model()
        recording = rv.record(model, probe())
        generation = rv.generate(model, "ab", steps=3, vocabulary=VOCABULARY)
        for value in (probe(), recording, generation, rv.Budget(time=0.1), rv.find(recording)):
            assert repr(pickle.loads(pickle.dumps(value))) == repr(value)
