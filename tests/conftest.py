"""Fixtures that several folders of tests share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.server import Server, tensorboard_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module", params=[True, False], ids=["load_fast", "load_slow"])
def load_fast(request: pytest.FixtureRequest) -> bool:
    """True for TensorBoard's Rust server, false for its Python loader."""
    return request.param


@pytest.fixture
def tensorboard(load_fast: bool) -> Iterator[Callable[..., Server]]:
    """Starts TensorBoard, `tensorboard(logdir, *extra)`, once for each way of reading."""
    with ExitStack() as stack:

        def start(logdir: str | os.PathLike[str], *extra: str, **options: object) -> Server:
            server = partial(tensorboard_server, logdir, load_fast, *extra, **options)
            return stack.enter_context(server())

        yield start


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium for the whole run; open a new context in each test."""
    from tests.browser import chromium

    with chromium() as running:
        yield running


@pytest.fixture
def artifacts(tmp_path: Path) -> Path:
    """Folder for screenshots: `RNNVIZ_ARTIFACTS`, or else a temporary directory."""
    folder = Path(os.environ.get("RNNVIZ_ARTIFACTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
