"""Neuron ranges: lists of neurons as text, such as `3, 7:9`."""

import re
from collections.abc import Iterable
from typing import Any

_RANGE = re.compile(r"\s*(\d+)\s*(?::\s*(\d+)\s*)?")


def parse_neurons(value: Any) -> Any:
    """Parses a list of neurons with inclusive ranges.

    Args:
        value: Text such as `"3, 7:9"`, a number, or `"auto"`.

    Returns:
        The indices in their order, each once; `"auto"` and values of other types unchanged.

    Raises:
        ValueError: if a part is neither a number nor an ascending range.

    Example:
        >>> parse_neurons("3, 7:9")
        (3, 7, 8, 9)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or value == "auto":
        return value
    neurons: list[int] = []
    for part in value.split(","):
        match = _RANGE.fullmatch(part)
        first, last = match.groups() if match else (None, None)
        if first is None or int(last or first) < int(first):
            raise ValueError(
                f"{part.strip()!r} is no neuron. Allowed: indices from 0 and ranges that go up, "
                "separated by commas, such as '3, 7:9', or 'auto'"
            )
        neurons += range(int(first), int(last or first) + 1)
    return tuple(dict.fromkeys(neurons))


def format_neurons(neurons: Iterable[int]) -> str:
    """Formats indices of neurons as ranges, the inverse of `parse_neurons`.

    Example:
        >>> format_neurons((3, 7, 8, 9))
        '3, 7:9'
    """
    ranges: list[list[int]] = []
    for neuron in neurons:
        if ranges and neuron == ranges[-1][1] + 1:
            ranges[-1][1] = neuron
        else:
            ranges.append([neuron, neuron])
    return ", ".join(str(a) if a == b else f"{a}:{b}" for a, b in ranges)
