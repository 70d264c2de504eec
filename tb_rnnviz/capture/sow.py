"""`sow`: names a tensor inside a custom cell, to record it as a quantity."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Replace = Callable[[str, Any], Any]
"""Takes name and value of a quantity and returns the value to go on with."""

_collector: ContextVar[tuple[dict[str, Any], Replace] | None] = ContextVar(
    "rnnviz_sown", default=None
)


def sow(name: str, value: Any) -> Any:
    """Names a tensor inside a cell's `call`, so that RNN-Viz records it as a quantity.

    It costs nothing while the model is not recorded: it looks at one variable and returns. A cell
    may state the roles of its quantities in a class attribute `roles`, such as
    `{"forget_gate": "retain"}`, with the roles `"retain"`, `"write"`, `"expose"` and `"read"`, and
    name its states in the order of `state_size` in `state_names`.

    Args:
        name: Name of the quantity in the log and in the tab.
        value: A tensor (batch, …); the axes after the batch are flattened into units.

    Returns:
        The value, so that `f = sow("forget_gate", ops.sigmoid(z))` reads as it did before; with
        units clamped by `ablate` or `generate(clamp=)`, their values replaced.

    Example:
        >>> import keras, numpy as np
        >>> import tb_rnnviz as rv
        >>> class Leaky(keras.layers.Layer):
        ...     state_size = output_size = 3
        ...     roles = {"leak": "retain"}
        ...     def call(self, inputs, states):
        ...         leak = rv.sow("leak", keras.ops.sigmoid(inputs))
        ...         state = leak * states[0] + (1 - leak) * inputs
        ...         return state, [state]
        >>> model = keras.Sequential([keras.Input((None, 3)), keras.layers.RNN(Leaky())])
        >>> recording = rv.record(model, np.zeros((1, 4, 3), "float32"))
        >>> list(recording["rnn"]), recording["rnn"].roles["leak"]
        (['hidden_state', 'leak'], 'retain')
    """
    collector = _collector.get()
    if collector is not None:
        quantities, replace = collector
        quantities[name] = value = replace(name, value)
    return value


@contextmanager
def collect_sown(replace: Replace) -> Iterator[dict[str, Any]]:
    """Collects the tensors that are sown inside the `with` block, by name.

    Args:
        replace: Gives the value that the cell goes on with, and that is collected.

    Example:
        >>> with collect_sown(lambda name, value: 2 * value) as quantities:
        ...     sow("leak", 0.5)
        1.0
        >>> quantities
        {'leak': 1.0}
    """
    quantities: dict[str, Any] = {}
    token = _collector.set((quantities, replace))
    try:
        yield quantities
    finally:
        _collector.reset(token)
