"""Runs of more steps than the tab has whole digests of."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tensorboard.compat.proto import event_pb2

from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.log_format.event_file import EventFile, event_files
from tb_rnnviz.log_format.tfrecord import read_frames
from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.planted import OTHER_SPACES, SPACES, TEXT

EPOCHS = 130


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """A run in which even epochs are alike, and odd ones."""
    logs = tmp_path_factory.mktemp("long")
    with RunWriter(logs / "run") as writer:
        for step, marks in enumerate((SPACES, OTHER_SPACES)):
            recording = planted.recording(TEXT, planted.activity(TEXT, 1, marks))
            planted.write(writer, step, [recording])
    (path,) = event_files(logs / "run" / "rnnviz")
    with path.open("rb") as file:
        events = [event_pb2.Event.FromString(data) for data in read_frames(file)]
    file = EventFile(path.parent)
    for step in range(2, EPOCHS):
        for event in events:
            if event.summary.value and event.step == step % 2:
                copy = event_pb2.Event.FromString(event.SerializeToString())
                copy.step = step
                file.append(copy)
    file.close()
    with tensorboard_server(logs) as server:
        yield server


def findings_at(tab, step):
    tab.open(wait=False, run="run/rnnviz", enlarged="findings", findingsas="table", step=step)
    view = tab.view("Findings")
    expect(view.get_by_label(f"Findings at epoch {step}", exact=True)).to_be_visible()
    tab.settle()
    return view.locator("tbody tr").all_inner_texts()


def test_findings_of_a_step_far_back_are_read_when_it_is_shown(new_tab):
    asked = []
    new_tab.page.on("request", lambda request: asked.append(request.url))
    recent = [findings_at(new_tab, EPOCHS - 2), findings_at(new_tab, EPOCHS - 1)]
    assert not any("/digest?" in url and "&step=" in url for url in asked)
    assert recent[0] != recent[1] and all(recent)
    assert [findings_at(new_tab, 4), findings_at(new_tab, 5)] == recent
    assert any("/digest?" in url and "&step=4" in url for url in asked)


def test_the_slider_passes_over_steps_far_back(new_tab):
    rows = findings_at(new_tab, 6)
    new_tab.slider.press("ArrowLeft")
    new_tab.slider.press("ArrowLeft")
    view = new_tab.view("Findings")
    expect(view.get_by_label("Findings at epoch 4", exact=True)).to_be_visible()
    new_tab.settle()
    assert view.locator("tbody tr").all_inner_texts() == rows
