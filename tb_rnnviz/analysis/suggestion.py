"""Suggestion of the units with the strongest evidence for a feature."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tb_rnnviz.analysis.relevance import Relevance
from tb_rnnviz.core.statistics import EVIDENCE, SIGNIFICANT, evidence_rank, strength_order


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
    """Suggests the units with the strongest evidence, each with its adjacent units.

    Only significant units are suggested, with `q` or `within_q` of at most 0.05; none if
    `relevance.note` is set. What a unit remembers comes before echoes, and then the absolute effect
    decides (`core.statistics.strength_order`). The significant unit with the largest plain effect
    is always among them. All of this is in standard deviations of the unit: scale and score of an
    activity do not matter.

    No unit is listed twice: a suggested unit is never a neighbour, and a neighbour is listed with
    the strongest unit that it is adjacent to.

    Args:
        relevance: the result of `relevance`.
        n: maximum number of suggestions; 2 by default.

    Returns:
        At most `n` suggestions, the strongest first; of equal units the lower index comes first.

    Raises:
        ValueError: if `n` is negative.

    Example:
        >>> import numpy as np
        >>> from tb_rnnviz.analysis import relevance
        >>> mask = np.random.default_rng(0).random(500) < 0.1
        >>> noise = np.random.default_rng(1).normal(size=(500, 3))
        >>> noise[:, 2] += 2 * mask
        >>> suggest(relevance(noise, mask))
        (Suggestion(unit=2, neighbours=(1,)),)
    """
    if n < 0:
        raise ValueError(f"`n` must be at least 0. Received: n={n}.")
    if relevance.note is not None or n == 0:
        return ()
    evidence = relevance.effect, relevance.q, relevance.within, relevance.within_q
    rank = evidence_rank(*evidence)
    order = strength_order(*evidence)
    units = order[rank[order] < len(EVIDENCE)][:n].tolist()
    plain = np.where(relevance.q <= SIGNIFICANT, np.abs(relevance.effect), -np.inf)
    if units and (strongest := int(plain.argmax())) not in units and plain[strongest] > 0:
        units[-1] = strongest
    return with_neighbours(units, relevance.effect.size)


def with_neighbours(units: Sequence[int], size: int) -> tuple[Suggestion, ...]:
    """Returns units with their adjacent units, none of which is listed twice.

    Args:
        units: indices of units, the most important first.
        size: number of units of the quantity.

    Example:
        >>> with_neighbours([1, 3], 5)
        (Suggestion(unit=1, neighbours=(0, 2)), Suggestion(unit=3, neighbours=(4,)))
    """
    listed = set(units)
    suggestions = []
    for unit in units:
        adjacent = (unit - 1, unit + 1)
        neighbours = tuple(i for i in adjacent if 0 <= i < size and i not in listed)
        listed.update(neighbours)
        suggestions.append(Suggestion(unit, neighbours))
    return tuple(suggestions)
