"""Columns of a text, and the features that read them."""

import numpy as np
import pytest

from tb_rnnviz.features import (
    Column,
    MissingColumn,
    Probability,
    Range,
    Surprisal,
    Text,
    feature_from,
)


def test_column_features_return_their_column():
    ends = [False, True, True]
    columns = {"probability": [0.1, 0.2, 0.3], "surprise": [1, 2, 3], "ends": ends}
    text = Text([["a"], ["b", "c"]], columns)
    assert Probability("p").values(text).tolist() == [0.1, 0.2, 0.3]
    assert Surprisal("s").values(text).tolist() == [1.0, 2.0, 3.0]
    assert Column("e", "ends").values(text).tolist() == ends
    assert Column("e", "ends").values(text).dtype == bool
    unsure = Range("unsure", {"kind": "probability"}, high=0.2)
    assert unsure.values(text).tolist() == [True, True, False]


@pytest.mark.parametrize("kind", ["probability", "surprise"])
def test_a_missing_column_is_an_error_that_lists_the_others(kind):
    feature = feature_from({"name": "x", "kind": kind})
    with pytest.raises(MissingColumn, match=f"no column '{kind}'; it has none. Pass it with"):
        feature.values(Text([["a"]]))
    with pytest.raises(MissingColumn, match="no column 'b'; it has 'a', 'c'"):
        Column("x", "b").values(Text([["a"]], {"a": [1], "c": [2]}))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"p": [1.0, 2.0]}, r"'p' must have one value per token, shape \(3,\).*\(2,\)"),
        ({"p": [[1.0, 2.0, 3.0]]}, r"shape \(3,\).*Received: shape \(1, 3\)"),
        ({"p": [[1.0], [2.0, 3.0]]}, "'p' is no array.*one after the other"),
        ({"p": ["a", "b", "c"]}, "'p' must hold numbers or booleans"),
        ({1: [1, 2, 3]}, "name of a column must be a string. Received: 1"),
        ([1, 2, 3], "`columns` must map names to arrays"),
    ],
)
def test_columns_that_do_not_fit_are_an_error(columns, message):
    with pytest.raises(ValueError, match=message):
        Text([["a"], ["b", "c"]], columns)


def test_missing_values_of_a_column_are_nan():
    values = Probability("p").values(Text([["a", "b"]], {"probability": [np.nan, 0.5]}))
    np.testing.assert_array_equal(values, [np.nan, 0.5])
