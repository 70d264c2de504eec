"""Driver of the tab in a browser: positions, colours, texts and console messages."""

from __future__ import annotations

import io
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from urllib.parse import quote, urlsplit

import numpy as np
from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Frame,
    FrameLocator,
    Locator,
    Page,
    Request,
)

PATIENCE = 60.0  # seconds, for a machine that does other things too
KNOWN = ("WARNING: Multiple instances of Three.js being imported.", "GPU stall due to ReadPixels")
"""Console messages of TensorBoard itself and of the software renderer."""

ANEW = """async (link) => {
    const frame = document.querySelector('iframe[src*="name=rnnviz"]');
    const { src } = frame;
    const go = (address) => new Promise((done) => {
        frame.addEventListener('load', done, { once: true });
        frame.src = address;
    });
    await go('about:blank');
    history.replaceState(history.state, '', link);
    await go(src);
}"""
"""Opens the tab anew within the same TensorBoard page, which takes long to start."""

SETTLED = """async () => {
    const bench = document.querySelector('rv-app')?.shadowRoot?.querySelector('rv-workbench');
    const panels = [...(bench?.shadowRoot?.querySelectorAll('rv-panel') ?? [])];
    const scripts = panels.map(({ front }) => customElements.whenDefined(`rv-${front}-view`));
    const pause = (most) => new Promise((done) => setTimeout(done, most));
    await Promise.race([Promise.all(scripts), pause(5000)]);
    for (let k = 0; k < 4; k++)
        await Promise.race([new Promise((done) => requestAnimationFrame(done)), pause(1000)]);
}"""
"""Until what comes later is there, and what was measured anew is drawn."""

STATE = """(body, watch) => {
    const presses = ['pointerdown', 'keydown', 'input', 'change', 'wheel', 'focusin'];
    if (watch) {
        window.isTouched = false;
        const touch = () => { window.isTouched = true; };
        presses.forEach((type) => window.addEventListener(type, touch, { capture: true }));
    }
    if (window.isTouched) return 'touched';
    let hash = 5381;
    const add = (text) => {
        for (let k = 0; k < text.length; k++) hash = (hash * 33 ^ text.charCodeAt(k)) | 0;
    };
    const walk = (parent) => {
        for (const node of parent.childNodes) {
            if (node.nodeType === Node.TEXT_NODE) add(node.data);
            if (node.nodeType !== Node.ELEMENT_NODE) continue;
            add(node.localName);
            for (const { name, value } of node.attributes) if (value) add(`${name}=${value}`);
            add(`${node.value ?? ''} ${node.checked ?? ''}`);
            if (node.scrollTop || node.scrollLeft) add(`${node.scrollTop} ${node.scrollLeft}`);
            if (node.shadowRoot) walk(node.shadowRoot);
            walk(node);
        }
    };
    walk(body);
    const kept = Object.keys(localStorage).filter((key) => key.startsWith('rnnviz.')).sort();
    kept.forEach((key) => add(key + localStorage.getItem(key)));
    return String(hash);
}"""
"""Hash of what the tab shows and keeps; "touched" after a key, a press or a focus."""

ADVANCE_CLOCK = """(milliseconds) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + milliseconds;
}"""

Color = tuple[int, int, int]


@dataclass(frozen=True)
class Box:
    """A rectangle on the page, in CSS pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


class Tab:
    """One page with TensorBoard on it, in a browser context of its own."""

    def __init__(self, browser: Browser, url: str, width: int = 1600, height: int = 1000):
        self.url = url
        self.complaints: list[str] = []
        self.allowed: list[re.Pattern[str]] = []
        self._opening: tuple[str, str] | None = None
        self._may_reuse = False
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        self.context.set_default_timeout(1000 * PATIENCE)
        self.page = self._watched(self.context.new_page())

    def _watched(self, page: Page) -> Page:
        here = urlsplit(self.url).netloc

        def requested(request: Request) -> None:
            if urlsplit(request.url).netloc not in ("", here):
                self.complaints.append(f"asked another host: {request.url}")

        # Not `page.route`, which takes the cache from the page and sends every request to Python.
        page.on("request", requested)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.on("response", lambda answer: self._answered(answer.status, answer.request))
        return page

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(
            known in message.text for known in KNOWN
        ):
            where = message.location.get("url", "")
            self.complaints.append(f"console {message.type}: {message.text} ({where})")

    def _answered(self, status: int, request: Request) -> None:
        if status >= 400:
            self.complaints.append(f"{status} for {request.url}")

    def allow(self, pattern: str) -> None:
        """Complaints that this test brings about itself."""
        self.allowed.append(re.compile(pattern))

    def check(self) -> None:
        """Fails if the page complained, or asked another machine for something."""
        rest = [c for c in self.complaints if not any(p.search(c) for p in self.allowed)]
        self.complaints.clear()
        assert not rest, "The page complained:\n" + "\n".join(rest)

    def open(self, wait: bool = True, **words: object) -> Tab:
        """Goes to the tab; `words` stand in the address, `unit=3` as `&p.rnnviz.unit=3`."""
        parts = [f"&p.rnnviz.{key}={quote(str(word), '')}" for key, word in words.items()]
        link = f"#rnnviz{''.join(parts)}"
        if self._is_as_opened(link):
            return self
        self._opening = None
        if self.page.url.startswith(f"{self.url}#rnnviz"):
            self.page.evaluate(ANEW, link)
        else:
            self.page.goto(self.url + link)
        if wait:
            self.wait_for_text()
            self._opening = link, self._state(watch=True)
        return self

    def renew(self) -> None:
        """Makes the page as if it were new, for another test.

        The next `open` loads the tab again, except where its link is open already, nobody has
        pressed anything there, and all that it shows and keeps is as it was when it opened.
        """
        self.resize(1600, 1000)
        self.leave()
        self._may_reuse = self._opening is not None
        if not self._may_reuse:
            self.forget()

    def _is_as_opened(self, link: str) -> bool:
        """Returns true if a test before opened this link and did no more than look."""
        may_reuse, self._may_reuse = self._may_reuse, False
        if not may_reuse:
            return False
        same_link = self._opening is not None and self._opening[0] == link
        if same_link:
            self.settle()
            if self._state() == self._opening[1]:
                return True
        self.forget()
        return False

    def _state(self, watch: bool = False) -> str:
        """Window, address and `STATE` of the tab; `watch` begins to watch for presses."""
        size = self.page.viewport_size
        shown = self.frame.locator("body").evaluate(STATE, watch)
        return f"{size} {self.page.url} {shown}"

    def wait_for_text(self) -> None:
        """Until tokens stand there on their colours."""
        self.frame.locator("rv-text-pane .line").first.wait_for(state="attached")
        self.until(lambda: not self.frame.locator(".old").count(), "nothing is on its way")
        self.settle()

    def settle(self) -> None:
        """Until the views have their size and have drawn."""
        self.frame.locator("body").evaluate(SETTLED)

    def until(self, holds: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Waits for something that has no event; for the DOM use Playwright's `expect`."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise AssertionError(f"Never came true within {seconds} s: {what}")
            self.page.wait_for_timeout(60)

    def advance_clock(self, seconds: float) -> None:
        """Advances the clock; changes within a second share a history entry."""
        self._opening = None
        self.inner.evaluate(ADVANCE_CLOCK, 1000 * seconds)

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator('iframe[src*="name=rnnviz"]')

    @property
    def inner(self) -> Frame:
        """The tab's own frame, to run scripts in."""
        return next(frame for frame in self.page.frames if "name=rnnviz" in frame.url)

    @property
    def address(self) -> dict[str, str]:
        """The tab's part of the address, decoded."""
        script = """() => Object.fromEntries(location.hash.slice(1).split('&')
            .filter((part) => part.startsWith('p.rnnviz.'))
            .map((part) => part.slice('p.rnnviz.'.length).split('=').map(decodeURIComponent)))"""
        return self.page.evaluate(script)

    @property
    def unit(self) -> Locator:
        return self.frame.get_by_role("spinbutton", name="Unit", exact=True)

    @property
    def slider(self) -> Locator:
        return self.frame.get_by_role("slider", name="Epoch", exact=True)

    @property
    def epoch(self) -> str:
        return self.slider.get_attribute("aria-valuetext") or ""

    def show(self, view: str) -> Locator:
        """Brings a view to the front of its place, and waits until it is drawn."""
        self.frame.get_by_role("tab", name=view, exact=True).click()
        self.view(view).wait_for()
        self.settle()
        return self.view(view)

    def menu(self, view: str) -> Locator:
        """Opens the menu of a view."""
        self.show(view)
        self.frame.get_by_title(f"Export and arrange {view}", exact=True).click()
        return self.frame.get_by_role("list", name=f"Menu of {view}", exact=True)

    def field(self, label: str) -> Locator:
        return (
            self.frame.locator("rv-top-bar label")
            .filter(has_text=re.compile(rf"^\s*{label}\b"))
            .locator("select")
        )

    def view(self, name: str) -> Locator:
        """A view by its name: Text, Heatmap, Fourier, Findings."""
        return self.frame.get_by_role("region", name=name, exact=True).first

    def card(self) -> Locator:
        return self.frame.locator("rv-token-card")

    def box(self, locator: Locator) -> Box:
        bounds = locator.bounding_box()
        assert bounds is not None, "it is not on the page"
        return Box(**bounds)

    def picture(self, box: Box | None = None) -> np.ndarray:
        """Screenshot, uint8 (height, width, 3)."""
        clip = box and {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
        png = self.page.screenshot(clip=clip, scale="css")
        return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))

    def characters(self, pane: int = 0) -> list[tuple[str, Box]]:
        """Every character of the lines that are whole in sight, and where it stands."""
        host = self.frame.locator("rv-text-pane").nth(pane)
        rows = host.evaluate(
            """(pane) => [...pane.shadowRoot.querySelectorAll('.line')].flatMap((line) => {
                const room = pane.shadowRoot.querySelector('.scroller').getBoundingClientRect();
                const { top, bottom } = line.getBoundingClientRect();
                if (top < room.top || bottom > room.bottom) return [];
                const node = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
                const found = [];
                while (node.nextNode()) {
                    const text = node.currentNode;
                    for (let k = 0; k < text.length; k++) {
                        const range = document.createRange();
                        range.setStart(text, k);
                        range.setEnd(text, k + 1);
                        const { x, y, width, height } = range.getBoundingClientRect();
                        found.push([text.data[k], x, y, width, height]);
                    }
                }
                return found;
            })"""
        )
        origin = self.box(self.page.locator('iframe[src*="name=rnnviz"]'))
        return [(c, Box(x + origin.x, y + origin.y, w, h)) for c, x, y, w, h in rows]

    def grounds(self, pane: int = 0) -> list[tuple[str, Color]]:
        """Every character in sight with the colour that it stands on."""
        screen = self.picture()
        return [(c, ground(screen, box)) for c, box in self.characters(pane)]

    def legend(self, view: str) -> Legend:
        """The legend of a view: its numbers and its colours."""
        return read_legend(self, self.view(view).locator("rv-colors"))

    def readout(self, view: str) -> str:
        return self.view(view).locator(".readout").inner_text()

    def sweep(self, view: str, target: str, points: Iterable[tuple[float, float]]) -> list[str]:
        """Texts of a view's read-out while the pointer moves over points of an element."""
        script = """async (view, [target, points]) => {
            const all = (root) => [...root.querySelectorAll('*')].flatMap(
                (e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
            const inside = all(view);
            const aim = inside.find((e) => e.matches(target));
            const readout = inside.find((e) => e.matches('.readout'));
            const { left, top } = aim.getBoundingClientRect();
            const point = (type, clientX, clientY) => aim.dispatchEvent(
                new PointerEvent(type, { clientX, clientY, bubbles: true, composed: true }));
            const said = [];
            for (const [x, y] of points) {
                point('pointermove', left + x, top + y);
                await new Promise((done) => setTimeout(done));
                said.push(readout.innerText);
            }
            point('pointerleave', 0, 0);
            return said;
        }"""
        return self.view(view).evaluate(script, [target, [list(point) for point in points]])

    def rows(self, view: str, target: str, pattern: str) -> list[tuple[int, float]]:
        """Reads the rows of a picture from the top: unit and height of its middle.

        Args:
            view: The view whose read-out tells the unit.
            target: Element on which the pointer is pressed.
            pattern: A regular expression for the read-out over a row, its first group the unit.
                Between rows and beside them the read-out tells the chosen unit too, so that only
                what is as high as a row counts.
        """
        box = self.box(self.view(view).locator(target))
        heights = np.arange(2, box.height, 3)
        readouts = self.sweep(view, target, ((box.width / 3, y) for y in heights))
        units = [
            match and int(match.group(1)) for match in (re.match(pattern, w) for w in readouts)
        ]
        rows = [
            (unit, [y for _, y in run])
            for unit, run in groupby(zip(units, heights, strict=True), itemgetter(0))
        ]
        return [
            (unit, float(np.mean(ys)))
            for unit, ys in rows
            if unit is not None and 9 <= ys[-1] - ys[0] <= 21
        ]

    def press(self, *keys: str) -> None:
        """Keys pressed in the tab, as by someone who has clicked into it."""
        self.frame.locator("body").evaluate("() => window.focus()")
        for key in keys:
            self.page.keyboard.press(key)

    def forget(self) -> None:
        """Takes from the browser what the tab has kept for the next visit."""
        self.page.evaluate(
            """() => location.protocol === 'http:' && Object.keys(localStorage)
                .filter((key) => key.startsWith('rnnviz.'))
                .forEach((key) => localStorage.removeItem(key))"""
        )

    def leave(self) -> None:
        """Takes the pointer off the tab."""
        self.page.mouse.move(1, 1)

    def resize(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def close(self) -> None:
        self.context.close()

    def __enter__(self) -> Tab:
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the page before the server stops: a truncated response is a page error."""
        self.close()


def ground(screen: np.ndarray, box: Box) -> Color:
    """The most frequent colour in a token's box: letters cover less than half of it."""
    top, left = round(box.y + 3), round(box.x + 1)
    part = screen[top : round(box.y + box.height - 6), left : round(box.x + box.width - 1)]
    ((color, _),) = Counter(map(tuple, part.reshape(-1, 3).tolist())).most_common(1)
    return color


@dataclass(frozen=True)
class Legend:
    """Colours between two numbers."""

    low: float
    high: float
    colors: np.ndarray

    def color(self, value: float) -> Color:
        """Colour of a value by the legend."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return tuple(self.colors[round(share * (len(self.colors) - 1))].tolist())

    def value(self, color: Color) -> float:
        """Value of a colour by the legend."""
        nearest = np.abs(self.colors.astype(int) - color).sum(1).argmin()
        return self.low + (self.high - self.low) * nearest / (len(self.colors) - 1)


def number(text: str) -> float:
    """A number as the tab prints it."""
    return float(text.replace("−", "-").replace("+", "").replace(",", ""))


def read_legend(tab: Tab, legend: Locator) -> Legend:
    words = legend.locator("span").all_inner_texts()
    canvas = legend.locator("canvas")
    low, high = (number(word) for word in words[1:3])
    box = tab.box(canvas)
    strip = tab.picture(box)
    row = strip[len(strip) // 2]
    if low < 0 < high:  # the mark of zero is not one of the colours
        middle = len(row) // 2
        hidden = np.arange(middle - 2, middle + 3)
        rest = np.delete(np.arange(len(row)), hidden)
        row = np.stack([np.interp(np.arange(len(row)), rest, row[rest, c]) for c in range(3)], 1)
        row = row.round().astype(np.uint8)
    return Legend(low, high, row)


def distance(a: Color, b: Color) -> int:
    """Largest difference of a channel, 0 to 255."""
    return max(abs(x - y) for x, y in zip(a, b, strict=True))
