"""Places where units switch on and off together, as at a selected place (LSTMVis)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_activity, as_lengths

SHORTEST = 2
"""Steps that a match of any length has at least; single steps match everywhere."""


@dataclass(frozen=True)
class Match:
    """Place at which units of a selection are on together.

    Attributes:
        start: First step of the match.
        length: Number of its steps.
        units: Units that have the pattern there, whether they were selected or not.
        selected: Number of selected units among them.
        union: Number of units that are selected, have the pattern, or both; a larger union is a
            less specific match.
    """

    start: int
    length: int
    units: tuple[int, ...]
    selected: int
    union: int

    @property
    def stop(self) -> int:
        """Step behind the last one."""
        return self.start + self.length

    @property
    def jaccard(self) -> float:
        """Share of the union that is selected and has the pattern."""
        return self.selected / self.union


@dataclass(frozen=True, eq=False)
class Matches(Sequence[Match]):
    """Matches in order of rank: most selected units, smallest union, longest.

    Attributes:
        rows: The matches.
        expected: Number of steps at which all selected units would be on at once if they were
            independent, each as often on as it is; compare it with `together`.
        together: Number of steps at which all selected units are on.
        length_counts: Number of candidates by length, int (longest + 1,), before the cut.
        complete_length_counts: The same for candidates at which no selected unit is missing.
    """

    rows: tuple[Match, ...]
    expected: float
    together: int
    length_counts: NDArray[np.intp]
    complete_length_counts: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Match: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Match, ...]: ...

    def __getitem__(self, index: int | slice) -> Match | tuple[Match, ...]:
        return self.rows[index]


def pattern_units(
    states: ArrayLike,
    start: int,
    stop: int,
    *,
    threshold: float | ArrayLike = 0.3,
    zeros: tuple[int, int] = (1, 0),
    below: bool = False,
) -> NDArray[np.intp]:
    """Selects the units that are on from `start` to `stop` and off around it.

    This is the selection of LSTMVis (Strobelt et al., 2018): a unit is on where its state is at
    or above the threshold. The number of zeros says for how many steps it has to be off before
    and after; steps outside the text count as off.

    Args:
        states: Array (steps, units).
        start: First step at which the units are on.
        stop: Step behind the last one.
        threshold: One number, or one for each unit, (units,).
        zeros: Number of steps before and after at which the units are off.
        below: If true, a unit is on where its state is at or below the threshold.

    Raises:
        ValueError: If an argument is not as described.

    Example:
        >>> states = np.array([[0.1, 0.9], [0.8, 0.8], [0.7, 0.9], [0.0, 0.9]])
        >>> pattern_units(states, 1, 3, zeros=(1, 1)).tolist()
        [0]
    """
    on = _on(states, threshold, below)
    if not 0 <= start < stop <= len(on):
        raise ValueError(
            f"`start` and `stop` must be steps from 0 to {len(on)}, in order. "
            f"Received: {start}, {stop}."
        )
    left, right = _checked_zeros(zeros)
    around = np.concatenate([on[max(start - left, 0) : start], on[stop : stop + right]])
    return np.flatnonzero(on[start:stop].all(axis=0) & ~around.any(axis=0))


def match(
    states: ArrayLike,
    selection: ArrayLike,
    *,
    threshold: float | ArrayLike = 0.3,
    zeros: tuple[int, int] = (1, 0),
    below: bool = False,
    length: int | None = None,
    lengths: Sequence[int] | None = None,
    top: int = 50,
    candidates: int = 10_000,
) -> Matches:
    """Finds places at which selected units are on together, and few others.

    The ranking is that of LSTMVis (Strobelt et al., 2018). Candidates are runs of steps at which
    the same number of selected units is on: runs of all of them first, then of all but one, and
    so on, and among these the runs at whose borders most units switch. Then all units are looked
    at: a unit has the pattern if it is on at every step of the run, and off at the step beside it
    on each side for which zeros are wanted. The order is by selected units that have the pattern,
    then by the smaller union with the other units that have it, then by length.

    Args:
        states: Array (steps, units).
        selection: Indices of the selected units, such as those of `pattern_units`.
        threshold: One number, or one for each unit, (units,); a unit is on at or above it.
        zeros: Number of steps before and after at which units are off; the search looks at one.
        below: If true, a unit is on where its state is at or below the threshold.
        length: Length of the runs; any of at least 2 steps by default.
        lengths: Steps of each sequence, in order; no match crosses the border of two. The default
            is one sequence.
        top: Number of matches that are returned.
        candidates: Number of runs for which all units are looked at.

    Returns:
        The matches, in order of rank.

    Raises:
        ValueError: If an argument is not as described.

    Example:
        >>> states = np.zeros((12, 3))
        >>> states[2:5, :2] = states[8:11, :2] = states[8:11, 2] = 1
        >>> [(found.start, found.stop, found.union) for found in match(states, [0, 1])]
        [(2, 5, 2), (8, 11, 3)]
    """
    on = _on(states, threshold, below)
    selected = _checked_selection(selection, on.shape[1])
    sides = [count > 0 for count in _checked_zeros(zeros)]
    if length is not None and not (isinstance(length, int | np.integer) and length >= 1):
        raise ValueError(f"`length` must be an integer of at least 1. Received: {length!r}.")
    firsts = _first_steps(lengths, len(on))
    count = on[:, selected].sum(axis=1)
    runs = _candidates(count, len(selected), firsts, sides, length, candidates)
    rows = sorted(
        (_match(on, selected, firsts, sides, start, stop) for start, stop in runs),
        key=lambda row: (-row.selected, row.union, -row.length),
    )
    rows = [row for row in rows if row.selected]
    longest = max((row.length for row in rows), default=0)
    sizes = np.array([row.length for row in rows], np.intp)
    is_complete = np.array([row.selected == len(selected) for row in rows], bool)
    return Matches(
        tuple(rows[:top]),
        float(len(on) * on[:, selected].mean(axis=0).prod()),
        int((count == len(selected)).sum()),
        np.bincount(sizes, minlength=longest + 1),
        np.bincount(sizes[is_complete], minlength=longest + 1),
    )


def _on(states: ArrayLike, threshold: float | ArrayLike, below: bool) -> NDArray[np.bool_]:
    """Returns where each unit is on, (steps, units); a state that is NaN is off."""
    values = as_activity(states, "states")
    limit = np.asarray(threshold, np.float64)
    if limit.shape not in ((), (values.shape[1],)) or np.isnan(limit).any():
        raise ValueError(
            f"`threshold` must be one number, or one for each of {values.shape[1]} units. "
            f"Received: {threshold!r}."
        )
    return values <= limit if below else values >= limit


def _checked_zeros(zeros: tuple[int, int]) -> tuple[int, int]:
    """Returns the number of zeros before and after."""
    if len(zeros) != 2 or any(not isinstance(n, int | np.integer) or n < 0 for n in zeros):
        raise ValueError(
            f"`zeros` must be two integers of at least 0, before and after. Received: {zeros!r}."
        )
    return int(zeros[0]), int(zeros[1])


def _checked_selection(selection: ArrayLike, units: int) -> NDArray[np.intp]:
    """Returns the indices of the selected units, each once."""
    indices = np.asarray(selection)
    is_list = indices.ndim == 1 and indices.size and indices.dtype.kind in "iu"
    if not is_list or indices.min() < 0 or indices.max() >= units:
        raise ValueError(
            f"`selection` must list indices of units from 0 to {units - 1}. "
            f"Received: {selection!r}."
        )
    return np.unique(indices).astype(np.intp)


def _first_steps(lengths: Sequence[int] | None, steps: int) -> NDArray[np.bool_]:
    """Returns where sequences start, (steps + 1,); the end counts as a start."""
    firsts = np.zeros(steps + 1, bool)
    firsts[np.append(0, np.cumsum(as_lengths(lengths, steps)))] = True
    return firsts


def _candidates(
    count: NDArray,
    most: int,
    firsts: NDArray[np.bool_],
    sides: Sequence[bool],
    length: int | None,
    number: int,
) -> list[tuple[int, int]]:
    """Returns start and stop of runs at which many selected units are on.

    Args:
        count: Number of selected units that are on at each step, (steps,).
        most: Number of selected units.
        firsts: True at the starts of sequences, (steps + 1,).
        sides: Two booleans: true if a unit has to be off before, and after.
        length: Length of the runs, or `None`.
        number: Number of runs.
    """
    before = np.where(firsts[:-1], 0, np.concatenate([[0], count[:-1]]))
    after = np.where(firsts[1:], 0, np.concatenate([count[1:], [0]]))
    runs: dict[tuple[int, int], None] = {}
    for value in range(most, 0, -1):
        is_on = count >= value
        begins = np.flatnonzero(is_on & (firsts[:-1] | ~np.concatenate([[False], is_on[:-1]])))
        ends = np.flatnonzero(is_on & (firsts[1:] | ~np.concatenate([is_on[1:], [False]])))
        size = ends - begins + 1
        fits = size == length if length is not None else size >= SHORTEST
        begins, ends = begins[fits], ends[fits]
        drop = np.zeros(len(begins))
        for has_zero, around in zip(sides, (before[begins], after[ends]), strict=True):
            if has_zero:
                drop += value - around
        for index in np.argsort(-drop, kind="stable"):
            runs.setdefault((int(begins[index]), int(ends[index]) + 1))
            if len(runs) >= number:
                return list(runs)
    return list(runs)


def _match(
    on: NDArray[np.bool_],
    selected: NDArray[np.intp],
    firsts: NDArray[np.bool_],
    sides: Sequence[bool],
    start: int,
    stop: int,
) -> Match:
    """Returns the match of a run, with all units that have its pattern."""
    has_pattern: NDArray[np.bool_] = np.all(on[start:stop], axis=0)
    if sides[0] and not firsts[start]:
        has_pattern &= ~on[start - 1]
    if sides[1] and not firsts[stop]:
        has_pattern &= ~on[stop]
    units = np.flatnonzero(has_pattern)
    both = int(has_pattern[selected].sum())
    union = len(units) + len(selected) - both
    return Match(start, stop - start, tuple(units.tolist()), both, union)
