"""Tools of the Text view: strips, search, token ranges, the minimap, colours."""

from __future__ import annotations

import csv
import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tb_rnnviz.log_format import RunWriter
from tests.planted_logs import log_recording
from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.driver import Box, Tab, distance, number
from tests.tab.planted import COSINE, FEATURES, LETTER_E, SPACES
from tests.tab.test_text import luminance, patch

LINES = 1000
STUBBORN = "a" * 40 + "!"
"""Text on which `(a+)+$` never ends."""
LONG_LINE = planted.SENTENCE * 5
LINE = "line {}\tit was a bright cold day\n"
TOKENS = list(STUBBORN + "\n" + LONG_LINE + "\n" + "".join(map(LINE.format, range(LINES))))
JOINED = "".join(TOKENS)
SPIKES, PEAK, PIT = 7, 17_000, 9_000
"""A unit that is 0 but at two tokens."""
SPIKE = 0.9

KINDS = ("correct", "n-gram", "memory", "rare word", "word model", "punctuation", "boost", "rest")
NOT_PREDICTED = 255
ERRORS = np.array(
    [NOT_PREDICTED, *(position % len(KINDS) for position in range(1, len(TOKENS)))], "u1"
)
SURPRISE = (np.arange(len(TOKENS)) % 5).astype(np.float32)
PROBABILITY = 0.25 + 0.5 * (np.arange(len(TOKENS)) % 2)

TEXT_HEIGHT, STRIP_PITCH, STRIP_MIDDLE = 24, 7, 3
ACCENT = (245, 124, 0)


def values(step: int) -> np.ndarray:
    """Activity of the units, (tokens, units)."""
    activity = planted.activity(TOKENS, step + 1)
    activity[..., SPIKES] = 0
    activity[:, [PEAK, PIT], SPIKES] = SPIKE, -SPIKE
    return activity


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    logs = tmp_path_factory.mktemp("tools")
    vocabulary = sorted(set(TOKENS))
    came = np.array([vocabulary.index(token) for token in TOKENS[1:]] + [-1])
    with RunWriter(logs / "run") as writer:
        for step in range(2):
            columns = {
                "target": came,
                "probability": np.where(came < 0, np.nan, PROBABILITY * (1 - 0.5 * step)),
                "error": ERRORS,
                "error_categories": KINDS,
                "surprise": SURPRISE,
            }
            one = planted.recording(TOKENS, values(step))
            log_recording(writer, one, FEATURES, columns, vocabulary=vocabulary)
            writer.flush(step)
    with tensorboard_server(logs) as server:
        yield server


def scroller(tab: Tab, pane: int = 0) -> Locator:
    return tab.frame.locator("rv-text-pane").nth(pane).locator(".scroller")


def top_of(tab: Tab) -> float:
    return scroller(tab).evaluate("(e) => e.scrollTop")


def strip_values(tab: Tab, strip: int) -> list[float]:
    """Values of a strip for the visible characters."""
    legend, screen = tab.legend("Text"), tab.picture()
    colors = []
    for _, box in tab.characters():
        letters = box.y + box.height / 2 - TEXT_HEIGHT / 2
        y = round(letters + TEXT_HEIGHT + strip * STRIP_PITCH + STRIP_MIDDLE)
        colors.append(legend.value(tuple(screen[y, round(box.x + box.width / 2)].tolist())))
    return colors


# Strips


def test_further_units_stand_as_strips_under_the_letters(new_tab):
    tab = new_tab.open(unit=SPACES, units=f"{COSINE},{LETTER_E}")
    planted_values = values(1)[0]
    seen = len(tab.characters())
    assert seen > 300
    strips = tab.view("Text").get_by_role("group", name="Strips from above: further units")
    chips = strips.locator(".chip")
    expect(chips).to_have_text(
        [re.compile(rf"unit {unit} · ±0\.\d+\s+×") for unit in (COSINE, LETTER_E)]
    )
    shared = tab.legend("Text").high
    for strip, unit in enumerate((COSINE, LETTER_E)):
        reach = float(re.search(r"±(\S+)", chips.nth(strip).inner_text()).group(1))
        expected = np.clip(planted_values[:seen, unit] / reach, -1, 1) * shared
        assert strip_values(tab, strip) == pytest.approx(list(expected), abs=0.06)


def test_units_are_added_and_taken_away(tab):
    text = tab.view("Text")
    before = scroller(tab).evaluate("(e) => e.scrollHeight")
    lines = round((before - 8) / TEXT_HEIGHT)
    text.get_by_text("+ unit").click()
    text.get_by_role("spinbutton", name="Unit").fill(str(COSINE))
    text.get_by_role("button", name="Add", exact=True).click()
    tab.until(lambda: tab.address.get("units") == str(COSINE), "the unit is in the link")
    tab.until(
        lambda: (
            scroller(tab).evaluate("(e) => e.scrollHeight")
            == lines * (TEXT_HEIGHT + STRIP_PITCH + 2) + 8
        ),
        "every line has grown by its strip",
    )
    text.get_by_role("button", name=f"Take unit {COSINE} away").click()
    tab.until(lambda: "units" not in tab.address, "the unit is gone")
    tab.until(lambda: scroller(tab).evaluate("(e) => e.scrollHeight") == before, "as before")


def test_a_strip_names_its_unit_to_the_other_views(new_tab):
    tab = new_tab.open(unit=SPACES, units=str(COSINE))
    box = tab.characters()[60][1]
    below = box.y + box.height / 2 + TEXT_HEIGHT / 2 + STRIP_MIDDLE
    tab.page.mouse.move(box.x + box.width / 2, below)
    expect(tab.view("Heatmap").locator(".readout")).to_contain_text(f"unit {COSINE}")
    row = tab.card().locator("tr", has_text=f"unit {COSINE}").locator(".value")
    assert number(row.inner_text()) == pytest.approx(values(1)[0, 60, COSINE], abs=0.02)


# Search


def find(tab: Tab, typed: str) -> Locator:
    field = tab.view("Text").get_by_role("searchbox", name="Find in the text")
    field.fill(typed)
    return field


def search_status(tab: Tab) -> Locator:
    return tab.view("Text").locator("rv-find [role=status]")


@pytest.mark.parametrize(
    ("typed", "pattern"),
    [
        ("striking it", "striking it"),
        ("/line \\d*9\\t/", r"line \d*9\t"),
        ("/^LINE/im", r"(?m)^line"),
        ("day\\", r"day\\\\"),
        (".", r"\."),
    ],
)
def test_every_place_of_a_text_or_an_expression_is_counted(tab, typed, pattern):
    find(tab, typed)
    count = len(re.findall(pattern, JOINED))
    expect(search_status(tab)).to_contain_text(f"{count:,}" if count else "not found")


def test_one_walks_from_place_to_place(tab):
    places = [match.start() for match in re.finditer("line 99", JOINED)]
    field = find(tab, "line 99")
    expect(search_status(tab)).to_contain_text(str(len(places)))
    for rank in (1, 2):
        field.press("Enter")
        expect(search_status(tab)).to_contain_text(f"{rank} of {len(places)}")
    assert top_of(tab) > 0
    field.press("Shift+Enter")
    expect(search_status(tab)).to_contain_text(f"1 of {len(places)}")
    field.press("Shift+Enter")
    expect(search_status(tab)).to_contain_text(f"{len(places)} of {len(places)}")
    assert tab.address["find"] == "line 99"
    field.press("Escape")
    expect(field).to_have_value("")
    expect(search_status(tab)).to_be_empty()
    tab.until(lambda: "find" not in tab.address, "nothing is looked for any more")


def test_places_found_have_an_outline_and_keep_their_colour(tab):
    tab.leave()
    field = find(tab, "clocks")
    field.press("Enter")
    expect(search_status(tab)).to_contain_text("1 of 5")
    tab.settle()
    first = JOINED.index("clocks")
    places, screen = tab.characters(), tab.picture()
    left, right = places[first][1], places[first + 5][1]
    middle = left.y + left.height / 2
    for x in (left.x, right.x + right.width):
        edge = screen[round(middle), round(x) - 2 : round(x) + 3].astype(int)
        assert np.abs(edge - ACCENT).max(axis=1).min() < 40, "the one gone to"
    second = places[JOINED.index("clocks", first + 1)][1]
    edge = screen[round(middle), round(second.x) - 2 : round(second.x) + 3]
    assert edge.max(axis=1).min() < 90, "the others have one in ink"
    legend = tab.legend("Text")
    assert legend.value(tab.grounds()[first + 2][1]) == pytest.approx(-0.8, abs=0.06)


def test_an_expression_without_end_is_given_up_and_the_page_lives_on(tab):
    gaps = """() => new Promise((done) => {
        let last = performance.now(), longest = 0;
        const end = last + 2500;
        const tick = (now) => {
            longest = Math.max(longest, now - last);
            last = now;
            now < end ? requestAnimationFrame(tick) : done(longest);
        };
        requestAnimationFrame(tick);
    })"""
    find(tab, "/(a+)+$/")
    longest = tab.inner.evaluate(gaps)
    expect(search_status(tab)).to_contain_text("took too long")
    assert longest < 900, "the page has drawn meanwhile"
    find(tab, "clocks")
    expect(search_status(tab)).to_contain_text("5")


def test_what_is_no_expression_is_said(tab):
    find(tab, "/(/")
    expect(search_status(tab)).to_contain_text("Invalid regular expression")


# A stretch of tokens


def drag(tab: Tab, first: int, last: int, shift: bool = True) -> None:
    places = tab.characters()
    tab.page.mouse.move(*places[first][1].middle)
    if shift:
        tab.page.keyboard.down("Shift")
    tab.page.mouse.down()
    tab.page.mouse.move(*places[last][1].middle, steps=5)
    tab.page.mouse.up()
    if shift:
        tab.page.keyboard.up("Shift")


def test_shift_and_a_drag_choose_a_stretch_of_tokens(tab):
    tab.leave()
    drag(tab, 50, 80)
    tab.until(lambda: tab.address.get("tokens") == "50-81", "the stretch is in the link")
    expect(tab.view("Text").locator(".chip.range")).to_contain_text("tokens 50 to 80")
    expect(tab.card().get_by_role("button", name="Release")).to_have_count(0)
    tab.leave()
    tab.settle()
    places, screen = tab.characters(), tab.picture()
    for position, framed in ((45, False), (65, True), (85, False)):
        box = places[position][1]
        top = round(box.y + box.height / 2 - TEXT_HEIGHT / 2)
        above = screen[top - 2 : top + 4, round(box.x + box.width / 2)].astype(int)
        assert (np.abs(above - ACCENT).max(axis=1).min() < 40) == framed, position
    tab.view("Text").get_by_role("button", name="Release the tokens").click()
    tab.until(lambda: "tokens" not in tab.address, "released")


def test_shift_and_arrows_extend_a_stretch_from_the_pinned_token(tab):
    tab.page.mouse.click(*tab.characters()[60][1].middle)
    scroller(tab).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"):
        tab.page.keyboard.press(f"Shift+{key}")
    tab.until(lambda: tab.address.get("tokens") == "60-63", "two further tokens")
    tab.page.keyboard.press("Shift+ArrowDown")
    tab.until(lambda: int(tab.address["tokens"].split("-")[1]) > 100, "a line further")
    tab.page.keyboard.press("Escape")
    tab.until(lambda: "tokens" not in tab.address, "released")
    assert tab.address["token"] == "60"
    tab.page.keyboard.press("ArrowRight")
    tab.until(lambda: tab.address["token"] == "61", "arrows alone move the pin")


# Copying


@pytest.fixture
def clipboard(tab):
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])

    def copied() -> str:
        tab.page.keyboard.press("Control+C")
        return tab.page.evaluate("navigator.clipboard.readText()")

    return tab, copied


def between(tab: Tab, first: int, last: int) -> None:
    """Drags from the left edge of a character to that of another."""
    places = tab.characters()
    start, end = places[first][1], places[last][1]
    tab.page.mouse.move(start.x + 1, start.y + 8)
    tab.page.mouse.down()
    tab.page.mouse.move(end.x + 1, end.y + 8, steps=6)
    tab.page.mouse.up()


def test_what_is_copied_is_the_true_text(clipboard):
    tab, copied = clipboard
    first = JOINED.index("it was", len(LONG_LINE))
    last = JOINED.index("it was", first + 200)
    between(tab, first, last)
    assert copied() == JOINED[first:last], "its tabs and line ends"
    between(tab, 50, 50 + 250)
    assert copied() == JOINED[50:300], "without line ends where a line is only too long"


def test_a_stretch_is_copied_too(clipboard):
    tab, copied = clipboard
    drag(tab, 30, 48)
    tab.until(lambda: tab.address.get("tokens") == "30-49", "the stretch is chosen")
    assert copied() == JOINED[30:49]


def test_a_drag_from_the_middle_of_a_space_selects_what_follows(clipboard):
    tab, copied = clipboard
    space = JOINED.index(" was")
    drag(tab, space, space + 8, shift=False)
    copied_text = copied()
    assert (
        copied_text.strip() and copied_text in JOINED[space : space + 9] and len(copied_text) >= 7
    )
    assert "token" not in tab.address, "a drag pins nothing"


# The minimap


def minimap(tab: Tab) -> Locator:
    return tab.view("Text").get_by_role("scrollbar", name="Place in the text")


def lane(tab: Tab, x: float) -> np.ndarray:
    """The colours of the minimap from top to bottom, this far from its left edge."""
    box = tab.box(minimap(tab).locator("canvas"))
    return tab.picture(Box(box.x + x, box.y, 1, box.height))[:, 0]


COLORS, MATCHES, HITS, RANGE = 9, 17, 22, 1


def row_of(tab: Tab, token: int, rows: int) -> int:
    """The row of the minimap that a token of the numbered lines falls into."""
    total = (scroller(tab).evaluate("(e) => e.scrollHeight") - 8) / TEXT_HEIGHT
    line = total - LINES + JOINED[:token].count("\n") - 2
    return int(line * rows / total)


def test_no_extreme_is_lost_in_the_minimap(new_tab):
    tab = new_tab.open(unit=SPIKES)
    tab.leave()
    legend, seen = tab.legend("Text"), lane(tab, COLORS)
    shown = np.array([legend.value(tuple(color)) for color in seen.tolist()])
    rows = len(shown)
    assert LINES > 1.5 * rows, "several lines fall into one row"
    for token, value in ((PEAK, SPIKE), (PIT, -SPIKE)):
        row = row_of(tab, token, rows)
        around = shown[max(0, row - 1) : row + 2]
        assert around[np.abs(around).argmax()] == pytest.approx(value, abs=0.05)
    assert (np.abs(shown[3:]) > 0.1).sum() <= 8, "elsewhere it is quiet"


def test_the_minimap_marks_matches_hits_the_stretch_and_what_is_pointed_at(new_tab):
    tab = new_tab.open(feature="letter e", tokens=f"{PIT}-{PIT + 3000}", token=PEAK)
    scroller(tab).evaluate("(e) => e.scrollTo(0, 0)")
    tab.leave()
    find(tab, "line 500")
    expect(search_status(tab)).to_contain_text("1")
    tab.settle()
    rows = len(lane(tab, HITS))
    hits = [int(row) for row in np.flatnonzero(np.abs(lane(tab, HITS) - ACCENT).max(1) < 40)]
    assert [row for row in hits if row not in frame_rows(tab, rows)] == pytest.approx(
        [row_of(tab, JOINED.index("line 500"), rows)], abs=1
    )
    dark = (lane(tab, MATCHES).max(axis=1) < 90).sum()
    assert dark > 0.9 * rows, "every numbered line has an e"
    stretch = np.flatnonzero(np.abs(lane(tab, RANGE).astype(int) - ACCENT).max(1) < 40)
    assert [stretch[0], stretch[-1]] == pytest.approx(
        [row_of(tab, PIT, rows), row_of(tab, PIT + 2999, rows)], abs=1.5
    )
    pinned = row_of(tab, PEAK, rows)
    assert lane(tab, COLORS)[pinned - 1 : pinned + 3].max(axis=1).min() < 60


def frame_rows(tab: Tab, rows: int) -> range:
    """Those at the frame of what is in view."""
    share = scroller(tab).evaluate("(e) => (e.scrollTop + e.clientHeight) / e.scrollHeight")
    return range(int(share * rows) + 3)


def test_a_token_that_another_view_points_at_is_marked_where_it_stands(new_tab):
    tab = new_tab.open(columns="all")
    before = lane(tab, COLORS).astype(int)
    heatmap = tab.box(tab.frame.locator("rv-heatmap-canvas"))
    tab.page.mouse.move(heatmap.x + 0.55 * heatmap.width, heatmap.y + 30)
    readout = tab.view("Heatmap").locator(".readout")
    expect(readout).to_contain_text("token")
    token = int(re.search(r"token ([\d,]+)", readout.inner_text())[1].replace(",", ""))
    tab.settle()
    changed = np.flatnonzero(np.abs(lane(tab, COLORS) - before).max(axis=1) > 20)
    assert list(changed) == pytest.approx([row_of(tab, token, len(before))], abs=1)


def test_the_minimap_is_gone_through_by_mouse_and_by_keys(tab):
    strip = minimap(tab)
    box = tab.box(strip)
    tab.page.mouse.move(box.x + 8, box.y + 5)
    tab.page.mouse.down()
    tab.page.mouse.move(box.x + 8, box.y + box.height / 2, steps=4)
    tab.page.mouse.up()
    half = scroller(tab).evaluate("(e) => (e.scrollTop + e.clientHeight / 2) / e.scrollHeight")
    assert half == pytest.approx(0.5, abs=0.02)
    expect(strip).to_have_attribute("aria-valuenow", re.compile("^(49|50|51)$"))
    unit = tab.unit.input_value()
    strip.press("End")
    expect(strip).to_have_attribute("aria-valuenow", "100")
    strip.press("Home")
    expect(strip).to_have_attribute("aria-valuenow", "0")
    strip.press("ArrowDown")
    tab.until(lambda: top_of(tab) == TEXT_HEIGHT, "a line further")
    assert tab.unit.input_value() == unit


# Colours


def by(tab: Tab, what: str) -> None:
    tab.view("Text").get_by_label("Colour").select_option(what)
    tab.settle()


def test_kinds_of_errors_have_a_colour_a_mark_a_name_and_a_count(tab):
    by(tab, "errors")
    kinds = tab.view("Text").get_by_role("list", name="Error categories").locator("li")
    counts = np.bincount(ERRORS, minlength=256)
    expect(kinds).to_have_text([f"{name}{counts[k]:,}" for k, name in enumerate(KINDS)])
    fills = kinds.locator("rect").evaluate_all("(all) => all.map((e) => e.getAttribute('fill'))")
    fills = [tuple(map(int, re.findall(r"\d+", fill))) for fill in fills]
    assert len(set(fills)) == len(KINDS)
    screen = tab.picture()
    for position, (character, box) in enumerate(tab.characters()[1:200], 1):
        assert patch(screen, box) == fills[ERRORS[position]], (position, character)
    first = tab.characters()[0][1]
    assert patch(screen, first) not in fills, "nothing was predicted there: it is hatched"
    marked = [mark(screen, tab.characters()[8 + k][1], fills[k]) for k in range(len(KINDS))]
    assert marked[:2] == [False, False] and all(marked[2:])


def mark(screen: np.ndarray, box: Box, fill: tuple[int, int, int]) -> bool:
    """True if the upper edge of a token has anything but its colour."""
    top = round(box.y + box.height / 2 - TEXT_HEIGHT / 2) + 3
    band = screen[top : top + 2, round(box.x + 1) : round(box.x + box.width - 1)].reshape(-1, 3)
    return max(distance(tuple(color), fill) for color in band.tolist()) > 60


def test_letters_read_on_the_colour_of_every_kind_of_error(tab):
    by(tab, "errors")
    screen = tab.picture()
    for character, box in tab.characters()[8:40]:
        x, y = round(box.x), round(box.y + 3)
        part = screen[y : y + round(box.height) - 6, x : x + round(box.width)].reshape(-1, 3)
        light = [luminance(color) for color in part.tolist()]
        assert (max(light) + 0.05) / (min(light) + 0.05) >= 4.5, character


def test_the_card_says_the_kind_of_error_in_words(tab):
    for position, words in ((8, "predicted correctly"), (11, "an error of the kind rare word")):
        tab.page.mouse.move(*tab.characters()[position][1].middle)
        expect(tab.card()).to_contain_text(f"{words} · surprise {SURPRISE[position]:.0f}.00 nats")


def test_surprise_and_a_feature_are_colours_too(new_tab):
    tab = new_tab.open(feature="space")
    by(tab, "surprise")
    tab.until(lambda: tab.legend("Text").low == 0, "the legend is that of surprise")
    legend, screen = tab.legend("Text"), tab.picture()
    assert legend.high == pytest.approx(SURPRISE.max())
    seen = [legend.value(patch(screen, box)) for _, box in tab.characters()[:100]]
    assert seen == pytest.approx(list(SURPRISE[:100]), abs=0.15)
    by(tab, "feature")
    tab.until(lambda: tab.legend("Text").high == 1, "the legend is that of a feature")
    legend, screen = tab.legend("Text"), tab.picture()
    for position, (_, box) in enumerate(tab.characters()[:100]):
        matches = float(TOKENS[position] == " ")
        assert legend.value(patch(screen, box)) == pytest.approx(matches, abs=0.05), position


def test_a_difference_of_epochs_is_coloured_so_are_its_probabilities(new_tab):
    tab = new_tab.open(compare="run/rnnviz", comparestep=0, mode="difference", unit=SPACES)
    expect(tab.view("Text").locator("rv-colors")).to_contain_text("B − A")
    legend = tab.legend("Text")
    assert legend.low == -legend.high
    position = JOINED.index("b")
    meant = values(0)[0, position, SPACES] - values(1)[0, position, SPACES]
    screen = tab.picture()
    assert legend.value(patch(screen, tab.characters()[position][1])) == pytest.approx(
        meant, abs=0.06
    )
    by(tab, "probability")
    tab.until(lambda: tab.legend("Text").high == 1, "the legend is that of probabilities")
    legend, screen = tab.legend("Text"), tab.picture()
    seen = [legend.value(patch(screen, box)) for _, box in tab.characters()[:40]]
    assert seen == pytest.approx(list(PROBABILITY[:40] / 2), abs=0.04)
    tab.page.mouse.move(*tab.characters()[position][1].middle)
    expect(tab.card().locator(".side .name").filter(has_text="epoch")).to_have_count(3)


def test_the_numbers_behind_the_text_can_be_taken_away(new_tab):
    tab = new_tab.open(unit=SPACES, units=str(COSINE))
    with tab.page.expect_download() as download:
        tab.menu("Text").get_by_role("button", name="Numbers (CSV)").click()
    with open(download.value.path(), encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert len(rows) == len(TOKENS)
    words = (row["text"].removeprefix("'") for row in rows)
    assert "".join(words) == JOINED, "a quote keeps spreadsheets from running what follows"
    row = rows[1003]
    planted_values = values(1)[0, 1003]
    for unit in (SPACES, COSINE):
        value = float(row[f"lstm hidden_state unit {unit}"])
        assert value == pytest.approx(planted_values[unit], abs=0.01)
    assert row["kind of error"] == KINDS[ERRORS[1003]]
    assert float(row["probability of what came next"]) == pytest.approx(PROBABILITY[1003] / 2)
    assert row["what came next"] == TOKENS[1004]
