"""Injection: names and tokens that are markup stay text and never run."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_rnnviz.features import Literal
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.recording import LayerActivity, Recording
from tests.server import tensorboard_server
from tests.tab import planted

BOOM = "top.boom=1"
IMAGE = f"<img src=x onerror={BOOM}>"
SCRIPT = f"<script>{BOOM}</script>"
BREAKOUT = f"'\"><svg onload={BOOM}>"
TOKENS = [SCRIPT, IMAGE, BREAKOUT, "&amp;", "{{7*7}}", "${7*7}", "\u202e", "\x00", "\x1b[31m", "\n"]
RUN = IMAGE.replace("/", "")
LAYER, QUANTITY, PROBE, FEATURE = f"l{SCRIPT}", f"q{IMAGE}", f"p/{BREAKOUT}&=#%2e", f"f{SCRIPT}"


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    logs = tmp_path_factory.mktemp("hostile")
    rng = np.random.default_rng(0)
    tokens = [SCRIPT, *(TOKENS[index] for index in rng.integers(len(TOKENS), size=150))]
    hidden = planted.activity(tokens, 2)
    hidden[0, :, 0] = [token == SCRIPT for token in tokens] + rng.normal(0, 0.1, len(tokens))
    layer = LayerActivity(
        LAYER, f"c{IMAGE}", {QUANTITY: hidden}, {}, hidden[..., 0] > -9, [len(tokens)]
    )
    recording = Recording([layer], [len(tokens)], tokens=[tokens], probe=PROBE)
    feature = Literal(FEATURE, SCRIPT)
    with RunWriter(logs / RUN) as writer:
        for step in range(2):
            planted.write(writer, step, [recording], (feature,))
    with tensorboard_server(logs) as server:
        yield server


def test_markup_in_names_and_tokens_is_shown_as_it_is(tab):
    expect(tab.frame.locator("rv-run-picker .opener")).to_contain_text(RUN)
    for label, name in (("Probe", PROBE), ("Layer", LAYER), ("Feature", FEATURE)):
        expect(tab.field(label)).to_contain_text(name)
    expect(tab.field("Quantity")).to_contain_text(QUANTITY.replace("_", " "))
    expect(tab.view("Findings")).to_contain_text(FEATURE)
    expect(tab.view("Text")).to_contain_text(SCRIPT)
    tab.page.mouse.click(*tab.characters()[1][1].middle)
    expect(tab.card().locator(".head b")).to_have_text(SCRIPT)
    tab.frame.get_by_role("button", name="compare").click()
    expect(tab.frame.locator("rv-text-pane")).to_have_count(2)
    tab.frame.locator("rv-run-picker button").first.click()
    expect(tab.frame.locator("rv-run-picker [role=option]")).to_have_text([RUN])
    assert_nothing_came_alive(tab)


def test_a_hostile_link_is_only_text(new_tab):
    words = {key: SCRIPT for key in ("run", "probe", "layer", "quantity", "feature", "columns")}
    tab = new_tab.open(**words, token=IMAGE, bars=IMAGE, camera=IMAGE, fourier=SCRIPT)
    expect(tab.frame.locator("rv-run-picker .opener")).to_contain_text(RUN)
    assert_nothing_came_alive(tab)


def test_every_hostile_name_survives_a_link(tab, board, visit):
    tab.until(lambda: tab.address.get("feature") == FEATURE, "the address has the names")
    assert tab.address["probe"] == PROBE and tab.address["layer"] == LAYER
    again = visit(board)
    again.page.goto(tab.page.url)
    again.wait_for_text()
    assert again.address == tab.address


def assert_nothing_came_alive(tab) -> None:
    assert tab.page.evaluate("window.boom") is None
    alive = tab.frame.locator("body").evaluate(
        """(body) => {
            const all = (root) => [...root.querySelectorAll('*')].flatMap(
                (e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
            return all(body).filter((e) => e.matches('img, script:not([type=module]), svg[onload],'
                + ' iframe, object, embed, a[href], [onerror], [onload]')).map((e) => e.outerHTML);
        }"""
    )
    assert alive == []
