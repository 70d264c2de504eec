"""Response times of the tab on large logs, in Chromium on a TensorBoard server.

    python -m benchmarks.workbench [LOGS] [--long LOGS] [--wide LOGS] [--moves 60] [--hour 1500]

LOGS are directories that `python -m benchmarks.planted_log` made; smaller ones are planted by
default. `--long` has one recording of many tokens, `--wide` one of 20,000 tokens and 512 units.
The clock runs in the page, from the event to the first frame in which every visible view shows the
selection. Frame times are printed beside those of an empty page that is scrolled on the same
machine.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Frame, Page

from benchmarks.planted_log import Plan, plant, plant_long
from tests.browser import chromium
from tests.server import tensorboard_server

LIBRARY = """
window.bench = {
  app: () => document.querySelector('rv-app'),
  all: (root, selector) => [...root.querySelectorAll('*')].flatMap((e) => [
      ...(e.matches(selector) ? [e] : []),
      ...(e.shadowRoot ? bench.all(e.shadowRoot, selector) : [])]),
  find: (selector) => bench.all(bench.app().shadowRoot, selector)[0],
  // True if every visible view shows the selection.
  isIdle: (names) => {
    const recordings = bench.app().store.recordings.peek();
    return recordings.length && recordings.every(({ data }) => names.every((name) =>
        ['ready', 'empty'].includes(data[name].peek().state)))
      && !bench.all(bench.app().shadowRoot, '.old').length;
  },
  // Milliseconds from an action to the end of the frame in which all is painted.
  time: async (act, names = ['text', 'activity', 'spectrum', 'relevance']) => {
    const begin = performance.now();
    act();
    await new Promise(requestAnimationFrame);
    while (!bench.isIdle(names)) {
      await new Promise(requestAnimationFrame);
      if (performance.now() - begin > 30000) throw new Error('not idle within 30 seconds');
    }
    await new Promise((done) => setTimeout(done));
    return performance.now() - begin;
  },
  slide: (index) => {
    const input = bench.find('input[type=range]');
    input.value = String(index);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  },
  // Milliseconds between frames, with an action at each.
  frames: async (count, act) => {
    const times = [];
    for (let i = 0; i <= count; i++) {
      times.push(await new Promise(requestAnimationFrame));
      act(i);
    }
    return times.slice(1).map((time, i) => time - times[i]);
  },
};
"""
EMPTY = """<body style='margin:0'><div style='height:900px;overflow:auto' id='s'>
<div style='height:400000px'></div></div></body>"""
TYPING_MS = 2000
PIXELS = 90
"""Distance that is scrolled from frame to frame."""


def main() -> None:
    """Reads the options, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("logs", type=Path, nargs="?")
    parser.add_argument("--long", type=Path)
    parser.add_argument("--wide", type=Path)
    parser.add_argument("--moves", type=int, default=60)
    parser.add_argument("--hour", type=int, default=300, help="moves of the slider, for memory")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        logs, long, wide = planted(Path(folder), chosen.logs, chosen.long, chosen.wide)
        with chromium("--enable-precise-memory-info") as browser:
            print("milliseconds                                    median     p95")
            with tensorboard_server(logs) as server:
                page, tab = opened(browser, server.url)
                empty_page(browser)
                scrubbing(tab, chosen.moves)
                units(tab, chosen.moves)
                panels(tab)
                memory(page, tab, chosen.hour)
                page.context.close()
            with tensorboard_server(long) as server:
                page, tab = opened(browser, server.url)
                long_text(browser, tab)
                page.context.close()
            with tensorboard_server(wide) as server:
                page, tab = opened(browser, server.url)
                feature_queries(tab)
                page.context.close()


def planted(
    folder: Path, logs: Path | None, long: Path | None, wide: Path | None
) -> tuple[Path, Path, Path]:
    """Returns the logs, with small ones planted in a folder for those that are None."""
    if logs is None:
        logs = folder / "logs"
        plant(logs, Plan(runs=2, epochs=12, units=128, tokens=2000))
    if long is None:
        long = folder / "long"
        plant_long(long / "run", tokens=200_000, units=16)
    if wide is None:
        wide = folder / "wide"
        plant(wide, Plan(runs=1, epochs=1, units=512, tokens=20_000, quantities=1))
    return logs, long, wide


def opened(browser: Browser, url: str) -> tuple[Page, Frame]:
    """Opens the tab and waits until it is idle."""
    page = browser.new_context(viewport={"width": 1600, "height": 1000}).new_page()
    page.set_default_timeout(180_000)
    page.goto(f"{url}#rnnviz")
    page.frame_locator('iframe[src*="name=rnnviz"]').locator("rv-text-pane .line").first.wait_for(
        state="attached"
    )
    page.wait_for_load_state("networkidle")
    tab = next(frame for frame in page.frames if "name=rnnviz" in frame.url)
    tab.evaluate(LIBRARY)
    tab.evaluate("bench.time(() => {})")
    return page, tab


def print_row(what: str, times: list[float]) -> None:
    """Prints a row of the table."""
    median, p95 = np.median(times), np.quantile(times, 0.95)
    print(f"  {what:<44} {median:7.1f} {p95:7.1f}   ({len(times)} times)", flush=True)


def empty_page(browser: Browser) -> None:
    """Measures a change of a word on an empty page, the lower bound of the machine."""
    blank = browser.new_context(viewport={"width": 1600, "height": 1000}).new_page()
    blank.set_content(EMPTY)
    script = """async () => { const times = []; for (let i = 0; i < 60; i++) {
        const begin = performance.now();
        s.dataset.word = i; s.style.color = i % 2 ? 'red' : 'blue';
        await new Promise(requestAnimationFrame);
        await new Promise((done) => setTimeout(done));
        times.push(performance.now() - begin); } return times; }"""
    print_row("a change of an empty page", blank.evaluate(script))
    blank.context.close()


def scrubbing(tab: Frame, moves: int) -> None:
    """Measures the slider, from epoch to epoch and at random."""
    steps = tab.evaluate("bench.app().store.main.steps.peek().length")
    pause = "await new Promise((done) => setTimeout(done, 120));"
    walk = [*range(steps - 2, -1, -1), *range(1, steps)][:moves]
    random = np.random.default_rng(0).integers(0, steps, moves).tolist()
    for what, indices in (("slider to the next epoch", walk), ("slider at random", random)):
        script = f"""async (indices) => {{ const times = []; for (const index of indices) {{
            times.push(await bench.time(() => bench.slide(index))); {pause} }} return times; }}"""
        print_row(what, tab.evaluate(script, indices))


def units(tab: Frame, moves: int) -> None:
    """Measures the selection of random units."""
    count = tab.evaluate("bench.app().store.main.activity.peek().value.matrix.rows")
    random = np.random.default_rng(1).integers(0, count, moves).tolist()
    script = """async (units) => { const times = []; for (const unit of units)
        times.push(await bench.time(() => bench.app().store.select({ unit }))); return times; }"""
    print_row("another unit", tab.evaluate(script, random))


def panels(tab: Frame) -> None:
    """Measures the frames of the heatmap, scrolled and zoomed."""
    scroller = "bench.all(bench.find('rv-heatmap-canvas').shadowRoot, '.scroller')[0]"
    tab.evaluate("bench.app().store.option('columns', 'matches').value = 'all'")
    tab.evaluate("bench.time(() => {})")
    script = f"""async () => {{ const scroller = {scroller};
        return bench.frames(150, (i) => {{ scroller.scrollTop = {PIXELS} * (i % 40); }}); }}"""
    print_row("frames: heatmap scrolled", tab.evaluate(script))
    script = f"""async () => {{ const scroller = {scroller};
        const {{ left, top, width, height }} = scroller.getBoundingClientRect();
        return bench.frames(150, (i) => scroller.dispatchEvent(new WheelEvent('wheel', {{
            deltaY: i % 60 < 30 ? -60 : 60, ctrlKey: true, cancelable: true, bubbles: true,
            clientX: left + width / 2, clientY: top + height / 2 }}))); }}"""
    print_row("frames: heatmap zoomed", tab.evaluate(script))


def memory(page: Page, tab: Frame, moves: int) -> None:
    """Prints the memory of the browser after parts of a long session."""
    session = page.context.new_cdp_session(page)
    steps = tab.evaluate("bench.app().store.main.steps.peek().length")
    script = """async ([from, to, steps]) => { for (let i = from; i < to; i++) {
        await bench.time(() => bench.slide((7 * i) % steps));
        if (i % 25 === 0) await bench.time(() => bench.app().store.select({ unit: i % 97 })); } }"""
    sizes = []
    for part in range(6):
        tab.evaluate(script, [part * moves // 6, (part + 1) * moves // 6, steps])
        session.send("HeapProfiler.collectGarbage")
        heap = tab.evaluate("performance.memory.usedJSHeapSize") / 2**20
        sizes.append((heap, largest_renderer()))
    row = ", ".join(f"{heap:.0f} + {process:.0f}" for heap, process in sizes)
    print(f"  memory after sixths of {moves} moves, MB of heap + of the largest process: {row}")


def largest_renderer() -> float:
    """Returns the megabytes of the largest process of the browser."""
    most = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"--type=renderer" in (process / "cmdline").read_bytes():
                pages = int((process / "statm").read_text().split()[1])
                most = max(most, pages * os.sysconf("SC_PAGE_SIZE"))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return most / 2**20


def long_text(browser: Browser, tab: Frame) -> None:
    """Measures the frames of a long text that is scrolled, and of an empty page."""
    blank = browser.new_context(viewport={"width": 1600, "height": 1000}).new_page()
    blank.set_content(EMPTY)
    blank.evaluate(LIBRARY)
    script = "async (at) => bench.frames(240, (i) => {{ {}.scrollTop = {} * i; }})"
    print_row("frames: an empty page scrolled", blank.evaluate(script.format("s", PIXELS)))
    blank.context.close()
    tokens = tab.evaluate("bench.app().store.main.text.peek().value.tokens.length")
    pane = "bench.all(bench.find('rv-text-pane').shadowRoot, '.scroller')[0]"
    print_row(f"frames: {tokens:,} tokens scrolled", tab.evaluate(script.format(pane, PIXELS)))
    far = "async () => bench.frames(120, (i) => {{ {}.scrollTop = 97003 * i % {}.scrollHeight; }})"
    print_row(f"frames: {tokens:,} tokens, far jumps", tab.evaluate(far.format(pane, pane)))


def feature_queries(tab: Frame) -> None:
    """Measures new feature queries; typing the first one takes a while."""
    times = []
    tab.evaluate("bench.find('rv-look').shadowRoot.querySelector('input').focus()")
    tab.wait_for_timeout(TYPING_MS)
    for word in ("the", "return", "/[0-9]{2}/", "{kind: digit}", "self"):
        script = """async (word) => {
            const ask = () => { bench.app().store.featureQuery.value = word; };
            return bench.time(ask, ['text', 'queryResult']);
        }"""
        times.append(tab.evaluate(script, word))
    print_row("a typed feature, to its units", times)


if __name__ == "__main__":
    main()
