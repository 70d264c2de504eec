"""View Words: clusters, chosen words, the pinned token, heat map, and sizes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tb_rnnviz.log_format import RunWriter
from tests.planted_logs import write_step
from tests.server import Server, tensorboard_server
from tests.tab.driver import Tab
from tests.tab.test_accessible import problems
from tests.tab.test_pictures import assert_nothing_sticks_out
from tests.tensorboard.test_word_routes import GROUPS, UNITS, sequences

RUN = "run1/rnnviz"


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    logs = tmp_path_factory.mktemp("words")
    with RunWriter(logs / "run1") as writer:
        for step in (0, 1):
            write_step(writer, step, sequences(step))
    with tensorboard_server(logs, True) as started:
        yield started


def opened(new_tab: Tab, **link: str) -> tuple[Tab, Locator]:
    tab = new_tab.open(run=RUN, **link)
    tab.show("Words")
    view = tab.frame.locator("rv-words-view")
    expect(view.locator("svg.clusters, rv-words-heatmap")).to_be_visible()
    return tab, view


CLOUDS = """(svg) => {
    const box = (one) => one.getBoundingClientRect();
    const all = [...svg.querySelectorAll('rect.block')].map(box);
    const right = Math.max(...all.map(({ left }) => left));
    const words = [...svg.querySelectorAll('text.word')];
    const inside = ({ top, bottom }) => (word) => {
        const middle = (box(word).top + box(word).bottom) / 2;
        return top < middle && middle < bottom;
    };
    return all.filter(({ left }) => left === right).map((cloud) =>
        words.filter(inside(cloud)).map((word) => word.textContent.trim()).sort());
}"""


def clouds(view: Locator) -> list[list[str]]:
    """Words inside the frame of each cloud, from the top."""
    return view.locator("svg.clusters").evaluate(CLOUDS)


def test_clouds_have_the_planted_words_and_say_how_stable_they_are(new_tab):
    tab, view = opened(new_tab, **{"word-clusters": "3"})
    shown = clouds(view)
    planted = [sorted("\u2423" if word == " " else word for word in group) for group in GROUPS]
    assert sorted(shown) == sorted(planted)
    assert view.locator("svg.clusters g.unit").count() == UNITS
    expect(view.get_by_text("of shuffled responses")).to_be_visible()
    assert problems(tab) == []
    earlier = opened(new_tab, step="0", **{"word-clusters": "3"})[1]
    expect(earlier.get_by_text("of shuffled responses")).to_be_visible()
    assert clouds(earlier) == shown, "clusters keep their numbers over the steps"


def test_chosen_words_colour_units_and_have_curves_beside_the_pinned_token(new_tab):
    tab, view = opened(new_tab, token="40", **{"word-clusters": "3"})
    fills = "(all) => all.map((one) => one.querySelector('rect').getAttribute('fill'))"
    before = view.locator("g.unit").evaluate_all(fills)
    view.locator("svg.clusters text.word", has_text="e").first.click()
    expect(view.locator("button.chosen")).to_be_visible()
    assert view.locator("g.unit").evaluate_all(fills) != before
    curves = view.get_by_role("region", name="Responses to words").locator("svg")
    expect(curves).to_be_visible()
    view.locator("g.unit").nth(5).click()
    expect(view.get_by_role("region", name="Words of a unit").locator("h3")).to_contain_text("unit")
    assert "words=" in tab.page.url


def test_the_heat_map_is_reached_by_keys_exported_and_fits(new_tab):
    tab, view = opened(new_tab, **{"words-picture": "heatmap", "word-clusters": "3"})
    heat_map = view.locator("rv-words-heatmap [role=application]")
    heat_map.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        tab.page.keyboard.press(key)
    expect(view.get_by_role("status")).to_contain_text("times)")
    tab.page.keyboard.press("Enter")
    expect(view.locator("button.chosen")).to_be_visible()
    for width in (600, 1000, 1600):
        tab.resize(width, 900)
        tab.settle()
        assert_nothing_sticks_out(tab)
    assert problems(tab) == []
