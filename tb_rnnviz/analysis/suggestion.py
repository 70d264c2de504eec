"""Suggestion of the most relevant units for a feature, with their neighbours."""

from dataclasses import dataclass

import numpy as np

from tb_rnnviz.analysis.relevance import Relevance


@dataclass(frozen=True)
class Suggestion:
    """A unit suggested for a feature.

    Args:
        unit: index of the unit.
        neighbours: indices of the adjacent units, to be shown with it.
    """

    unit: int
    neighbours: tuple[int, ...] = ()


def suggest(relevance: Relevance, n: int = 2) -> tuple[Suggestion, ...]:
    """Suggests the units with the highest scores, each with its adjacent units.

    Units whose score is 0 or NaN are never suggested, and no unit is if `relevance.note` is set.
    No unit is listed twice: a suggested unit is never a neighbour, and a neighbour is listed with
    the strongest unit that it is adjacent to.

    Args:
        relevance: the result of `relevance`.
        n: maximum number of suggestions; 2 by default.

    Returns:
        At most `n` suggestions by descending score; of equal scores the lower index comes first.

    Raises:
        ValueError: if `n` is negative.

    Example:
        >>> from tb_rnnviz.analysis import relevance
        >>> spikes = [[0, 0, 0], [0, 0, 1], [0, 0, 0]]
        >>> suggest(relevance(spikes, [False, True, False]))
        (Suggestion(unit=2, neighbours=(1,)),)
    """
    if n < 0:
        raise ValueError(f"`n` must be at least 0. Received: n={n}.")
    if relevance.note is not None:
        return ()
    score = np.where(np.isfinite(relevance.score), relevance.score, 0.0)
    order = np.argsort(-score, kind="stable")[:n]
    units = [int(unit) for unit in order if score[unit] > 0]
    listed = set(units)
    suggestions = []
    for unit in units:
        adjacent = (unit - 1, unit + 1)
        neighbours = tuple(i for i in adjacent if 0 <= i < score.size and i not in listed)
        listed.update(neighbours)
        suggestions.append(Suggestion(unit, neighbours))
    return tuple(suggestions)
