"""A real `fit` within a budget: what is in the log, and what the log says is not."""

from __future__ import annotations

import keras
import pytest

import tb_rnnviz as rv
from tests.callbacks.runs import compiled_model, digests, fit, probe, steps, steps_at_full_size
from tests.log_format.providers import assert_complete


def run_bytes(log_dir):
    return sum(path.stat().st_size for path in (log_dir / "rnnviz").glob("*tfevents*"))


def bytes_of_a_step(directory, **options):
    """Bytes that one more step takes, the first of a file being larger."""
    sizes = []
    for epochs in (1, 4):
        log_dir = directory / f"{epochs}"
        fit(compiled_model(), rv.RNNVizCallback(log_dir, [probe()], **options), epochs=epochs)
        sizes.append(run_bytes(log_dir))
    return (sizes[1] - sizes[0]) / 3


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Bytes of a step without activity."""
    directory = tmp_path_factory.mktemp("small")
    size = bytes_of_a_step(directory, budget={"bytes": 1})
    assert (steps(directory / "4"), steps_at_full_size(directory / "4")) == ([0, 1, 2, 3], [])
    return size


@pytest.fixture(scope="module")
def large(tmp_path_factory, small):
    """Bytes of the activity of a step."""
    return bytes_of_a_step(tmp_path_factory.mktemp("large")) - small


def test_a_byte_budget_thins_the_large_steps_and_says_so(tmp_path, small, large):
    limit = int(20 * small + 12 * large)
    callback = rv.RNNVizCallback(tmp_path, [probe()], budget=rv.Budget(bytes=limit))
    fit(compiled_model(), callback, epochs=20)
    assert "of 20 steps." in callback.cost_estimate
    assert run_bytes(tmp_path) <= limit
    assert steps(tmp_path) == list(range(20))
    whole = steps_at_full_size(tmp_path)
    assert 8 <= len(whole) <= 12 and whole[:2] == [0, 1] and whole[-1] == 19
    for step, digest in digests(tmp_path).items():
        if step in whole:
            assert digest["left_out"] == [] and digest["absent"] == []
        else:
            (entry,) = digest["left_out"]
            assert (entry["what"], entry["steps"], entry["quantities"]) == (
                "activity",
                [step],
                None,
            )
    assert_complete(tmp_path, whole)


def test_then_quantities_are_absent_with_a_reason(tmp_path, small, large):
    limit = int(12 * small + 4 * large)
    callback = rv.RNNVizCallback(tmp_path, [probe()], budget={"bytes": limit})
    fit(compiled_model(), callback, epochs=12)
    assert run_bytes(tmp_path) <= limit
    recording = rv.load(tmp_path, "novel")
    quantities = list(recording["lstm"])
    assert "hidden_state" in quantities and "candidate" not in quantities
    digest = digests(tmp_path)[11]
    absent = {entry["quantity"]: entry["reason"] for entry in digest["absent"]}
    assert set(absent) == {*digest["left_out"][0]["quantities"]} and "candidate" in absent
    assert "budget" in absent["candidate"]
    assert set(digest["ranges"]["lstm"]) == {*quantities, *absent}
    assert_complete(tmp_path, steps_at_full_size(tmp_path))


def test_a_time_budget_reads_fewer_steps(tmp_path):
    callback = rv.RNNVizCallback(tmp_path, [probe()], budget={"time": 0.0001})
    fit(compiled_model(), callback, epochs=12)
    read = steps(tmp_path)
    assert len(read) < 6 and read[-1] == 11
    assert "0.0001 of the time" in callback.cost_estimate
    skipped_steps = [
        step for d in digests(tmp_path).values() for e in d["left_out"] for step in e["steps"]
    ]
    assert sorted(skipped_steps + read) == list(range(12))


def test_a_restarted_run_keeps_to_what_is_left(tmp_path, small, large):
    limit = int(20 * small + 13 * large)
    for _ in range(2):
        callback = rv.RNNVizCallback(tmp_path, [probe()], budget={"bytes": limit})
        fit(compiled_model(), callback, epochs=10)
    assert run_bytes(tmp_path) <= limit
    assert steps(tmp_path) == list(range(20))


@pytest.mark.parametrize("first", [True, False], ids=["stops_before_us", "stops_after_us"])
def test_training_that_stops_early_has_its_last_step_at_full_size(tmp_path, small, large, first):
    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == 5

    limit = int(100 * small + 14 * large)
    ours = rv.RNNVizCallback(tmp_path, [probe()], budget={"bytes": limit})
    model = compiled_model()
    order = (Stop(), [ours]) if first else (ours, [Stop()])
    fit(model, order[0], epochs=100, callbacks=order[1])
    assert steps(tmp_path) == list(range(6))
    assert steps_at_full_size(tmp_path) == [0, 1, 3, 5]
    assert_complete(tmp_path, [0, 1, 3, 5])
