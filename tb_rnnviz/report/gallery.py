"""Gallery of a recording: the clearest units of each kind, and where they show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.analysis._tokens import first_tokens
from tb_rnnviz.core.gallery import CandidateName, GalleryUnit, TokenCount
from tb_rnnviz.core.numbers import round_significant
from tb_rnnviz.report.findings import QuantityStatistics

CARDS = {"switch": 10, "counter": 4, "rhythm": 4, "detector": 6}
"""Units of each kind that a gallery has at most."""

NUMBERS = {
    "switch": ("separation", "dwell", "on_share", "on_length", "onsets", "explained"),
    "counter": ("ramp", "ramp_length", "resets", "explained"),
    "rhythm": ("period", "peak_share", "peak_q", "explained"),
    "detector": ("on_share", "on_length", "onsets", "kurtosis", "explained"),
}
"""Numbers of `analysis.UnitKinds` that decide each kind."""

STRETCHES = 6
"""Stretches of a unit in the log at most, the longest ones."""

TOKENS = 5
"""Tokens that turn a unit on or off in the log at most."""

NAMES = 3
"""Names of a unit at most."""

LEAST_OVERLAP = 0.5
"""Overlap of a feature and a unit that may be named after it, at least."""

FEW = 8
"""Times that a unit is on at which its clarity counts half."""

_DIGITS = 3


def units_by_kind(kinds: analysis.UnitKinds) -> dict[str, list[int]]:
    """Returns the units of every kind but mixed that has any.

    Example:
        >>> import numpy as np
        >>> units_by_kind(analysis.unit_kinds(np.zeros((40, 2)), np.zeros(40, int)))
        {'dead': [0, 1]}
    """
    units = {kind: np.flatnonzero(kinds.kind == kind).tolist() for kind in analysis.KINDS}
    return {kind: members for kind, members in units.items() if members and kind != "mixed"}


def gallery(
    quantities: Sequence[QuantityStatistics], text: Sequence[str]
) -> tuple[GalleryUnit, ...]:
    """Chooses the units that can be read best, the clearest of each kind first.

    A unit stands there once, with the state that shows it more clearly. The clarity of a switch is
    the share of its variance between its two states; of a counter, the share that its ramps
    explain; of a rhythm, the share around its peak; of a detector, its excess kurtosis in
    twentieths, at most 1. Each is multiplied by the share that the last two tokens do not explain,
    and of switches and detectors, that are on a few times in a text, by n / (n + `FEW`).

    Args:
        quantities: The states with the kinds of their units.
        text: Tokens of the text, sequences one after the other.
    """
    entries = []
    for quantity in quantities:
        clarity = _clarity(quantity.kinds)
        for kind in CARDS:
            units = np.flatnonzero(quantity.kinds.kind == kind)
            entries += [(kind, clarity[kind][unit], quantity, int(unit)) for unit in units]
    entries.sort(key=lambda entry: -entry[1])
    chosen: dict[str, list[GalleryUnit]] = {kind: [] for kind in CARDS}
    shown: set[tuple[str, int]] = set()
    tokens: dict[str, _LayerTokens] = {}
    for kind, _, quantity, unit in entries:
        layer = quantity.key.layer
        if len(chosen[kind]) < CARDS[kind] and (layer, unit) not in shown:
            shown.add((layer, unit))
            if layer not in tokens:
                tokens[layer] = _LayerTokens([text[index] for index in quantity.text.positions])
            chosen[kind].append(_card(kind, quantity, unit, tokens[layer]))
    return tuple(card for cards in chosen.values() for card in cards)


class _LayerTokens:
    """Tokens that a layer consumed, and their numbers of occurrences."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens, self._occurrences = tokens, Counter(tokens)

    def counts(self, happens: np.ndarray) -> tuple[TokenCount, ...]:
        """Returns the most frequent tokens at which something happens, booleans (tokens,)."""
        counts = Counter(self._tokens[index] for index in np.flatnonzero(happens).tolist())
        return tuple(
            TokenCount(token, count, self._occurrences[token])
            for token, count in counts.most_common(TOKENS)
            if token  # a step of a signal has none
        )


def _clarity(kinds: analysis.UnitKinds) -> Mapping[str, np.ndarray]:
    """Clarity of every unit as each kind, (units,)."""
    rest = 1 - np.clip(np.nan_to_num(kinds.explained), 0, 1)
    support = kinds.onsets / (kinds.onsets + FEW)
    sizes = {
        "switch": kinds.separation * support,
        "counter": kinds.ramp,
        "rhythm": kinds.peak_share,
        "detector": np.minimum(kinds.kurtosis / 20, 1) * support,
    }
    return {kind: np.nan_to_num(size) * rest for kind, size in sizes.items()}


def _card(kind: str, quantity: QuantityStatistics, unit: int, tokens: _LayerTokens) -> GalleryUnit:
    positions = quantity.text.positions
    activity = quantity.readable_activity(slice(unit, unit + 1))
    is_on = analysis.on_states(activity, lengths=quantity.text.lengths)[:, 0]
    events = _events(kind, activity, is_on, quantity.text.lengths)
    lengths = events.stretches[:, 1] - events.stretches[:, 0]
    longest = np.argsort(-lengths, kind="stable")[:STRETCHES]
    return GalleryUnit(
        layer=quantity.key.layer,
        quantity=quantity.key.quantity,
        unit=unit,
        kind=kind,
        numbers={
            name: round_significant(float(getattr(quantity.kinds, name)[unit]), _DIGITS)
            for name in NUMBERS[kind]
        },
        stretches=tuple(
            (int(positions[first]), int(positions[end - 1]) + 1)
            for first, end in events.stretches[longest].tolist()
        ),
        on=tokens.counts(events.on),
        off=tokens.counts(events.off),
        names=_names(kind, quantity, unit, is_on),
    )


@dataclass(frozen=True, eq=False)
class _Events:
    """Stretches of a unit and its changes.

    Attributes:
        stretches: First token and end, (stretches, 2).
        on: True at tokens that turn it on, (tokens,).
        off: True at tokens that turn it off, (tokens,).
    """

    stretches: np.ndarray
    on: np.ndarray
    off: np.ndarray


def _events(kind: str, activity: np.ndarray, is_on: np.ndarray, lengths: Sequence[int]) -> _Events:
    """Returns what a card shows of a unit of a kind; of a rhythm nothing."""
    first = first_tokens(np.asarray(lengths), len(activity))
    never = np.zeros(len(activity), bool)
    if kind == "rhythm":
        return _Events(np.zeros((0, 2), np.intp), never, never)
    if kind == "counter":
        resets = analysis.counter_resets(activity, lengths=lengths)[:, 0]
        return _Events(_ramps(resets, first), resets, never)
    before = np.concatenate([is_on[:1], is_on[:-1]])
    return _Events(_stretches(is_on, first), is_on & ~before & ~first, ~is_on & before & ~first)


def _stretches(is_on: np.ndarray, first: np.ndarray) -> np.ndarray:
    """First token and end of every stretch at which a unit is on, (stretches, 2)."""
    before = np.concatenate([[False], is_on[:-1]])
    after = np.concatenate([is_on[1:], [False]])
    starts = np.flatnonzero(is_on & (~before | first))
    ends = np.flatnonzero(is_on & (~after | np.concatenate([first[1:], [True]]))) + 1
    return np.stack([starts, ends], axis=1)


def _ramps(resets: np.ndarray, first: np.ndarray) -> np.ndarray:
    """First token and end of every ramp that begins with a reset, (ramps, 2)."""
    bounds = np.flatnonzero(resets | first)
    starts = bounds[:-1]
    return np.stack([starts, bounds[1:]], axis=1)[resets[starts]]


def _names(
    kind: str, quantity: QuantityStatistics, unit: int, is_on: np.ndarray
) -> tuple[CandidateName, ...]:
    """Features that a unit may stand for, the closest first."""
    overlaps = []
    for (name, series), relevance in zip(
        quantity.text.features.items(), quantity.relevances, strict=True
    ):
        values = series.values
        if values.dtype == bool:
            overlap = 2 * (values & is_on).sum() / max(values.sum() + is_on.sum(), 1)
        elif kind == "counter":
            overlap = abs(np.nan_to_num(relevance.correlation[unit]))
        else:
            overlap = 0.0
        overlaps.append(CandidateName(name, round_significant(float(overlap), _DIGITS)))
    overlaps.sort(key=lambda name: -name.overlap)
    return tuple(name for name in overlaps if name.overlap >= LEAST_OVERLAP)[:NAMES]
