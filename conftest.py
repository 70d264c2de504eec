"""Fixtures of every test and of the examples in docstrings."""

from __future__ import annotations

import os
import sys

import pytest

# Before anything imports TensorFlow.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.fixture(autouse=True)
def names_as_in_a_new_session(request: pytest.FixtureRequest) -> None:
    """Lets the first LSTM of an example be `lstm`, whatever ran before it."""
    if isinstance(request.node, pytest.DoctestItem) and "keras" in sys.modules:
        # A collection of the garbage of thousands of tests takes half a second.
        sys.modules["keras"].utils.clear_session(free_memory=False)
