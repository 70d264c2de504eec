"""Digest in the log: JSON without numbers that are not finite."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tb_rnnviz.log_format.digest import decode_digest, digest_with_step, encode_digest


def test_numbers_that_are_not_finite_become_null_at_any_depth():
    digest = {"loss": np.float32("nan"), "units": ({"effect": float("inf"), "unit": np.int64(3)},)}
    assert decode_digest(encode_digest(digest)) == {
        "loss": None,
        "units": [{"effect": None, "unit": 3}],
    }


@pytest.mark.parametrize("digest", [{}, {"loss": 0.5, "text": 'a "b" ü'}])
@pytest.mark.parametrize("as_text", [False, True])
def test_step_and_time_stand_before_the_unchanged_entries(digest, as_text):
    value = encode_digest(digest)
    with_step = digest_with_step(value.decode() if as_text else value, 7, 1.25)
    assert list(json.loads(with_step).items()) == [
        ("step", 7),
        ("wall_time", 1.25),
        *digest.items(),
    ]
