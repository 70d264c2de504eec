"""The recorder, generation and the callback on Keras' other backends, each in a process of its own.

TensorFlow cannot be imported there, as on a machine that does not have it.
"""

from __future__ import annotations

import pytest


@pytest.mark.timeout(1500)
def test_the_contract_holds_without_tensorflow(finished):
    code, said = finished
    assert code == 0, said[-8000:]
    assert " passed" in said
