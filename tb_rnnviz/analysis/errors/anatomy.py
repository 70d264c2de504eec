"""The errors of a model, sorted by what would have avoided them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis.errors.oracles import Oracles, Part
from tb_rnnviz.analysis.errors.validation import THRESHOLD, as_probability, is_error

BOOST = (0.1, 0.2, 0.3, 0.4, 0.5)

CORRECT = "correct"

NOT_PREDICTED = 255
"""In `Anatomy.kinds`: the model gave the token no probability."""


@dataclass(frozen=True, eq=False)
class Slice:
    """The errors that one oracle avoids and none before it does.

    Args:
        category: `"n-gram"`, `"memory"`, `"rare word"`, `"word model"`, `"punctuation"`,
            `"boost"` or `"rest"`.
        level: the order, the number of tokens, the number of occurrences or the boost; None where
            a category has no levels.
        count: number of errors.
        share: part of all errors, 0 to 1; 0 where there is no error.
        positions: some of the errors, indices of tokens, ascending.
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
        slices: in the order of the oracles, finest levels.
        errors: number of errors.
        predicted: number of tokens that had a probability.
        kinds: what each token is, places in `categories`, (tokens,); 255 where it had no
            probability.
    """

    slices: tuple[Slice, ...]
    errors: int
    predicted: int
    kinds: NDArray[np.uint8]

    @property
    def categories(self) -> tuple[str, ...]:
        """`"correct"`, and the categories of errors in the order in which they are taken away."""
        return CORRECT, *dict.fromkeys(part.category for part in self.slices)

    @property
    def shares(self) -> dict[str, float]:
        """The share of every category over its levels; they sum to one where there are errors."""
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
    """Takes the errors apart, as Karpathy, Johnson and Fei-Fei (2015, section 4.4) do.

    A token is an error where the model gave it a probability below 0.5. Oracles are applied in
    their order, each to the errors that those before it left: those of `error_oracles`, then
    `boost`, which adds b to the probability, and `rest`, what is below the threshold even then.
    With a boost as large as the threshold there is no rest.

    Args:
        probability: what the model gave to each token before reading it, (tokens,); NaN where it
            predicted none, as for the first token of a sequence.
        oracles: what `error_oracles` found for the same tokens.
        boost: what is added, ascending; 0.1, 0.2, ..., 0.5 by default.
        threshold: a token is an error below this; 0.5 by default.
        samples: positions to keep of each slice, drawn at random; 10 by default.
        seed: of the draw.

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
    given = as_probability(probability, oracles.first.size)
    levels = sorted(set(boost))
    if not all(0 < b <= 1 for b in levels) or samples < 0:
        raise ValueError(
            "`boost` must list numbers between 0 and 1, and `samples` be at least 0. "
            f"Received: boost={boost!r}, samples={samples!r}."
        )
    errors = np.flatnonzero(is_error(given, threshold))
    parts = [*oracles.parts, *(("boost", b) for b in levels), ("rest", None)]
    missing = threshold - given[errors]
    needed = np.searchsorted(np.array(levels), missing - 1e-9)
    first = oracles.first[errors].astype(np.intp)
    part = np.where(first >= 0, first, len(oracles.parts) + needed)
    counts = np.bincount(part, minlength=len(parts))
    order = np.split(errors[np.argsort(part, kind="stable")], np.cumsum(counts)[:-1])
    rng = np.random.default_rng(seed)
    total = max(errors.size, 1)
    slices = tuple(
        Slice(category, level, int(count), float(count / total), _some(found, samples, rng))
        for (category, level), count, found in zip(parts, counts, order, strict=True)
    )
    kinds = np.where(np.isfinite(given), 0, NOT_PREDICTED).astype(np.uint8)
    kinds[errors] = _category_of(parts)[part]
    return Anatomy(slices, int(errors.size), int(np.isfinite(given).sum()), kinds)


def _category_of(parts: Sequence[Part]) -> NDArray[np.uint8]:
    """The place among the categories that each part belongs to, the first one 1, (parts,)."""
    names = [category for category, _ in parts]
    place = {name: i for i, name in enumerate(dict.fromkeys(names), 1)}
    return np.array([place[name] for name in names], np.uint8)


def _some(positions: NDArray[np.intp], most: int, rng: np.random.Generator) -> NDArray[np.intp]:
    if positions.size <= most:
        return positions
    return np.sort(rng.choice(positions, most, replace=False))
