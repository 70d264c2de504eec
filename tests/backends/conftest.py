"""Runs the tests of the other backends in processes beside all other tests.

They take minutes of one core, so that they are waited for last.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.programs import ROOT

HERE = Path(__file__).parent
BACKENDS = ("jax", "torch")

CONTRACT = (
    "tests/capture/test_contract.py",
    "tests/capture/test_record.py",
    "tests/capture/test_padded_batches.py",
    "tests/capture/test_generate.py",
    "tests/callbacks/test_callback.py",
    "tests/callbacks/test_training_loop.py",
)
WITHOUT_TENSORFLOW = """
import os, sys
if hasattr(os, "nice"):
    os.nice(19)  # what a browser shows is waited for, this is not
sys.modules["tensorflow"] = None
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""

ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "",
    # Small networks are compiled for longer than they run: without this, for twice as long.
    "JAX_DISABLE_MOST_OPTIMIZATIONS": "1",
    # Small networks on two threads wait for each other, more so beside other processes.
    "OMP_NUM_THREADS": "1",
    # Many tests compile the same network.
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}

_started: dict[str, tuple[subprocess.Popen, Path]] = {}
_cache = tempfile.TemporaryDirectory(prefix="jax-")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: HERE in item.path.parents)


def pytest_collection_finish(session: pytest.Session) -> None:
    if session.config.option.collectonly:
        return
    if any(HERE in item.path.parents for item in session.items):
        for backend in filter(importlib.util.find_spec, BACKENDS):
            _started[backend] = _start(backend, _cache.name)


def _start(backend: str, cache: str) -> tuple[subprocess.Popen, Path]:
    handle, name = tempfile.mkstemp(suffix=f"-{backend}.txt")
    with os.fdopen(handle, "wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", WITHOUT_TENSORFLOW, "-q", "-p", "no:cacheprovider", *CONTRACT],
            cwd=ROOT,
            env={
                **os.environ,
                **ENVIRONMENT,
                "KERAS_BACKEND": backend,
                "JAX_COMPILATION_CACHE_DIR": cache,
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return process, Path(name)


def pytest_sessionfinish() -> None:
    for process, output in _started.values():
        process.kill()
        process.wait()
        output.unlink(missing_ok=True)
    _cache.cleanup()


@pytest.fixture(params=BACKENDS)
def finished(request: pytest.FixtureRequest) -> Iterator[tuple[int, str]]:
    """Exit code and output of the tests on a backend."""
    if request.param not in _started:
        pytest.skip(f"{request.param} is not installed: python3.11 dev.py install {request.param}")
    process, output = _started[request.param]
    code = process.wait()
    yield code, output.read_text(encoding="utf-8", errors="replace")
