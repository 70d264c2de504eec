"""Text in the log: tokens, features and predictions are decoded as encoded."""

from __future__ import annotations

import numpy as np

from tb_rnnviz.log_format.text import NO_TARGET, EncodedText, RecordedText, encode_text


def test_tokens_labels_and_features_are_decoded_as_encoded():
    text = RecordedText(
        [["a", "b", "a"], [], ["c"]],
        features={"is a": np.array([True, False, True, False])},
        labels=["first", "empty", "last"],
    )
    decoded = EncodedText(encode_text(text).strings())
    assert decoded.tokens() == text.tokens
    assert (decoded.lengths, decoded.labels) == ([3, 0, 1], ["first", "empty", "last"])
    assert decoded.table() == ["a", "b", "c"]
    assert {name: mask.tolist() for name, mask in decoded.features().items()} == {
        "is a": [True, False, True, False]
    }


def test_predicted_ids_index_the_table_which_grows_by_unknown_tokens():
    text = RecordedText(
        [["b", "a"]],
        predictions={"target": np.array([0, -1]), "expected": np.array([[2, 0], [7, 1]])},
        vocabulary=["a", "b", "c"],
    )
    decoded = EncodedText(encode_text(text).strings())
    table = decoded.table()
    assert table[:2] == ["b", "a"]
    assert decoded.array("target").tolist() == [1, NO_TARGET]
    names = [[table[index] for index in row] for row in decoded.array("expected")]
    assert names == [["c", "a"], ["7", "b"]]


def test_columns_are_the_float_arrays_of_one_number_per_token():
    text = RecordedText(
        [["a", "b"]],
        predictions={
            "probability": np.array([0.5, np.nan]),
            "expected_probability": np.ones((2, 3)),
            "error": np.array([0, 255]),
        },
        error_categories=["correct"],
    )
    decoded = EncodedText(encode_text(text).strings())
    (name,) = decoded.columns()
    assert name == "probability"
    np.testing.assert_array_equal(decoded.columns()[name], np.float32([0.5, np.nan]))
    assert decoded.array("error").tolist() == [0, 255]


def test_a_text_without_tokens_is_decoded_as_empty():
    decoded = EncodedText(encode_text(RecordedText([[]])).strings())
    assert decoded.tokens() == [[]]
    assert decoded.table() == [] and decoded.token_indices().size == 0
