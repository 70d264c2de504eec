"""Every run at a glance: its loss, what is in its log, what was found in it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_rnnviz.log_format import RunWriter
from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.conftest import as_new
from tests.tab.planted import NEW, OLD, OTHER_SPACES, SMALL, SPACES, TEXT

MANY = 40


def rows(tab):
    return tab.view("Overview").locator("rv-run-row")


def row(tab, run):
    return tab.view("Overview").get_by_role("group", name=run, exact=True)


@pytest.fixture
def overview(tab):
    tab.show("Overview")
    expect(row(tab, NEW)).to_contain_text("loss")
    return tab


def test_every_run_has_its_loss_and_sizes(overview):
    expect(rows(overview)).to_have_count(3)
    expect(row(overview, NEW)).to_contain_text("loss 0.500 → 0.250")
    expect(row(overview, NEW)).to_contain_text(f"lstm 12 units · {len(TEXT)} tokens · 3 epochs")
    expect(row(overview, NEW)).to_contain_text(re.compile(r"\d (k|M)B"))
    expect(row(overview, NEW)).to_contain_text("hidden state, forget gate")
    expect(row(overview, SMALL)).to_contain_text("gru 3 units")


def test_the_line_falls_from_the_first_loss_to_the_last(overview):
    path = row(overview, NEW).locator("svg.chart path").get_attribute("d")
    heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", path)]
    first, middle, last = heights
    assert first == 0 < middle < last
    assert (middle - first) / (last - first) == pytest.approx(
        (1 / 2 - 1 / 3) / (1 / 2 - 1 / 4), abs=0.01
    )


def test_a_finding_leads_to_its_run_and_unit(overview):
    finding = row(overview, OLD).locator(".finding").filter(has_text="space").first
    expect(finding).to_contain_text(str(OTHER_SPACES))
    finding.click()
    overview.wait_for_text()
    assert overview.address["run"] == f"{OLD}/rnnviz"
    expect(overview.unit).to_have_value(str(OTHER_SPACES))
    expect(row(overview, OLD).locator(".letter")).to_have_text(["A"])


def test_show_makes_a_run_a_and_compare_makes_it_b(overview):
    expect(row(overview, NEW).get_by_role("button", name="Show")).to_have_attribute(
        "aria-pressed", "true"
    )
    row(overview, OLD).get_by_role("button", name="Compare").click()
    expect(row(overview, OLD).locator(".letter")).to_have_text(["B"])
    row(overview, OLD).get_by_role("button", name="Show").click()
    expect(row(overview, OLD).locator(".letter")).to_have_text(["A"])
    expect(row(overview, NEW).locator(".letter")).to_have_text(["B"])
    row(overview, NEW).get_by_role("button", name="Compare").click()
    expect(row(overview, NEW).locator(".letter")).to_have_count(0)


def test_runs_are_filtered_and_sorted(overview):
    view = overview.view("Overview")
    names = rows(overview).locator("h3")
    expect(names).to_have_text([SMALL, NEW, OLD])
    view.get_by_label("sort").select_option("newest")
    expect(names).to_have_text([NEW, OLD, SMALL])
    view.get_by_label("sort").select_option("loss")
    expect(names).to_have_text([NEW, OLD, SMALL])
    view.get_by_label("Filter runs").fill("lstm_(o|x)")
    expect(names).to_have_text([OLD])
    view.get_by_label("Filter runs").fill("(")
    expect(view).to_contain_text("None of 3 runs fits “(”")


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """Many small runs, the first of them with a hostile name and diagnosis."""
    logs = tmp_path_factory.mktemp("crowd")
    for i in range(MANY):
        text = TEXT[:40]
        hidden = planted.activity(text, 2)
        if i == 0:
            hidden[..., SPACES + 1 :] = np.nan
        name = "a <b>bold</b> & 'quoted' run" if i == 0 else f"run {i:02}"
        with RunWriter(logs / name) as writer:
            planted.write(writer, 0, [planted.recording(text, hidden)])
    with tensorboard_server(logs) as server:
        yield server


@pytest.fixture
def many(crowd, shared_tab):
    for tab in as_new(shared_tab(crowd)):
        yield tab.open()


def test_only_runs_in_sight_are_read(many):
    asked = []
    many.page.on("request", lambda request: asked.append(request.url))
    many.show("Overview")
    expect(rows(many).first).to_contain_text("loss")
    expect(rows(many)).to_have_count(MANY)
    read = {url for url in asked if "/digest?" in url}
    assert 0 < len(read) < MANY / 2
    rows(many).last.scroll_into_view_if_needed()
    expect(rows(many).last).to_contain_text("loss 0.500")


def test_what_the_doctor_found_and_a_hostile_name_are_words(many):
    many.show("Overview")
    first = rows(many).first
    expect(first.locator("h3")).to_have_text("a <b>bold</b> & 'quoted' run")
    expect(first.locator("rv-doctor summary")).to_contain_text("doctor: ")
    expect(first.locator(".titles")).to_contain_text("in lstm")
