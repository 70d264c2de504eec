"""Error anatomy: the errors of a model by the oracle that would have avoided them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis.errors.oracles import Oracles, Part
from tb_rnnviz.analysis.errors.validation import THRESHOLD, as_probability, is_error

BOOST = (0.1, 0.2, 0.3, 0.4, 0.5)
"""Levels of the category "boost"."""

CORRECT = "correct"

NOT_PREDICTED = 255
"""Value in `Anatomy.kinds` of a token without a probability."""


@dataclass(frozen=True, eq=False)
class Slice:
    """The errors that one oracle avoids and none of the oracles before it.

    Args:
        category: `"n-gram"`, `"memory"`, `"rare word"`, `"word model"`, `"punctuation"`,
            `"boost"` or `"rest"`.
        level: the order, the number of tokens, the number of occurrences or the boost; None if
            the category has no levels.
        count: number of errors.
        share: share of all errors, 0 to 1; 0 if there is no error.
        positions: a sample of the errors, indices of tokens, ascending.
    """

    category: str
    level: float | None
    count: int
    share: float
    positions: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Anatomy:
    """All errors of a model on a text, each in one slice.

    Args:
        slices: one slice per category and level, in the order of the oracles.
        errors: number of errors.
        predicted: number of tokens with a probability.
        kinds: category of each token, an index into `categories`, (tokens,); 255 for a token
            without a probability.
    """

    slices: tuple[Slice, ...]
    errors: int
    predicted: int
    kinds: NDArray[np.uint8]

    @property
    def categories(self) -> tuple[str, ...]:
        """`"correct"`, and the categories of errors in the order of the oracles."""
        return CORRECT, *dict.fromkeys(part.category for part in self.slices)

    @property
    def shares(self) -> dict[str, float]:
        """The share of every category; the shares sum to one if there are errors."""
        sums: dict[str, float] = {}
        for part in self.slices:
            sums[part.category] = sums.get(part.category, 0.0) + part.share
        return sums


def error_anatomy(
    probability: ArrayLike,
    oracles: Oracles,
    *,
    boost: Sequence[float] = BOOST,
    threshold: float = THRESHOLD,
    samples: int = 10,
    seed: int = 0,
) -> Anatomy:
    """Assigns every error of a model to the first oracle that avoids it.

    After Karpathy, Johnson and Fei-Fei (2015, arXiv:1506.02078, section 4.4). A token is an error
    if the model assigns it a probability below the threshold. Oracles are applied in their order,
    each to the errors that remain: those of `error_oracles`, then `boost`, which adds b to the
    probability, and `rest` for errors that are below the threshold even then. With a boost as
    large as the threshold there is no rest.

    Args:
        probability: probability that the model assigns to each token before reading it, (tokens,);
            NaN if it predicts none, as for the first token of a sequence.
        oracles: result of `error_oracles` for the same tokens.
        boost: amounts added to the probability, ascending; 0.1, 0.2, ..., 0.5 by default.
        threshold: probability below which a token is an error; 0.5 by default.
        samples: number of positions to sample from each slice; 10 by default.
        seed: seed of the sample; 0 by default.

    Returns:
        The `Anatomy`.

    Raises:
        ValueError: if an argument does not fit.

    Example:
        >>> from tb_rnnviz.analysis import error_oracles
        >>> oracles = error_oracles("the cat!", "the dog the dog the dog ", orders=2)
        >>> anatomy = error_anatomy([0.9, 0.9, 0.9, 0.9, 0.1, 0.1, 0.1, 0.2], oracles)
        >>> {name: share for name, share in anatomy.shares.items() if share}
        {'rare word': 0.75, 'punctuation': 0.25}
        >>> [anatomy.categories[kind] for kind in anatomy.kinds[3:5]]
        ['correct', 'rare word']
    """
    probabilities = as_probability(probability, oracles.first.size)
    levels = sorted(set(boost))
    if not all(0 < b <= 1 for b in levels) or samples < 0:
        raise ValueError(
            "`boost` must list numbers between 0 and 1, and `samples` be at least 0. "
            f"Received: boost={boost!r}, samples={samples!r}."
        )
    errors = np.flatnonzero(is_error(probabilities, threshold))
    parts = [*oracles.parts, *(("boost", b) for b in levels), ("rest", None)]
    shortfall = threshold - probabilities[errors]
    boost_index = np.searchsorted(np.array(levels), shortfall - 1e-9)
    first = oracles.first[errors].astype(np.intp)
    part = np.where(first >= 0, first, len(oracles.parts) + boost_index)
    counts = np.bincount(part, minlength=len(parts))
    by_part = np.split(errors[np.argsort(part, kind="stable")], np.cumsum(counts)[:-1])
    rng = np.random.default_rng(seed)
    total = max(errors.size, 1)
    slices = tuple(
        Slice(category, level, int(count), float(count / total), _sample(positions, samples, rng))
        for (category, level), count, positions in zip(parts, counts, by_part, strict=True)
    )
    is_predicted = np.isfinite(probabilities)
    kinds = np.where(is_predicted, 0, NOT_PREDICTED).astype(np.uint8)
    kinds[errors] = _category_indices(parts)[part]
    return Anatomy(slices, int(errors.size), int(is_predicted.sum()), kinds)


def _category_indices(parts: Sequence[Part]) -> NDArray[np.uint8]:
    """Returns the index of the category of each part, from 1, (parts,)."""
    names = [category for category, _ in parts]
    indices = {name: i for i, name in enumerate(dict.fromkeys(names), 1)}
    return np.array([indices[name] for name in names], np.uint8)


def _sample(positions: NDArray[np.intp], most: int, rng: np.random.Generator) -> NDArray[np.intp]:
    if positions.size <= most:
        return positions
    return np.sort(rng.choice(positions, most, replace=False))
