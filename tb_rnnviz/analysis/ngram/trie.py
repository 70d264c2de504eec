"""Trie of the n-grams of a text, one level per order, as sorted arrays."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]

UNSEEN = -1
"""Index of an n-gram that the counted text does not have."""


@dataclass(frozen=True, eq=False)
class Level:
    """The distinct n-grams of one order n of a text.

    An n-gram is identified by its index in `keys`. Its key is the index of the (n-1)-gram that it
    begins with, times the size of the vocabulary, plus its last token. Keys do not overflow,
    whatever the order.

    Args:
        keys: key of each distinct n-gram, ascending: n-grams with the same beginning are adjacent.
        counts: number of occurrences of each.
        continuations: number of distinct tokens before each; 0 at the highest order.
    """

    keys: Ids
    counts: NDArray[np.int32]
    continuations: NDArray[np.int32]


def build(ids: Ids, starts: Ids, order: int, vocabulary: int) -> list[Level]:
    """Counts the n-grams of all orders up to a highest one.

    Args:
        ids: tokens, integers (tokens,).
        starts: first token of the sequence of each token, (tokens,); no n-gram extends over it.
        order: the highest order.
        vocabulary: number of distinct tokens, larger than every id.

    Returns:
        The levels by ascending order.
    """
    levels: list[tuple[Ids, NDArray[np.int32]]] = []
    continuations: list[NDArray[np.int32]] = []
    tokens_before = np.arange(ids.size) - starts
    ending = np.zeros(ids.size, np.int64)  # index of the n-gram that ends at each token
    for n in range(1, order + 1):
        positions = np.flatnonzero(tokens_before >= n - 1)
        prefix = ending[positions - 1] if n > 1 else 0
        keys, first, grams, counts = np.unique(
            prefix * vocabulary + ids[positions],
            return_index=True,
            return_inverse=True,
            return_counts=True,
        )
        if levels:  # a distinct n-gram counts once for the (n-1)-gram that it ends with
            suffix = ending[positions[first]]
            size = levels[-1][0].size
            continuations.append(np.bincount(suffix, minlength=size).astype(np.int32))
        ending[positions] = grams
        levels.append((keys, counts.astype(np.int32)))
    continuations.append(np.zeros(levels[-1][0].size, np.int32))
    return [Level(*level, number) for level, number in zip(levels, continuations, strict=True)]


class LevelMatches(NamedTuple):
    """The n-grams of one order in a text that is looked up, each (matches,).

    Args:
        positions: tokens whose context of n - 1 tokens has a count.
        contexts: index of each context in the level below.
        grams: index of each n-gram in the level, `UNSEEN` if it has no count.
    """

    positions: Ids
    contexts: Ids
    grams: Ids


def look_up(levels: list[Level], ids: Ids, starts: Ids, vocabulary: int) -> Iterator[LevelMatches]:
    """Looks up the n-grams of another text in a trie, level by level.

    Args:
        levels: result of `build`.
        ids: tokens, integers (tokens,).
        starts: first token of the sequence of each token, (tokens,).
        vocabulary: as for `build`.

    Yields:
        The matches of each level, by ascending order.
    """
    tokens_before = np.arange(ids.size) - starts
    ending = np.zeros(ids.size, np.int64)
    for n, level in enumerate(levels, 1):
        positions = np.flatnonzero(tokens_before >= n - 1)
        if n > 1:
            contexts = ending[positions - 1]
            has_count = contexts != UNSEEN
            positions, contexts = positions[has_count], contexts[has_count]
        else:
            contexts = np.zeros(positions.size, np.int64)
        keys = contexts * vocabulary + ids[positions]
        grams = np.minimum(np.searchsorted(level.keys, keys), level.keys.size - 1)
        grams[level.keys[grams] != keys] = UNSEEN
        yield LevelMatches(positions, contexts, grams)
        ending = np.full(ids.size, UNSEEN)
        ending[positions] = grams
