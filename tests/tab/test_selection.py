"""One selection shared by all views and restored by the link."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.tab.planted import COSINE, NEW, OLD, OTHER_SPACES, SMALL, SPACES


def heading(tab) -> str:
    """The unit that every view says it shows."""
    text = tab.view("Text").locator("rv-colors").inner_text()
    spectrum = tab.readout("Fourier")
    cells = tab.readout("Heatmap")
    units = {int(number) for number in re.findall(r"unit (\d+)", text + spectrum)}
    assert len(units) == 1, (text, spectrum, cells)
    return str(units.pop())


def test_every_view_shows_the_unit_that_is_chosen(tab):
    assert heading(tab) == str(SPACES)
    tab.unit.fill(str(COSINE))
    tab.unit.press("Enter")
    tab.until(lambda: heading(tab) == str(COSINE), "text and spectrum show the unit")
    expect(tab.view("Fourier").locator(".readout")).to_contain_text("at 0.125 cycles per token")
    assert tab.address["unit"] == str(COSINE)


def test_the_views_tell_each_other_what_the_pointer_is_over(tab):
    tab.page.mouse.move(*tab.characters()[12][1].middle)
    expect(tab.view("Heatmap").locator(".readout")).to_contain_text("token 12")


def test_a_link_opens_the_same_thing_again(tab, museum, visit):
    tab.field("Quantity").select_option("forget_gate")
    tab.unit.fill(str(COSINE))
    tab.unit.press("Enter")
    tab.field("Feature").select_option("letter e")
    tab.view("Heatmap").get_by_role("button", name="All tokens").click()
    tab.view("Fourier").get_by_role("button", name="Flat").click()
    tab.press("ArrowLeft")
    tab.view("Text").get_by_role("button", name="␣ ⏎ →").click()
    tab.page.mouse.click(*tab.characters()[9][1].middle)
    tab.until(lambda: tab.address.get("token") == "9", "the address tells everything")
    tab.wait_for_text()
    again = visit(museum(True))
    again.page.goto(tab.page.url)
    again.wait_for_text()
    assert again.address == tab.address
    assert again.epoch == tab.epoch == "epoch 1"
    expect(again.unit).to_have_value(str(COSINE))
    assert again.field("Quantity").input_value() == "forget_gate"
    assert again.field("Feature").input_value() == "letter e"
    pressed = {"pressed": True}
    for view, button in (("Heatmap", "All tokens"), ("Fourier", "Flat"), ("Text", "␣ ⏎ →")):
        expect(again.view(view).get_by_role("button", name=button, **pressed)).to_be_visible()
    expect(again.card().locator(".head")).to_contain_text("token 9")
    assert again.grounds() == tab.grounds()


def test_back_and_forth_walk_through_what_was_chosen(museum, visit):
    tab = visit(museum(True)).open()
    tab.advance_clock(1.1)
    tab.unit.fill("3")
    tab.unit.press("Enter")
    tab.until(lambda: tab.address["unit"] == "3", "the address has the unit")
    tab.advance_clock(1.1)
    tab.field("Quantity").select_option("forget_gate")
    tab.until(lambda: tab.address["quantity"] == "forget_gate", "the address has the quantity")
    tab.page.go_back()
    expect(tab.field("Quantity")).to_have_value("hidden_state")
    expect(tab.unit).to_have_value("3")
    tab.page.go_back()
    expect(tab.unit).to_have_value(str(SPACES))
    tab.page.go_forward()
    expect(tab.unit).to_have_value("3")


def test_opening_the_tab_leaves_one_entry_in_the_history(museum, visit):
    tab = visit(museum(True))
    tab.page.goto("about:blank")
    tab.open()
    tab.settle()
    before = tab.page.evaluate("history.length")
    assert before <= 3, "about:blank, TensorBoard, and its own redirection"


def test_a_link_to_what_is_not_there_shows_the_nearest_thing(new_tab):
    gone = {"run": "gone", "step": 77, "layer": "nope", "unit": 4000, "feature": "none"}
    tab = new_tab.open(**gone, band="x", view="y", camera="1 2", token="z")
    expect(tab.frame.locator("rv-run-picker")).to_contain_text(NEW)
    assert tab.epoch == "epoch 2"
    expect(tab.unit).to_have_value("11")


def choose_run(tab, name: str, filtered: str) -> None:
    tab.frame.locator("rv-run-picker button").first.click()
    tab.frame.get_by_role("combobox", name="Filter runs").fill(filtered)
    tab.frame.get_by_role("option", name=name).click()


def test_a_run_is_found_by_a_regular_expression(tab):
    tab.frame.locator("rv-run-picker button").first.click()
    options = tab.frame.get_by_role("option")
    expect(options.locator("visible=true").filter(has_text=re.compile("lstm|gru"))).to_have_count(3)
    runs = tab.frame.locator("rv-run-picker [role=option]")
    tab.frame.get_by_role("combobox", name="Filter runs").fill("^lstm.*d$")
    expect(runs).to_have_text([OLD])
    tab.frame.get_by_role("combobox", name="Filter runs").fill("nothing like it")
    expect(tab.frame.locator("rv-run-picker")).to_contain_text("None of 3 runs fits")
    tab.frame.get_by_role("combobox", name="Filter runs").fill("lstm_(")
    expect(tab.frame.locator("rv-run-picker")).to_be_visible()
    tab.frame.get_by_role("combobox", name="Filter runs").fill("old")
    tab.press("Enter")
    expect(tab.frame.locator("rv-run-picker .opener")).to_contain_text(OLD)
    tab.until(lambda: tab.address["run"] == f"{OLD}/rnnviz", "the address has the run")


def test_a_run_of_another_cell_shows_what_it_has(tab):
    tab.unit.fill(str(COSINE))
    tab.unit.press("Enter")
    choose_run(tab, SMALL, "gru")
    expect(tab.field("Layer")).to_have_value("gru")
    expect(tab.field("Layer")).to_contain_text("GRUCell")
    expect(tab.unit).to_have_value("2")
    expect(tab.frame.locator("rv-unit-picker")).to_contain_text("of 3")
    tab.wait_for_text()
    tab.field("Quantity").select_option("update_gate")
    expect(tab.view("Text").locator("rv-colors")).to_contain_text("gru update gate, unit 2")
    choose_run(tab, OLD, "old")
    expect(tab.field("Layer")).to_have_value("lstm")


def test_tensorboards_own_run_filter_is_where_the_filter_box_begins(museum, visit):
    tab = visit(museum(True))
    tab.page.goto(f"{tab.url}?runFilter=gru#rnnviz")
    tab.wait_for_text()
    tab.frame.locator("rv-run-picker button").first.click()
    expect(tab.frame.get_by_role("combobox", name="Filter runs")).to_have_value("gru")
    expect(tab.frame.locator("rv-run-picker [role=option]")).to_have_text([SMALL])


def test_the_help_sheet_lists_keys_and_words(tab):
    sheet = tab.frame.get_by_role("dialog", name="Help")
    for show in (
        lambda: tab.press("?"),
        lambda: tab.frame.get_by_role("button", name="Help").click(),
    ):
        show()
        expect(sheet).to_be_visible()
        expect(sheet).to_contain_text("play and pause the epochs")
        tab.press("Escape")
        expect(sheet).to_be_hidden()


def test_keys_stay_with_the_field_that_has_them(tab):
    tab.unit.focus()
    tab.page.keyboard.press("ArrowLeft")
    tab.page.keyboard.press("?")
    assert tab.epoch == "epoch 2"
    expect(tab.frame.get_by_role("dialog", name="Help")).to_be_hidden()


def test_choosing_a_finding_of_the_other_run_is_kept_when_the_run_changes_back(tab):
    choose_run(tab, OLD, "old")
    tab.view("Findings").get_by_title(f"Show unit {OTHER_SPACES} of lstm").first.click()
    expect(tab.unit).to_have_value(str(OTHER_SPACES))
    choose_run(tab, NEW, "new")
    expect(tab.unit).to_have_value(str(OTHER_SPACES))
