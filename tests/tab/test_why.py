"""View Why: predictions, their parts, epochs, units, the reach of the gradient."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tb_rnnviz.log_format import RunWriter
from tests.planted_logs import PLANTED, planted_explanations, planted_recording, write_step
from tests.server import Server, tensorboard_server
from tests.tab.driver import Tab
from tests.tab.test_accessible import problems
from tests.tab.test_pictures import assert_nothing_sticks_out

STEPS = 3


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two runs whose steps 0 and 2 are explained."""
    logs = tmp_path_factory.mktemp("why")
    for run in ("run1", "run2"):
        with RunWriter(logs / run) as writer:
            for step in range(STEPS):
                recording = planted_recording(seed=step)
                if step != 1:
                    recording.explanations = planted_explanations(recording, step)
                write_step(writer, step, recording)
    with tensorboard_server(logs, True) as started:
        yield started


@pytest.fixture
def tab(server: Server, visit: Callable[..., Tab]) -> Tab:
    opened = visit(server).open(run="run1/rnnviz", step=2)
    opened.show("Why")
    return opened


def download(tab: Tab, entry: str) -> bytes:
    menu = tab.menu("Why")
    with tab.page.expect_download() as coming:
        menu.get_by_role("button", name=entry).click()
    return Path(coming.value.path()).read_bytes()


def test_a_prediction_is_chosen_by_keys_and_the_link_says_so(tab: Tab) -> None:
    view = tab.view("Why")
    buttons = view.locator(".predictions button")
    expect(buttons).to_have_count(3)
    buttons.first.click()
    assert tab.address["why"] == "0:40"
    expect(view.get_by_text("the gap is 0.4 %")).to_be_visible()
    tab.press("ArrowDown")
    expect(buttons.nth(1)).to_be_focused()
    assert tab.address["why"] == "0:60"
    expect(view.get_by_text("not conserved: the parts miss it by 5.0 %")).to_be_visible()
    parts = view.locator("ol.parts").first.locator("li")
    expect(parts.first).to_contain_text("the last read")
    expect(parts.first).to_contain_text("+3.00")
    expect(parts.nth(1)).to_contain_text("1 before")
    expect(parts.nth(1)).to_contain_text("−1.50")


def test_epochs_that_explain_it_stand_below_each_other(tab: Tab) -> None:
    view = tab.view("Why")
    rows = view.locator(".epochs tr")
    expect(rows).to_have_count(2)
    rows.first.get_by_role("button").click()
    expect(tab.slider).to_have_attribute("aria-valuetext", "epoch 0")


def test_an_epoch_without_explanations_leads_to_the_nearest(
    server: Server, visit: Callable[..., Tab]
) -> None:
    tab = visit(server).open(run="run1/rnnviz", step=1)
    view = tab.show("Why")
    expect(view.get_by_text("Nothing is explained at epoch 1.")).to_be_visible()
    view.get_by_role("button", name="Show epoch 0").click()
    expect(view.locator(".predictions button")).to_have_count(3)


def test_units_are_one_press_away_in_both_directions(
    server: Server, visit: Callable[..., Tab]
) -> None:
    tab = visit(server).open(run="run1/rnnviz", step=2)
    view = tab.show("Why")
    view.get_by_role("button", name=f"unit {PLANTED}").click()
    assert tab.address["unit"] == str(PLANTED)
    unit = tab.show("Unit")
    unit.get_by_title("Show in the view Why what moved it").first.click()
    expect(tab.view("Why").locator(".text .token").first).to_be_visible()


def test_the_table_has_every_part(tab: Tab) -> None:
    lines = list(csv.reader(io.StringIO(download(tab, "CSV").decode())))
    assert lines[0][-1] == "part" and len(lines) == 1 + 3 * 32
    assert [float(line[-1]) for line in lines[31:33]] == pytest.approx([-1.5, 3.0], rel=0.01)


def test_compared_runs_are_drawn_below_each_other(
    server: Server, visit: Callable[..., Tab]
) -> None:
    options = {"compare": "run2/rnnviz", "comparestep": 2, "mode": "overlay"}
    tab = visit(server).open(run="run1/rnnviz", step=2, **options)
    view = tab.show("Why")
    expect(view.locator("section[aria-label='What moved it']")).to_have_count(2)


@pytest.mark.parametrize("width", [600, 1600])
def test_nothing_sticks_out(server: Server, visit: Callable[..., Tab], width: int) -> None:
    tab = visit(server, width=width, height=900).open(run="run1/rnnviz", step=2)
    view = tab.show("Why")
    expect(view.locator("rv-line-chart svg").first).to_be_visible()
    assert_nothing_sticks_out(tab)


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
def test_axe_finds_nothing_serious(tab: Tab, dark: bool) -> None:
    tab.page.evaluate("(on) => document.body.classList.toggle('dark-mode', on)", dark)
    tab.settle()
    assert problems(tab) == []
