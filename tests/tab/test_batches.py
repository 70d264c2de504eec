"""A recording by batches is spoken of in batches, everywhere."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tb_rnnviz.log_format import RunWriter
from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.planted import TEXT

STEPS = (-1, 500, 1000, 1500)


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    logs = tmp_path_factory.mktemp("batches")
    with RunWriter(logs / "run", axis="batch") as writer:
        for i, step in enumerate(STEPS):
            planted.write(writer, step, [planted.recording(TEXT, planted.activity(TEXT, i))])
    planted.write_run(logs / "epochs", steps=2)
    with tensorboard_server(logs) as server:
        yield server


def test_the_slider_and_what_it_says_count_batches(new_tab):
    tab = new_tab.open(run="run/rnnviz")
    slider = tab.frame.get_by_role("slider", name="Batch", exact=True)
    expect(slider).to_have_attribute("aria-valuetext", "batch 1500")
    expect(tab.frame.locator("rv-epoch-bar")).to_contain_text("batch 1500 of 1500")
    expect(tab.frame.get_by_role("button", name="Play the batches")).to_be_visible()
    tab.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "batch 1000")
    slider.fill("0")
    expect(slider).to_have_attribute("aria-valuetext", "before training")
    expect(tab.frame.get_by_role("list", name="Findings at before training")).to_be_attached()


def test_no_epoch_is_spoken_of(new_tab):
    tab = new_tab.open(run="run/rnnviz")
    tab.press("?")
    expect(tab.frame.get_by_role("dialog")).to_contain_text("play and pause the batches")
    spoken = tab.frame.locator("body").evaluate(
        """(body) => {
            const all = (root) => [...root.querySelectorAll('*')].flatMap(
                (e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
            return all(body).filter((e) => !e.matches('style, script')).flatMap((e) => [
                ...[...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data),
                ...['title', 'aria-label', 'aria-valuetext'].map((a) => e.getAttribute(a) ?? ''),
            ]);
        }"""
    )
    assert not [words for words in spoken if re.search("epoch", words, re.IGNORECASE)]
    assert [words for words in spoken if "batch" in words]
    tab.press("Escape")


def test_each_side_of_a_comparison_has_its_own_word(new_tab):
    tab = new_tab.open(run="run/rnnviz", compare="epochs/rnnviz", comparestep="1")
    panes = tab.frame.locator("rv-text-pane")
    expect(panes.first).to_contain_text("A · run · batch 1500")
    expect(panes.last).to_contain_text("B · epochs · epoch 1")
