"""Digest of a recording in the log: one JSON object per step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, NamedTuple

from tb_rnnviz.core.content import CONTENT_KINDS, LEVELS
from tb_rnnviz.core.diagnosis import SEVERITIES
from tb_rnnviz.core.finding import ASPECTS, PartialEffect, SpectralPeak
from tb_rnnviz.core.json_schema import (
    ANY_TEXT,
    ANY_TEXTS,
    COUNT,
    COUNTS,
    FLAG,
    INTEGER,
    INTEGERS,
    NUMBER,
    NUMBER_OR_NUMBERS,
    NUMBERS,
    Choice,
    Integers,
    ListOf,
    MapOf,
    Object,
    Schema,
    numbers,
)
from tb_rnnviz.core.numbers import json_value
from tb_rnnviz.core.statistics import ASSOCIATION
from tb_rnnviz.log_format.strict_json import check_schema, parse_json

MAX_LEFT_OUT = 5
"""Number of left-out parts of a digest that are described; others are counted."""

_UNIT: dict[str, Schema] = {"layer": ANY_TEXT, "quantity": ANY_TEXT, "unit": COUNT}

_BAND: dict[str, Schema] = {"low": NUMBER_OR_NUMBERS, "high": NUMBER_OR_NUMBERS}
"""Band of a lagged response by lag; older logs have one for all lags."""

_FINDING = Object(
    {"feature": ANY_TEXT, **_UNIT},
    {
        "aspect": Choice(ASPECTS),
        "neighbours": COUNTS,
        "count": COUNT,
        **numbers(ASSOCIATION),
        "controlled": Object(optional=numbers([entry.name for entry in fields(PartialEffect)])),
        "peak": Object(optional=numbers([entry.name for entry in fields(SpectralPeak)])),
        "response": Object(
            {"label": ANY_TEXT, "mean": NUMBERS},
            {"p": NUMBER, **_BAND, "at": ANY_TEXT, "end": Object({"mean": NUMBERS}, _BAND)},
        ),
        "causal": Object(
            {"count": COUNT, "how": ANY_TEXT, "tokens": COUNT},
            numbers(["effect", "low", "high", "on", "off"]),
        ),
    },
)

_TOKEN_COUNTS = ListOf(Object({"token": ANY_TEXT, "count": COUNT, "occurrences": COUNT}))

_GALLERY_UNIT = Object(
    {**_UNIT, "kind": ANY_TEXT},
    {
        "numbers": MapOf(NUMBER),
        "stretches": ListOf(Integers(low=0, count=2)),
        "on": _TOKEN_COUNTS,
        "off": _TOKEN_COUNTS,
        "names": ListOf(Object({"feature": ANY_TEXT, "overlap": NUMBER})),
    },
)

_ERRORS = Object(
    optional={
        "predicted": COUNT,
        "errors": COUNT,
        "shares": MapOf(NUMBER),
        "slices": ListOf(
            Object(
                {"category": ANY_TEXT},
                {"level": NUMBER, "count": COUNT, "share": NUMBER, "positions": COUNTS},
            )
        ),
        "shared": MapOf(COUNT),
        "gain": ListOf(
            Object({"token": ANY_TEXT}, {"count": COUNT, "network": NUMBER, "n-gram": NUMBER})
        ),
        "closing": ListOf(
            Object(
                {"first": COUNT, "end": COUNT},
                {"count": COUNT, **numbers(["network", "n-gram", "error"])},
            )
        ),
    }
)

_DIAGNOSIS = Object(
    {
        "severity": Choice(SEVERITIES),
        **dict.fromkeys(("code", "title", "layer", "evidence", "why", "advice"), ANY_TEXT),
    },
    {"quantity": ANY_TEXT, "units": COUNTS, "concerned": COUNT},
)

_SCHEMA = Object(
    {"tokens": COUNT, "sequences": COUNT},
    {
        "generated": FLAG,
        "loss": NUMBER,
        "content": Object(
            {"kind": Choice(CONTENT_KINDS), "level": Choice(LEVELS)},
            {"language": ANY_TEXT, "confidence": NUMBER, "evidence": ANY_TEXT},
        ),
        "tagger": ANY_TEXT,
        "bytes": COUNT,
        "features": ListOf(
            Object(
                {"name": ANY_TEXT, "kind": ANY_TEXT, "count": COUNT},
                {"note": ANY_TEXT, "spec": Object()},
            )
        ),
        "tests": COUNT,
        "hypotheses": ListOf(_FINDING),
        "kinds": MapOf(MapOf(MapOf(COUNTS))),
        "gallery": ListOf(_GALLERY_UNIT),
        "memory": MapOf(
            Object(
                optional={
                    "quantity": ANY_TEXT,
                    **numbers(["gate", "autocorrelation"]),
                    "units": COUNT,
                    "disagree": COUNT,
                }
            )
        ),
        "matching": MapOf(Object(optional={"quality": NUMBER, "moved": COUNT})),
        "emergence": ListOf(Object({"feature": ANY_TEXT, "step": INTEGER}, _UNIT)),
        "causal_note": ANY_TEXT,
        "errors": _ERRORS,
        "doctor": ListOf(_DIAGNOSIS),
        "units": MapOf(COUNT),
        "ranges": MapOf(
            MapOf(Object(optional={**numbers(["low", "high", "limit"]), "missing": COUNT}))
        ),
        "absent": ListOf(Object({"layer": ANY_TEXT, "reason": ANY_TEXT}, {"quantity": ANY_TEXT})),
        "left_out": ListOf(
            Object(
                {"what": ANY_TEXT}, {"reason": ANY_TEXT, "steps": INTEGERS, "quantities": ANY_TEXTS}
            )
        ),
        "first_nan": Object(optional={"step": INTEGER, **_UNIT, "token": COUNT, "text": ANY_TEXT}),
    },
)
"""Keys of a digest, as `docs/log_format.md` describes them."""


class DecodedDigest(NamedTuple):
    """Digest whose parts fit the format.

    Attributes:
        content: The digest as JSON that has no other numbers than finite ones.
        left_out: Sentences about the parts that did not fit and were left out.
    """

    content: dict[str, Any]
    left_out: list[str]


def encode_digest(digest: Mapping[str, Any]) -> bytes:
    """Encodes a digest as JSON; numbers that are not finite become null."""
    return json.dumps(json_value(digest), allow_nan=False).encode()


def decode_digest(value: bytes | str) -> DecodedDigest:
    """Decodes the value of a digest tag, and leaves out what does not fit.

    Raises:
        DamagedRecordError: if it is no JSON object with the numbers of tokens and sequences.

    Example:
        >>> value = encode_digest({"tokens": 9, "sequences": 1, "loss": float("nan"), "tests": "x"})
        >>> decode_digest(value).content
        {'tokens': 9, 'sequences': 1, 'loss': None}
        >>> decode_digest(value).left_out
        ["`digest.tests` must be an integer from 0 to 9007199254740991. Received: 'x'"]
    """
    left_out: list[str] = []
    content = check_schema(parse_json(value, "The digest"), _SCHEMA, "digest", left_out)
    if len(left_out) > MAX_LEFT_OUT:
        count = len(left_out) - MAX_LEFT_OUT
        left_out = [*left_out[:MAX_LEFT_OUT], f"{count} more parts do not fit."]
    return DecodedDigest(content, left_out)


CURVES = (
    "tokens",
    "sequences",
    "generated",
    "loss",
    "loss_note",
    "target_kind",
    "bytes",
    "tests",
    "units",
    "ranges",
    "kinds",
    "left_out",
    "first_nan",
)
"""Keys of a digest that curves over the steps are drawn from."""

_ERROR_CURVES = ("predicted", "errors", "shares")


class BriefDigest(NamedTuple):
    """Digest without what is shown of one step alone.

    Attributes:
        content: The keys in `CURVES`, and errors that have only their numbers and shares.
        findings: Feature, layer, quantity and unit of each finding.
    """

    content: dict[str, Any]
    findings: list[tuple[str, str, str, int]]


def brief_digest(digest: DecodedDigest) -> BriefDigest:
    """Returns the part of a digest that curves over the steps are drawn from.

    Example:
        >>> digest = decode_digest(encode_digest({"tokens": 9, "sequences": 1, "doctor": []}))
        >>> brief_digest(digest)
        BriefDigest(content={'tokens': 9, 'sequences': 1}, findings=[])
    """
    content = {key: digest.content[key] for key in CURVES if key in digest.content}
    errors = digest.content.get("errors")
    if errors is not None:
        curves = {key: errors[key] for key in _ERROR_CURVES if key in errors}
        content["errors"] = {**curves, "shared": {}, "slices": [], "gain": [], "closing": []}
    findings = [
        (finding["feature"], finding["layer"], finding["quantity"], finding["unit"])
        for finding in digest.content.get("hypotheses") or []
    ]
    return BriefDigest(content, findings)


def digest_with_step(digest: DecodedDigest, step: int, wall_time: float | None) -> dict[str, Any]:
    """Returns a digest with its step and time in front.

    Args:
        digest: The digest.
        step: Its step.
        wall_time: Time of writing in seconds, `None` if unknown.

    Example:
        >>> digest_with_step(DecodedDigest({"loss": 0.5}, []), 2, 1.5)
        {'step': 2, 'wall_time': 1.5, 'loss': 0.5}
    """
    position = {"step": step, "wall_time": wall_time}
    return position | digest.content | position
