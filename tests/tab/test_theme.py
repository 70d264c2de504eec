"""Dark and light: the tab looks as TensorBoard does, at once."""

from __future__ import annotations

import numpy as np
from playwright.sync_api import expect

from tests.tab.driver import Tab
from tests.tab.planted import HIGH, LOW


def choose_theme(tab: Tab, name: str) -> None:
    tab.page.get_by_role("button", name="Menu for changing light or dark theme").click()
    tab.page.get_by_role("menuitem", name=name).click()
    tab.page.locator(".cdk-overlay-backdrop").wait_for(state="detached")


def lightness(tab: Tab, view: str) -> float:
    return float(np.median(tab.picture(tab.box(tab.view(view)))))


def test_dark_follows_tensorboards_switch_while_it_is_open(museum, visit):
    tab = visit(museum(True)).open()
    views = ("Text", "Heatmap", "Fourier", "Findings")
    assert all(lightness(tab, view) > 240 for view in views)
    choose_theme(tab, "Dark")
    tab.until(lambda: all(lightness(tab, view) < 70 for view in views), "all views are dark")
    legend = tab.legend("Text")
    assert max(legend.color(0)) < 80, "nothing is the colour of the page"
    seen = dict(tab.grounds())
    assert abs(legend.value(seen[" "]) - HIGH) < 0.06 and abs(legend.value(seen["t"]) - LOW) < 0.06
    choose_theme(tab, "Light")
    tab.until(lambda: all(lightness(tab, view) > 240 for view in views), "all views are light")


def test_the_tab_opens_dark_in_a_dark_tensorboard(museum, visit):
    tab = visit(museum(True)).open()
    choose_theme(tab, "Dark")
    setting = "JSON.parse(localStorage._tb_global_settings ?? '{}').theme === 'dark'"
    tab.until(lambda: tab.page.evaluate(setting), "TensorBoard remembers it")
    tab.page.reload()
    tab.wait_for_text()
    expect(tab.frame.locator("rv-app[dark]")).to_be_visible()
    assert lightness(tab, "Text") < 70
