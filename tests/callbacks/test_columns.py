"""Columns of a probe: read by features, logged, checked before training."""

from __future__ import annotations

import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.features import feature_from
from tests.callbacks.runs import VOCABULARY, compiled_model, digests, fit

SEQUENCES = [[0, 1, 2, 0, 3], [1, 1, 2]]
SYLLABLES = [[1, 2, 0, 1, 0], [3, 3, 0]]
FLAT = [1, 2, 0, 1, 0, 3, 3, 0]


def column_feature(name, column=None, **more):
    return feature_from({"name": name, "kind": "column", "column": column or name, **more})


def probe(**columns):
    return rv.Probe("novel", SEQUENCES, vocabulary=VOCABULARY, columns=columns)


@pytest.mark.parametrize(
    "sequences, values, expected",
    [
        (SEQUENCES, SYLLABLES, FLAT),
        (SEQUENCES, [np.array(part) for part in SYLLABLES], FLAT),
        (SEQUENCES, [0.5, 2], [0.5] * 5 + [2] * 3),
        (SEQUENCES, [True, False], [True] * 5 + [False] * 3),
        ([0, 1, 2], [5, 6, 7], [5, 6, 7]),
        ([[0, 1, 2]], [[5, 6, 7]], [5, 6, 7]),
        ([[0, 1, 2]], [5], [5, 5, 5]),
        ([[0, 1], [1, 0]], np.eye(2), [1, 0, 0, 1]),
    ],
)
def test_a_column_has_a_value_per_token_or_per_sequence(sequences, values, expected):
    column = rv.Probe("novel", sequences, columns={"x": values}).columns["x"]
    assert column.tolist() == expected
    assert column.dtype == (bool if isinstance(expected[0], bool) else np.float64)


@pytest.mark.parametrize(
    "columns, message",
    [
        ({"x": [1, 2, 3]}, r"'x'.*one value per sequence, or one per token.*\[5, 3\]"),
        ({"x": [[1, 2], [3]]}, r"shapes \[\(2,\), \(1,\)\]"),
        ({"x": ["noun", "verb"]}, "numbers or booleans"),
        ({"probability": [1, 2]}, "belong to the predictions.*'probability'"),
        ({"feature:x": [1, 2]}, "without a colon"),
        ({3: [1, 2]}, "is a text"),
        ([1, 2], "map names to values"),
    ],
)
def test_a_column_that_does_not_fit_is_refused(columns, message):
    with pytest.raises(ValueError, match=message):
        rv.Probe("novel", SEQUENCES, columns=columns)


def test_the_beginning_of_a_probe_has_the_beginning_of_its_columns():
    whole = probe(syllables=SYLLABLES)
    assert whole.beginning(5).columns["syllables"].tolist() == FLAT[:5]
    assert whole.beginning(3).columns["syllables"].tolist() == FLAT[:3]


def test_features_read_recorded_columns_in_the_digest_and_in_the_log(tmp_path):
    features = [column_feature("fault"), column_feature("syllables")]
    ours = probe(fault=[True, False], syllables=SYLLABLES)
    model = compiled_model()
    fit(model, rv.RNNVizCallback(tmp_path, ours, features=features), epochs=1)
    matched = {entry["name"]: entry for entry in digests(tmp_path)[0]["features"]}
    assert (matched["fault"]["count"], matched["fault"]["note"]) == (5, None)
    assert (matched["syllables"]["count"], matched["syllables"]["note"]) == (8, None)
    for recording in (rv.record(model, ours), rv.load(tmp_path)):
        assert recording.columns["fault"].tolist() == [True] * 5 + [False] * 3
        assert recording.columns["syllables"].tolist() == FLAT


@pytest.fixture(scope="module")
def long_recording():
    """Recording whose columns are functions of the token, which any unit goes with."""
    ids = np.random.default_rng(0).integers(4, size=300)
    columns = {"fault": ids == 1, "syllables": ids}
    return rv.record(
        compiled_model(), rv.Probe("novel", ids, vocabulary=VOCABULARY, columns=columns)
    )


def test_findings_are_on_columns(long_recording):
    features = [column_feature("fault"), column_feature("syllables")]
    findings = rv.find(long_recording, features)
    assert {finding.feature for finding in findings} == {"fault", "syllables"}


def test_a_column_that_find_is_given_replaces_a_recorded_one(long_recording):
    ids = long_recording.columns["syllables"]
    (first, *_) = rv.find(long_recording, [column_feature("fault")], columns={"fault": ids == 2})
    assert first.count == (ids == 2).sum() != (ids == 1).sum()


@pytest.mark.parametrize(
    "spec, message",
    [
        ({"kind": "column", "column": "y"}, r"'f' reads the column 'y'.*columns=.*\['x'\]"),
        ({"kind": "not", "of": {"kind": "column", "column": "y"}}, "'y', which no probe has"),
        ({"kind": "and", "of": [{"kind": "column", "column": "y"}, {"kind": "digit"}]}, "'y'"),
    ],
)
def test_a_missing_column_is_told_when_the_callback_is_made(tmp_path, spec, message):
    feature = feature_from({"name": "f", **spec})
    with pytest.raises(ValueError, match=message):
        rv.RNNVizCallback(tmp_path, probe(x=[1, 2]), features=[feature])


def test_a_missing_prediction_is_told_in_the_digest(tmp_path):
    features = [feature_from({"name": "surprise", "kind": "surprise"})]
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, probe(), features=features), epochs=1)
    (entry,) = digests(tmp_path)[0]["features"]
    assert "no column 'surprise'" in entry["note"]


def test_a_column_of_one_probe_is_enough(tmp_path):
    other = rv.Probe("other", SEQUENCES, vocabulary=VOCABULARY)
    callback = rv.RNNVizCallback(
        tmp_path, [probe(x=SYLLABLES), other], features=[column_feature("x")]
    )
    fit(compiled_model(), callback, epochs=1)
    (entry,) = digests(tmp_path, "other")[0]["features"]
    assert "no column 'x'" in entry["note"]
