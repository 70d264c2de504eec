"""Levenshtein augmentation: pairs whose source is written like their target."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from rapidfuzz.distance import Indel

from trainer.examples.dates.written_dates import write_date

Pair = tuple[str, str]
"""A written date and its ISO form."""


def plain_pairs(days: Sequence[date], random: np.random.Generator) -> list[Pair]:
    """Writes each date in one random form."""
    return [(write_date(day, random), day.isoformat()) for day in days]


def augmented_pairs(
    days: Sequence[date], forms: int, tries: int, random: np.random.Generator
) -> list[Pair]:
    """Writes each date in the forms that are most similar to its ISO form.

    Levenshtein augmentation (Sumner et al. 2020, doi 10.26434/chemrxiv.12562121.v1) writes both
    molecules of a reaction in many ways, and pairs strings with the highest Levenshtein ratio.
    Here the target has one form, ISO; so the written forms are chosen for it: of `tries` random
    ones, the `forms` different ones of the highest ratio 1 - d / (m + n), with d insertions and
    deletions between strings of the lengths m and n.

    Args:
        days: The dates.
        forms: Forms of each date.
        tries: Random forms to choose from.
        random: Source of randomness.

    Example:
        >>> day, random = date(2026, 11, 27), np.random.default_rng(0)
        >>> [written for written, _ in augmented_pairs([day], 3, 200, random)]
        ['2026.11.27', '2026/11/27', '2026-Nov-27']
    """
    pairs: list[Pair] = []
    for day in days:
        target = day.isoformat()
        written = list(dict.fromkeys(write_date(day, random) for _ in range(tries)))
        ratios = [Indel.normalized_similarity(text, target) for text in written]
        order = np.argsort(-np.array(ratios), kind="stable")
        pairs += [(written[index], target) for index in order[:forms]]
    return pairs
