"""TensorBoard as a program of its own, started as a user starts it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PATIENCE = 120.0  # seconds; the Python loader imports TensorFlow where there is one


@dataclass(frozen=True)
class Server:
    """Address of a running TensorBoard, and requests to it.

    Attributes:
        url: Its address.
        pid: Its process, -1 if unknown.
    """

    url: str
    pid: int = -1

    def get(self, path: str) -> tuple[int, bytes, Mapping[str, str]]:
        """Returns status, body and headers of a page, whether or not it is an error."""
        try:
            with urllib.request.urlopen(self.url + path.lstrip("/"), timeout=PATIENCE) as answer:
                return answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(), error.headers

    def is_up(self) -> bool:
        """Returns true while something listens at the address."""
        address = urlsplit(self.url)
        try:
            socket.create_connection((address.hostname, address.port), PATIENCE).close()
        except OSError:
            return False
        return True

    def json(self, path: str) -> object:
        """Returns the parsed body of a page."""
        status, body, _ = self.get(path)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}: {body[:500]!r}")
        return json.loads(body)


@contextmanager
def tensorboard_server(
    logdir: str | os.PathLike[str],
    load_fast: bool = True,
    *extra: str,
    python: str | os.PathLike[str] = sys.executable,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Runs TensorBoard on a directory for as long as the block lasts.

    Args:
        logdir: Log directory.
        load_fast: If true, the Rust server reads the event files, otherwise the Python loader. The
            Rust server does not need TensorFlow, whose import takes seconds, so that TensorBoard
            then runs as if TensorFlow were not installed in this process's interpreter.
        extra: More command-line arguments, such as `"--reload_interval=1"`.
        python: The interpreter whose TensorBoard is run.
        environment: Variables on top of this process's own.

    Yields:
        The server, once it answers.

    Raises:
        RuntimeError: If it ends or stays silent; the message holds what it printed.
    """
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "output.txt")
        if load_fast and python == sys.executable:
            Path(folder, "tensorflow.py").write_text("raise ImportError")
        command = [os.fspath(python), "-m", "tensorboard.main", f"--logdir={os.fspath(logdir)}"]
        command += ["--port=0", f"--load_fast={str(load_fast).lower()}", *extra]
        with log.open("wb") as sink:
            # In another directory, so that what is imported is what is installed.
            process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
            )
        try:
            yield Server(_address(process, log), process.pid)
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        ended = process.poll() is not None
        match = re.search(r"TensorBoard \S+ at (http\S+/)", log.read_text(errors="replace"))
        if match:
            return match.group(1)
        if ended:
            break
        time.sleep(0.1)
    raise RuntimeError(f"TensorBoard did not start. It printed:\n{log.read_text(errors='replace')}")
