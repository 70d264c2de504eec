"""Features of a signal: threshold, change, rise, fall, peak, missing value."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.column import Column
from tb_rnnviz.features.feature import Feature, check_string, register
from tb_rnnviz.features.logic import And, Not, Or
from tb_rnnviz.features.range import Range
from tb_rnnviz.features.text import Text

RECENT_STEPS = 2
"""Steps whose values a unit need not remember for long."""


@dataclass(frozen=True)
class _OfChannel(Feature):
    """Feature of one channel or column of numbers."""

    channel: str

    def __post_init__(self) -> None:
        super().__post_init__()
        check_string(self, "channel", self.channel)

    @property
    def columns_read(self) -> frozenset[str]:
        return frozenset([self.channel])

    def _numbers(self, text: Text) -> NDArray[np.float64]:
        return text.column(self.channel).astype(np.float64)

    def _check_number(self, key: str, value: object, low: float = -np.inf) -> None:
        is_number = isinstance(value, Real) and not isinstance(value, bool)
        if not is_number or not low <= float(value) < np.inf:  # type: ignore[arg-type]
            raise ValueError(
                f"`{key}` of the feature {self.name!r} must be a number"
                f"{'' if low == -np.inf else f' of at least {low:g}'}. Received: {value!r}"
            )


@register("threshold")
@dataclass(frozen=True)
class Threshold(_OfChannel):
    """Matches steps at which a channel is above a threshold, or below one.

    Args:
        channel: Name of the channel, or of a column.
        above: Threshold; values above it match. Defaults to no threshold.
        below: Threshold; values below it match. Defaults to no threshold.
        quantile: Share of the values that lie below the threshold, 0 to 1, instead of a number;
            values above it match. Defaults to none.

    Raises:
        ValueError: if none of them is given, or `quantile` beside another.

    Example:
        >>> text = Text.of_signal([4], {"heat": [20, 31, 35, 22]})
        >>> Threshold("hot", "heat", above=30).values(text).tolist()
        [False, True, True, False]
    """

    above: float | None = None
    below: float | None = None
    quantile: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        bounds = {"above": self.above, "below": self.below, "quantile": self.quantile}
        numbers = {key: value for key, value in bounds.items() if value is not None}
        for key, value in numbers.items():
            self._check_number(key, value)
        is_share = self.quantile is None or 0 < self.quantile < 1
        if not numbers or ("quantile" in numbers and len(numbers) > 1) or not is_share:
            raise ValueError(
                f"The feature {self.name!r} needs `above`, `below` or both, or `quantile` between "
                f"0 and 1. Received: {bounds}"
            )

    def values(self, text: Text) -> NDArray[np.bool_]:
        numbers = self._numbers(text)
        above = self.above
        if self.quantile is not None:
            known = numbers[np.isfinite(numbers)]
            above = float(np.quantile(known, self.quantile)) if known.size else np.inf
        matches = np.isfinite(numbers)
        matches &= numbers > (-np.inf if above is None else above)
        return matches & (numbers < (np.inf if self.below is None else self.below))


@dataclass(frozen=True)
class _OverSteps(_OfChannel):
    """Feature of the change of a channel over some steps."""

    steps: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_number("steps", self.steps, low=1)

    def _change(self, text: Text) -> NDArray[np.float64]:
        """Change over the steps, NaN at the first steps of a sequence, (steps,)."""
        numbers, steps = self._numbers(text), int(self.steps)
        change = np.full(len(numbers), np.nan)
        change[steps:] = numbers[steps:] - numbers[: max(len(numbers) - steps, 0)]
        change[_steps_before(text) < steps] = np.nan
        return change


@register("change")
@dataclass(frozen=True)
class Change(_OverSteps):
    """Change of a channel over some steps; NaN at the first steps of a sequence.

    Args:
        channel: Name of the channel, or of a column.
        steps: Number of steps. Defaults to 1.

    Example:
        >>> text = Text.of_signal([4], {"heat": [20, 31, 35, 22]})
        >>> Change("change of heat", "heat").values(text).tolist()
        [nan, 11.0, 4.0, -13.0]
    """

    def values(self, text: Text) -> NDArray[np.float64]:
        return self._change(text)


@dataclass(frozen=True)
class _Moved(_OverSteps):
    """Feature of a change by more than an amount."""

    by: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_number("by", self.by, low=0)


@register("rise")
@dataclass(frozen=True)
class Rise(_Moved):
    """Matches steps at which a channel has risen over some steps.

    Args:
        channel: Name of the channel, or of a column.
        steps: Number of steps. Defaults to 1.
        by: It has risen by more than this. Defaults to 0.

    Example:
        >>> text = Text.of_signal([4], {"heat": [20, 31, 35, 22]})
        >>> Rise("rising", "heat", by=5).values(text).tolist()
        [False, True, False, False]
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        return self._change(text) > self.by


@register("fall")
@dataclass(frozen=True)
class Fall(_Moved):
    """Matches steps at which a channel has fallen over some steps.

    Args:
        channel: Name of the channel, or of a column.
        steps: Number of steps. Defaults to 1.
        by: It has fallen by more than this. Defaults to 0.

    Example:
        >>> text = Text.of_signal([4], {"heat": [20, 31, 35, 22]})
        >>> Fall("falling", "heat").values(text).tolist()
        [False, False, False, True]
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        return self._change(text) < -self.by


@register("peak")
@dataclass(frozen=True)
class Peak(_OfChannel):
    """Matches the steps of local maxima of a channel.

    Args:
        channel: Name of the channel, or of a column.
        prominence: Least height above the higher one of the lowest points beside it (SciPy's
            `find_peaks`), in robust standard deviations of the channel. Defaults to 1.

    Example:
        >>> text = Text.of_signal([7], {"heat": [20, 31, 22, 21, 20, 29, 19]})
        >>> Peak("peak of heat", "heat").values(text).nonzero()[0].tolist()
        [1, 5]
    """

    prominence: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_number("prominence", self.prominence, low=0)

    def values(self, text: Text) -> NDArray[np.bool_]:
        from scipy.signal import find_peaks

        numbers = self._numbers(text)
        known = numbers[np.isfinite(numbers)]
        matches = np.zeros(len(numbers), bool)
        if not known.size:
            return matches
        spread = 1.4826 * float(np.median(np.abs(known - np.median(known)))) or float(known.std())
        filled = np.where(np.isfinite(numbers), numbers, known.min())
        start = 0
        for length in text.lengths:
            part = filled[start : start + length]
            peaks, _ = find_peaks(part, prominence=max(self.prominence * spread, 1e-300))
            matches[start + peaks] = True
            start += length
        return matches


@register("missing")
@dataclass(frozen=True)
class Missing(_OfChannel):
    """Matches steps at which a channel has no value.

    Args:
        channel: Name of the channel, or of a column.

    Example:
        >>> text = Text.of_signal([3], {"heat": [20, np.nan, 35]})
        >>> Missing("no heat", "heat").values(text).tolist()
        [False, True, False]
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        return ~np.isfinite(self._numbers(text))


def reads_the_present(feature: Feature, channels: Collection[str]) -> bool:
    """True for a feature of a signal that the values of the same step decide.

    A unit that tells it need not remember anything: among steps of equal values there is no effect.

    Args:
        feature: The feature.
        channels: Names of the channels of the signal; none for a text.

    Example:
        >>> features = Column("heat", "heat"), Rise("rising", "heat"), Column("fault", "fault")
        >>> [reads_the_present(feature, ["heat"]) for feature in features]
        [True, False, False]
    """
    values = [getattr(feature, field.name) for field in fields(feature)]
    parts = [part for value in values for part in (value if isinstance(value, tuple) else [value])]
    parts = [part for part in parts if isinstance(part, Feature)]
    if parts:
        is_combined = isinstance(feature, (Range, And, Or, Not))
        return is_combined and all(reads_the_present(part, channels) for part in parts)
    is_of_value = isinstance(feature, (Column, Threshold, Missing))
    return is_of_value and feature.columns_read <= set(channels)


def reads_recent_values(feature: Feature, channels: Collection[str]) -> bool:
    """True for a feature of a signal that the last values of its channels decide.

    These are the values of the same step, changes over at most `RECENT_STEPS` steps, and peaks.

    Example:
        >>> features = Rise("rising", "heat"), Rise("warmer", "heat", steps=50)
        >>> [reads_recent_values(feature, ["heat"]) for feature in features]
        [True, False]
    """
    if not feature.columns_read or not feature.columns_read <= set(channels):
        return False
    if isinstance(feature, _OverSteps):
        return feature.steps <= RECENT_STEPS
    return isinstance(feature, Peak) or reads_the_present(feature, channels)


def _steps_before(text: Text) -> NDArray[np.intp]:
    """Number of steps of the same sequence before every step, (steps,)."""
    return np.concatenate([np.zeros(0, np.intp), *map(np.arange, text.lengths)])
