"""Looks for features in a text, and says what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tb_rnnviz.features import Feature, Text


def look_for(
    features: Sequence[Feature], text: Text
) -> tuple[dict[str, np.ndarray], list[dict[str, Any]]]:
    """Values of the features that can be looked for, and an entry of the digest for each."""
    values, entries = {}, []
    for feature in features:
        entry = {"name": feature.name, "kind": feature.kind, "count": 0, "note": None}
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
