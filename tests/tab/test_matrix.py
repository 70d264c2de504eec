"""View Matrix: cells, tokens on both sides, curves, numbers over the epochs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tb_rnnviz.log_format import RunWriter
from tests.planted_logs import planted_recording, write_planted_recording
from tests.server import Server, tensorboard_server
from tests.tab.driver import Tab

TEXT = "a cold day"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Runs whose head 0 attends at row k to token k alone, in A to half."""
    logs = tmp_path_factory.mktemp("matrix")
    for run in ("run0", "run1"):
        with RunWriter(logs / run) as writer:
            for step in range(3):
                recording = planted_recording(TEXT, seed=step)
                if run == "run0":
                    recording.matrices["attention"][:, 0] *= 0.5
                with writer.step(step):
                    write_planted_recording(writer, step, recording)
    with tensorboard_server(logs, True) as started:
        yield started


@pytest.fixture
def tab(server: Server, visit: Callable[[Server], Tab]) -> Tab:
    return visit(server).open(run="run1/rnnviz", matrixhead="0", step=1)


def test_a_cell_is_read_out_with_its_row_and_its_token(tab: Tab) -> None:
    view = tab.show("Matrix")
    picture = view.locator("rv-matrix-canvas")
    expect(picture).to_be_visible()
    picture.locator("div").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        tab.press(key)
    expect(view.locator(".readout")).to_have_text("row 1 two · column 1 ␣ · 1.00")
    tab.press("ArrowDown")
    expect(view.locator(".readout")).to_have_text("row 2 three · column 1 ␣ · 0.000")
    tab.press("Escape")
    expect(view.locator(".readout")).to_have_text("")


def test_curves_join_each_row_with_the_token_that_it_attends_to(tab: Tab) -> None:
    view = tab.show("Matrix")
    view.get_by_role("button", name="Curves").click()
    expect(view.locator(".curve")).to_have_count(4)
    view.locator("[data-side=row][data-index='2']").hover()
    expect(view.locator(".curve.other")).to_have_count(3)
    expect(view.locator(".readout")).to_have_text("row 2 three")
    assert tab.address["matrixdrawing"] == "curves"


def test_the_numbers_are_drawn_over_the_epochs(tab: Tab) -> None:
    charts = tab.show("Matrix").locator("rv-line-chart")
    expect(charts).to_have_count(3)
    expect(charts.first.locator(".now")).to_have_attribute("data-step", "1")


def test_a_difference_reads_out_both_values_and_the_difference(tab: Tab) -> None:
    tab.open(
        run="run0/rnnviz", compare="run1/rnnviz", mode="difference", matrixhead="0", step=1,
        comparestep=1,
    )  # fmt: skip
    view = tab.show("Matrix")
    picture = view.locator("rv-matrix-canvas")
    expect(picture).to_have_count(1)
    expect(view.locator("rv-colors")).to_contain_text("head 1 of 2, B − A")
    picture.locator("div").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        tab.press(key)
    expect(view.locator(".readout")).to_contain_text("A 0.500 · B 1.00 · B − A 0.500")
    tab.field("Show").select_option(label="overlaid")
    expect(picture).to_have_count(2)
