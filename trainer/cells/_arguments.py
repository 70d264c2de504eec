"""What the cells ask of their arguments."""


def positive(name: str, value: int) -> int:
    """The value, if it is a positive integer."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"`{name}` must be a positive integer. Received: {name}={value!r}")
    return value
