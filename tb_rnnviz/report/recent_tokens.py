"""Features that the last two tokens determine, such as the start of a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np


def recent_features(
    features: Mapping[str, np.ndarray], tokens: np.ndarray, lengths: Sequence[int]
) -> frozenset[str]:
    """Returns the names of the features that are functions of the last two tokens.

    A unit that tells one of them need not remember anything older.

    Args:
        features: Values by name, booleans or numbers (tokens,).
        tokens: Index of the token at every step, (tokens,).
        lengths: Tokens of each sequence.

    Example:
        >>> tokens = np.array([0, 1, 0, 0, 1, 1, 0, 1, 0, 0])
        >>> after_one = np.roll(tokens, 1) == 1
        >>> older = np.roll(tokens, 2) == 1
        >>> sorted(recent_features({"after one": after_one, "older": older}, tokens, [10]))
        ['after one']
    """
    previous = np.concatenate([[-1], tokens[:-1]])[: tokens.size]
    starts = np.cumsum([0, *lengths[:-1]])
    previous[starts[starts < tokens.size]] = -1
    pairs = np.stack([previous, tokens], axis=1)
    order = np.lexsort(pairs.T)
    repeats = (pairs[order[1:]] == pairs[order[:-1]]).all(axis=1)
    names = []
    for name, values in features.items():
        ordered = np.asarray(values, np.float64)[order]
        changes = (ordered[1:] != ordered[:-1]) & ~(np.isnan(ordered[1:]) & np.isnan(ordered[:-1]))
        if not (repeats & changes).any():
            names.append(name)
    return frozenset(names)
