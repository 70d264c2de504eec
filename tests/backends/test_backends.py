"""The recorder, generation and the callback on Keras' other backends, each in a process of its own.

TensorFlow cannot be imported there, as on a machine that does not have it.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest

from tests.programs import ROOT

CONTRACT = (
    "tests/capture/test_contract.py",
    "tests/capture/test_record.py",
    "tests/capture/test_generate.py",
    "tests/callbacks/test_callback.py",
)
WITHOUT_TENSORFLOW = """
import sys
sys.modules["tensorflow"] = None
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_the_contract_holds_without_tensorflow(backend):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed: python3.11 dev.py install {backend}")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TENSORFLOW, "-q", "-p", "no:cacheprovider", *CONTRACT],
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": backend, "CUDA_VISIBLE_DEVICES": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    assert done.returncode == 0, done.stdout[-8000:]
    assert " passed" in done.stdout
