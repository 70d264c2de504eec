"""Runs that are replaced, that grow, or that were recorded once, in the tab."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import expect

from tb_rnnviz.log_format import RunWriter
from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.driver import Tab

OTHER = "now there is quite another book to be read by the network "
FEW, MORE = 4, 6


def write_text(log_dir, tokens: str, steps: int = 2) -> None:
    with RunWriter(log_dir) as writer:
        for step in range(steps):
            hidden = planted.activity(tokens, step, marks=0, units=FEW)
            planted.write(writer, step, [planted.recording(tokens, hidden)])


def text_of(tab: Tab) -> str:
    return "".join(character for character, _ in tab.characters())


def test_a_run_that_is_trained_anew_has_its_new_text_without_a_reload(tmp_path, visit):
    run = tmp_path / "run"
    write_text(run, planted.TEXT)
    with tensorboard_server(tmp_path, True, "--reload_interval=1") as at, visit(at) as tab:
        tab.open()
        assert text_of(tab).startswith(planted.TEXT[:20])
        shutil.rmtree(run)
        write_text(run, OTHER * 3)
        tab.until(lambda: text_of(tab).startswith(OTHER[:20]), "the new text", seconds=60)
        tab.frame.get_by_role("slider", name="Epoch", exact=True).press("ArrowLeft")
        tab.until(lambda: tab.epoch == "epoch 0", "the first epoch is chosen")
        tab.wait_for_text()
        assert text_of(tab).startswith(OTHER[:20]), "the first epoch is that of the new run, too"


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """A run whose layer grows, and one of a model that is not trained."""
    logs = tmp_path_factory.mktemp("kinds")
    with RunWriter(logs / "growing") as writer:
        for step, (units, marks) in enumerate([(FEW, 3), (MORE, 5)]):
            # The planted strength grows from nothing at step 0.
            hidden = planted.activity(planted.TEXT, 2, marks=marks, units=units)
            planted.write(writer, step, [planted.recording(planted.TEXT, hidden)])
    with RunWriter(logs / "untrained", axis="once") as writer:
        hidden = planted.activity(planted.TEXT, 2, marks=1, units=FEW)
        planted.write(writer, 0, [planted.recording(planted.TEXT, hidden)])
    with tensorboard_server(logs) as server:
        yield server


def first_finding(tab: Tab) -> str:
    return tab.view("Findings").locator(".unit").first.inner_text()


def test_a_finding_opens_its_own_unit_while_a_layer_grows_from_4_to_6(new_tab):
    tab = new_tab.open(run="growing/rnnviz", unit=5)
    bar = tab.frame.locator("rv-top-bar")
    expect(bar).to_contain_text(f"of {MORE}")
    assert first_finding(tab) == "5"
    tab.view("Findings").locator(".finding").first.click()
    expect(tab.unit).to_have_value("5")
    tab.slider.press("ArrowLeft")
    tab.until(lambda: tab.epoch == "epoch 0", "the first epoch is chosen")
    expect(bar).to_contain_text(f"of {FEW}")
    tab.wait_for_text()
    assert first_finding(tab) == "3"
    tab.view("Findings").locator(".finding").first.click()
    expect(tab.unit).to_have_value("3")
    tab.slider.press("ArrowRight")
    expect(bar).to_contain_text(f"of {MORE}")
    expect(tab.unit).to_have_value("3")
    tab.wait_for_text()
    assert first_finding(tab) == "5"


def test_a_model_that_is_not_trained_is_recorded_once(new_tab):
    tab = new_tab.open(run="untrained/rnnviz")
    bar = tab.frame.locator("rv-epoch-bar")
    expect(bar).to_contain_text("recorded once")
    expect(bar).not_to_contain_text("of 0")
    expect(bar).not_to_contain_text("epoch")
    expect(tab.frame.get_by_role("slider", name="Recording", exact=True)).to_be_disabled()
