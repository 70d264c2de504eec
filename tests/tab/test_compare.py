"""Two epochs and two runs beside each other in the Text view, on one scale."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.tab.driver import Tab
from tests.tab.planted import HIGH, LOW, NEW, OLD, OTHER_SPACES, SPACES, STRENGTH, TEXT


def spaces(tab: Tab, pane: int) -> float:
    """The value that spaces show in a pane, as the legend says."""
    return tab.legend("Text").value(dict(tab.grounds(pane))[" "])


def shown(tab: Tab) -> list[str]:
    return [pane.get_attribute("label") or "" for pane in tab.frame.locator("rv-text-pane").all()]


def test_two_epochs_of_a_run_stand_side_by_side(tab):
    tab.open(compare=f"{NEW}/rnnviz", comparestep=0)
    expect(tab.frame.locator("rv-text-pane")).to_have_count(2)
    tab.until(lambda: len(tab.characters(1)) == len(TEXT), "both texts are there")
    tab.wait_for_text()
    assert shown(tab) == [f"A · {NEW} · epoch 2", f"B · {NEW} · epoch 0"]
    assert spaces(tab, 0) == pytest.approx(HIGH, abs=0.05)
    assert spaces(tab, 1) == pytest.approx(STRENGTH[0] * HIGH, abs=0.05)
    tab.frame.locator("rv-top-bar").get_by_role("combobox").nth(0).select_option("1")
    tab.until(lambda: abs(spaces(tab, 1) - STRENGTH[1] * HIGH) < 0.05, "B is epoch 1")
    left, right = tab.characters(0)[0][1], tab.characters(1)[0][1]
    assert left.y == right.y and left.x + 300 < right.x


def test_two_runs_stand_side_by_side_and_move_together(tab):
    tab.frame.get_by_role("button", name="compare").click()
    expect(tab.frame.locator("rv-text-pane")).to_have_count(2)
    tab.frame.locator("rv-run-picker").nth(1).locator("button").click()
    tab.frame.get_by_role("option", name=OLD).click()
    tab.until(lambda: shown(tab) == [f"A · {NEW} · epoch 2", f"B · {OLD} · epoch 2"], "both labels")
    tab.until(lambda: len(tab.characters(1)) == len(TEXT), "both texts are there")
    tab.wait_for_text()
    assert spaces(tab, 0) == pytest.approx(HIGH, abs=0.05)
    assert abs(spaces(tab, 1)) < 0.25, f"in {OLD} unit {SPACES} does not mark spaces"
    tab.unit.fill(str(OTHER_SPACES))
    tab.unit.press("Enter")
    tab.until(lambda: spaces(tab, 1) > 0.8, f"in {OLD} unit {OTHER_SPACES} does")
    assert abs(spaces(tab, 0)) < 0.25
    tab.slider.fill("1")
    tab.until(lambda: shown(tab)[1].endswith("epoch 1"), "B goes with A")
    value = tab.legend("Text").value(dict(tab.grounds(1))["t"])
    assert value == pytest.approx(STRENGTH[1] * LOW, abs=0.05)


def test_the_card_has_both_recordings(tab):
    tab.open(compare=f"{OLD}/rnnviz", comparestep="same")
    tab.until(lambda: len(tab.characters(1)) == len(TEXT), "both texts are there")
    tab.page.mouse.move(*tab.characters(1)[2][1].middle)
    expect(tab.card().locator(".side")).to_have_count(2)
    expect(tab.card()).to_contain_text(f"A · {NEW}")
    expect(tab.card()).to_contain_text(f"B · {OLD}")
    tab.leave()
    tab.frame.get_by_role("button", name="Stop comparing").click()
    expect(tab.frame.locator("rv-text-pane")).to_have_count(1)
    assert "compare" not in tab.address


def test_heatmap_and_spectrum_show_either_and_the_difference(tab):
    tab.open(compare=f"{NEW}/rnnviz", comparestep=0)
    heatmap, fourier = tab.view("Heatmap"), tab.view("Fourier")
    heatmap.get_by_role("button", name="B − A").click()
    expect(heatmap.locator("rv-colors")).to_contain_text("hidden state, B − A")
    heatmap.get_by_role("button", name="B", exact=True).click()
    expect(heatmap.get_by_role("button", name="B", exact=True, pressed=True)).to_be_visible()
    fourier.get_by_role("button", name="B", exact=True).click()
    expect(fourier.get_by_role("button", name="B", exact=True, pressed=True)).to_be_visible()


def test_runs_of_other_cells_say_what_they_lack(tab):
    tab.open(compare="gru_small/rnnviz", comparestep="last")
    expect(tab.frame.locator("rv-text-pane").nth(1)).to_contain_text("gru_small")
    expect(tab.frame.locator("rv-text-pane").nth(1)).to_contain_text("no layer lstm; it has gru")
