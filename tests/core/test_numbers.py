"""Numbers in JSON: null for what is not finite, plain numbers for those of NumPy."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from tb_rnnviz.core.numbers import json_number, json_value, round_significant


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float32("nan")])
def test_a_number_that_is_not_finite_is_null(value):
    assert json_number(value) is None
    assert json_value({"a": [value, (value,)]}) == {"a": [None, [None]]}


def test_numpy_scalars_become_numbers_of_json():
    value = {"int": np.int64(3), "float": np.float32(0.5), "bool": np.bool_(True)}
    assert json.loads(json.dumps(json_value(value), allow_nan=False)) == {
        "int": 3,
        "float": 0.5,
        "bool": True,
    }


def test_text_booleans_and_none_stay_as_they_are():
    assert json_value(["nan", True, None, 7]) == ["nan", True, None, 7]


@pytest.mark.parametrize(("digits", "rounded"), [(2, 0.0012), (4, 0.001235), (6, 0.00123457)])
def test_digits_count_from_the_first_that_is_not_zero(digits, rounded):
    assert round_significant(np.float64(0.001234567), digits) == rounded
