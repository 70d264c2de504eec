"""Context: the share of a unit's activity that the last tokens explain."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from tb_rnnviz.analysis._tokens import as_token_ids
from tb_rnnviz.analysis._unit_blocks import column_blocks
from tb_rnnviz.analysis._validation import OutOfCoreActivity, as_activity, as_lengths

ORDERS = (1, 2, 3, 5)
"""Numbers of last tokens that are looked at by default."""

BLOCKS = 10
"""Contiguous blocks of the text in a cross-validation."""

_EXACT = 1e-10  # share of the variance below which a rest is rounding


@dataclass(frozen=True, eq=False)
class Context:
    """Share of the variance of units that the last tokens explain.

    Args:
        orders: numbers of last tokens n, (orders,).
        explained: share of the variance that the last n tokens explain, (orders, units), 0 to 1;
            NaN for a constant unit, and if no token occurs in two blocks of the text.
        coverage: share of the tested tokens whose last n tokens occur in another block, (orders,).
        blocks: number of blocks of the cross-validation.
    """

    orders: tuple[int, ...]
    explained: NDArray[np.float64]
    coverage: NDArray[np.float64]
    blocks: int

    @property
    def echo(self) -> NDArray[np.float64]:
        """Share that the token just read explains, the lowest order, (units,)."""
        return self.explained[0]


def context(
    activity: ArrayLike | OutOfCoreActivity,
    ids: ArrayLike,
    orders: Sequence[int] = ORDERS,
    *,
    lengths: Sequence[int] | None = None,
) -> Context:
    """Computes how much of the activity of every unit the last tokens explain.

    A unit that is a function of the token just read is an echo of its input, with 1 at order 1. A
    unit that remembers something older is explained by no few tokens, with 0 at every order.

    The text is cut into 10 contiguous blocks. The activity in a block is predicted by the mean of
    the activity after the same n tokens in the other blocks, and

        explained = 1 - mean squared error of this prediction / that of the mean of the other blocks

    Most contexts of several tokens are rare, and the mean of few values is a poor prediction.
    Every context therefore backs off to the next lower order: with N occurrences in the other
    blocks and a mean d above the prediction of the lower order, it adds d N / (N + v / b). This is
    the best linear prediction of a random effect (Robinson 1991, Statistical Science 6, 15-32). b
    is the variance between contexts beyond the lower order, estimated for every unit from products
    of pairs of different blocks, and v the rest of the variance. A unit to which an order adds
    nothing has b = 0 and is not punished for the number of contexts; an exact function of the
    context has v = 0 and is not shrunk. What is negative by chance is 0.

    A token that occurs in one block only is not tested. The beginning of a sequence counts as a
    token of its own.

    Args:
        activity: array (steps, units), one quantity of one layer; or an object with `shape` and
            `dtype` whose slices are such arrays, for what is larger than memory.
        ids: tokens (steps,), integers or strings.
        orders: numbers of last tokens, ascending, at least 1; 1, 2, 3 and 5 by default.
        lengths: tokens of each sequence, if several are concatenated; one sequence by default.
            They sum to `steps`. If there are at least 10, each belongs to one block.

    Returns:
        A `Context`. Values that are not finite are left out.

    Raises:
        ValueError: if the shapes do not fit, or the orders do not ascend from at least 1.

    Example:
        >>> import numpy as np
        >>> ids = np.random.default_rng(0).integers(0, 5, 2000)
        >>> echo = np.sin(ids)
        >>> both = np.sin(ids) * np.cos(np.roll(ids, 1))
        >>> switch = np.arange(2000) // 100 % 2
        >>> result = context(np.stack([echo, both, switch], axis=1), ids, orders=(1, 2))
        >>> result.explained.round(2) + 0.0
        array([[1.  , 0.03, 0.  ],
               [1.  , 1.  , 0.  ]])
    """
    values = as_activity(activity)
    return TokenContexts(ids, values.shape[0], orders, lengths=lengths).context(values)


class TokenContexts:
    """Contexts of the tokens of a text, prepared once for any number of activities.

    See `context`.

    Args:
        ids: tokens (steps,), integers or strings.
        steps: number of steps.
        orders: numbers of last tokens, ascending, at least 1.
        lengths: tokens of each sequence; one sequence by default.

    Raises:
        ValueError: as `context` does.
    """

    def __init__(
        self,
        ids: ArrayLike,
        steps: int,
        orders: Sequence[int] = ORDERS,
        *,
        lengths: Sequence[int] | None = None,
    ) -> None:
        tokens = as_token_ids(ids, steps)
        self.lengths = as_lengths(lengths, steps)
        self._orders = _as_orders(orders)
        self._groups = _contexts(tokens, self.lengths, self._orders)
        self._block = _block_of_step(self.lengths)
        self._everywhere = _Levels(self._groups, self._block)

    def context(self, activity: NDArray | OutOfCoreActivity) -> Context:
        """Returns the `Context` of an activity (steps, units)."""
        explained = np.full((len(self._orders), activity.shape[1]), np.nan)
        for columns, part in column_blocks(activity):
            series = part.astype(np.float64)
            finite = np.isfinite(series)
            is_complete = finite.all(axis=0)
            if is_complete.all():
                explained[:, columns] = self._everywhere.explained(series)
                continue
            result = np.full((len(self._orders), series.shape[1]), np.nan)
            result[:, is_complete] = self._everywhere.explained(series[:, is_complete])
            for unit in np.flatnonzero(~is_complete):
                rows = finite[:, unit]
                if rows.any():
                    groups = [group[rows] for group in self._groups]
                    levels = _Levels(groups, self._block[rows])
                    result[:, [unit]] = levels.explained(series[rows][:, [unit]])
            explained[:, columns] = result
        blocks = int(self._block.max(initial=-1)) + 1
        return Context(self._orders, explained, self._everywhere.coverage(), blocks)


def _as_orders(orders: Sequence[int]) -> tuple[int, ...]:
    values = np.asarray(orders)
    if (
        values.ndim != 1
        or not values.size
        or values.dtype.kind not in "iu"
        or values[0] < 1
        or (np.diff(values) <= 0).any()
    ):
        raise ValueError(
            "`orders` must list numbers of tokens, ascending integers of at least 1. "
            f"Received: {orders!r}."
        )
    return tuple(values.tolist())


def _contexts(
    tokens: NDArray[np.intp], lengths: NDArray[np.intp], orders: tuple[int, ...]
) -> list[NDArray[np.intp]]:
    """Returns the context of every step at order 0 and the orders, each (steps,).

    A context is an index from 0. Tokens before the beginning of a sequence are all the same.
    """
    position = np.concatenate([np.zeros(0, np.intp), *(np.arange(n) for n in lengths.tolist())])
    vocabulary = int(tokens.max(initial=-1)) + 2
    group = np.zeros(tokens.size, np.intp)
    groups = [group]
    for n in range(1, orders[-1] + 1):
        earlier = np.full(tokens.size, vocabulary - 1)
        earlier[n - 1 :] = tokens[: tokens.size - n + 1]
        earlier[position < n - 1] = vocabulary - 1
        group = np.unique(group * vocabulary + earlier, return_inverse=True)[1].reshape(-1)
        if n in orders:
            groups.append(group)
    return groups


def _block_of_step(lengths: NDArray[np.intp]) -> NDArray[np.intp]:
    """Returns the index of the block of every step, (steps,)."""
    steps = int(lengths.sum())
    lengths = lengths[lengths > 0]
    if lengths.size >= BLOCKS:
        middle = np.cumsum(lengths) - lengths / 2
        block = np.repeat((middle * BLOCKS / max(steps, 1)).astype(np.intp), lengths)
        return np.unique(block, return_inverse=True)[1].reshape(-1)
    return np.arange(steps) * min(BLOCKS, steps) // max(steps, 1)


class _Level:
    """Contexts of one order, and their cells.

    A cell is the occurrences of a context in one block of the text.

    Args:
        group: context of each step, (steps,).
        block: block of each step, (steps,).
        lower: the level of the next lower order; None at order 0.
    """

    def __init__(
        self, group: NDArray[np.intp], block: NDArray[np.intp], lower: "_Level | None"
    ) -> None:
        number = int(block.max(initial=0)) + 1
        cells, first, self.cell = np.unique(
            group * number + block, return_index=True, return_inverse=True
        )
        contexts, first_cell, self.context = np.unique(
            cells // number, return_index=True, return_inverse=True
        )
        self.size = np.bincount(self.cell, minlength=cells.size)[:, None].astype(np.float64)
        self.sum_cells = _indicator(self.cell, cells.size)
        self.sum_contexts = _indicator(self.context, contexts.size)
        self.count = self.sum_contexts @ self.size
        self.elsewhere = self.count[self.context] - self.size
        pairs = self.count**2 - self.sum_contexts @ self.size**2
        self.weight = np.divide(self.count, pairs, out=np.zeros_like(pairs), where=pairs > 0)
        self.is_repeated = (pairs > 0)[self.context[self.cell], 0]
        if lower is not None:
            self.lower_cell = lower.cell[first]
            self.lower_context = lower.context[self.lower_cell[first_cell]]


class _Levels:
    """Contexts of all orders at the steps at which units have a value.

    Args:
        groups: contexts of order 0 and every other order, each (steps,).
        block: block of each step, (steps,).
    """

    def __init__(self, groups: list[NDArray[np.intp]], block: NDArray[np.intp]) -> None:
        self.levels: list[_Level] = []
        for group in groups:
            self.levels.append(_Level(group, block, self.levels[-1] if self.levels else None))
        first = self.levels[1]
        self.tested = first.elsewhere[first.cell, 0] > 0

    def coverage(self) -> NDArray[np.float64]:
        known = [(level.elsewhere > 0)[level.cell, 0] for level in self.levels[1:]]
        number = np.count_nonzero(self.tested)
        return np.array([each[self.tested].sum() / number if number else np.nan for each in known])

    def explained(self, series: NDArray[np.float64]) -> NDArray[np.float64]:
        """Returns the explained share of series (steps, units), (orders, units)."""
        explained = np.full((len(self.levels) - 1, series.shape[1]), np.nan)
        if not self.tested.any():
            return explained
        series = series - series.mean(axis=0)
        scale = np.abs(series).max(axis=0)
        varies = scale > 0
        series = series[:, varies] / scale[varies]
        overall, *levels = self.levels
        sums = overall.sum_cells @ series
        predicted = (sums.sum(axis=0) - sums) / np.maximum(overall.elsewhere, 1)
        error = self._error(series, predicted[overall.cell])
        overall_mean = np.zeros((1, series.shape[1]))
        least = _EXACT * np.mean(series**2, axis=0)
        for order, level in enumerate(levels):
            sums = level.sum_cells @ series
            total = level.sum_contexts @ sums
            lower = overall_mean[level.lower_context]
            shrinkage = _shrinkage(level, series, sums, total, lower, least)
            overall_mean = lower + (total / level.count - lower) * _weight(level.count, shrinkage)
            predicted = predicted[level.lower_cell]
            mean = (total[level.context] - sums) / np.maximum(level.elsewhere, 1)
            predicted += (mean - predicted) * _weight(level.elsewhere, shrinkage)
            rest = self._error(series, predicted[level.cell])
            share = np.divide(rest, error, out=np.full(error.shape, np.nan), where=error > 0)
            explained[order, varies] = np.clip(1 - share, 0, 1)
        return explained

    def _error(
        self, series: NDArray[np.float64], predicted: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Returns the sum of the squared errors at the tested steps, (units,)."""
        rest = predicted
        rest -= series
        rest[~self.tested] = 0
        return np.einsum("tu,tu->u", rest, rest)


def _shrinkage(
    level: _Level,
    series: NDArray[np.float64],
    sums: NDArray[np.float64],
    total: NDArray[np.float64],
    lower: NDArray[np.float64],
    least: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Returns the ratio of the variances within and between contexts, (units,).

    Args:
        level: contexts of one order.
        series: values (steps, units).
        sums: their sums by cell, (cells, units).
        total: their sums by context, (contexts, units).
        lower: prediction of the next lower order, (contexts, units).
        least: variance of a unit below which a rest is rounding, (units,).
    """
    rest_of_cells = sums - level.size * lower[level.context]
    rest = total - level.count * lower
    products = rest**2 - level.sum_contexts @ rest_of_cells**2
    number = max(int(level.is_repeated.sum()), 1)
    between = (level.weight * products).sum(axis=0) / number
    residual = series - lower[level.context[level.cell]]
    residual[~level.is_repeated] = 0
    within = np.einsum("tu,tu->u", residual, residual) / number - between
    within[within < least] = 0
    return np.divide(within, between, out=np.full(within.shape, np.inf), where=between > least)


def _weight(count: NDArray[np.float64], shrinkage: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns count / (count + shrinkage), 0 without an occurrence."""
    return np.divide(
        count,
        count + shrinkage,
        out=np.zeros((len(count), shrinkage.size)),
        where=np.broadcast_to(count > 0, (len(count), shrinkage.size)),
    )


def _indicator(index: NDArray[np.intp], number: int) -> sparse.csr_array:
    """Returns a matrix that sums rows by their index, (number, rows)."""
    rows = np.arange(index.size)
    return sparse.csr_array((np.ones(index.size), (index, rows)), shape=(number, index.size))
