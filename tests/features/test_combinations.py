"""Combinations of features equal the operations on their values."""

import numpy as np
import pytest

from tb_rnnviz.features import (
    And,
    BracketDepth,
    Digit,
    Literal,
    Not,
    Or,
    Range,
    Shift,
    Text,
    feature_from,
)

TEXT = Text([list("a1 b2 "), list("3")])
A, DIGIT = Literal("a", "a"), Digit("digit")


def test_and_or_not_equal_the_logical_operations():
    a, digit = A.values(TEXT), DIGIT.values(TEXT)
    assert And("x", (A, DIGIT)).values(TEXT).tolist() == (a & digit).tolist()
    assert Or("x", [A, DIGIT]).values(TEXT).tolist() == (a | digit).tolist()
    assert Not("x", DIGIT).values(TEXT).tolist() == (~digit).tolist()
    assert And("x", (A,)).values(TEXT).tolist() == a.tolist()


def test_combinations_follow_de_morgan():
    neither = And("x", (Not("a", A), Not("b", DIGIT)))
    assert neither.values(TEXT).tolist() == Not("x", Or("y", (A, DIGIT))).values(TEXT).tolist()


@pytest.mark.parametrize("by", [-9, -2, -1, 0, 1, 3, 6, 9])
def test_shift_stays_within_its_sequence(by):
    digit = DIGIT.values(TEXT)
    bounds = [(0, 6), (6, 7)]
    expected = [
        start <= t - by < end and bool(digit[t - by])
        for start, end in bounds
        for t in range(start, end)
    ]
    assert Shift("x", DIGIT, by).values(TEXT).tolist() == expected


def test_shifted_numbers_are_missing_where_there_is_no_token():
    depth = Shift("x", BracketDepth("d"), 1).values(Text([list("(a"), list("(")]))
    np.testing.assert_array_equal(depth, [np.nan, 1, np.nan])


@pytest.mark.parametrize(("low", "high"), [(1, None), (None, 1), (1, 1), (0.5, 1.5)])
def test_range_includes_its_bounds(low, high):
    text = Text([list("a(b(c))")])
    depth = BracketDepth("d").values(text)
    expected = [(low is None or d >= low) and (high is None or d <= high) for d in depth]
    assert Range("x", BracketDepth("d"), low, high).values(text).tolist() == expected


def test_a_missing_number_is_in_no_range():
    text = Text([["a", "b"]], {"p": [np.nan, 1.0]})
    feature = Range("x", {"kind": "column", "column": "p"}, low=-np.inf)
    assert feature.values(text).tolist() == [False, True]


@pytest.mark.parametrize("kind", ["and", "or", "not"])
def test_numeric_features_cannot_be_combined(kind):
    depth = {"kind": "bracket_depth"}
    feature = feature_from({"name": "x", "kind": kind, "of": depth if kind == "not" else [depth]})
    with pytest.raises(ValueError, match="'x' of kind 'bracket_depth' gives numbers.*`range`"):
        feature.values(TEXT)


def test_parts_keep_their_own_name():
    spec = {"name": "x", "kind": "not", "of": {"name": "y", "kind": "digit"}}
    assert feature_from(spec).of.name == "y"
    assert feature_from(spec).spec() == spec
    assert feature_from({"name": "x", "kind": "not", "of": {"kind": "digit"}}).of.name == "x"


def test_combinations_can_be_combined():
    spec = {
        "name": "x",
        "kind": "shift",
        "of": {"kind": "and", "of": [{"kind": "digit"}, {"kind": "not", "of": {"kind": "digit"}}]},
        "by": 1,
    }
    assert feature_from(spec).spec() == spec
    assert not feature_from(spec).values(TEXT).any()
