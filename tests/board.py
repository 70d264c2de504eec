"""TensorBoards in the tests' process: without HTTP, with the real data servers."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any
from unittest import mock

from tensorboard import program
from tensorboard.backend import application
from tensorboard.data import server_ingester
from tensorboard.plugins.core import core_plugin

from tb_rnnviz.tensorboard.loader import RNNVizLoader
from tb_rnnviz.tensorboard.plugin import run_files
from tb_rnnviz.tensorboard.run_files import RunFiles


@dataclass(frozen=True)
class Board:
    """A TensorBoard with the core plugin and RNN-Viz.

    Attributes:
        program: The configured TensorBoard.
        ingester: Reads the event files for as long as this object lives.
        servers: Processes of the data servers that the tests started so far.
    """

    program: program.TensorBoard
    ingester: Any
    servers: list[subprocess.Popen] = field(default_factory=list)

    @property
    def data_provider(self) -> Any:
        return self.ingester.data_provider

    @property
    def files(self) -> RunFiles:
        return run_files(self.program.flags)

    def application(self) -> application.TensorBoardWSGIApp:
        """Returns the WSGI application that serves all plugins."""
        return application.TensorBoardWSGIApp(
            self.program.flags, self.program.plugin_loaders, self.data_provider, None, None
        )

    def reload(self) -> None:
        """Lets the Python loader read on; the Rust server does so by itself if it is live."""
        multiplexer = getattr(self.ingester, "_multiplexer", None)
        if multiplexer is not None:
            multiplexer.Reload()


def _start(
    logdir: str | os.PathLike[str], load_fast: bool, *arguments: str, live: bool = False
) -> Board:
    board = program.TensorBoard(
        plugins=[core_plugin.CorePluginLoader(), RNNVizLoader()],
        assets_zip_provider=application._placeholder_assets_zip_provider,
    )
    command = ["tensorboard", "--logdir", os.fspath(logdir)]
    command += ["--load_fast", str(load_fast).lower()]
    command += ["--reload_interval", str(int(live and load_fast)), *arguments]
    board.configure(command if load_fast else [*command, "--reload_task", "blocking"])
    ingester = board._make_data_ingester()
    ingester.start()
    return Board(board, ingester)


@contextmanager
def boards() -> Iterator[Callable[..., Board]]:
    """Starts TensorBoards, `start(logdir, load_fast, *arguments, live=False)`.

    `load_fast` chooses the Rust server or the Python loader. Event files are read once, or again
    and again if `live` is true. The data servers end with the block.
    """
    servers: list[subprocess.Popen] = []

    def popen(*arguments: Any, **options: Any) -> subprocess.Popen:
        servers.append(subprocess.Popen(*arguments, **options))
        return servers[-1]

    stand_in = SimpleNamespace(Popen=popen, PIPE=subprocess.PIPE)
    with mock.patch.object(server_ingester, "subprocess", stand_in):
        try:
            yield lambda *arguments, **options: replace(
                _start(*arguments, **options), servers=servers
            )
        finally:
            for server in servers:
                server.stdin.close()
                server.wait()
