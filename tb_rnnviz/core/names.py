"""Names of the quantities of a layer and roles of its gates."""

from __future__ import annotations

from typing import NamedTuple

HIDDEN_STATE = "hidden_state"
"""Output of a cell at every step; every recurrent layer has it."""

CELL_STATE = "cell_state"
"""Memory of an LSTM cell."""

MATRICES = "matrices"
"""Name that a budget has for all matrices of a recording, beside the quantities."""

CLASS_PROBABILITY = "class_probability"
"""Name that a budget has for the prediction at every step, beside the quantities."""

RETAIN, WRITE, EXPOSE, READ = ROLES = ("retain", "write", "expose", "read")
"""Roles of gates, by which cells are compared: the GRU's update gate retains."""


class QuantityKey(NamedTuple):
    """Key of one quantity of one layer, equal to the plain tuple (layer, quantity).

    Attributes:
        layer: Path of the layer.
        quantity: Name of the quantity, such as `"hidden_state"`.
    """

    layer: str
    quantity: str


def is_state(quantity: str) -> bool:
    """True for states, which a cell passes on to its next step, by their name.

    Example:
        >>> is_state("cell_state"), is_state("forget_gate")
        (True, False)
    """
    return quantity.endswith("_state")


def is_gate(quantity: str) -> bool:
    """True for gates, by their name.

    Example:
        >>> is_gate("forget_gate"), is_gate("candidate")
        (True, False)
    """
    return quantity.endswith("_gate")
