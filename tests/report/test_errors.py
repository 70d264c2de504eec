"""Errors in the digest: sorted by what would have avoided them, held against n-grams."""

from __future__ import annotations

import numpy as np
import pytest

from tb_rnnviz.features import Surprise
from tb_rnnviz.report import baseline_of, report
from tests.summary.runs import SPACE, TEXT, planted_recording

CORPUS = list(TEXT[:72] * 5)


@pytest.fixture
def baseline():
    return baseline_of([list(TEXT)], CORPUS)


def digest_of(baseline, probability):
    columns = {"probability": probability}
    return report(planted_recording(), [SPACE], columns=columns, baseline=baseline).digest


def test_every_error_is_in_one_slice(baseline):
    given = np.where(np.arange(len(TEXT)) % 3 == 0, 0.1, 0.9)
    given[0] = np.nan
    errors = digest_of(baseline, given)["errors"]
    assert errors["predicted"] == len(TEXT) - 1
    assert errors["errors"] == (given < 0.5).sum()
    assert errors["errors"] == sum(part["count"] for part in errors["slices"])
    assert sum(errors["shares"].values()) == pytest.approx(1, abs=1e-4)
    assert errors["shares"]["n-gram"] > 0.9  # the corpus holds the text


def test_a_network_without_errors_has_none(baseline):
    errors = digest_of(baseline, np.full(len(TEXT), 0.9))["errors"]
    assert errors["errors"] == 0 and errors["slices"] == []
    assert {entry["network"] for entry in errors["gain"]} == {0.9}


def test_surprise_is_a_column_of_the_text(baseline):
    found = report(planted_recording(), [Surprise("surprise")], baseline=baseline)
    np.testing.assert_allclose(
        found.features["surprise"], -np.log(baseline.probability), rtol=1e-6
    )


def test_without_a_baseline_nothing_is_said_of_errors():
    assert report(planted_recording(), [SPACE]).digest["errors"] is None
