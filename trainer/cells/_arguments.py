"""Checks of the arguments of cells."""


def positive_integer(name: str, value: int) -> int:
    """Returns a value that is a positive integer.

    Raises:
        ValueError: if it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"`{name}` must be a positive integer. Received: {name}={value!r}")
    return value
