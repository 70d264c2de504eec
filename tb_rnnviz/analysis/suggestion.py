"""Units found, not chosen: the most relevant ones and their neighbours."""

from dataclasses import dataclass

import numpy as np

from tb_rnnviz.analysis.relevance import Relevance


@dataclass(frozen=True)
class Suggestion:
    """A unit that goes with a feature.

    Args:
        unit: index of the unit.
        neighbours: indices of the units beside it, to be shown with it.
    """

    unit: int
    neighbours: tuple[int, ...] = ()


def suggest(relevance: Relevance, n: int = 2) -> tuple[Suggestion, ...]:
    """Suggests the units with the highest scores, each with the units beside it.

    Units whose score is 0 or NaN are never suggested, and none is where `relevance.note` says
    that there is nothing to compare. No unit is listed twice: a suggested unit is nobody's
    neighbour, and a neighbour belongs to the strongest unit that it stands beside.

    Args:
        relevance: what `relevance` returned.
        n: largest number of suggestions.

    Returns:
        At most `n` suggestions, the highest score first; of equal scores the lower index first.

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
    chosen = [int(unit) for unit in order if score[unit] > 0]
    listed = set(chosen)
    suggestions = []
    for unit in chosen:
        beside = (unit - 1, unit + 1)
        free = tuple(i for i in beside if 0 <= i < score.size and i not in listed)
        listed.update(free)
        suggestions.append(Suggestion(unit, free))
    return tuple(suggestions)
