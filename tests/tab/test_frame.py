"""Frame around the views: panels, comparison, link, export."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

import tb_rnnviz as rv
from tests.programs import ROOT
from tests.tab.driver import Tab
from tests.tab.planted import HIGH, NEW, OLD, SMALL, SPACES, TEXT, UNITS

REGISTRY = ROOT / "plugin_frontend" / "src" / "app" / "views.ts"
OTHERS = ("Signal", "Matrix", "Sequences")
"""Views that are not offered for a text without matrices and classes."""
TITLES = re.findall(r"^    title: '([^']+)',$", REGISTRY.read_text("utf-8"), re.MULTILINE)
VIEWS = [title for title in TITLES if title not in OTHERS]
"""Title of every view that is offered for a text without matrices and classes."""
DRAWN = ("Text", "Heatmap", "Unit", "Gates", "Fourier", "Training")
"""Views with a figure, here where no errors are sorted."""


def shown(tab: Tab) -> set[str]:
    """The views in front."""
    return set(tab.frame.get_by_role("tab", selected=True).all_inner_texts())


def download(tab: Tab, act: Callable[[], None]) -> tuple[str, bytes]:
    with tab.page.expect_download() as coming:
        act()
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


class TestPlaces:
    def test_every_view_has_a_tab_and_four_are_in_front(self, tab):
        assert set(tab.frame.get_by_role("tab").all_inner_texts()) == set(VIEWS)
        assert shown(tab) == {"Findings", "Text", "Heatmap", "Fourier"}

    def test_a_digit_brings_a_view_to_the_front(self, tab):
        tab.press("6")
        expect(tab.view("Gates")).to_be_visible()
        assert shown(tab) == {"Findings", "Text", "Heatmap", "Gates"}

    def test_g_and_the_letter_of_a_view_bring_it_to_the_front(self, tab):
        tab.press("g", "a")
        expect(tab.view("Gates")).to_be_visible()
        tab.press("?")
        expect(tab.frame.get_by_role("dialog", name="Help")).to_contain_text("g a")

    def test_the_menu_lists_the_views_in_four_groups(self, tab):
        tab.frame.get_by_title("Open, show and close views").click()
        menu = tab.frame.get_by_role("list", name="Views", exact=True)
        groups = menu.get_by_role("heading").all_inner_texts()
        assert groups == ["What was found", "Where", "How it works", "How it developed"]
        listed = menu.get_by_role("checkbox").evaluate_all(
            "(boxes) => boxes.map((box) => box.getAttribute('aria-label'))"
        )
        assert sorted(listed) == sorted(f"{view} is open" for view in VIEWS)

    def test_arrows_walk_through_the_tabs_of_a_place(self, tab):
        tab.frame.get_by_role("tab", name="Heatmap").focus()
        tab.page.keyboard.press("ArrowRight")
        expect(tab.frame.get_by_role("tab", name="Unit", exact=True)).to_be_focused()
        expect(tab.view("Unit")).to_be_visible()

    def test_a_view_is_closed_and_opened_again(self, tab):
        tab.menu("Heatmap").get_by_role("button", name="Close Heatmap").click()
        expect(tab.view("Heatmap")).to_have_count(0)
        assert "Heatmap" not in tab.frame.get_by_role("tab").all_inner_texts()
        tab.frame.get_by_title("Open, show and close views").click()
        tab.frame.get_by_role("button", name="Heatmap", exact=True).click()
        expect(tab.view("Heatmap")).to_be_visible()

    def test_a_view_is_moved_and_the_arrangement_is_there_at_the_next_visit(self, museum, visit):
        tab = visit(museum(True)).open()
        tab.menu("Fourier").get_by_role("button", name="Move: at the left").click()
        tab.until(lambda: shown(tab) >= {"Fourier", "Text", "Heatmap"}, "it stands at the left")
        assert "Findings" not in shown(tab)
        link = tab.address["views"]
        tab.page.goto("about:blank")
        tab.open()
        assert "Fourier" in shown(tab) and "Findings" not in shown(tab)
        assert tab.address["views"] == link

    def test_a_view_is_enlarged_by_e_and_goes_back_by_escape(self, tab):
        tab.frame.get_by_role("tab", name="Heatmap").focus()
        tab.page.keyboard.press("e")
        expect(tab.view("Text")).to_have_count(0)
        assert tab.box(tab.view("Heatmap")).width > 1500
        assert tab.address["enlarged"] == "heatmap"
        tab.press("Escape")
        expect(tab.view("Text")).to_be_visible()

    def test_the_line_between_places_moves_by_keys(self, tab):
        line = tab.frame.get_by_role("separator", name="Between the views above and below")
        before = tab.box(tab.view("Text")).height
        line.focus()
        for _ in range(5):
            line.press("ArrowUp")
        tab.settle()
        assert tab.box(tab.view("Text")).height < before - 30

    def test_views_that_are_not_shown_ask_for_nothing(self, museum, visit):
        tab = visit(museum(True))
        asked: list[str] = []
        tab.page.on("request", lambda request: asked.append(request.url))
        tab.open(views="findings*|text*|heatmap*,unit|gates*,fourier")
        tab.settle()
        assert not [url for url in asked if "/spectrum" in url or "fourier" in url]
        tab.press("7")
        tab.until(lambda: any("/spectrum" in url for url in asked), "the spectra are asked for")


class TestExplanations:
    def test_a_first_visit_says_how_to_read_each_view_until_it_was_read(self, museum, visit):
        tab = visit(museum(True)).open()
        sentence = tab.frame.get_by_text("Activity by unit (rows) and token (columns)")
        expect(sentence).to_be_visible()
        tab.frame.get_by_title("Close this explanation of Heatmap").click()
        expect(sentence).to_have_count(0)
        tab.open()
        expect(sentence).to_have_count(0)
        tab.frame.get_by_role("button", name="How to read Heatmap").click()
        expect(sentence).to_be_visible()

    def test_the_docs_are_read_in_the_tab(self, tab):
        tab.frame.get_by_role("button", name="docs").click()
        dialog = tab.frame.get_by_role("dialog", name="Docs")
        expect(dialog.get_by_role("heading", level=1)).to_be_visible()
        dialog.get_by_role("button", name=re.compile("error", re.I)).first.click()
        expect(dialog.get_by_role("heading", level=1)).to_contain_text(re.compile("error", re.I))
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_be_hidden()


class TestComparing:
    def copies(self, tab: Tab, view: str) -> list[str]:
        panels = tab.frame.get_by_role("region", name=view, exact=True)
        return [words.split("\n")[0] for words in panels.all_inner_texts()]

    def test_one_copy_of_a_view_for_each_recording(self, new_tab):
        tab = new_tab.open(
            compare=f"{OLD}/rnnviz", comparestep="same", compare2=f"{NEW}/rnnviz", comparestep2=0
        )
        expect(tab.frame.get_by_role("region", name="Heatmap", exact=True)).to_have_count(3)
        assert self.copies(tab, "Heatmap") == [
            f"A · {NEW} · epoch 2",
            f"B · {OLD} · epoch 2",
            f"C · {NEW} · epoch 0",
        ]

    def test_eight_at_most(self, new_tab):
        others = {f"compare{k}": f"{OLD}/rnnviz" for k in range(2, 8)}
        tab = new_tab.open(compare=f"{OLD}/rnnviz", comparestep=0, **others)
        expect(tab.frame.get_by_role("region", name="Heatmap", exact=True)).to_have_count(8)
        expect(tab.frame.get_by_role("button", name="Compare with one more")).to_have_count(0)

    def test_recordings_are_added_and_left_out(self, tab):
        tab.frame.get_by_role("button", name="⇄ compare").click()
        tab.frame.get_by_role("button", name="Compare with one more").click()
        regions = tab.frame.get_by_role("region", name="Heatmap", exact=True)
        expect(regions).to_have_count(3)
        tab.frame.get_by_role("button", name="Leave C out").click()
        expect(regions).to_have_count(2)
        tab.frame.get_by_role("button", name="Stop comparing").click()
        expect(regions).to_have_count(1)

    @pytest.mark.parametrize("by", ["field", "key"])
    def test_a_difference_is_b_less_a_in_every_view(self, new_tab, by):
        tab = new_tab.open(compare=f"{NEW}/rnnviz", comparestep=0)
        if by == "field":
            tab.field("Show").select_option("difference")
        else:
            tab.press("m", "m")
        expect(tab.frame.get_by_role("region", name="Heatmap", exact=True)).to_have_count(1)
        tab.wait_for_text()
        tab.until(lambda: tab.legend("Text").low < -0.5, "the colours are those of the difference")
        on_spaces = tab.legend("Text").value(dict(tab.grounds())[" "])
        assert on_spaces == pytest.approx(-HIGH, abs=0.06)

    def test_units_of_two_runs_are_matched(self, new_tab):
        tab = new_tab.open(compare=f"{OLD}/rnnviz", comparestep="same", match="matched")
        bar = tab.frame.locator("rv-top-bar")
        expect(bar.get_by_text(re.compile(r"^r 0\.\d\d$"))).to_be_visible()
        tab.wait_for_text()
        # Spaces are another unit's in the older run; matched, both panes show them alike.
        values = [tab.legend("Text").value(dict(tab.grounds(pane))[" "]) for pane in (0, 1)]
        assert values == pytest.approx([HIGH, HIGH], abs=0.06)

    def test_a_run_with_other_layers_says_so(self, new_tab):
        tab = new_tab.open(compare=f"{SMALL}/rnnviz", comparestep="last")
        second = tab.frame.get_by_role("region", name="Heatmap", exact=True).nth(1)
        expect(second).to_contain_text("has no layer lstm")


class TestLinks:
    def test_back_undoes_what_was_chosen(self, tab):
        tab.field("Feature").select_option("letter e")
        tab.advance_clock(1.1)
        tab.field("Quantity").select_option("forget_gate")
        expect(tab.field("Quantity")).to_have_value("forget_gate")
        tab.page.go_back()
        expect(tab.field("Quantity")).to_have_value("hidden_state")
        expect(tab.field("Feature")).to_have_value("letter e")

    def test_a_link_restores_everything(self, new_tab):
        words = {
            "unit": 2,
            "units": "3,7",
            "feature": "letter e",
            "tokens": "10-30",
            "step": 1,
            "mode": "overlay",
            "compare": f"{OLD}/rnnviz",
            "comparestep": "same",
            "views": "overview*,findings|text*|unit*|training*",
        }
        tab = new_tab.open(**words)
        address = tab.address
        assert {key: address.get(key) for key in words} == {k: str(w) for k, w in words.items()}
        assert shown(tab) == {"Overview", "Text", "Unit", "Training"}


class TestExport:
    def take(self, tab: Tab, view: str, what: str) -> tuple[str, bytes]:
        menu = tab.menu(view)
        tab.view(view).locator(".view:not(.waiting)").wait_for()
        return download(tab, menu.get_by_role("button", name=what).click)

    def test_the_numbers_of_the_heatmap_are_the_recording(self, new_tab):
        tab = new_tab.open(columns="all")
        name, data = self.take(tab, "Heatmap", "Numbers (NPY)")
        values = np.load(io.BytesIO(data))
        assert name.startswith("heatmap-") and name.endswith("-2.npy")
        assert values.shape == (UNITS, len(TEXT)) and values.dtype == np.float32
        spaces = np.array([token == " " for token in TEXT])
        assert values[SPACES, spaces].mean() == pytest.approx(HIGH, abs=0.02)

    def test_a_view_without_its_data_is_no_picture_and_says_so(self, new_tab):
        tab = new_tab
        spectra = "**/data/plugin/rnnviz/spectrum?*"
        tab.page.route(spectra, lambda asked: asked.fulfill(status=404, body="none"))
        tab.allow("404")
        tab.open()
        menu = tab.menu("Fourier")
        menu.get_by_role("button", name="Picture (PNG)").click()
        expect(menu.get_by_role("alert")).to_contain_text("There is nothing drawn yet.")
        tab.page.unroute(spectra)

    def test_tables_are_csv(self, tab):
        name, data = self.take(tab, "Findings", "Numbers (CSV)")
        head, first, *_ = data.decode().splitlines()
        assert name.endswith(".csv") and "feature" in head.split(",")
        assert len(first.split(",")) == len(head.split(","))

    @pytest.mark.parametrize("view", DRAWN)
    def test_a_view_is_saved_as_a_sharp_picture_that_names_its_source(self, tab, view):
        name, data = self.take(tab, view, "Picture (PNG)")
        picture = Image.open(io.BytesIO(data))
        pixels = np.asarray(picture.convert("RGB"))
        assert name.endswith("-2.png") and pixels.std() > 2, "something is drawn"
        assert (pixels[:30] == 255).all(), "no bar and no border above the drawing"
        caption = picture.text["Description"]
        assert caption.startswith(f"{view} · run {NEW} · epoch 2 · probe novel")
        if view in ("Text", "Heatmap", "Unit", "Fourier"):
            assert f"layer lstm · hidden state · unit {SPACES}" in caption

    def test_a_picture_has_three_pixels_for_each_of_the_page(self, tab):
        _, data = self.take(tab, "Heatmap", "Picture (PNG)")
        width, height = Image.open(io.BytesIO(data)).size
        box = tab.box(tab.view("Heatmap").locator("canvas.cells"))
        assert width == pytest.approx(3 * (box.width + 32), abs=4)
        assert 3 * box.height < height < 3 * (box.height + 110), "drawing, legend and caption"

    @pytest.mark.parametrize("view", ["Overview", "Findings", "Errors"])
    def test_what_is_a_list_or_a_message_offers_no_picture(self, tab, view):
        menu = tab.menu(view)
        expect(menu.get_by_role("button", name="Numbers (CSV)")).to_be_visible()
        expect(menu.get_by_role("button", name="Picture (PNG)")).to_have_count(0)
        expect(menu.get_by_role("button", name="Drawing (SVG)")).to_have_count(0)

    def test_a_drawing_has_captions_and_legends_and_no_controls(self, new_tab):
        tab = new_tab.open(compare=f"{OLD}/rnnviz", comparestep="same", mode="overlay")
        _, data = self.take(tab, "Gates", "Drawing (SVG)")
        root = ElementTree.fromstring(data)
        texts = {text for node in root.iter() if node.tag.endswith("}text") and (text := node.text)}
        assert {"How often shut, how often open", "forget gate"} <= texts
        assert {f"A · {NEW} · epoch 2", f"B · {OLD} · epoch 2"} <= texts, "the legend"
        assert f"Gates · A, {NEW}, epoch 2 · B, {OLD}, epoch 2" in " ".join(texts)
        controls = tab.view("Gates").locator(".head button, rv-panel-menu button").all_inner_texts()
        assert not texts & {text.strip() for text in controls if text.strip()}

    def test_drawings_are_svg(self, tab):
        _, data = self.take(tab, "Unit", "Drawing (SVG)")
        root = ElementTree.fromstring(data)
        assert root.tag.endswith("svg") and len(list(root.iter())) > 20
        assert not [node for node in root.iter() if node.tag.endswith("script")]

    def test_what_is_made_of_pixels_offers_no_drawing(self, tab):
        menu = tab.menu("Heatmap")
        expect(menu.get_by_role("button", name="Picture (PNG)")).to_be_visible()
        expect(menu.get_by_role("button", name="Drawing (SVG)")).to_have_count(0)

    def test_the_lines_of_python_load_what_is_shown(self, tab):
        tab.frame.get_by_title("Load this recording in a notebook").click()
        code: Locator = tab.frame.locator("rv-snippet pre")
        expect(code).to_contain_text("rv.load")
        names: dict[str, object] = {}
        exec(code.inner_text(), names)
        assert names["rv"] is rv
        spaces = np.array([token == " " for token in TEXT])
        assert names["a_activity"][0][spaces].mean() == pytest.approx(HIGH, abs=0.02)
