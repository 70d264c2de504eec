"""Rows of numbers per unit in the log."""

from __future__ import annotations

import numpy as np
import pytest

from tb_rnnviz.log_format.unit_rows import ROWS, UnitRows, decode_unit_rows, encode_unit_rows


@pytest.mark.parametrize("kind", ROWS)
def test_rows_are_decoded_as_encoded(kind):
    names = list(ROWS[kind])
    rows = UnitRows(names, np.random.default_rng(0).random((len(names), 4)))
    decoded = decode_unit_rows(kind, *encode_unit_rows(kind, rows))
    assert decoded.names == names
    np.testing.assert_array_equal(decoded.array, rows.array)


def test_rows_of_memory_have_the_names_in_the_log():
    content, array = encode_unit_rows("memory", UnitRows(["gate"], np.ones((1, 4))))
    assert decode_unit_rows("memory", content, array).names == ["gate"]
