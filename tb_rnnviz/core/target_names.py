"""Names of the numbers of a target: of outputs, or of horizons x channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tb_rnnviz.core.vocabulary import texts_of


@dataclass(frozen=True)
class TargetNames:
    """Names that a user gives the numbers of a target.

    Attributes:
        axes: The names along each axis of the target, one axis or two.

    Example:
        >>> TargetNames.of(["speed"]).for_shape((2, 1))
        ['speed, t + 1', 'speed, t + 2']
        >>> names = TargetNames.of((["t + 1", "t + 2"], ["speed"]))
        >>> names.shape, names.for_shape((2, 1))
        ((2, 1), ['speed, t + 1', 'speed, t + 2'])
    """

    axes: tuple[list[str], ...]

    @classmethod
    def of(cls, names: Any) -> TargetNames | None:
        """Returns the names of the argument `target_names`, `None` without names."""
        if names is None:
            return None
        is_pair = isinstance(names, tuple) and len(names) == 2
        if is_pair and not any(isinstance(part, (str, bytes)) for part in names):
            return cls((texts_of(names[0]), texts_of(names[1])))
        return cls((texts_of(names),))

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of names along each axis."""
        return tuple(map(len, self.axes))

    def for_shape(self, shape: tuple[int, ...]) -> list[str]:
        """Returns a name for every number of a target, the last axis fastest.

        Raises:
            ValueError: If there are not as many names.
        """
        width = 1
        for size in shape:
            width *= size
        if len(self.axes) == 2 and (self.shape == shape or shape == (width,)):
            horizons, channels = self.axes
            flat = [f"{channel}, {horizon}" for horizon in horizons for channel in channels]
        elif len(self.axes) == 1 and len(shape) == 2 and self.shape == shape[1:]:
            flat = [f"{name}, t + {step + 1}" for step in range(shape[0]) for name in self.axes[0]]
        else:
            flat = self.axes[0] if len(self.axes) == 1 else []
        if len(flat) != width:
            received = [list(axis) for axis in self.axes]
            raise ValueError(
                f"needs one name per number of its targets, whose shape is {shape}: a list, or a "
                f"tuple (names of the horizons, names of the channels). Received: {received} for "
                f"{width} numbers"
            )
        return flat


def default_target_names(
    shape: tuple[int, ...], channels: Sequence[str] | None, classes: Sequence[str] | None
) -> list[str]:
    """Returns names for the numbers of a target that has none.

    Args:
        shape: Shape of the target, (k,) or (horizons, channels).
        channels: Channels of the signal, or `None`.
        classes: Classes of the probe, or `None`.

    Example:
        >>> default_target_names((2,), ["speed", "heat"], None)
        ['speed', 'heat']
        >>> default_target_names((2, 1), ["speed"], None)
        ['speed, t + 1', 'speed, t + 2']
    """
    width = shape[-1]
    last = [str(index) for index in range(width)]
    for names in (channels, classes):
        if names is not None and len(names) == width:
            last = list(names)
            break
    if len(shape) < 2:
        return last
    horizons = 1
    for size in shape[:-1]:
        horizons *= size
    return [f"{name}, t + {step + 1}" for step in range(horizons) for name in last]
