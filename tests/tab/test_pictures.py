"""Every view, light and dark, wide and narrow: nothing is cut off; screenshots."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.tab.planted import COSINE, NEW, OLD
from tests.tab.test_frame import VIEWS
from tests.tab.test_theme import choose_theme

WIDTHS = (1600, 700)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pictures_of_every_view(museum, visit, artifacts, width, theme):
    tab = visit(museum(True), width=width, height=1000 if width > 900 else 800)
    tab.open(unit=COSINE)
    if theme == "dark":
        choose_theme(tab, "Dark")

    def picture(name: str) -> None:
        tab.settle()
        tab.page.screenshot(path=artifacts / f"tab-{name}-{width}-{theme}.png")
        assert_nothing_sticks_out(tab)

    tab.page.mouse.move(*tab.characters()[30][1].middle)
    expect(tab.card()).to_be_visible()
    picture("all")
    tab.leave()
    for name in VIEWS:
        tab.show(name)
        tab.wait_for_text()
        picture(name.lower())
    tab.frame.get_by_role("button", name="⇄ compare").click()
    expect(tab.frame.locator("rv-text-pane")).to_have_count(2)
    picture("compare")


@pytest.mark.parametrize("width", [600, 901, 1024, 1280])
def test_at_any_width_nothing_sticks_out(new_tab, width):
    new_tab.resize(width, 800)
    tab = new_tab.open(compare=f"{OLD}/rnnviz", comparestep="same", run=f"{NEW}/rnnviz")
    assert_nothing_sticks_out(tab)


@pytest.mark.parametrize("width", [600, 950])
def test_on_a_small_screen_nothing_of_a_view_is_cut_off(museum, visit, width):
    tab = visit(museum(True), width=width, height=800).open(unit=COSINE)
    for name in VIEWS:
        tab.show(name)
        assert_nothing_sticks_out(tab)
        assert_nothing_is_cut_off(tab, name)


def test_the_fourier_surface_has_room_in_a_notebook(museum, visit):
    tab = visit(museum(True), width=950, height=800).open(unit=COSINE)
    surface = tab.show("Fourier").locator("rv-surface")
    expect(surface).to_be_visible()
    box = tab.box(surface)
    assert box.width > 600 and box.height > 200


def assert_nothing_is_cut_off(tab, name: str) -> None:
    """No visible element is cut off without a scroll bar, but the contexts of a token."""
    cut_off = tab.frame.locator("body").evaluate(
        """(body) => {
            const all = (root) => [...root.querySelectorAll('*')].flatMap(
                (e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
            const parent = (e) => e.assignedSlot ?? e.parentElement ?? e.getRootNode().host;
            const isVisible = (e) => e.checkVisibility(
                { contentVisibilityAuto: true, visibilityProperty: true, opacityProperty: true });
            const isCutOff = (e) => {
                const { left, right, width, height } = e.getBoundingClientRect();
                if (!width || !height || e.matches('svg *, i[data-t]')) return false;
                for (let p = parent(e); p; p = parent(p)) {
                    const { overflowX, textOverflow } = getComputedStyle(p);
                    if (overflowX === 'visible') continue;
                    if (textOverflow === 'ellipsis' || ['auto', 'scroll'].includes(overflowX))
                        return false;
                    const edge = p.getBoundingClientRect().left + p.clientLeft;
                    return right > edge + p.clientWidth + 1.5 || left < edge - 1.5;
                }
                return false;
            };
            return all(body).filter((e) => isVisible(e) && isCutOff(e))
                .map((e) => `${e.localName}.${e.className} ${e.textContent.trim().slice(0, 40)}`);
        }"""
    )
    assert cut_off == [], name


def assert_nothing_sticks_out(tab) -> None:
    """Only heatmaps scroll sideways, and every control is inside the window."""
    overflows = tab.frame.locator("body").evaluate(
        """(body) => {
            const all = (root) => [...root.querySelectorAll('*')].flatMap(
                (e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
            const room = document.documentElement.clientWidth;
            const name = (e) => `${e.localName} ${e.getAttribute('aria-label') ?? e.innerText}`;
            const controls = all(body).filter((e) => e.matches('button, select, input, rv-colors'));
            const out = controls.filter((e) => e.checkVisibility({ contentVisibilityAuto: true }))
                .filter((e) => e.getBoundingClientRect().right > room + 0.5
                    || e.getBoundingClientRect().left < -0.5);
            const wide = [document.scrollingElement, ...all(body)]
                .filter((e) => e.scrollWidth > e.clientWidth + 1
                    && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)
                    && !e.matches('.scroller, pre'));
            return [...out.map((e) => `outside: ${name(e)}`),
                    ...wide.map((e) => `scrolls: ${e.localName}.${e.className}`)];
        }"""
    )
    assert overflows == []
