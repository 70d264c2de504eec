"""Fixtures of the tab's tests: TensorBoard, and pages without console errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect

from tests.server import Server, tensorboard_server
from tests.tab.driver import PATIENCE, Tab
from tests.tab.planted import write_museum

expect.set_options(timeout=1000 * PATIENCE)


@pytest.fixture(scope="session")
def museum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[bool], Server]]:
    """TensorBoard on the planted runs, started once per reader: `museum(True)`."""
    logs = tmp_path_factory.mktemp("museum")
    write_museum(logs)
    servers: dict[bool, Server] = {}
    with ExitStack() as stack:

        def start(fast: bool) -> Server:
            if fast not in servers:
                servers[fast] = stack.enter_context(tensorboard_server(logs, fast))
            return servers[fast]

        yield start


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Tab]]:
    """Opens pages, `visit(server, width=700)`; a page that complained fails the test."""
    tabs: list[Tab] = []

    def start(server: Server, **window: int) -> Tab:
        tabs.append(Tab(browser, server.url, **window))
        return tabs[-1]

    yield start
    for tab in tabs:
        tab.close()
    for tab in tabs:
        tab.check()


@pytest.fixture(scope="session")
def shared_tab(browser: Browser) -> Iterator[Callable[[Server], Tab]]:
    """One page per running TensorBoard, `shared_tab(server)`, for many tests."""
    tabs: dict[str, Tab] = {}

    def at(server: Server) -> Tab:
        if server.url not in tabs:
            for url in [url for url in tabs if not Server(url).is_up()]:
                tabs.pop(url).close()
            tabs[server.url] = Tab(browser, server.url)
        return tabs[server.url]

    yield at
    for tab in tabs.values():
        tab.close()


@pytest.fixture
def board(museum: Callable[[bool], Server]) -> Server:
    """The TensorBoard that `tab` is on; modules with runs of their own have another."""
    return museum(True)


@pytest.fixture
def new_tab(board: Server, shared_tab: Callable[[Server], Tab]) -> Iterator[Tab]:
    """A page as if it were new, on which the tab has yet to be opened."""
    yield from as_new(shared_tab(board))


@pytest.fixture
def tab(new_tab: Tab) -> Tab:
    """The tab as it opens."""
    return new_tab.open()


@pytest.fixture
def museum_tab(
    museum: Callable[[bool], Server], shared_tab: Callable[[Server], Tab]
) -> Iterator[Tab]:
    """The tab as it opens on the planted runs, in modules that have runs of their own."""
    for tab in as_new(shared_tab(museum(True))):
        yield tab.open()


def as_new(tab: Tab) -> Iterator[Tab]:
    """A page that was used before, with nothing left of that."""
    tab.renew()
    yield tab
    tab.check()
