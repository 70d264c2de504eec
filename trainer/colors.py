"""Colours of activity: red is positive and blue negative, or the opposite."""

from dataclasses import dataclass

import numpy as np
from rich.color import Color
from rich.style import Style

RGB = tuple[int, int, int]

BLACK, WHITE = (0, 0, 0), (255, 255, 255)


@dataclass(frozen=True)
class Palette:
    """Colour map for activity.

    Args:
        dark: If true, zero is black; otherwise white. True by default.
        positive: Colour of positive activity, `red` (default) or `blue`; negative activity has
            the other.
        limit: Activity of full colour; 1 by default. Larger activity is clamped to it.

    Example:
        >>> Palette().background(0.75), Palette(dark=False).background(-2.0)
        ((191, 0, 0), (0, 0, 255))
    """

    dark: bool = True
    positive: str = "red"
    limit: float = 1.0

    def background(self, value: float) -> RGB | None:
        """Returns the colour of a value, after J. Dahlberg; None for NaN."""
        if np.isnan(value):
            return None
        strength = int(255 * min(abs(value) / self.limit, 1.0))
        red = (value > 0) == (self.positive == "red")
        if self.dark:
            return (strength, 0, 0) if red else (0, 0, strength)
        rest = 255 - strength
        return (255, rest, rest) if red else (rest, rest, 255)

    def style(self, value: float, underline: bool = False) -> Style:
        """Returns the style of a value: its colour, with readable text in black or white.

        Args:
            value: Activity.
            underline: If true, the text is underlined; false by default.
        """
        background = self.background(value)
        if background is None:
            return Style(dim=True, underline=underline)
        color = max(BLACK, WHITE, key=lambda color: contrast(color, background))
        return Style(
            color=Color.from_rgb(*color),
            bgcolor=Color.from_rgb(*background),
            underline=underline,
        )


def contrast(a: RGB, b: RGB) -> float:
    """Computes the contrast ratio of two colours, 1 to 21 (WCAG 2.1).

    Example:
        >>> contrast(BLACK, WHITE)
        21.0
    """
    dark, light = sorted((_luminance(a), _luminance(b)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: RGB) -> float:
    linear = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
        for c in (part / 255 for part in color)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
