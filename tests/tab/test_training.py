"""Curves of the training beside each other, and the settings it ran with."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams.summary import session_start_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from tests.server import tensorboard_server
from tests.tab import planted

EPOCHS = 3
HOSTILE = "epoch_<img src=x onerror=alert(1)>"
LOSSES = {
    "one": {"train": (4.0, 2.0, 1.0), "validation": (4.5, 3.0, 2.5)},
    "two": {"train": (4.0, 3.0, 1.5), "validation": (4.5, 3.5, 3.0)},
}
SETTINGS = {
    "one": {"cell": "LSTM", "units": 12, "seed": True},
    "two": {"cell": "LSTM", "units": 24, "seed": True},
}
BATCHES = 40


def write_scalars(directory, tags):
    """Values by tag, one a step, as TensorBoard's own writer writes them."""
    writer = EventFileWriter(str(directory))
    for tag, values in tags.items():
        for step, value in enumerate(values):
            summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
            writer.add_event(Event(step=step, wall_time=time.time() + step, summary=summary))
    writer.close()


def write_settings(directory, settings):
    """Writes hyper-parameters as TensorBoard's own summary."""
    settings_bytes = session_start_pb(hparams=settings).SerializeToString()
    writer = EventFileWriter(str(directory))
    writer.add_event(Event(wall_time=time.time(), summary=Summary.FromString(settings_bytes)))
    writer.close()


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """Two trainings with scalars and settings, and a third that has neither."""
    logs = tmp_path_factory.mktemp("trainings")
    planted.write_run(logs / "bare")
    for run, losses in LOSSES.items():
        for role, values in losses.items():
            more = {"batch_loss": range(BATCHES), HOSTILE: (1.0,)} if role == "train" else {}
            write_scalars(logs / run / role, {"epoch_loss": values, **more})
        write_settings(logs / run, SETTINGS[run])
        planted.write_run(logs / run)
    with tensorboard_server(logs) as server:
        yield server


@pytest.fixture
def opened(new_tab):
    """The new_tab at run `one` with the curves in front."""

    def go(**words):
        new_tab.open(**{"run": "one/rnnviz", **words})
        new_tab.show("Training")
        expect(new_tab.view("Training").locator("rv-line-chart svg").first).to_be_visible()
        return new_tab.view("Training")

    return go


def chart(view, tag):
    return view.get_by_role("slider", name=tag, exact=True)


def readout(view):
    return view.locator(".readout")


def lines(view, tag):
    """The runs whose lines are drawn for a tag."""
    drawn = chart(view, tag).locator("path.line")
    return [line.get_attribute("data-run") for line in drawn.all()]


def test_it_begins_with_the_loss_of_the_probe_and_of_the_training(opened):
    view = opened()
    expect(view.get_by_role("heading")).to_have_text(
        ["probe loss", "epoch_loss", re.compile("Hyper-parameters")]
    )
    assert lines(view, "probe loss") == ["one/rnnviz"]
    assert lines(view, "epoch_loss") == ["one/train", "one/validation"]


def test_the_values_that_were_written_are_read_out(opened):
    view = opened()
    chart(view, "epoch_loss").focus()
    for key, epoch in (("Home", 0), ("ArrowRight", 1), ("End", 2)):
        chart(view, "epoch_loss").press(key)
        train, validation = (f"{LOSSES['one'][role][epoch]:.2f}" for role in LOSSES["one"])
        text = f"epoch_loss · epoch {epoch} · A train {train} · A validation {validation}"
        expect(readout(view)).to_have_text(text)
    chart(view, "probe loss").focus()
    chart(view, "probe loss").press("End")
    expect(readout(view)).to_have_text("probe loss · epoch 2 · A 0.250")


def test_a_line_falls_as_its_values_do(opened):
    view = opened()
    box = chart(view, "epoch_loss").locator("path.line").first.bounding_box()
    path = chart(view, "epoch_loss").locator("path.line").first.get_attribute("d")
    heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", path)]
    assert len(heights) == EPOCHS and box["height"] > 40
    a, b, c = heights
    assert (b - a) / (c - b) == pytest.approx((4 - 2) / (2 - 1), rel=0.02)


def test_a_click_on_an_epoch_chooses_it(new_tab, opened):
    view = opened()
    expect(chart(view, "epoch_loss").locator("path.now")).to_have_attribute("data-step", "2")
    chart(view, "epoch_loss").click(position={"x": 46, "y": 60})
    new_tab.until(lambda: new_tab.epoch == "epoch 0", "the first epoch is chosen")
    expect(chart(view, "epoch_loss").locator("path.now")).to_have_attribute("data-step", "0")
    chart(view, "probe loss").press("End")
    chart(view, "probe loss").press("Enter")
    new_tab.until(lambda: new_tab.epoch == "epoch 2", "the keyboard chooses an epoch as well")


def test_other_scalars_are_chosen_by_name(new_tab, opened):
    view = opened()
    view.get_by_text("Curves:").click()
    view.get_by_role("checkbox", name="batch_loss").check()
    view.get_by_role("checkbox", name=HOSTILE).check()
    view.get_by_role("checkbox", name="probe loss").uncheck()
    expect(view.get_by_role("slider", name="batch_loss", exact=True)).to_be_visible()
    assert lines(view, HOSTILE) == ["one/train"]
    expect(view.get_by_role("slider", name="probe loss", exact=True)).to_have_count(0)
    assert "batch_loss" in new_tab.address["curves"]
    # A batch is no epoch: nothing of the recording is marked there.
    expect(chart(view, "batch_loss").locator("path.now")).to_have_count(0)
    chart(view, "batch_loss").press("End")
    expect(readout(view)).to_have_text(f"batch_loss · step {BATCHES - 1} · A train 39.0")


def test_smoothing_keeps_the_values_in_sight(opened):
    view = opened(smoothing="0.9")
    expect(chart(view, "epoch_loss").locator("path.raw")).to_have_count(2)
    before = chart(view, "epoch_loss").locator("path.line").first.get_attribute("d")
    view.get_by_label("smoothing").fill("0")
    expect(chart(view, "epoch_loss").locator("path.raw")).to_have_count(0)
    assert chart(view, "epoch_loss").locator("path.line").first.get_attribute("d") != before


def test_logarithmic_and_over_time(opened):
    view = opened()
    view.get_by_role("button", name="log", exact=True).click()
    expect(chart(view, "epoch_loss").locator("text").filter(has_text="2")).not_to_have_count(0)
    path = chart(view, "epoch_loss").locator("path.line").first.get_attribute("d")
    a, b, c = (float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", path))
    assert b - a == pytest.approx(c - b, abs=0.3)  # 4, 2, 1
    view.get_by_label("across").select_option("time since the start")
    expect(chart(view, "epoch_loss").locator("text").filter(has_text="s")).not_to_have_count(0)


def test_runs_are_lines_of_one_chart_and_what_differs_comes_first(opened):
    view = opened(compare="two/rnnviz")
    expect(chart(view, "epoch_loss").locator("path.line")).to_have_count(4)
    assert sorted(lines(view, "epoch_loss")) == [
        f"{run}/{role}" for run in LOSSES for role in LOSSES[run]
    ]
    rows = view.locator("tbody tr")
    expect(rows).to_have_text(
        [re.compile(r"units\s*12\s*24"), re.compile("cell"), re.compile("seed")]
    )
    weights = rows.locator("th").evaluate_all("all => all.map(e => getComputedStyle(e).fontWeight)")
    assert weights == ["700", "400", "400"]


def test_a_difference_is_b_less_a(opened):
    view = opened(compare="two/rnnviz", mode="difference")
    chart(view, "epoch_loss").press("End")
    expect(readout(view)).to_have_text(
        "epoch_loss · epoch 2 · B − A train +0.500 · B − A validation +0.500"
    )


def test_without_scalars_the_loss_of_the_probe_is_there(opened):
    view = opened(run="bare/rnnviz")
    assert lines(view, "probe loss") == ["bare/rnnviz"]
    expect(view).to_contain_text("keras.callbacks.TensorBoard(log_dir)")
