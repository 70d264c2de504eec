"""Error analysis of a recording, compared with n-grams."""

from __future__ import annotations

import numpy as np
import pytest

from tb_rnnviz.features import Surprisal
from tb_rnnviz.report import n_gram_baseline, report
from tb_rnnviz.report.errors import error_analysis
from tests.planted_logs import SPACE, TEXT, planted_recording

CORPUS = list(TEXT[:72] * 5)


@pytest.fixture
def baseline():
    return n_gram_baseline([list(TEXT)], CORPUS)


def errors_of(baseline, probability):
    columns = {"probability": probability}
    return report(planted_recording(), [SPACE], columns=columns, baseline=baseline).digest.errors


def test_every_error_is_in_one_slice(baseline):
    probability = np.where(np.arange(len(TEXT)) % 3 == 0, 0.1, 0.9)
    probability[0] = np.nan
    errors = errors_of(baseline, probability)
    assert errors["predicted"] == len(TEXT) - 1
    assert errors["errors"] == (probability < 0.5).sum()
    assert errors["errors"] == sum(part["count"] for part in errors["slices"])
    assert sum(errors["shares"].values()) == pytest.approx(1, abs=1e-4)
    assert errors["shares"]["n-gram"] > 0.9  # the corpus holds the text


def test_a_network_without_errors_has_none(baseline):
    errors = errors_of(baseline, np.full(len(TEXT), 0.9))
    assert errors["errors"] == 0 and errors["slices"] == []
    assert {entry["network"] for entry in errors["gain"]} == {0.9}


def test_surprisal_is_a_column_of_the_text(baseline):
    features = report(planted_recording(), [Surprisal("surprise")], baseline=baseline).features
    np.testing.assert_allclose(features["surprise"], -np.log(baseline.probability), rtol=1e-6)


def test_without_a_baseline_there_is_no_error_analysis():
    assert report(planted_recording(), [SPACE]).digest.errors is None


def nested(distances):
    """Brackets of all three kinds, each closed so many tokens after it was opened."""
    kinds = ["()", "[]", "{}"] * len(distances)
    return "".join(
        kind[0] + "a" * (distance - 1) + kind[1]
        for kind, distance in zip(kinds, distances, strict=False)
    )


def test_the_gain_on_closing_brackets_falls_with_the_distance():
    distances = np.tile(np.arange(1, 40), 3)
    text = nested(distances)
    baseline = n_gram_baseline([list(text)], list(text[:300]))
    probability = np.full(len(text), 0.1)
    closing = np.flatnonzero([token in ")]}" for token in text])
    probability[closing] = np.where(distances < 16, 0.8, 0.05)
    recording = planted_recording(text=text)
    columns = {"probability": probability}
    errors = report(recording, [SPACE], columns=columns, baseline=baseline).digest.errors
    bins = errors["closing"]
    assert [(part["first"], part["end"]) for part in bins] == [
        (1, 2), (2, 4), (4, 8), (8, 16), (16, 32), (32, 64),
    ]  # fmt: skip
    assert [part["count"] for part in bins] == [3, 6, 12, 24, 48, 24]
    assert [part["network"] for part in bins] == pytest.approx([0.8] * 4 + [0.05] * 2)
    for part in bins:
        at = closing[(part["first"] <= distances) & (distances < part["end"])]
        gain = probability[at] - baseline.probability[at]
        assert part["n-gram"] == pytest.approx(baseline.probability[at].mean(), rel=1e-3)
        assert part["error"] == pytest.approx(gain.std(ddof=1) / len(at) ** 0.5, rel=1e-2)


def test_a_bracket_is_closed_in_its_own_sequence_and_by_its_own_kind():
    sequences = [list("(a]"), list(")([b)]")]
    baseline = n_gram_baseline(sequences, list("(a)[b]" * 10))
    probability = np.full(9, 0.5)
    (one,) = error_analysis(probability, sequences, baseline)["closing"]
    assert (one["first"], one["end"], one["count"]) == (2, 4, 2)


def test_a_text_without_brackets_has_none_to_close(baseline):
    assert errors_of(baseline, np.full(len(TEXT), 0.9))["closing"] == []
