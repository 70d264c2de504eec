"""Cost estimate: one line before the first epoch that turns out to be right."""

from __future__ import annotations

import re

import keras
import pytest

import tb_rnnviz as rv
from tb_rnnviz.callbacks import recording_plan
from tb_rnnviz.tensorboard import loader
from tests.callbacks.runs import compiled_model, fit, new_model, probe, steps

UNIT = {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}
LINE = re.compile(
    r"^RNN-Viz: ([\d.e+]+) (\w+) and ([\d.e-]+) s per (.+), measured; "
    r"TensorBoard will hold up to ([\d.e+]+) (\w+) of it in memory\.(.*)$",
    re.MULTILINE,
)


def estimates(capsys):
    """Printed estimates: bytes per recording, seconds, period, bytes in memory, rest."""
    lines = []
    for amount, unit, seconds, period, memory, of, rest in LINE.findall(capsys.readouterr().out):
        lines.append(
            (float(amount) * UNIT[unit], float(seconds), period, float(memory) * UNIT[of], rest)
        )
    return lines


def test_one_line_says_what_will_be_written(tmp_path, capsys):
    callback = rv.RNNVizCallback(tmp_path, [probe()], prompt="a", generate_steps=20)
    fit(compiled_model(), callback, epochs=10)
    ((size, seconds, period, memory, rest),) = estimates(capsys)
    (file,) = (tmp_path / "rnnviz").glob("*tfevents*")
    assert file.stat().st_size == pytest.approx(10 * size, rel=0.3)
    assert memory == pytest.approx(size, rel=0.01)
    assert 0 < seconds < 5
    assert (period, rest) == ("epoch", "")
    assert LINE.fullmatch(callback.cost_estimate)


def test_it_is_said_before_the_first_epoch(tmp_path, capsys):
    class First(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            if not batch:
                print("an epoch")

    fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()]), callbacks=[First()])
    assert re.findall(r"^(RNN-Viz|an epoch)", capsys.readouterr().out, re.MULTILINE) == [
        "RNN-Viz",
        "an epoch",
        "an epoch",
    ]


def test_compiling_is_not_taken_for_the_price_of_every_epoch(tmp_path, capsys):
    for attempt in range(2):  # in case the machine is busy during one of them
        model = new_model()
        for name in ("first", "compiled"):
            directory = tmp_path / f"{name}-{attempt}"
            fit(model, rv.RNNVizCallback(directory, [probe()]), epochs=1)
    seconds = [estimate[1] for estimate in estimates(capsys)]
    assert min(seconds[::2]) < 4 * max(seconds[1::2]) + 0.05


def test_tensorboard_holds_one_step_of_any_number(tmp_path, capsys):
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()]), epochs=1)
    callback = rv.RNNVizCallback(tmp_path, [probe()])
    callback.set_model(compiled_model())
    callback.set_params({"epochs": 1000, "steps": 5, "verbose": 0})
    callback.on_train_begin()
    callback.on_epoch_begin(0)
    callback.on_train_end()
    one, thousand = estimates(capsys)
    assert thousand[3] == pytest.approx(one[3], rel=0.02)
    assert recording_plan.STEPS_IN_MEMORY == loader.STEPS_IN_MEMORY


def test_batches_are_forecast_as_batches(tmp_path, capsys):
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()], every=5), batch_size=2)
    ((size, _, period, memory, _),) = estimates(capsys)
    assert period == "5 batches"
    assert memory == pytest.approx(size, rel=0.02)


def test_the_same_line_is_not_said_again(tmp_path, capsys):
    model, callback = compiled_model(), rv.RNNVizCallback(tmp_path, [probe()])
    for _ in range(3):
        fit(model, callback, epochs=1)
    assert len(estimates(capsys)) == 1
    assert steps(tmp_path) == [0, 1, 2]


def test_a_prediction_says_nothing(tmp_path, capsys):
    compiled_model().predict(
        probe().inputs[0][None], verbose=0, callbacks=[rv.RNNVizCallback(tmp_path, [probe()])]
    )
    assert estimates(capsys) == []


def test_the_line_goes_to_the_log_where_keras_prints_nothing(tmp_path, capsys, caplog):
    keras.config.disable_interactive_logging()
    try:
        with caplog.at_level("INFO", "tb_rnnviz"):
            fit(compiled_model(), rv.RNNVizCallback(tmp_path, [probe()]), epochs=1)
    finally:
        keras.config.enable_interactive_logging()
    assert estimates(capsys) == []
    assert LINE.fullmatch(caplog.messages[0])
