"""The n-grams of a text, level by level, as sorted arrays."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]

UNSEEN = -1


@dataclass(frozen=True, eq=False)
class Level:
    """The distinct n-grams of one order n that a text has.

    An n-gram is a number: its place in `keys`. Its key is the number of the (n-1)-gram that it
    begins with, times the size of the vocabulary, plus its last token. No key overflows, however
    long the n-gram.

    Args:
        keys: one a distinct n-gram, ascending, so that those with the same beginning stand
            together.
        counts: how often each occurs.
        continuations: how many distinct tokens stand before each; 0 at the highest order.
    """

    keys: Ids
    counts: NDArray[np.int32]
    continuations: NDArray[np.int32]


def build(ids: Ids, starts: Ids, order: int, vocabulary: int) -> list[Level]:
    """Finds the n-grams of all orders up to one, and counts them.

    Args:
        ids: tokens, integers (tokens,).
        starts: where the sequence of each token begins, (tokens,); no n-gram reaches over it.
        order: the longest n-grams.
        vocabulary: number of distinct tokens, larger than every id.

    Returns:
        `order` levels, the shortest n-grams first.
    """
    counted: list[tuple[Ids, NDArray[np.int32]]] = []
    continuations: list[NDArray[np.int32]] = []
    room = np.arange(ids.size) - starts
    ending = np.zeros(ids.size, np.int64)  # the n-gram that ends at each place
    for n in range(1, order + 1):
        places = np.flatnonzero(room >= n - 1)
        before = ending[places - 1] if n > 1 else 0
        keys, first, found, counts = np.unique(
            before * vocabulary + ids[places],
            return_index=True,
            return_inverse=True,
            return_counts=True,
        )
        if counted:  # a distinct n-gram counts once for the (n-1)-gram that it ends with
            shorter = ending[places[first]]
            size = counted[-1][0].size
            continuations.append(np.bincount(shorter, minlength=size).astype(np.int32))
        ending[places] = found
        counted.append((keys, counts.astype(np.int32)))
    continuations.append(np.zeros(counted[-1][0].size, np.int32))
    return [Level(*pair, more) for pair, more in zip(counted, continuations, strict=True)]


def walk(
    levels: list[Level], ids: Ids, starts: Ids, vocabulary: int
) -> Iterator[tuple[Level, Ids, Ids, Ids]]:
    """Looks up the n-grams of another text, level by level.

    Args:
        levels: what `build` gave.
        ids: tokens, integers (tokens,).
        starts: where the sequence of each token begins, (tokens,).
        vocabulary: as for `build`.

    Yields:
        Of each level: the level, the places whose n - 1 tokens before are known, the number of
        these tokens in the level below, and the number of the n-gram, `UNSEEN` where it is none.
    """
    room = np.arange(ids.size) - starts
    ending = np.zeros(ids.size, np.int64)
    for n, level in enumerate(levels, 1):
        places = np.flatnonzero(room >= n - 1)
        if n > 1:
            context = ending[places - 1]
            places, context = places[context != UNSEEN], context[context != UNSEEN]
        else:
            context = np.zeros(places.size, np.int64)
        wanted = context * vocabulary + ids[places]
        found = np.minimum(np.searchsorted(level.keys, wanted), level.keys.size - 1)
        found[level.keys[found] != wanted] = UNSEEN
        yield level, places, context, found
        ending = np.full(ids.size, UNSEEN)
        ending[places] = found
