"""Findings, diagnoses and digests as JSON; order of findings."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from tb_rnnviz.core.content import Content
from tb_rnnviz.core.diagnosis import Diagnosis
from tb_rnnviz.core.digest import Digest, FeatureMatches
from tb_rnnviz.core.finding import (
    AblationEffect,
    Finding,
    LaggedResponse,
    PartialEffect,
    ResponseMean,
    SpectralPeak,
    sort_findings,
)
from tb_rnnviz.core.gallery import CandidateName, GalleryUnit, TokenCount

FINDING = Finding(
    feature="space",
    layer="lstm",
    quantity="hidden_state",
    unit=41,
    neighbours=(40, 42),
    count=161,
    prominence=0.9,
    difference=0.7,
    score=1.6,
    relevance=1.0,
    effect=3.1,
    auc=0.98,
    p=1e-12,
    q=3e-9,
    p_family=0.001,
    p_exact=0.001,
    partial=PartialEffect(2.7, 1e-10),
    peak=SpectralPeak(0.19, 0.2, 0.15, 1e-5, 0.002, 0.7),
    response=LaggedResponse(
        mean=(0.1, math.nan, 0.3),
        low=(-0.2, math.nan, -0.2),
        high=(0.2, math.nan, 0.2),
        label="reacting",
        p=1e-9,
        at="onset",
        end=ResponseMean((0.3, 0.2, 0.1), (-0.2, -0.2, -0.2), (0.2, 0.2, 0.2)),
    ),
    ablation=AblationEffect(0.31, 0.2, 0.44, 0.33, 0.02, 160, "mean", 1000),
)
DIAGNOSIS = Diagnosis(
    code="RNV002",
    severity="warning",
    title="dead units",
    layer="lstm",
    quantity=None,
    units=(3, 9),
    evidence="2 of 8 units",
    why="They carry nothing.",
    advice="Lower the learning rate.",
    concerned=2,
)
GALLERY_UNIT = GalleryUnit(
    layer="lstm",
    quantity="cell_state",
    unit=73,
    kind="switch",
    numbers={"separation": 0.92, "dwell": 48.4},
    stretches=((12, 40), (90, 101)),
    on=(TokenCount("(", 31, 47),),
    off=(TokenCount(")", 29, 46),),
    names=(CandidateName("inside brackets", 0.73),),
)
DIGEST = Digest(
    tokens=1000,
    sequences=1,
    loss=2.31,
    content=Content(kind="source code", language="c++", confidence=0.9, evidence="marks"),
    features=(FeatureMatches("space", "literal", 161, None, {"name": "space"}),),
    findings=(FINDING,),
    tests=18432,
    kinds={"lstm": {"cell_state": {"switch": [3, 73]}}},
    gallery=(GALLERY_UNIT,),
    doctor=(DIAGNOSIS,),
    emergence=({"feature": "space", "step": 3},),
    first_nan={"step": 7},
    bytes=1873402,
)


@pytest.mark.parametrize(
    "value", [FINDING, DIAGNOSIS, GALLERY_UNIT, DIGEST, Digest(tokens=1, sequences=1)]
)
def test_json_is_read_back_as_it_was(value):
    text = json.dumps(value.to_json(), allow_nan=False)
    assert type(value).from_json(json.loads(text)) == value


def test_an_unknown_number_is_null_in_json_and_nan_in_python():
    numeric = replace(FINDING, auc=math.nan, prominence=math.nan)
    content = numeric.to_json()
    assert content["auc"] is content["prominence"] is None
    assert math.isnan(Finding.from_json(content).auc)


def test_parts_that_are_unknown_are_null():
    content = replace(FINDING, ablation=None, peak=None).to_json()
    assert content["causal"] is content["peak"] is None
    assert Finding.from_json(content).ablation is None


def test_a_digest_has_no_key_for_an_ablation_effect_that_was_not_measured():
    findings = (FINDING, replace(FINDING, ablation=None))
    measured, other = replace(DIGEST, findings=findings).to_json()["hypotheses"]
    assert "causal" in measured and "causal" not in other


def test_a_finding_of_an_older_log_lacks_evidence():
    keys = ("feature", "layer", "quantity", "unit", "effect", "q")
    older = Finding.from_json({key: FINDING.to_json()[key] for key in keys})
    assert (older.effect, older.q, older.unit) == (3.1, 3e-9, 41)
    assert older.response is older.peak is older.partial is older.count is None
    assert math.isnan(older.p_exact)


def test_the_one_band_of_an_older_response_holds_at_every_lag():
    json = {"label": "none", "p": 0.5, "mean": [0.1, 0.2, None], "low": -0.2, "high": 0.2}
    response = LaggedResponse.from_json(json)
    assert response.low == (-0.2,) * 3 and response.high == (0.2,) * 3
    assert response.at is response.end is None


def test_the_strongest_lag_is_the_furthest_outside_its_own_band():
    response = LaggedResponse(
        mean=(0.0, 2.0, 9.0), low=(-1.0, -1.0, -9.0), high=(1.0, 1.0, 9.0), label="none", p=1.0
    )
    assert response.lag == 0
    assert replace(response, mean=(math.nan,) * 3).lag is None


def test_keys_of_a_newer_log_are_left_alone():
    assert Finding.from_json(FINDING.to_json() | {"later": 1}) == FINDING


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"unit": "41"}, "`unit` of a finding must be an integer. Received: '41'"),
        ({"unit": True}, "`unit` of a finding must be an integer"),
        ({"feature": None}, "`feature` of a finding must be a string. Received: None"),
        ({"effect": "large"}, "`effect` of a finding must be a number or null. Received: 'large'"),
        ({"neighbours": [1, "2"]}, "`neighbours` of a finding must be a list of integers"),
        ({"count": 1.5}, "`count` of a finding must be an integer"),
        ({"peak": 3}, "A spectral peak must be a JSON object. Received: 3"),
        ({"response": {"label": "none"}}, "A lagged response needs `mean`. It has: ['label']"),
        (
            {"response": FINDING.response.to_json() | {"low": [1.0]}},
            "`low` of a lagged response must have one number per lag, 3. Received: 1",
        ),
        ({"causal": {"effect": []}}, "An ablation effect needs `count`"),
    ],
)
def test_a_finding_that_is_damaged_is_refused_with_the_key(change, message):
    with pytest.raises(ValueError) as error:
        Finding.from_json(FINDING.to_json() | change)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tokens": None}, "`tokens` of a digest must be an integer. Received: None"),
        ({"hypotheses": {}}, "`hypotheses` of a digest must be a list. Received: {}"),
        ({"hypotheses": [3]}, "A finding must be a JSON object. Received: 3"),
        ({"features": [{}]}, "A feature of a digest needs `name`"),
        ({"doctor": [{"severity": "mild"}]}, "`severity` of a diagnosis must be one of"),
        ({"ranges": []}, "`ranges` of a digest must be an object"),
        ({"absent": ["lstm"]}, "An entry of a digest must be a JSON object. Received: 'lstm'"),
    ],
)
def test_a_digest_that_is_damaged_is_refused_with_the_key(change, message):
    with pytest.raises(ValueError) as error:
        Digest.from_json(DIGEST.to_json() | change)
    assert str(error.value).startswith(message)


def test_a_digest_without_tokens_is_refused():
    with pytest.raises(ValueError, match="A digest needs `tokens`"):
        Digest.from_json({"sequences": 1})


def test_findings_are_sorted_by_significance_then_by_the_size_of_the_effect():
    strengths = [(0.3, 0.01), (9.0, 0.2), (math.nan, math.nan), (-2.0, 0.05), (0.3, 0.001)]
    findings = [
        replace(FINDING, unit=unit, effect=effect, q=q)
        for unit, (effect, q) in enumerate(strengths)
    ]
    assert [finding.unit for finding in sort_findings(findings)] == [3, 0, 4, 1, 2]
