"""Association screen: units that go most with features, ranked without a test."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, zip_longest

import numpy as np
from scipy import sparse

from tb_rnnviz.core.names import HIDDEN_STATE
from tb_rnnviz.features import Feature, Text
from tb_rnnviz.recording import Recording
from tb_rnnviz.report.match_features import match_features

SCREENED_UNITS = 2
"""Units of each feature in a layer that a screen returns."""


def association_screen(recording: Recording, features: Sequence[Feature]) -> list[tuple[str, int]]:
    """Ranks units of hidden states by their correlation with boolean features.

    It stands in for the findings where these are not known yet, and takes a small part of their
    time. The correlation is the larger one of the plain one and the one within equal tokens, where
    unit and feature are relative to their means over the occurrences of a token. Features with a
    strong correlation within equal tokens come first, since their units hold more than the token.

    Args:
        recording: A recording with tokens.
        features: Features; those that match no token or every token are left out.

    Returns:
        Layers and units without repetition: the strongest of each feature, then the second ones.

    Example:
        >>> import numpy as np
        >>> from tb_rnnviz.features import Literal
        >>> from tb_rnnviz.recording import LayerActivity
        >>> state = np.array([[[0, 1], [0, 0], [1, 1], [0, 0.0]]])
        >>> mask, lengths = np.ones((1, 4), bool), np.array([4])
        >>> layer = LayerActivity("lstm", "", {"hidden_state": state}, {}, mask, lengths)
        >>> recording = Recording([layer], lengths, tokens=[["a", "b", "a", "b"]])
        >>> association_screen(recording, [Literal("letter a", "a")])
        [('lstm', 1), ('lstm', 0)]
    """
    text = Text(recording.texts(), columns=recording.columns)
    values, _ = match_features(features, text)
    names = [name for name, matches in values.items() if matches.dtype == bool]
    _, tokens = np.unique(np.asarray(text.flat, dtype=object), return_inverse=True)
    ranked: dict[str, list[tuple[float, float, tuple[str, int]]]] = {}
    for path in recording.layers:
        if not names or HIDDEN_STATE not in recording[path]:
            continue
        activity, mask = recording[path].consumed(HIDDEN_STATE)
        units = np.asarray(activity, np.float64).T
        masks = np.array([values[name][mask] for name in names], np.float64)
        within = _correlation(_deviations(units, tokens[mask]), _deviations(masks, tokens[mask]))
        strength = np.maximum(_correlation(_centred(units), _centred(masks)), within)
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


def _correlation(units: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Absolute correlation of centred rows, (units, features), 0 for constant ones."""
    scale = np.linalg.norm(units, axis=1)[:, None] * np.linalg.norm(features, axis=1)
    product = np.abs(units @ features.T)
    return np.divide(product, scale, out=np.zeros_like(product), where=scale > 0)


def _centred(rows: np.ndarray) -> np.ndarray:
    rows = np.nan_to_num(rows, posinf=0.0, neginf=0.0)
    return rows - rows.mean(axis=1, keepdims=True)


def _deviations(rows: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """Rows less their mean over the occurrences of a token; rounding errors are 0."""
    rows = _centred(rows)
    indices = np.arange(tokens.size)
    occurrences = sparse.csr_array((np.ones(tokens.size), (tokens, indices)))
    count = np.maximum(np.asarray(occurrences.sum(axis=1)).reshape(-1, 1), 1)
    deviations = rows - ((occurrences @ rows.T) / count).T[:, tokens]
    size = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.where(np.linalg.norm(deviations, axis=1, keepdims=True) > 1e-9 * size, deviations, 0)
