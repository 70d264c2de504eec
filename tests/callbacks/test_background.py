"""Analysis in the background: training waits for the reading alone."""

from __future__ import annotations

import contextlib
import gc
import threading
import time

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.callbacks import background, captured_step
from tests.callbacks.runs import compiled_model, digests, fit, probe, sentences, steps


class Watch(keras.callbacks.Callback):
    """Notes what is written at the end of every epoch."""

    def __init__(self, look):
        super().__init__()
        self.look, self.seen = look, []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(self.look())


@pytest.fixture
def slow_analysis(monkeypatch):
    """Analysis that does not end before `release` is set."""
    release, write = threading.Event(), captured_step.write_recording

    def wait(writer, *args, **options):
        if not isinstance(writer, captured_step.ByteCounter):
            assert release.wait(timeout=60)
        write(writer, *args, **options)

    monkeypatch.setattr(captured_step, "write_recording", wait)
    yield release
    release.set()


def test_training_goes_on_while_a_step_is_analysed(tmp_path, slow_analysis):
    class Release(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 3:
                slow_analysis.set()

    fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()]), epochs=5, callbacks=[Release()])
    assert steps(tmp_path) == [0, 1, 2, 3, 4]


def test_what_is_written_is_what_was_read_at_that_epoch(tmp_path, slow_analysis):
    """Weights that change before the analysis have no effect on it."""
    model, states = compiled_model(), []
    note = Watch(lambda: states.append(rv.record(model, probe())["lstm"]["hidden_state"]))
    callback = rv.RNNVizCallback(tmp_path, [probe()], encoding="float16")
    release = Watch(lambda: len(states) == 3 and slow_analysis.set())
    fit(model, callback, epochs=3, callbacks=[note, release])
    for step, state in enumerate(states):
        logged = rv.load(tmp_path, step=step)["lstm"]["hidden_state"]
        np.testing.assert_allclose(logged, state, atol=2e-3)


def test_steps_are_skipped_when_too_many_wait_and_the_digest_says_so(
    tmp_path, slow_analysis, monkeypatch
):
    monkeypatch.setattr(background, "PENDING_BYTES", 0)
    release = Watch(lambda: len(release.seen) == 3 and slow_analysis.set())

    class Wait(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 4:
                callback.wait()

    callback = rv.RNNVizCallback(tmp_path, [probe()])
    fit(compiled_model(), callback, epochs=6, callbacks=[release, Wait()])
    recorded = digests(tmp_path)
    assert list(recorded)[0] == 0 and list(recorded)[-1] == 5
    assert 1 not in recorded and 2 not in recorded
    (entry,) = recorded[4]["left_out"]
    assert entry["what"] == "reading" and entry["steps"] == [1, 2, 3]
    assert "had not ended" in entry["reason"]


def test_the_last_step_is_always_recorded(tmp_path, monkeypatch):
    monkeypatch.setattr(background, "PENDING_BYTES", 0)
    write = captured_step.write_recording

    def wait(*args, **options):
        time.sleep(0.3)
        write(*args, **options)

    monkeypatch.setattr(captured_step, "write_recording", wait)
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()]), epochs=4)
    assert steps(tmp_path)[-1] == 3


def test_a_failing_analysis_is_one_warning_and_a_gap(tmp_path, monkeypatch):
    write = captured_step.write_recording

    def fail(writer, captured, *args, **options):
        if captured.recording.step in (1, 2):
            raise RuntimeError("no such thing")
        write(writer, captured, *args, **options)

    monkeypatch.setattr(captured_step, "write_recording", fail)
    callback = rv.RNNVizCallback(tmp_path, [probe()])
    with sentences() as texts:
        history = fit(compiled_model(), callback, epochs=4)
    assert len(history.history["loss"]) == 4
    (sentence,) = texts
    assert "probe 'novel'" in sentence and "step 1" in sentence and "no such thing" in sentence
    recorded = digests(tmp_path)
    assert list(recorded) == [0, 3]
    assert [entry["steps"] for entry in recorded[3]["left_out"]] == [[1], [2]]


def test_a_thread_that_breaks_ends_the_recording_and_not_the_training(tmp_path, monkeypatch):
    def leave(writer, captured, *args, **options):
        if captured.recording.step is not None:
            raise SystemExit("left")

    monkeypatch.setattr(captured_step, "write_recording", leave)
    with sentences() as texts:
        history = fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()]), epochs=3)
    assert len(history.history["loss"]) == 3
    (sentence,) = texts
    assert "SystemExit: left" in sentence


def test_training_ends_with_a_progress_bar(tmp_path, slow_analysis, capsys):
    later = threading.Timer(2.5, slow_analysis.set)
    start = Watch(lambda: len(start.seen) == 1 and later.start())
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()]), epochs=2, callbacks=[start])
    printed = capsys.readouterr().out
    assert "analysing the last recordings" in printed and "2/2" in printed
    assert steps(tmp_path) == [0, 1]


def test_a_step_of_a_loop_of_ones_own_is_written_when_it_returns(tmp_path):
    watch = rv.RNNVizCallback(tmp_path, [probe()])
    for step in range(2):
        watch.record(compiled_model(), step)
        assert steps(tmp_path) == list(range(step + 1))


def test_a_loop_of_ones_own_need_not_wait(tmp_path, slow_analysis):
    watch = rv.RNNVizCallback(tmp_path, [probe()])
    for step in range(3):
        watch.record(compiled_model(), step, wait=False)
    slow_analysis.set()
    watch.on_train_end()
    assert steps(tmp_path) == [0, 1, 2]


def test_a_later_fit_waits_for_an_interrupted_one(tmp_path, slow_analysis):
    class Interrupt(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            threading.Timer(0.5, slow_analysis.set).start()
            raise KeyboardInterrupt

    model = compiled_model()
    with contextlib.suppress(KeyboardInterrupt):  # and nothing refers to its callback any more
        fit(model, rv.RNNVizCallback(tmp_path, [probe()]), epochs=2, callbacks=[Interrupt()])
    gc.collect()
    with sentences() as texts:
        fit(model, rv.RNNVizCallback(tmp_path, [probe()]), epochs=1)
    assert texts == []
    assert steps(tmp_path) == [0, 1]
