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
    # Few test machines have a graphics card: the processor paints pages, SwiftShader runs WebGL.
    "--disable-gpu-compositing",
    "--disable-gpu-rasterization",
    "--disable-accelerated-2d-canvas",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)


def chromium_path() -> str:
    """Returns the path of `CHROMIUM`, or else of the first browser on PATH.

    Raises:
        RuntimeError: If no such program exists.
    """
    names = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else NAMES
    path = next(filter(None, map(shutil.which, names)), None)
    if not path:
        raise RuntimeError(
            f"None of {', '.join(names)} is on PATH. Install one, or set CHROMIUM to its path."
        )
    return path


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """Runs the browser for as long as the block lasts.

    Args:
        arguments: Command-line arguments on top of `ARGUMENTS`.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=[*ARGUMENTS, *arguments]
        )
        try:
            yield browser
        finally:
            browser.close()
