"""Digest in the log: strict JSON, whose parts fit the format or are left out."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tb_rnnviz.core.digest import Digest
from tb_rnnviz.log_format import DamagedRecordError
from tb_rnnviz.log_format.digest import (
    MAX_LEFT_OUT,
    decode_digest,
    digest_with_step,
    encode_digest,
)
from tests.core.test_finding import DIGEST

SIZES = {"tokens": 9, "sequences": 1}


def test_numbers_that_are_not_finite_become_null_at_any_depth():
    digest = {"loss": np.float32("nan"), "others": ({"effect": float("inf"), "unit": np.int64(3)},)}
    assert decode_digest(encode_digest(digest | SIZES)).content == {
        "loss": None,
        "others": [{"effect": None, "unit": 3}],
        **SIZES,
    }


@pytest.mark.parametrize("as_text", [False, True])
def test_step_and_time_stand_before_the_unchanged_entries(as_text):
    digest = SIZES | {"loss": 0.5, "text": 'a "b" ü'}
    value = encode_digest(digest)
    decoded = decode_digest(value.decode() if as_text else value)
    assert list(digest_with_step(decoded, 7, 1.25).items()) == [
        ("step", 7),
        ("wall_time", 1.25),
        *digest.items(),
    ]


def test_a_digest_that_was_written_is_read_whole():
    decoded = decode_digest(encode_digest(DIGEST.to_json()))
    assert decoded.left_out == []
    assert Digest.from_json(decoded.content).to_json() == DIGEST.to_json()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_json_lacks_are_read_as_null(number):
    value = f'{{"tokens": 9, "sequences": 1, "loss": {number}, "later": [{number}]}}'
    assert decode_digest(value).content == {**SIZES, "loss": None, "later": [None]}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", "is no JSON"),
        (b'{"tokens": 9, "sequ', "is no JSON"),
        (b"null", "`digest` must be an object. Received: None"),
        (b"[]", r"must be an object. Received: \[\]"),
        (b'{"tokens": 9, "sequences": "\xff"}', "is not UTF-8"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"tokens": 9}', r"lacks \['sequences'\]"),
        (b'{"tokens": 1e9, "sequences": 1}', "`digest.tokens` must be an integer"),
    ],
)
def test_a_value_that_is_no_digest_is_damaged(value, reason):
    with pytest.raises(DamagedRecordError, match=reason):
        decode_digest(value)


@pytest.mark.parametrize(
    "change",
    [
        {"first_nan": "at step 3"},
        {"features": "space"},
        {"ranges": [1, 2]},
        {"ranges": {"lstm": {"hidden_state": {"low": "0"}}}},
        {"memory": {"lstm": 3}},
        {"errors": {"slices": {"category": "rest"}}},
        {"doctor": [{"code": "RNV001"}]},
        {"hypotheses": [{"unit": "three"}]},
        {"tests": 1 << 80},
        {"loss": True},
    ],
)
def test_a_part_that_does_not_fit_is_left_out_with_a_sentence(change):
    digest = DIGEST.to_json()
    (key,) = change
    content, left_out = decode_digest(json.dumps(digest | change))
    assert len(left_out) == 1 and f"digest.{key}" in left_out[0]
    assert {k: v for k, v in content.items() if k != key} == {
        k: v for k, v in digest.items() if k != key
    }
    Digest.from_json(content)


def test_one_finding_that_does_not_fit_leaves_the_others():
    findings = DIGEST.to_json()["hypotheses"]
    damaged = [*findings, findings[0] | {"unit": "3"}, *findings]
    content, left_out = decode_digest(json.dumps(DIGEST.to_json() | {"hypotheses": damaged}))
    assert content["hypotheses"] == [*findings, *findings]
    assert len(left_out) == 1 and "hypotheses[1].unit" in left_out[0].replace(
        f"[{len(findings)}]", "[1]"
    )


def test_many_parts_that_do_not_fit_are_counted():
    digest = DIGEST.to_json() | {"hypotheses": [3] * 100}
    *listed, count = decode_digest(json.dumps(digest)).left_out
    assert len(listed) == MAX_LEFT_OUT and count == f"{100 - MAX_LEFT_OUT} more parts do not fit."
