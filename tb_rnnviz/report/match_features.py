"""Looks for features in a text, and says what came of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from tb_rnnviz.features import Feature, Text, feature_from

LONGEST_SPEC = 2000
"""Characters of the mapping that makes a feature, where the digest says it: each step does."""


def look_for(
    features: Sequence[Feature], text: Text
) -> tuple[dict[str, np.ndarray], list[dict[str, Any]]]:
    """Values of the features that can be looked for, and an entry of the digest for each."""
    values, entries = {}, []
    for feature in features:
        entry = {"name": feature.name, "kind": feature.kind, "count": 0, "note": None}
        entry["spec"] = spec_of(feature)
        entries.append(entry)
        try:
            value = np.asarray(feature.values(text))
        except (ImportError, LookupError, ValueError) as error:
            entry["note"] = str(error)
            continue
        values[feature.name] = value
        is_number = value.dtype != bool
        entry["count"] = int(np.isfinite(value).sum() if is_number else value.sum())
        if not entry["count"]:
            entry["note"] = "has no value" if is_number else "matches no token"
        elif not is_number and entry["count"] == len(text.flat):
            entry["note"] = "matches every token"
    return values, entries


def spec_of(feature: Feature) -> dict[str, Any] | None:
    """The mapping that makes a feature again, where it can be said in few words.

    Example:
        >>> from tb_rnnviz.features import Literal
        >>> spec_of(Literal("space", " "))
        {'name': 'space', 'kind': 'literal', 'text': ' '}
        >>> spec_of(Literal("long", "a" * 5000)) is None
        True
    """
    try:
        spec = feature.spec()
        is_short = len(json.dumps(spec, allow_nan=False)) <= LONGEST_SPEC
        return spec if is_short and feature_from(spec) == feature else None
    except (TypeError, ValueError):  # somebody's own class
        return None


def given_to(probability: np.ndarray, lengths: Sequence[int]) -> np.ndarray:
    """The probability that the model gave to every token, one step before it came.

    Args:
        probability: What it gave at each token to the one after it, (tokens,).
        lengths: Tokens of every sequence; nothing was said of the first of each.

    Example:
        >>> given_to(np.array([0.5, 0.25, 0.125]), [2, 1])
        array([nan, 0.5, nan])
    """
    given = np.concatenate([[np.nan], probability[:-1]])[: len(probability)]
    starts = np.cumsum([0, *lengths[:-1]])
    given[starts[starts < len(given)]] = np.nan
    return given
