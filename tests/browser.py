"""A headless Chromium for tests that use the tab as a person would."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A machine that runs tests seldom has a graphics card: pages are painted and put together by
    # the processor itself, and only WebGL by one that is imitated.
    "--disable-gpu-compositing",
    "--disable-gpu-rasterization",
    "--disable-accelerated-2d-canvas",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)


def chromium_path() -> str:
    """Returns the browser to drive: `CHROMIUM`, or the first known name on PATH."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise RuntimeError(
            f"None of {', '.join(NAMES)} is on PATH. Install one, or set CHROMIUM to its path."
        )
    return found


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """Runs the browser for as long as the block lasts, with `arguments` on top of the usual."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=[*ARGUMENTS, *arguments]
        )
        try:
            yield browser
        finally:
            browser.close()
