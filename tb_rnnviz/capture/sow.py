"""`sow`: the one line with which a cell of one's own names what happens inside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from tb_rnnviz.capture.keras.interventions import Hold, keep

_gathering: ContextVar[tuple[dict[str, Any], Hold] | None] = ContextVar(
    "rnnviz_gathering", default=None
)


def sow(name: str, value: Any) -> Any:
    """Names a tensor inside a cell's `call`, so that RNN-Viz records it as a quantity.

    It costs nothing when nobody records: it looks at one variable and returns. A cell may say what
    its quantities do in a class attribute `roles`, such as `{"forget_gate": "retain"}`, with the
    roles `"retain"`, `"write"`, `"expose"` and `"read"`, and name its states in the order of
    `state_size` in `state_names`.

    Args:
        name: What the quantity is called in the log and in the tab.
        value: A tensor (batch, …); what follows the batch axis is flattened into units.

    Returns:
        The value, so that `f = sow("forget_gate", ops.sigmoid(z))` reads as it did before; or
        what its units are held at, where `ablate` or `generate(clamp=)` holds some.

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
    listening = _gathering.get()
    if listening is not None:
        gathered, hold = listening
        gathered[name] = value = hold(name, value)
    return value


@contextmanager
def gathering(hold: Hold = keep) -> Iterator[dict[str, Any]]:
    """What is sown in this block, by name; `hold` says what the cell goes on with."""
    gathered: dict[str, Any] = {}
    token = _gathering.set((gathered, hold))
    try:
        yield gathered
    finally:
        _gathering.reset(token)
