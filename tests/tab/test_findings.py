"""Findings view: list, table, plot, pins, filter, cards; selection by behaviour."""

from __future__ import annotations

import csv
import io
import math
import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from playwright.sync_api import expect

from tb_rnnviz.features import Literal
from tb_rnnviz.log_format import RunWriter
from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.driver import number
from tests.tab.planted import LETTER_E, OTHER_SPACES, SPACES, TEXT, UNITS

HOSTILE = "<img src=x onerror=top.boom=1>\"'; rm -rf / #\n"
FEATURES = (*planted.FEATURES, Literal(HOSTILE, " "), Literal("letter a", "a"))
USED = {"effect": 0.31, "low": 0.2, "high": 0.44, "on": 0.33, "off": 0.02}
NOT_USED = {"effect": 0.03, "low": -0.01, "high": 0.07, "on": 0.05, "off": 0.02}
STEPS = 3
PINNED = "Pin space, lstm hidden state 5"
NAMED = {"layer": "lstm", "quantity": "hidden_state"}


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """A TensorBoard, and what the digests of its runs say: hypotheses by run and step."""
    logs = tmp_path_factory.mktemp("findings")
    findings_of_runs = {}
    for run, marks in (("two", OTHER_SPACES), ("one", SPACES)):
        with RunWriter(logs / run) as writer:
            for step in range(STEPS):

                def causes(report, key=(run, step), marks=marks):
                    numbers = {("space", marks): USED, ("letter e", LETTER_E): NOT_USED}
                    report = planted.with_ablation_effects(report, numbers)
                    findings_of_runs[key] = report.digest.to_json()["hypotheses"]
                    return report

                one = planted.recording(TEXT, planted.activity(TEXT, step, marks))
                planted.write(writer, step, [one], FEATURES, add_evidence=causes)
    with tensorboard_server(logs) as server:
        yield server, findings_of_runs


@pytest.fixture
def board(logged):
    return logged[0]


def wide(tab, shape="table", **words):
    """The findings over all the room there is."""
    words = {"run": "one/rnnviz", "enlarged": "findings", "findingsas": shape} | words
    tab.open(wait=False, **words)
    tab.view("Findings").locator("rv-findings-view .head").wait_for()
    tab.settle()
    return tab.view("Findings")


def hypotheses(logged, run="one", step=STEPS - 1):
    return logged[1][run, step]


def rows(view):
    return view.locator("tbody tr:not(.open)")


def cells(view, column):
    return view.locator(f"td[data-column={column}]")


def row(view, feature, unit, quantity="hidden state"):
    """The row of a link, by what its pin is called."""
    named = f"[aria-label^='Pin {feature}'][aria-label$='{quantity} {unit}']"
    return view.locator(f"tr:has({named})")


def choose(view, feature, unit):
    row(view, feature, unit).get_by_role("button", name=feature, exact=False).last.click()


class TestTable:
    def test_enlarged_findings_are_a_table_of_all_there_is(self, new_tab, logged):
        view = wide(new_tab, shape="")
        expect(rows(view)).to_have_count(len(hypotheses(logged)))
        heads = view.get_by_role("columnheader").all_inner_texts()
        known = [
            *("feature", "layer", "quantity", "unit", "score", "effect sd", "q"),
            *("lag tokens", "spectral peak per token", "ablation nats", "since epoch"),
        ]
        assert [head.strip() for head in heads if head.strip() in known] == known

    def test_a_row_has_the_numbers_of_the_digest(self, new_tab, logged):
        view = wide(new_tab)
        (finding,) = (
            h
            for h in hypotheses(logged)
            if (h["feature"], h["unit"], h["quantity"]) == ("space", SPACES, "hidden_state")
        )
        first = rows(view).first
        assert first.locator("td").nth(4).inner_text() == str(SPACES)
        text = " ".join(first.locator("td").all_inner_texts())
        assert f"+{finding['effect']:.0f}" in text
        assert f"{finding['peak']['frequency']:.3f}, q" in text
        assert re.search(r"0\s*reacting", text)
        assert re.search(r"\+0\.310 \[0\.200, 0\.440\]\s*used", text)
        assert text.endswith(" 1"), "the unit does it from epoch 1 on"

    def test_pressing_a_head_sorts_and_pressing_it_again_turns(self, new_tab, logged):
        view = wide(new_tab)
        head = view.get_by_role("columnheader", name="effect")
        sizes = sorted((abs(h["effect"]) for h in hypotheses(logged)), reverse=True)

        def seen():
            return [abs(number(word)) for word in cells(view, "effect").all_inner_texts()]

        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", "descending")
        assert seen() == pytest.approx(sizes, rel=5e-3, abs=5e-4)
        head.get_by_role("button").press("Enter")
        expect(head).to_have_attribute("aria-sort", "ascending")
        assert seen() == pytest.approx(sizes[::-1], rel=5e-3, abs=5e-4)
        assert new_tab.address["findingssort"] == "effect.up"
        head.get_by_role("button").press("Enter")
        expect(head).to_have_attribute("aria-sort", "none")

    def test_what_was_not_measured_is_last_whichever_way(self, new_tab):
        view = wide(new_tab)
        for way in ("descending", "ascending"):
            head = view.get_by_role("columnheader", name="ablation")
            head.get_by_role("button").click()
            expect(head).to_have_attribute("aria-sort", way)
            words = cells(view, "ablation").all_inner_texts()
            assert [word.startswith("–") for word in words] == [False] * 2 + [True] * (
                len(words) - 2
            )

    def test_filters_leave_what_they_ask_for(self, new_tab, logged):
        view = wide(new_tab)
        findings = hypotheses(logged)
        view.get_by_role("button", name="above chance").click()
        expect(rows(view)).to_have_count(sum(h["q"] <= 0.05 for h in findings))
        expect(view.locator("tr.chance")).to_have_count(0)
        view.get_by_role("combobox", name="Feature of the findings").select_option("letter e")
        expect(rows(view)).to_have_count(2)
        view.get_by_role("searchbox", name="Filter findings").fill("not used")
        expect(rows(view)).to_have_count(1)
        expect(view.locator(".foot")).to_contain_text(f"1 of {len(findings)} listed")
        view.get_by_role("searchbox", name="Filter findings").fill("no such thing")
        view.get_by_role("button", name="Show all").click()
        expect(rows(view)).to_have_count(len(findings))

    def test_chance_is_grey_says_so_and_has_a_mark_on_the_bar(self, new_tab, logged):
        view = wide(new_tab, pins=f"letter e~lstm~hidden_state~{SPACES}")
        expect(row(view, "letter e", SPACES)).to_contain_text("chance")
        is_chance = [word.endswith("chance") for word in cells(view, "q").all_inner_texts()]
        assert is_chance == [True] + [False] * len(hypotheses(logged))
        e = row(view, "letter e", SPACES).locator(".bar")
        listed = [h for h in hypotheses(logged) if h["feature"] == "letter e"]
        level = min(abs(h["effect"]) for h in listed)
        expect(e).to_have_attribute("title", re.compile(f"The mark: {level:.2f}"))
        bar, mark = new_tab.box(e), new_tab.box(e.locator("span"))
        strongest = max(h["effect"] for h in hypotheses(logged))
        assert mark.middle[0] - bar.x == pytest.approx(bar.width * level / strongest, abs=1.5)

    def test_choosing_a_row_selects_it_everywhere_and_opens_it(self, new_tab):
        view = wide(new_tab)
        choose(view, "letter e", LETTER_E)
        expect(new_tab.unit).to_have_value(str(LETTER_E))
        expect(view.locator("tr.open .evidence").first).to_contain_text("ablation effect")
        assert new_tab.address["feature"] == "letter e"

    def test_two_recordings_have_a_group_of_columns_each(self, new_tab, logged):
        wide(new_tab, compare="two/rnnviz", mode="overlay")
        view = new_tab.view("Findings")
        groups = view.locator(".groups th")
        expect(groups).to_have_text([re.compile(r"A one · epoch 2"), re.compile("B two · epoch 2")])
        shared = row(view, "letter e", LETTER_E)
        a, b = (cells(shared, f"effect{side}").inner_text() for side in (0, 1))
        effects = [
            next(h["effect"] for h in hypotheses(logged, run) if h["feature"] == "letter e")
            for run in ("one", "two")
        ]
        assert [number(a), number(b)] == pytest.approx(effects, abs=5e-3)
        own = row(view, "space", SPACES)
        assert cells(own, "effect1").inner_text() == "–"

    def test_a_difference_stands_beside_what_it_is_of(self, new_tab):
        view = wide(new_tab, compare="two/rnnviz", mode="difference")
        expect(view.locator(".groups th")).to_have_count(3)
        shared = row(view, "letter e", LETTER_E)
        a, b, gain = (
            number(cells(shared, f"{column}").inner_text())
            for column in ("effect0", "effect1", "gain")
        )
        assert gain == pytest.approx(b - a, abs=0.01)

    def test_its_numbers_leave_as_csv(self, new_tab, logged):
        wide(new_tab, findingssort="effect")
        with new_tab.page.expect_download() as coming:
            new_tab.menu("Findings").get_by_role("button", name="Numbers (CSV)").click()
        read = list(csv.DictReader(io.StringIO(Path(coming.value.path()).read_text("utf-8"))))
        findings = sorted(hypotheses(logged), key=lambda h: -abs(h["effect"]))
        assert [float(row["effect"]) for row in read] == [h["effect"] for h in findings]
        assert [row["unit"] for row in read] == [str(h["unit"]) for h in findings]
        assert {row["ablation"] for row in read} == {"", "0.31", "0.03"}


class TestPins:
    def test_a_pin_survives_reload_epoch_and_run(self, new_tab, logged, visit):
        tab = new_tab.open(run="one/rnnviz")
        tab.view("Findings").get_by_role("button", name=PINNED).click()
        tab.until(lambda: "pins" in tab.address, "the address has the pin")
        again = visit(logged[0])
        again.page.goto(tab.page.url)
        again.wait_for_text()
        first = again.view("Findings").locator("li").first
        expect(first.get_by_role("button", name=PINNED)).to_have_attribute("aria-pressed", "true")
        expect(first.locator(".right").first).to_have_text("+163")
        again.press("ArrowLeft")
        expect(first.locator(".right").first).to_have_text("+85.1")
        again.press("ArrowLeft")
        expect(first.locator(".right").first).to_have_text(re.compile(r"^[+−]0\.\d+$"))
        again.open(run="two/rnnviz", pins=again.address["pins"])
        expect(first.locator(".right").first).to_have_text(re.compile(r"[+−]\d"))
        first.get_by_role("button", name=PINNED).click()
        again.until(lambda: "pins" not in again.address, "the address has no pin")
        expect(again.view("Findings").get_by_role("button", name=PINNED)).to_have_count(0)

    def test_pinned_rows_stay_on_top_however_the_table_is_sorted(self, new_tab):
        view = wide(new_tab)
        view.get_by_role("button", name="Pin letter a").last.click()
        for column in ("effect", "unit", "feature"):
            view.get_by_role("columnheader", name=column).get_by_role("button").click()
            expect(rows(view).first).to_contain_text("letter a")
        view.get_by_role("button", name="★ pinned", exact=True).click()
        expect(rows(view)).to_have_count(1)

    def test_a_typed_feature_is_pinned_with_what_was_typed(self, new_tab):
        tab = new_tab.open(run="one/rnnviz")
        view = tab.view("Findings")
        field = view.get_by_role("searchbox", name="Look for a feature")
        field.fill("/[e]/")
        field.press("Enter")
        view.get_by_role("button", name="Pin /[e]/").first.click()
        field.press("Escape")
        first = view.locator("li").first
        expect(first).to_contain_text("press to search for /[e]/")
        first.locator(".finding").click()
        expect(field).to_have_value("/[e]/")
        expect(first.locator(".right").first).to_have_text(re.compile(r"\+\d"))
        expect(tab.unit).to_have_value(str(LETTER_E))

    @pytest.mark.parametrize("word", ["~", "a~b~c", "*" * 99, "%00~!~", "x~y~z~1e9", "!" * 500])
    def test_what_is_no_pin_is_passed_over(self, new_tab, word):
        tab = new_tab.open(run="one/rnnviz", pins=word)
        expect(tab.view("Findings").locator("li.pinned")).to_have_count(0)
        expect(tab.view("Findings").locator(".finding").first).to_be_visible()


class TestPlot:
    def marks(self, view):
        return view.locator("rv-scatter-chart .mark")

    def mark(self, view, feature, unit):
        name = re.compile(rf"^{re.escape(feature)}, lstm hidden state {unit}:")
        return view.get_by_role("button", name=name)

    def test_planted_findings_are_in_their_quadrants(self, new_tab, logged):
        view = wide(new_tab, "quadrant")
        used, idle = self.mark(view, "space", SPACES), self.mark(view, "letter e", LETTER_E)
        expect(used).to_have_attribute("data-group", "associated and used")
        expect(idle).to_have_attribute("data-group", "associated, not used")
        corners = view.locator("rv-scatter-chart .corner")
        expect(corners).to_have_text(["associated and used · 1", "associated, not used · 1"])
        (a, b) = (new_tab.box(mark.locator(".reach")).middle for mark in (used, idle))
        assert a[0] > b[0] and a[1] < b[1], "further right, and higher"
        unmeasured = len(hypotheses(logged)) - 2
        expect(view.locator("rv-scatter-chart svg.ground")).to_contain_text(
            f"{unmeasured} not measured"
        )
        expect(self.marks(view).and_(view.locator(".rug"))).to_have_count(unmeasured)

    def test_whiskers_are_the_interval_on_the_scale_of_the_axis(self, new_tab):
        view = wide(new_tab, "quadrant")
        used, idle = self.mark(view, "space", SPACES), self.mark(view, "letter e", LETTER_E)
        paths = [mark.locator(".whisker").get_attribute("d") for mark in (used, idle)]
        ends = [re.match(r"M[\d.]+ ([\d.]+)V([\d.]+)", path).groups() for path in paths]
        used_long, idle_long = (float(low) - float(high) for low, high in ends)
        assert used_long / idle_long == pytest.approx(0.24 / 0.08, rel=1e-6)

    def test_a_mark_is_chosen_by_a_click_and_by_the_keyboard(self, new_tab):
        view = wide(new_tab, "quadrant")
        self.mark(view, "letter e", LETTER_E).locator(".reach").click()
        expect(new_tab.unit).to_have_value(str(LETTER_E))
        expect(view.locator(".below .evidence").first).to_contain_text("not used")
        new_tab.page.keyboard.press("End")
        new_tab.page.keyboard.press("Enter")
        expect(new_tab.unit).to_have_value(str(SPACES))
        assert new_tab.epoch == "epoch 2", "the keys stay with the plot"

    def test_it_leaves_as_a_drawing(self, new_tab):
        wide(new_tab, "quadrant")
        with new_tab.page.expect_download() as coming:
            new_tab.menu("Findings").get_by_role("button", name="Drawing (SVG)").click()
        drawn = Path(coming.value.path()).read_text("utf-8")
        assert "associated and used · 1" in drawn and "<script" not in drawn


class TestCard:
    def download(self, tab, feature, unit):
        view = wide(tab)
        choose(view, feature, unit)
        card = view.locator("tr.open rv-finding-card")
        with tab.page.expect_download() as coming:
            card.get_by_role("button", name="card ↓").click()
        text = Path(coming.value.path()).read_text("utf-8")
        return coming.value.suggested_filename, text, card

    def test_it_has_exactly_the_numbers_of_the_digest(self, tab, logged):
        name, text, card = self.download(tab, "space", SPACES)
        (finding,) = (
            h
            for h in hypotheses(logged)
            if (h["feature"], h["unit"], h["quantity"]) == ("space", SPACES, "hidden_state")
        )
        assert name == f"finding-space-{SPACES}.yaml"
        card_content = yaml.safe_load(text)
        evidence = card_content.pop("evidence")
        assert card_content == {
            "rnnviz_finding": 1,
            "feature": {"name": "space", "kind": "literal", "text": " "},
            **{"run": "one", "probe": "novel", "step": STEPS - 1, "unit": SPACES, **NAMED},
        }
        known = {
            **{key: finding[key] for key in ("count", "effect", "auc", "q", "p_family")},
            **{"lag": 0, "ablation": 0.31, "ablation_low": 0.2, "ablation_high": 0.44},
            "peak_frequency": finding["peak"]["frequency"],
        }
        assert {key: evidence[key] for key in known} == known
        assert {key: evidence[key] for key in evidence.keys() - known.keys()} == {
            key: finding[key] for key in evidence.keys() - known.keys()
        }
        expect(card).to_contain_text(f"python -m trainer retest {name} logs/run2")

    def test_a_hostile_name_is_a_string_in_it_and_harmless_in_the_files_name(self, tab):
        name, text, card = self.download(tab, "<img", SPACES)
        assert re.fullmatch(rf"finding-img-src-x-onerror-top-boom-1-rm-rf-{SPACES}\.yaml", name)
        assert yaml.safe_load(text)["feature"] == {"name": HOSTILE, "kind": "literal", "text": " "}
        assert tab.page.evaluate("window.boom") is None
        expect(card).to_contain_text(name)

    def test_that_of_a_typed_feature_says_how_to_make_it_again(self, new_tab):
        tab = new_tab.open(run="one/rnnviz", look="/[e]/")
        view = tab.view("Findings")
        shown = view.locator(".finding").first
        expect(shown).to_have_attribute("title", f"Show unit {LETTER_E} of lstm")
        view.locator(".finding").first.click()
        with tab.page.expect_download() as coming:
            view.get_by_role("button", name="card ↓").click()
        read = yaml.safe_load(Path(coming.value.path()).read_text("utf-8"))
        assert read["feature"] == {
            "name": "/[e]/",
            "kind": "regex",
            "pattern": "[e]",
            "over": "text",
        }
        assert read["unit"] == LETTER_E and math.isfinite(read["evidence"]["effect"])

    def test_it_is_copied(self, tab):
        tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
        _, text, card = self.download(tab, "space", SPACES)
        card.get_by_role("button", name="copy").click()
        expect(card.get_by_role("status")).to_have_text("copied")
        assert tab.inner.evaluate("navigator.clipboard.readText()") == text


@pytest.mark.parametrize("shape", ["list", "table", "quadrant"])
def test_hostile_names_are_text(new_tab, shape):
    view = wide(new_tab, shape, pins=f"{HOSTILE.strip()}~lstm~hidden_state~1".replace("!", ""))
    text = view.locator("rv-findings-view").evaluate(
        "(e) => e.shadowRoot.textContent + (e.shadowRoot.querySelector('rv-scatter-chart')"
        "?.shadowRoot.textContent ?? '')"
    )
    assert "<img" in text
    assert new_tab.page.evaluate("window.boom") is None
    assert new_tab.frame.locator("img").count() == 0


class TestBehaviour:
    """Units by what they do over a stretch of the text."""

    SPACE = TEXT.index(" ")

    def show(self, tab, first, end, **words):
        tab.open(run="one/rnnviz", findingsas="selection", tokens=f"{first}-{end}", **words)
        view = tab.view("Findings")
        expect(view.get_by_role("heading", name="Units on over the selection")).to_be_visible()
        return view

    def test_the_planted_unit_is_on_and_so_it_is_at_every_other_space(self, new_tab):
        view = self.show(new_tab, self.SPACE, self.SPACE + 1, onabove=8)
        units = view.get_by_role("list", name="Units on over the selection").get_by_role("button")
        expect(units).to_have_text([re.compile(rf"unit {SPACES}\s*high\s*≥ \d+ sd")])
        places = view.get_by_role("list", name="Similar passages").get_by_role("button")
        others = [t for t, sign in enumerate(TEXT) if sign == " " and t != self.SPACE][:50]
        assert [int(word.split()[0]) for word in places.all_inner_texts()] == others
        places.nth(1).click()
        expect(new_tab.card().locator(".head")).to_contain_text(f"token {others[1]}")

    def test_a_unit_that_goes_on_beside_the_stretch_is_not_meant(self, new_tab):
        view = self.show(new_tab, self.SPACE + 1, self.SPACE + 2, onabove=8)
        expect(view).to_contain_text(f"0 of {UNITS} are on throughout")

    def test_noise_is_on_as_often_as_anywhere(self, new_tab):
        """Half a deviation out is nothing: what is on here is not more than elsewhere."""
        view = self.show(new_tab, 40, 41, onabove=0.5)
        text = view.locator("rv-behaviour p.number").inner_text()
        expected = float(re.search(r"as long, ([\d.]+) in the mean", text).group(1))
        count = int(re.match(r"(\d+) of", text).group(1))
        assert 0.5 < expected and abs(count - expected) < 4 * np.sqrt(expected)

    def test_without_a_stretch_it_says_how_to_choose_one(self, new_tab):
        tab = new_tab.open(run="one/rnnviz", findingsas="selection")
        expect(tab.view("Findings")).to_contain_text("Drag over some tokens")
