"""Recorder, generation and callback on Keras' other backends, in processes.

TensorFlow cannot be imported there, as on a machine that does not have it.
"""

from __future__ import annotations

import pytest


@pytest.mark.timeout(1500)
def test_the_contract_holds_without_tensorflow(finished):
    code, output = finished
    assert code == 0, output[-8000:]
    assert " passed" in output
