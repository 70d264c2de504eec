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
