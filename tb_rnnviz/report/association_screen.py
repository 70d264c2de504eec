"""Association screen: units that go most with features, ranked without a test."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, zip_longest

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.names import HIDDEN_STATE
from tb_rnnviz.recording import Recording
from tb_rnnviz.report.match_features import text_of

SCREENED_UNITS = 2
"""Units of each feature in a layer that a screen returns."""


def association_screen(
    recording: Recording, features: Mapping[str, np.ndarray]
) -> list[tuple[str, int]]:
    """Ranks units of hidden states by their correlation with boolean features.

    It stands in for the findings where these are not known yet, and takes a small part of their
    time. The correlation is the larger one of the plain one and the one within equal tokens, where
    unit and feature are relative to their means over the occurrences of a token. Features with a
    strong correlation within equal tokens come first, since their units hold more than the token.

    Args:
        recording: A recording with tokens.
        features: Values by name, (tokens,). Numbers, and features that match no token or every
            token, are left out.

    Returns:
        Layers and units without repetition: the strongest of each feature, then the second ones.

    Example:
        >>> import numpy as np
        >>> from tb_rnnviz.recording import LayerActivity
        >>> state = np.array([[[0, 1], [0, 0], [1, 1], [0, 0.0]]])
        >>> mask, lengths = np.ones((1, 4), bool), np.array([4])
        >>> layer = LayerActivity("lstm", "", {"hidden_state": state}, {}, mask, lengths)
        >>> recording = Recording([layer], lengths, tokens=[["a", "b", "a", "b"]])
        >>> association_screen(recording, {"letter a": np.array([True, False, True, False])})
        [('lstm', 1), ('lstm', 0)]
    """
    names = [name for name, matches in features.items() if matches.dtype == bool]
    tokens = text_of(recording, {}).ids
    ranked: dict[str, list[tuple[float, float, tuple[str, int]]]] = {}
    for path in recording.layers:
        if not names or HIDDEN_STATE not in recording[path]:
            continue
        activity, mask = recording[path].consumed(HIDDEN_STATE)
        units = np.asarray(activity, np.float64).T
        masks = np.array([features[name][mask] for name in names], np.float64)
        within = _correlation(units, masks, tokens[mask])
        plain = _correlation(units, masks, np.zeros_like(tokens[mask]))
        strength = np.maximum(plain, within)
        for column, name in enumerate(names):
            if not masks[column].any() or masks[column].all():
                continue
            strongest = np.argsort(-strength[:, column], kind="stable")[:SCREENED_UNITS]
            ranked.setdefault(name, []).extend(
                (within[unit, column], strength[unit, column], (path, int(unit)))
                for unit in strongest
            )
    for entries in ranked.values():
        entries.sort(key=lambda entry: -entry[1])
    by_memory = sorted(ranked.values(), key=lambda entries: -entries[0][0])
    in_turn = chain.from_iterable(zip_longest(*by_memory))
    return list(dict.fromkeys(entry[2] for entry in in_turn if entry is not None))


def _correlation(units: np.ndarray, features: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """Absolute correlation within equal tokens, (units, features), 0 if undefined."""
    units = analysis.token_deviations(units, tokens, np.isfinite(units))
    features = analysis.token_deviations(features, tokens)
    scale = np.linalg.norm(units, axis=1)[:, None] * np.linalg.norm(features, axis=1)
    product = np.abs(units @ features.T)
    return np.divide(product, scale, out=np.zeros_like(product), where=scale > 0)
