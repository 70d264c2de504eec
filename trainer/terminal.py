"""Text coloured by the activity of neurons, one neuron after another."""

from collections.abc import Iterable, Mapping, Sequence
from typing import IO

import numpy as np
from numpy.typing import NDArray
from rich.console import Console, Group
from rich.text import Text

from trainer.colors import Palette

RAMP = 32
"""Cells of the colour ramp."""

VISIBLE = {"\n": "\\n\n", "\t": "\\t", "\r": "\\r"}
"""How tokens that move the cursor are shown; a newline breaks the line, too."""


def make_console(color: str = "auto", file: IO[str] | None = None) -> Console:
    """A console that writes colours `always`, `never`, or where there is a terminal."""
    if color == "always":
        return Console(file=file, force_terminal=True, color_system="truecolor", highlight=False)
    if color == "never":
        return Console(file=file, no_color=True, color_system=None, highlight=False)
    return Console(file=file, highlight=False)


def coloured(
    tokens: Sequence[str], values: Sequence[float], palette: Palette, prompt_tokens: int = 0
) -> Text:
    """Every token on the colour of its value; the prompt is underlined.

    Args:
        tokens: The text.
        values: Activity (tokens,).
        palette: The colours.
        prompt_tokens: Tokens at the beginning that the model did not write.
    """
    text = Text(no_wrap=False, overflow="fold", end="")
    for index, (token, value) in enumerate(zip(tokens, values, strict=True)):
        text.append(visible(token), palette.style(float(value), underline=index < prompt_tokens))
    return text


def visible(token: str) -> str:
    r"""A token as it can be seen: a newline is `\n` and a break.

    Example:
        >>> visible("\n"), visible("\x1b"), visible("é")
        ('\\n\n', '\\x1b', 'é')
    """
    return "".join(
        VISIBLE.get(c) or (c if c.isprintable() else c.encode("unicode_escape").decode())
        for c in token
    )


def ramp(palette: Palette, low: float, high: float) -> Text:
    """The legend: colours from minus to plus the limit, with the extremes of the activity."""
    limit = palette.limit
    text = Text(f"{-limit:.1f} ")
    for value in np.linspace(-limit, limit, RAMP):
        text.append(" ", palette.style(float(value)))
    return text.append(f" {limit:.1f}   activity from {low:.1f} to {high:.1f}")


def table(
    title: str,
    tokens: Sequence[str],
    activity: NDArray[np.floating],
    neurons: Iterable[int],
    palette: Palette,
    *,
    prompt_tokens: int = 0,
    reasons: Mapping[int, str] | None = None,
) -> Group:
    """The text once for every neuron, below a legend.

    Args:
        title: What is shown.
        tokens: The text.
        activity: (tokens, units).
        neurons: Units, in the order to show them.
        palette: The colours.
        prompt_tokens: Tokens at the beginning that the model did not write.
        reasons: By neuron, why it is shown.
    """
    neurons = list(neurons)
    shown = activity[:, neurons]
    finite = shown[np.isfinite(shown)]
    low, high = (finite.min(), finite.max()) if finite.size else (np.nan, np.nan)
    parts = [Text(title, style="bold"), ramp(palette, low, high)]
    for neuron, values in zip(neurons, shown.T, strict=True):
        reason = (reasons or {}).get(neuron)
        parts.append(Text(f"\nNeuron {neuron}" + (f": {reason}" if reason else ""), style="bold"))
        parts.append(coloured(tokens, values, palette, prompt_tokens))
        parts.append(Text(""))
    return Group(*parts)
