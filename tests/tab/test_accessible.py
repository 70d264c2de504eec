"""Accessibility of every view, checked by axe in both themes, wide and narrow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tab.driver import Tab
from tests.tab.test_frame import VIEWS

AXE = Path(__file__).parents[2] / "plugin_frontend/node_modules/axe-core/axe.min.js"

RUN = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    const where = ({ target, html }) => `${target.flat().join(' ')} ${html}`;
    return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(
        ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(where).join(' | ')}`);
}"""


def problems(tab: Tab) -> list[str]:
    """Serious violations, with where they are."""
    if not tab.inner.evaluate("() => 'axe' in window"):
        tab.inner.evaluate(AXE.read_text())
    return tab.inner.evaluate(RUN)


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
def test_axe_finds_nothing_serious_in_any_view(tab, dark):
    tab.page.evaluate("(on) => document.body.classList.toggle('dark-mode', on)", dark)
    try:
        problems_of_views = {}
        for view in VIEWS:
            tab.show(view)
            problems_of_views[view] = problems(tab)
        assert problems_of_views == {view: [] for view in VIEWS}
    finally:
        tab.page.evaluate("() => document.body.classList.remove('dark-mode')")


def test_axe_finds_nothing_serious_on_a_narrow_page(tab):
    tab.resize(700, 800)
    tab.settle()
    assert problems(tab) == []


def test_axe_finds_nothing_serious_while_comparing(new_tab):
    tab = new_tab.open(compare="lstm_old/rnnviz", comparestep="same")
    assert problems(tab) == []


def test_axe_finds_nothing_serious_in_the_docs_and_the_help(tab):
    tab.frame.get_by_role("button", name="docs").click()
    assert problems(tab) == []
    tab.page.keyboard.press("Escape")
    tab.press("?")
    assert problems(tab) == []
    tab.page.keyboard.press("Escape")
