"""Time from a click on the tab to coloured text, relative to Time Series.

    python -m benchmarks.tab [--units 256] [--tokens 2000] [--epochs 5] [--rounds 9]

In Chromium on a TensorBoard server: every round opens a new browser context without a cache on
another tab, waits until it is idle, and clicks, once on RNN-Viz and once on Time Series. The clock
runs in the page, from the click to the first frame in which the text is coloured, or in which Time
Series has drawn a card. Then an epoch that was not read before is selected, and another unit.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page

from benchmarks.planted_log import Plan, plant
from tests.browser import chromium
from tests.server import tensorboard_server

LIBRARY = """
window.bench = {
  app: () => document.querySelector('iframe[src*="name=rnnviz"]')
      ?.contentDocument?.querySelector('rv-app')?.shadowRoot,
  // First element of a name, in any shadow root below.
  find: (root, name) => root?.querySelector(name) ?? [...root?.querySelectorAll('*') ?? []]
      .reduce((first, e) => first ?? (e.shadowRoot && bench.find(e.shadowRoot, name)), null),
  pane: () => bench.find(bench.app(), 'rv-text-pane')?.shadowRoot,
  // Pixels of the first line; those of coloured tokens are not grey.
  line: () => {
    const sheet = bench.pane()?.querySelector('canvas.sheet');
    return sheet?.width > 300 ? sheet.getContext('2d').getImageData(10, 0, 280, 22).data : null;
  },
  coloured: () => {
    const data = bench.line();
    if (!data) return false;
    for (let i = 0; i < data.length; i += 4) {
      const rgb = data.slice(i, i + 3);
      if (Math.max(...rgb) - Math.min(...rgb) > 60) return true;
    }
    return false;
  },
  card: () => document.querySelector('scalar-card line-chart canvas, scalar-card line-chart svg'),
  changed: (before) => {
    const now = bench.line();
    return now && before.some((value, i) => value !== now[i]);
  },
  // Milliseconds from an event in this page to the first frame with a condition.
  clock: async (page, event, holds) => {
    const begin = await new Promise((resolve) => page.addEventListener(event,
        () => resolve(performance.now()), { capture: true, once: true }));
    while (!holds()) {
      await new Promise(requestAnimationFrame);
      if (performance.now() - begin > 60000) throw new Error('no frame within a minute');
    }
    return performance.now() - begin;
  },
};
"""
CLICKED = "bench.clock(window, 'click', bench.{})"
USED = """(() => {{
  const before = bench.line();
  return bench.clock(bench.app(), '{}', () => bench.changed(before));
}})()"""
OPENED, SERIES, MOVED, CHOSEN = "RNN-Viz", "Time Series", "another epoch", "another unit"


def main() -> None:
    """Reads the options, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=256)
    parser.add_argument("--tokens", type=int, default=2000)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sizes = {"units": chosen.units, "tokens": chosen.tokens, "epochs": chosen.epochs}
        plant(Path(folder), Plan(runs=1, **sizes))
        with tensorboard_server(folder) as server, chromium() as browser:
            one_round(browser, server.url)  # TensorBoard reads its own files at the first
            rounds = [one_round(browser, server.url) for _ in range(chosen.rounds)]
    print(f"{chosen.units} units, {chosen.tokens} tokens, {chosen.epochs} epochs", end="; ")
    print(f"milliseconds over {chosen.rounds} rounds")
    for name, what in (
        (OPENED, "from the click to coloured text"),
        (SERIES, "from the click to the first card"),
        (MOVED, "from the slider to other colours"),
        (CHOSEN, "from the button to other colours"),
    ):
        times = [taken[name] for taken in rounds]
        p95 = float(np.quantile(times, 0.95))
        print(f"  {name:<14} {what:<34} median {statistics.median(times):6.0f}   p95 {p95:6.0f}")
    ratio = statistics.median(taken[OPENED] / taken[SERIES] for taken in rounds)
    print(f"  {OPENED} / {SERIES}, median of the rounds' ratios: {ratio:.2f}")


def one_round(browser: Browser, url: str) -> dict[str, float]:
    """Returns milliseconds by action, each tab in a separate browser context."""
    page = at_rest(browser, url)
    tab = page.get_by_role("tab", name=SERIES)
    taken = {SERIES: clocked(page, CLICKED.format("card"), tab.click)}
    page.context.close()

    page = at_rest(browser, url)
    tab = page.get_by_role("tab", name=OPENED)
    taken[OPENED] = clocked(page, CLICKED.format("coloured"), tab.click)
    frame = page.frame_locator('iframe[src*="name=rnnviz"]')
    page.wait_for_load_state("networkidle")
    slider = frame.get_by_role("slider", name="Epoch", exact=True)
    taken[MOVED] = clocked(page, USED.format("input"), lambda: slider.fill("0"))
    page.wait_for_load_state("networkidle")
    after = frame.get_by_role("button", name="Unit after")
    taken[CHOSEN] = clocked(page, USED.format("click"), after.click)
    page.context.close()
    return taken


def clocked(page: Page, expression: str, act: Callable[[], None]) -> float:
    """Starts a clock in the page, performs an action and returns the milliseconds."""
    page.evaluate(f"() => {{ window.time = {expression}; }}")
    act()
    return page.evaluate("window.time")


def at_rest(browser: Browser, url: str) -> Page:
    """Opens TensorBoard on a third tab and waits until it is idle."""
    page = browser.new_context(viewport={"width": 1600, "height": 1000}).new_page()
    page.add_init_script(LIBRARY)
    page.goto(f"{url}#hparams")
    page.get_by_role("tab", name="RNN-Viz").wait_for()
    page.wait_for_load_state("networkidle")
    return page


if __name__ == "__main__":
    main()
