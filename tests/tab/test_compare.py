"""Two epochs and two runs beside each other in the Text view, on one scale."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.tab.driver import Tab, number
from tests.tab.planted import (
    COSINE,
    HIGH,
    LOW,
    NEW,
    OLD,
    OTHER_SPACES,
    SPACES,
    STRENGTH,
    TEXT,
    UNITS,
    activity,
)


def spaces(tab: Tab, pane: int) -> float:
    """The value that spaces show in a pane, as the legend says."""
    return tab.legend("Text").value(dict(tab.grounds(pane))[" "])


def shown(tab: Tab) -> list[str]:
    return [pane.get_attribute("label") or "" for pane in tab.frame.locator("rv-text-pane").all()]


def copies(tab: Tab, view: str) -> Locator:
    """Instances of a view: one for each recording, or one for all."""
    return tab.frame.get_by_role("region", name=view, exact=True)


def test_two_epochs_of_a_run_stand_side_by_side(new_tab):
    tab = new_tab.open(compare=f"{NEW}/rnnviz", comparestep=0)
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


def test_the_card_has_both_recordings(new_tab):
    tab = new_tab.open(compare=f"{OLD}/rnnviz", comparestep="same")
    tab.until(lambda: len(tab.characters(1)) == len(TEXT), "both texts are there")
    tab.page.mouse.move(*tab.characters(1)[2][1].middle)
    expect(tab.card().locator(".side")).to_have_count(2)
    expect(tab.card()).to_contain_text(f"A · {NEW}")
    expect(tab.card()).to_contain_text(f"B · {OLD}")
    tab.leave()
    tab.frame.get_by_role("button", name="Stop comparing").click()
    expect(tab.frame.locator("rv-text-pane")).to_have_count(1)
    assert "compare" not in tab.address


def test_heatmap_and_spectrum_show_both_and_the_difference(new_tab):
    tab = new_tab.open(compare=f"{NEW}/rnnviz", comparestep=0)
    heatmaps, spectra = copies(tab, "Heatmap"), copies(tab, "Fourier")
    expect(heatmaps).to_have_count(2)
    expect(spectra).to_have_count(2)
    for copy in (0, 1):
        expect(heatmaps.nth(copy).locator(".readout")).to_contain_text(f"{UNITS} units")
        expect(spectra.nth(copy).locator(".readout")).to_contain_text(f"unit {SPACES} ")
    tab.field("Show").select_option("difference")
    expect(heatmaps).to_have_count(1)
    expect(heatmaps.locator("rv-colors")).to_contain_text("hidden state, B − A")
    expect(spectra.locator("rv-colors")).to_contain_text("amplitude, B − A")
    expect(spectra.locator(".readout")).to_contain_text("largest B − A")
    assert tab.address["mode"] == "difference"


def test_cells_of_the_difference_are_b_minus_a(new_tab):
    new_tab.resize(1600, 1400)
    tab = new_tab.open(compare=f"{NEW}/rnnviz", comparestep=0, mode="difference", columns="all")
    a, b = (activity(TEXT, step)[0, :, SPACES] for step in (2, 0))
    readouts = tab.sweep("Heatmap", ".scroller", ((x, 26) for x in range(60, 500, 30)))
    matches = [
        re.match(rf"unit {SPACES} · token (\d+) .* B − A (\S+)", words) for words in readouts
    ]
    assert all(matches), readouts
    for words in matches:
        token = int(words.group(1))
        assert number(words.group(2)) == pytest.approx(b[token] - a[token], abs=0.02)
    legend = tab.legend("Heatmap")
    assert (-legend.low, legend.high) == pytest.approx((HIGH, HIGH), abs=0.05)


def test_spectra_of_both_are_lines_over_each_other(new_tab):
    tab = new_tab.open(compare=f"{OLD}/rnnviz", comparestep="same", mode="overlay", unit=COSINE)
    fourier = tab.view("Fourier")
    expect(copies(tab, "Fourier")).to_have_count(1)
    expect(fourier.get_by_role("list", name="Lines")).to_contain_text(f"A · unit {COSINE}")
    expect(fourier.get_by_role("list", name="Lines")).to_contain_text(f"B · unit {COSINE}")


def test_runs_of_other_cells_say_what_they_lack(new_tab):
    tab = new_tab.open(compare="gru_small/rnnviz", comparestep="last")
    expect(tab.frame.locator("rv-text-pane").nth(1)).to_contain_text("gru_small")
    expect(tab.frame.locator("rv-text-pane").nth(1)).to_contain_text("no layer lstm; it has gru")
