"""Terminal output: text coloured by the activity of neurons."""

from collections.abc import Iterable, Mapping, Sequence
from typing import IO

import numpy as np
from numpy.typing import NDArray
from rich.console import Console, Group
from rich.text import Text

from trainer.colors import Palette

RAMP_CELLS = 32
"""Character cells of the colour ramp."""

VISIBLE = {"\n": "\\n\n", "\t": "\\t", "\r": "\\r"}
"""Replacements of tokens that move the cursor; a newline breaks the line, too."""


def make_console(color: str = "auto", file: IO[str] | None = None) -> Console:
    """Creates a console.

    Args:
        color: Colours `always`, `never`, or in a terminal only, `auto` (default).
        file: Output; standard output by default.
    """
    if color == "always":
        return Console(file=file, force_terminal=True, color_system="truecolor", highlight=False)
    if color == "never":
        return Console(file=file, no_color=True, color_system=None, highlight=False)
    return Console(file=file, highlight=False)


def coloured_text(
    tokens: Sequence[str], values: Sequence[float], palette: Palette, prompt_tokens: int = 0
) -> Text:
    """Colours every token by its value and underlines the prompt.

    Args:
        tokens: The text.
        values: Activity (tokens,).
        palette: The colours.
        prompt_tokens: Number of tokens of the prompt, at the beginning; 0 by default.
    """
    text = Text(no_wrap=False, overflow="fold", end="")
    for index, (token, value) in enumerate(zip(tokens, values, strict=True)):
        text.append(
            visible_token(token), palette.style(float(value), underline=index < prompt_tokens)
        )
    return text


def visible_token(token: str) -> str:
    r"""Shows invisible characters of a token: a newline is `\n` and a break.

    Example:
        >>> visible_token("\n"), visible_token("\x1b"), visible_token("é")
        ('\\n\n', '\\x1b', 'é')
    """
    return "".join(
        VISIBLE.get(c) or (c if c.isprintable() else c.encode("unicode_escape").decode())
        for c in token
    )


def color_ramp(palette: Palette, low: float, high: float) -> Text:
    """Renders the legend: the colours and the extremes of the activity.

    Args:
        palette: The colours, from minus to plus its limit.
        low: Lowest activity.
        high: Highest activity.
    """
    limit = palette.limit
    text = Text(f"{-limit:.1f} ")
    for value in np.linspace(-limit, limit, RAMP_CELLS):
        text.append(" ", palette.style(float(value)))
    return text.append(f" {limit:.1f}   activity from {low:.1f} to {high:.1f}")


def activity_table(
    title: str,
    tokens: Sequence[str],
    activity: NDArray[np.floating],
    neurons: Iterable[int],
    palette: Palette,
    *,
    prompt_tokens: int = 0,
    reasons: Mapping[int, str] | None = None,
) -> Group:
    """Renders the text once for every neuron, below a legend.

    Args:
        title: Heading, such as the layer and the quantity.
        tokens: The text.
        activity: Array (tokens, units).
        neurons: Units to show, in their order.
        palette: The colours.
        prompt_tokens: Number of tokens of the prompt, at the beginning; 0 by default.
        reasons: Reasons why neurons are shown, by neuron.
    """
    neurons = list(neurons)
    shown = activity[:, neurons]
    finite = shown[np.isfinite(shown)]
    low, high = (finite.min(), finite.max()) if finite.size else (np.nan, np.nan)
    parts = [Text(title, style="bold"), color_ramp(palette, low, high)]
    for neuron, values in zip(neurons, shown.T, strict=True):
        reason = (reasons or {}).get(neuron)
        parts.append(Text(f"\nNeuron {neuron}" + (f": {reason}" if reason else ""), style="bold"))
        parts.append(coloured_text(tokens, values, palette, prompt_tokens))
        parts.append(Text(""))
    return Group(*parts)
