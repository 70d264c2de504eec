"""Views of what is not plain text: a signal, a pair, a text from right to left."""

from __future__ import annotations

import math
import re

import pytest
from playwright.sync_api import expect

from benchmarks.signal import plant_signal
from tests.planted_logs import (
    PLANTED,
    write_forecast_run,
    write_pair_run,
    write_planted_run,
    write_signal_run,
    write_window_run,
)
from tests.server import tensorboard_server

HEBREW = "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd\u2028"


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    logs = tmp_path_factory.mktemp("kinds")
    write_signal_run(logs / "signal")
    write_forecast_run(logs / "horizons")
    write_window_run(logs / "windows")
    plant_signal(logs / "long", 20_000)
    write_pair_run(logs / "pair")
    write_planted_run(logs / "hebrew", steps=1, text=HEBREW * 8)
    with tensorboard_server(logs) as server:
        yield server


@pytest.fixture
def long_signal(new_tab):
    tab = new_tab.open(wait=False, run="long/rnnviz", signalas="overlaid")
    expect(chart(tab)).to_be_visible()
    return tab


@pytest.fixture
def signal(new_tab):
    tab = new_tab.open(wait=False, run="signal/rnnviz", probe="engine", unit=PLANTED)
    expect(chart(tab)).to_be_visible()
    return tab


def chart(tab):
    return tab.frame.locator("rv-signal-chart")


def at(tab, share):
    """Point of the chart at a share of its steps."""
    box = chart(tab).bounding_box()
    return box["x"] + 112 + share * (box["width"] - 124), box["y"] + 20


def card(tab):
    return tab.frame.locator("rv-signal-view rv-token-card")


def test_a_signal_has_its_view_in_the_place_of_the_text(signal):
    page = signal.frame
    expect(page.get_by_role("tab", name="Signal")).to_be_visible()
    expect(page.get_by_role("tab", name="Text")).to_have_count(0)
    expect(page.get_by_role("tab", name="Errors")).to_have_count(0)
    page.locator("rv-views-menu summary").click()
    expect(page.get_by_role("checkbox", name="Signal is open")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Text is open")).to_have_count(0)


def test_error_and_skill_of_a_forecast_that_repeats_the_last_value(signal):
    expect(signal.frame.locator(".skill")).to_contain_text(re.compile(r"skill [+−]?0\.0"))


def test_the_step_under_the_pointer_has_a_card_with_time_and_values(signal):
    signal.page.mouse.move(*at(signal, 0.5))
    expect(card(signal)).to_contain_text(re.compile(r"(29\.9|30\.[01]) s"))
    for name in ("speed", "heat", "fault", "speed, next"):
        expect(card(signal)).to_contain_text(name)
    signal.page.mouse.click(*at(signal, 0.5))
    expect(signal.page).to_have_url(re.compile(r"token=(299|300|301)"))


def test_the_wheel_zooms_about_the_pointer(signal):
    signal.page.mouse.move(*at(signal, 0.25))
    signal.page.mouse.wheel(0, -800)
    expect(signal.page).to_have_url(re.compile("signalwindow="))
    first, end = chart(signal).evaluate("(chart) => [chart.view.first, chart.view.end]")
    assert end - first == pytest.approx(600 / 2.718**2, rel=0.02)
    assert first + 0.25 * (end - first) == pytest.approx(150, abs=3)
    signal.page.mouse.dblclick(*at(signal, 0.25))
    expect(signal.page).not_to_have_url(re.compile("signalwindow="))


def test_the_ribbon_has_the_colours_of_the_unit(signal):
    colours = chart(signal).evaluate(
        """(chart) => {
            const canvas = chart.shadowRoot.querySelector('.fixed-bands');
            const ratio = canvas.width / canvas.clientWidth;
            const { tops, heights } = chart.parts.fixed.layout;
            const ribbon = chart.fixedBands.findIndex(({ kind }) => kind === 'ribbon');
            const y = Math.round((tops[ribbon] + heights[ribbon] / 2) * ratio);
            const { data } = canvas.getContext('2d').getImageData(0, y, canvas.width, 1);
            const left = [50, 150].map((step) => 4 * Math.round((chart.xOf(step) + 1) * ratio));
            return left.map((index) => [...data.slice(index, index + 4)]);
        }"""
    )
    (low_red, _, low_blue, _), (high_red, _, high_blue, _) = colours
    assert low_blue > low_red and high_red > high_blue


def test_further_units_have_a_ribbon_and_a_line_each(signal):
    menu = signal.frame.locator("rv-signal-view rv-strip-menu")
    menu.locator("summary").click()
    menu.get_by_role("spinbutton").fill("2")
    menu.get_by_role("button", name="Add", exact=True).click()
    expect(signal.page).to_have_url(re.compile("units=2"))
    names = chart(signal).evaluate(
        """({ fixedBands }) => fixedBands.map(
            ({ name, lines }) => lines?.map((line) => line.name) ?? name)"""
    )
    assert names == ["fault", "unit 5", "unit 2", ["unit 2", "unit 5"]]


def test_the_bar_of_the_whole_signal_moves_the_window(signal):
    for _ in range(2):
        signal.frame.get_by_role("button", name="Zoom in").click()
    bar = signal.frame.get_by_role("scrollbar", name="Window within the whole sequence")
    width = bar.bounding_box()["width"]
    bar.click(position={"x": 112 + 0.9 * (width - 124), "y": 8})
    expect(bar).to_have_attribute("aria-valuenow", "100")
    first, end = chart(signal).evaluate("(chart) => [chart.view.first, chart.view.end]")
    assert (first, end) == (450, 600)


def test_probe_menu_and_layer_picker_reach_both_sides_of_a_pair(new_tab):
    tab = new_tab.open(wait=False, run="pair/rnnviz", probe="dates")
    probes = tab.field("Probe")
    expect(probes.locator("option")).to_have_text(["dates", "dates · source"])
    layers = tab.field("Layer")
    expect(layers.locator("option")).to_have_text(
        ["decoder · GRUCell", "encoder · GRUCell · source"]
    )
    layers.select_option(label="encoder · GRUCell · source")
    expect(probes).to_have_value("dates/source")
    expect(tab.page).to_have_url(re.compile("layer=encoder"))


@pytest.fixture
def pair(new_tab):
    tab = new_tab.open(wait=False, run="pair/rnnviz", probe="dates", layer="decoder")
    expect(pane(tab).locator(".line")).to_have_count(6)
    return tab


def pane(tab):
    return tab.frame.locator("rv-text-pane")


def token_at(tab, line, token):
    """A line of the pairs, and the point in it where a token stands."""
    layout = "(pane, [line, token]) => pane.layout.x[pane.layout.starts[line] + token]"
    x = pane(tab).evaluate(layout, [line, token])
    return pane(tab).locator(f'[data-line="{line}"]'), {"x": x + 4, "y": 12}


def shaded(tab):
    """Weights of the tokens that are shaded, by their index in the lines of the pairs."""
    return pane(tab).evaluate(
        """(pane) => {
            const weights = [...(pane.picture.shade?.values ?? [])].map((value, i) => [i, value]);
            return Object.fromEntries(weights.filter(([, value]) => !Number.isNaN(value)));
        }"""
    )


def test_a_pair_shows_source_target_and_output_above_each_other(pair):
    lines = pane(pair).locator(".line")
    expect(lines).to_have_text(["abc", "xy", "yy", "cab", "yx", "yy"])
    expect(pane(pair).locator(".sequence")).to_have_text(
        ["source 0", "target", "output", "source 1", "target", "output"]
    )
    expect(pane(pair).get_by_role("group", name="Output of pair 1")).to_have_text("yy")
    expect(pair.frame.locator("rv-text-view .wrong")).to_have_text("wrong output")


def test_a_token_of_a_pair_shades_the_other_side_by_attention(pair):
    line, point = token_at(pair, 4, 1)
    line.hover(position=point)
    expect(pair.frame.locator("rv-text-view rv-colors").last).to_contain_text("attention")
    pair.until(lambda: shaded(pair) == {"7": 0, "8": 1, "9": 0}, "the source is shaded")
    line, point = token_at(pair, 0, 2)
    line.hover(position=point)
    expect(pane(pair).locator(".hover")).to_have_count(1)
    pair.until(lambda: shaded(pair) == {"3": 1, "4": 0}, "the target is shaded")


def test_a_click_on_the_other_side_gives_it_the_colours_and_there_is_a_way_back(pair):
    line, point = token_at(pair, 3, 1)
    line.click(position=point)
    layer = pair.field("Layer")
    expect(layer).to_have_value("encoder")
    assert pair.address["token"] == "4"
    sides = pair.frame.get_by_role("group", name="Side with colours")
    expect(sides.get_by_role("button", name="source")).to_have_attribute("aria-pressed", "true")
    sides.get_by_role("button", name="target").press("Enter")
    expect(layer).to_have_value("decoder")


def test_a_text_from_right_to_left_begins_at_the_right_edge(new_tab):
    tab = new_tab.open(wait=False, run="hebrew/rnnviz")
    lines = tab.frame.locator("rv-text-pane .line")
    expect(lines.first).to_have_attribute("dir", "rtl")
    assert lines.count() == 8
    layout = tab.frame.locator("rv-text-pane").evaluate(
        "(pane) => [pane.layout.x[0], pane.layout.x[1]]"
    )
    assert layout[0] > layout[1] > 0


def test_a_moved_picture_is_that_of_painting_everything(long_signal):
    are_equal = chart(long_signal).evaluate(
        """(chart) => {
            const pictures = () => ['bands', 'fixed-bands'].map(
                (name) => chart.shadowRoot.querySelector(`.${name}`).toDataURL());
            chart.zoom(3);
            chart.repaint();
            return [37, -61, 4, 900, -2.5, 0.3].map((by) => {
                const { first, end } = chart.view;
                chart.view = { first: first + by, end: end + by };
                chart.repaint();
                const moved = pictures();
                Object.values(chart.painters).forEach((painter) => painter.reset());
                chart.repaint();
                return pictures().map((picture, k) => picture === moved[k]);
            });
        }"""
    )
    assert are_equal == [[True, True]] * 6


def test_a_forecast_by_horizon_is_chosen_and_drawn_ahead_of_the_pinned_step(new_tab):
    tab = new_tab.open(wait=False, run="horizons/rnnviz", token="300", probe="engine")
    expect(chart(tab)).to_be_visible()
    view = tab.frame.locator("rv-signal-view")
    horizon = view.locator("select").filter(has_text="t + 1")
    expect(horizon.locator("option")).to_have_text(
        [re.compile(rf"t \+ {k} · MAE") for k in (1, 2, 4)]
    )
    horizon.select_option(index=2)
    expect(tab.page).to_have_url(re.compile("signaloutput=speed"))
    bands = "({ bands }) => bands.map(({ name }) => name)"
    tab.until(
        lambda: (
            chart(tab).evaluate(bands)
            == ["speed", "heat", "fault", "speed, t + 4", "speed ahead", "residual"]
        ),
        "output, forecast ahead and residual are drawn",
    )
    path = chart(tab).evaluate(
        """({ bands }) => {
            const { lines } = bands.find(({ name }) => name === 'speed ahead');
            return [...lines[1].series.values]
                .flatMap((value, step) => (Number.isNaN(value) ? [] : [[step, value]]));
        }"""
    )
    steps, values = zip(*path, strict=True)
    assert steps == (301, 302, 303, 304)
    # The forecast repeats the value of step 300; between horizons it is interpolated.
    assert values == pytest.approx([math.sin(300 / 8)] * 4, abs=1e-6)


def test_windows_with_a_class_are_listed_with_their_channels(new_tab):
    tab = new_tab.open(wait=False, run="windows/rnnviz", probe="engine", sequence="1")
    tab.frame.get_by_role("tab", name="Sequences").click()
    view = tab.frame.locator("rv-sequences-view")
    expect(view.get_by_role("img", name="Channels of sequence")).to_have_count(2)
    expect(view.locator("rv-steps-chart [data-channel]")).to_have_count(2)
    expect(view.get_by_role("searchbox")).to_have_count(0)
    view.get_by_role("button", name="select", exact=True).click()
    expect(tab.page).to_have_url(re.compile("tokens=300"))
    tab.frame.get_by_role("tab", name="Signal").click()
    expect(tab.frame.locator("rv-signal-view")).to_contain_text("sequence 1 · verse of 2")


def test_the_forecast_of_a_window_is_drawn_behind_its_end(new_tab):
    tab = new_tab.open(wait=False, run="windows/rnnviz", probe="engine")
    expect(chart(tab)).to_be_visible()
    assert chart(tab).evaluate("({ steps, length }) => [steps, length]") == [300, 302]
    path = chart(tab).evaluate(
        """({ bands }) => {
            const { lines } = bands.find(({ name }) => name === 'speed ahead');
            return [...lines[0].series.values]
                .flatMap((value, step) => (Number.isNaN(value) ? [] : [step]));
        }"""
    )
    assert path == [300, 301]
    # Pointing behind the end points at no step.
    tab.page.mouse.move(*at(tab, 0.999))
    expect(card(tab)).to_have_count(0)
