"""Faults while recording: one warning, training goes on, and the log stays whole."""

from __future__ import annotations

import os
import shutil
import subprocess

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.log_format import RunWriter
from tests.callbacks.runs import IDS, compiled_model, fit, probe, sentences, steps
from tests.log_format.providers import assert_complete


class After(keras.callbacks.Callback):
    """Acts once, at the beginning of an epoch, when earlier ones are written."""

    recorder = None

    def __init__(self, epoch, action):
        super().__init__()
        self.epoch, self.action = epoch, action

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            if self.recorder:
                self.recorder.wait()
            self.action()


def trained(callback, match, *others, epochs=5):
    """Trains to the end, and hears one sentence."""
    for other in others:
        other.recorder = callback
    with sentences() as texts:
        history = fit(compiled_model(), callback, epochs=epochs, callbacks=list(others))
    assert len(history.history["loss"]) == epochs
    (sentence,) = texts
    assert match in sentence


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 400 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)]
    if not hasattr(os, "geteuid") or os.geteuid() or not shutil.which("mount"):
        pytest.skip("mounting a small file system needs root")
    done = subprocess.run(mount, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {done.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_disk_that_fills_up(small_disk):
    def fill():
        with (small_disk / "other").open("wb", buffering=0) as file:
            while file.write(b"\1" * 4096) == 4096 and free(small_disk) > 40_000:
                pass

    filler = After(2, fill)
    callback = rv.RNNVizCallback(small_disk, [probe()])
    trained(callback, "everything", filler, epochs=8)
    whole = steps(small_disk)
    assert 2 <= len(whole) < 8 and whole == list(range(len(whole)))
    assert_complete(small_disk, whole)
    (small_disk / "other").unlink()
    fit(compiled_model(), rv.RNNVizCallback(small_disk, [probe()]), epochs=1)
    assert_complete(small_disk, [*whole, len(whole)])


def free(directory):
    disk = os.statvfs(directory)
    return disk.f_bavail * disk.f_frsize


def test_a_disk_that_is_full_from_the_start(small_disk):
    (small_disk / "other").touch()
    with pytest.raises(OSError, match="No space"), (small_disk / "other").open("wb", 0) as file:
        while True:
            file.write(b"\1" * 4096)
    trained(rv.RNNVizCallback(small_disk, [probe()]), "No space left")


def test_a_log_directory_that_vanishes(tmp_path):
    log_dir = tmp_path / "run"
    vanishing = After(2, lambda: shutil.rmtree(log_dir))
    trained(rv.RNNVizCallback(log_dir, [probe()]), "cannot be written any more", vanishing)
    assert not log_dir.exists()


def test_a_log_directory_that_moves_is_whole_where_it_went(tmp_path):
    moving = After(2, lambda: (tmp_path / "run").rename(tmp_path / "elsewhere"))
    trained(rv.RNNVizCallback(tmp_path / "run", [probe()]), "No such file", moving)
    assert_complete(tmp_path / "elsewhere", [0, 1])


def test_a_probe_that_no_longer_fits_the_model(tmp_path):
    callback = rv.RNNVizCallback(tmp_path, [probe("wide"), probe()])
    fit(compiled_model(), callback, epochs=1)
    narrow = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(3, 3)])
    narrow.add(keras.layers.LSTM(6, return_sequences=True, name="lstm"))
    narrow.add(keras.layers.Dense(4, activation="softmax"))
    narrow.compile("adam", "sparse_categorical_crossentropy")
    narrow.optimizer.build(narrow.trainable_variables)  # traced once
    fits = rv.Probe("fits", np.tile([0, 1, 2], 8), vocabulary=list("abc"))
    ours = rv.RNNVizCallback(tmp_path, [probe("wide"), fits])
    x = np.zeros((4, 5), int)
    with sentences() as texts:
        narrow.fit(x, x, epochs=3, verbose=0, callbacks=[ours])
    (sentence,) = texts
    assert "probe 'wide'" in sentence and "outside the model's vocabulary" in sentence
    assert steps(tmp_path, "digest/wide") == [0]
    assert steps(tmp_path, "digest/fits") == [1, 2, 3]


def test_a_run_that_another_process_writes_is_left_alone(tmp_path):
    with RunWriter(tmp_path):
        trained(rv.RNNVizCallback(tmp_path, [probe()]), "since")
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()]), epochs=2)
    assert steps(tmp_path, "digest/novel") == [0, 1]


def test_two_callbacks_of_one_fit_do_not_write_one_run(tmp_path):
    second = rv.RNNVizCallback(tmp_path, [probe()])
    trained(rv.RNNVizCallback(tmp_path, [probe()]), "Another callback", second)
    assert steps(tmp_path) == [0, 1, 2, 3, 4]


class TestInterruption:
    """A `fit` that was stopped from outside never tells its callbacks."""

    def interrupted(self, callback):
        def interrupt():
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fit(compiled_model(), callback, epochs=5, callbacks=[After(2, interrupt)])

    def test_a_new_callback_goes_on_with_the_run(self, tmp_path):
        before = rv.RNNVizCallback(tmp_path, [probe()])
        self.interrupted(before)
        fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()]), epochs=2)
        assert steps(tmp_path) == [0, 1, 2, 3]
        assert_complete(tmp_path, [0, 1, 2, 3])

    def test_so_does_the_same_one(self, tmp_path):
        callback = rv.RNNVizCallback(tmp_path, [probe()])
        self.interrupted(callback)
        fit(compiled_model(), callback, epochs=2)
        assert steps(tmp_path) == [0, 1, 2, 3]

    def test_a_callback_whose_run_was_taken_says_so(self, tmp_path):
        model = compiled_model()

        def predict():
            ours = rv.RNNVizCallback(tmp_path, [probe()])
            model.predict(IDS[None], verbose=0, callbacks=[ours])

        trained(rv.RNNVizCallback(tmp_path, [probe()]), "later fit or predict", After(2, predict))
        assert steps(tmp_path) == [0, 1, 2]
