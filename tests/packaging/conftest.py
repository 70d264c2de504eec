"""Distributions, built once, and an environment in which the wheel is installed."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.programs import ROOT, run

LEFT_BEHIND = (
    ".git", ".venv", "node_modules", "static", "build", "dist", "logs", "artifacts",
    "*.egg-info", "__pycache__", ".*_cache", ".hypothesis",
)  # fmt: skip


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy of the checkout without anything that was built or installed."""
    copy = tmp_path_factory.mktemp("packaging") / "checkout"
    return shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_BEHIND))


@pytest.fixture(scope="session")
def distributions(checkout: Path) -> Path:
    """Directory of the source distribution and the wheel that is built from it."""
    out = checkout.parent / "dist"
    run(sys.executable, "-m", "build", "--outdir", out, checkout)
    return out


@pytest.fixture(scope="session")
def sdist(distributions: Path) -> Path:
    (path,) = distributions.glob("*.tar.gz")
    return path


@pytest.fixture(scope="session")
def wheel(distributions: Path) -> Path:
    (path,) = distributions.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def clean_python(wheel: Path) -> Path:
    """Interpreter of a new virtual environment with the wheel and no extras."""
    folder = wheel.parent.parent / "environment"
    run(sys.executable, "-m", "venv", folder)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    run(python, "-m", "pip", "install", "--quiet", "--no-compile", wheel)
    return python
