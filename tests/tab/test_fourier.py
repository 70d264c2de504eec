"""Fourier view: the planted cosine has its peak at the planted frequency."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.tab.driver import Box, Tab, number
from tests.tab.planted import AMPLITUDE, COSINE, FREQUENCY, SPACES, UNITS

PEAK = re.compile(
    rf"unit {COSINE} · peak of amplitude 0\.\d+ at 0\.125 cycles per token,\s+every 8 t"
)


@pytest.fixture
def cosine(new_tab) -> Tab:
    """The planted cosine chosen, in a window in which every row has room."""
    new_tab.resize(1600, 1400)
    tab = new_tab.open(unit=COSINE)
    expect(tab.view("Fourier").locator(".readout")).to_have_text(PEAK)
    return tab


def box_of(tab: Tab, name: str) -> Box:
    return tab.box(tab.view("Fourier").locator(name))


def accent(picture: np.ndarray) -> np.ndarray:
    """Rows and columns of what is drawn in the colour of what is chosen."""
    red, green, blue = picture.astype(int).transpose(2, 0, 1)
    return np.argwhere((red > 170) & (green < 110) & (blue < 60))


def test_the_amplitude_of_a_cosine_is_its_own(cosine):
    readout = cosine.readout("Fourier")
    amplitude = number(re.search(r"amplitude (\S+) at", readout).group(1))
    assert amplitude == pytest.approx(AMPLITUDE, rel=0.02)


def test_the_line_of_the_chosen_unit_peaks_at_the_planted_frequency(cosine):
    chart = box_of(cosine, "rv-spectrum-chart")
    cosine.leave()
    points = accent(cosine.picture(chart))
    top = points[points[:, 0] == points[:, 0].min()]
    cosine.page.mouse.move(chart.x + float(top[:, 1].mean()), chart.y + chart.height / 2)
    readout = cosine.view("Fourier").locator(".readout")
    expect(readout).to_have_text(re.compile(rf"unit {COSINE} · amplitude 0\.[67]\d* at 0\.125 cyc"))


def test_the_surface_is_drawn_and_has_its_peak_marked(cosine):
    box = box_of(cosine, "rv-surface")
    cosine.leave()
    picture = cosine.picture(box)
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 30, "there is a landscape"
    points = accent(picture)
    y, x = points[points[:, 0].argmin()]
    cosine.page.mouse.move(box.x + float(x), box.y + float(y) + 4)
    readout = cosine.view("Fourier").locator(".readout")
    expect(readout).to_have_text(re.compile(rf"unit {COSINE} · amplitude 0\.[67]\d* at 0\.125 cyc"))


def test_the_surface_can_be_turned_zoomed_and_set_back(cosine):
    box = box_of(cosine, "rv-surface")
    x, y = box.middle
    cosine.leave()
    cosine.settle()
    before = cosine.picture(box)
    cosine.page.mouse.move(x, y)
    cosine.page.mouse.down()
    cosine.page.mouse.move(x + 120, y + 30, steps=4)
    cosine.page.mouse.up()
    cosine.page.mouse.wheel(0, -200)
    reset = cosine.view("Fourier").get_by_role("button", name="Reset view")
    expect(reset).to_be_visible()
    assert cosine.unit.input_value() == str(COSINE), "a drag is no click"
    cosine.leave()
    assert (cosine.picture(box) != before).any(axis=2).mean() > 0.02
    cosine.until(lambda: "camera" in cosine.address, "the address has the view")
    reset.click()
    cosine.leave()
    cosine.until(lambda: close(cosine.picture(box), before), "the first view is back")


def close(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and (abs(a.astype(int) - b) > 24).any(axis=2).mean() < 0.01


def test_a_click_on_the_surface_chooses_the_unit_everywhere(tab):
    tab.view("Fourier").get_by_role("button", name="All units").click()
    box = box_of(tab, "rv-surface")
    points = [(x, 0.62 * box.height) for x in np.linspace(0.2, 0.8, 60) * box.width]
    readouts = tab.sweep("Fourier", "rv-surface", points)
    matches = [re.match(r"unit (\d+) · amplitude", words) for words in readouts]
    unit, (x, y) = next(
        (words.group(1), point)
        for words, point in zip(matches, points, strict=True)
        if words and int(words.group(1)) != SPACES
    )
    tab.page.mouse.move(box.x + x, box.y + y)
    tab.page.mouse.down()
    tab.page.mouse.up()
    tab.leave()
    expect(tab.unit).to_have_value(unit)
    expect(tab.view("Text").locator("rv-colors")).to_contain_text(f"unit {unit}")


def test_flat_has_a_row_a_unit_and_the_peak_marked_in_it(cosine):
    cosine.resize(1600, 1800)
    fourier = cosine.view("Fourier")
    fourier.get_by_role("button", name="Flat").click()
    fourier.get_by_role("button", name="All units").click()
    box = box_of(cosine, "rv-heatmap-canvas")
    rows = dict(reversed(cosine.rows("Fourier", ".scroller", r"unit (\d+) · amplitude")))
    assert set(rows) == set(range(UNITS))
    across = range(0, round(box.width), 2)
    readouts = cosine.sweep("Fourier", ".scroller", ((x, rows[COSINE]) for x in across))
    matches = [re.match(r"unit \d+ · amplitude (\S+) at (\S+)", words) for words in readouts]
    columns = {
        x: (number(f.group(1)), float(f.group(2)))
        for x, f in zip(across, matches, strict=True)
        if f
    }
    at = max(columns, key=lambda x: columns[x][0])
    assert columns[at][1] == FREQUENCY
    cosine.leave()
    cosine.settle()
    row = cosine.picture(Box(box.x, box.y + rows[COSINE] - 8, box.width, 16)).astype(int)
    around = row[:, at - 4 : at + 5].reshape(-1, 3)
    assert (np.ptp(around, axis=0) > 80).any(), "the peak stands out and is marked"
    cosine.page.mouse.click(box.x + box.width / 3, box.y + rows[3])
    expect(cosine.unit).to_have_value("3")


def test_the_band_says_where_peaks_are_looked_for(cosine):
    fourier = cosine.view("Fourier")
    fourier.get_by_label(re.compile("^Lowest")).fill("0.2")
    fourier.get_by_label(re.compile("^Lowest")).press("Enter")
    readout = fourier.locator(".readout")
    expect(readout).not_to_have_text(PEAK)
    frequency = float(re.search(r" at (\S+) cycles", readout.inner_text()).group(1))
    assert 0.2 <= frequency <= 0.5
    cosine.until(lambda: cosine.address.get("band") == "0.2 0.5", "the address has the band")
    fourier.get_by_label(re.compile("^Lowest")).fill("0.1")
    fourier.get_by_label(re.compile("^Lowest")).press("Enter")
    expect(readout).to_have_text(PEAK)


def test_a_peak_says_whether_it_stands_above_noise(cosine):
    readout = cosine.view("Fourier").locator(".readout")
    expect(readout).to_contain_text(re.compile(r"· above red noise, q (0\.00|< 0)"))
    cosine.open()
    peak = re.compile(rf"unit {SPACES} · peak.* coherence with space 1\.00", re.DOTALL)
    expect(readout).to_have_text(peak)


def test_the_band_is_said_in_tokens_too(cosine):
    periods = cosine.view("Fourier").locator(".periods")
    expect(periods).to_have_text("every 2 tokens or more")
    cosine.open(unit=COSINE, band="0.1 0.25")
    expect(periods).to_have_text("every 4 to 10 tokens")


def test_further_units_are_lines_with_a_legend(cosine):
    cosine.open(unit=COSINE, units=f"{SPACES},3")
    lines = cosine.view("Fourier").get_by_role("list", name="Lines").get_by_role("listitem")
    expect(lines).to_have_text([f"unit {unit}" for unit in (COSINE, SPACES, 3)])


def test_over_the_epochs_the_cosine_stays_where_it_was_planted(cosine):
    """It beats at every epoch; what marks spaces does so when it has learnt to."""
    fourier = cosine.view("Fourier")
    fourier.get_by_role("button", name="Over epochs").click()
    dots = fourier.locator("rv-line-chart :is(.filled, .hollow)")
    expect(dots).to_have_count(3)
    expect(fourier.locator("rv-line-chart .filled")).to_have_count(3)
    for title in dots.locator("title").all():
        assert " 0.125 cycles per token" in (title.text_content() or "")
    heights = [cosine.box(dot).middle[1] for dot in dots.all()]
    assert max(heights) - min(heights) < 1
    cosine.page.mouse.click(*cosine.box(dots.nth(1)).middle)
    expect(cosine.slider).to_have_attribute("aria-valuetext", "epoch 1")
    expect(fourier.locator(".readout")).to_contain_text("epoch 1 · unit 8")


STRONGEST = """(image) => new Promise((done) => {
    const picture = new Image();
    picture.onload = () => {
        const canvas = new OffscreenCanvas(1, picture.height);
        const context = canvas.getContext('2d');
        context.drawImage(picture, 0, 0);
        const { data } = context.getImageData(0, 0, 1, picture.height);
        const light = Array.from({ length: picture.height }, (_, row) =>
            data[4 * row] + data[4 * row + 1] + data[4 * row + 2]);
        done(0.5 * (1 - (light.indexOf(Math.min(...light)) + 0.5) / picture.height));
    };
    picture.src = image.getAttribute('href');
})"""
"""The frequency of the darkest pixel of a spectrum."""


def test_over_the_epochs_the_spectrum_of_every_epoch_stands_behind_its_peak(cosine):
    fourier = cosine.view("Fourier")
    fourier.get_by_role("button", name="Over epochs").click()
    columns = fourier.locator("rv-line-chart image.column")
    expect(columns).to_have_count(3)
    for column in columns.all():
        assert column.evaluate(STRONGEST) == pytest.approx(FREQUENCY, abs=0.01)
    boxes = [cosine.box(column) for column in columns.all()]
    assert [box.x for box in boxes] == sorted(box.x for box in boxes)
    dot = cosine.box(fourier.locator("rv-line-chart .filled").nth(1)).middle
    cosine.page.mouse.move(dot[0], dot[1])
    readout = fourier.locator(".readout")
    expect(readout).to_contain_text("epoch 1 · unit 8 · amplitude")
    expect(readout).to_contain_text("every 8 tokens")
    cosine.page.mouse.move(dot[0], boxes[0].y + 3)
    expect(readout).to_contain_text("every 2")
    expect(fourier.locator("rv-colors")).to_contain_text("amplitude of unit 8")


def test_a_band_that_cannot_be_is_mended(cosine):
    highest = cosine.view("Fourier").get_by_label(re.compile("^Highest"))
    for typed, becomes in (("9", "0.5"), ("", "0.5"), ("-1", "0")):
        highest.fill(typed)
        highest.press("Tab")
        expect(highest).to_have_value(becomes)


def test_the_ends_of_the_band_can_be_dragged(cosine):
    chart = box_of(cosine, "rv-spectrum-chart")
    left, right = chart.x + 44, chart.x + chart.width - 14
    y = chart.y + chart.height / 2
    cosine.page.mouse.move(right, y)
    cosine.page.mouse.down()
    cosine.page.mouse.move(left + (right - left) * 0.5, y, steps=5)
    cosine.page.mouse.up()
    highest = cosine.view("Fourier").get_by_label(re.compile("^Highest"))
    assert float(highest.input_value()) == pytest.approx(0.25, abs=0.01)


def test_without_webgl_the_picture_is_flat_and_says_why(museum, visit):
    tab = visit(museum(True))
    tab.context.add_init_script(
        """const real = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
            return kind.startsWith('webgl') ? null : real.call(this, kind, ...rest);
        };"""
    )
    tab.open()
    surface = tab.view("Fourier").get_by_role("button", name="Surface")
    expect(surface).to_be_disabled()
    assert surface.get_attribute("title")
    expect(tab.view("Fourier").locator("rv-heatmap-canvas")).to_be_visible()


def test_its_scripts_come_when_it_is_opened(museum, visit):
    tab = visit(museum(True))
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    tab.open(fourier="flat", views="findings*|text*|heatmap*|training*,fourier")
    scripts = {"fourier-view.js", "surface.js"}
    assert "index.js" in asked and scripts.isdisjoint(asked)
    tab.frame.get_by_role("tab", name="Fourier").click()
    view = tab.frame.locator("rv-fourier-view")
    view.locator("rv-heatmap-canvas").wait_for()
    assert scripts.intersection(asked) == {"fourier-view.js"}
    view.get_by_role("button", name="Surface").click()
    view.locator("rv-surface").wait_for()
    assert scripts.issubset(asked)
