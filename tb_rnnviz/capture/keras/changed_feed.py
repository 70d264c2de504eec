"""Change of what a model feeds to its first layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras

from tb_rnnviz.capture.keras.tapped_model import replaced_calls


@contextmanager
def changed_feed(
    model: keras.Model,
    inputs: Any,
    index: int,
    change: Callable[[Any], Any] = lambda tensor: tensor,
) -> Iterator[tuple[Any, list]]:
    """Changes what is fed to the first layer: the numbers, or the embedded ids.

    Args:
        model: The model.
        inputs: Its inputs.
        index: Index of the input whose ids are embedded, or whose numbers are read.
        change: Returns what is fed instead of a tensor. Defaults to the tensor itself.

    Yields:
        The inputs of the model, and a list with the tensor before the change, once it is known.
    """
    parts = keras.tree.flatten(inputs)
    seen: list = []
    if keras.backend.is_float_dtype(keras.backend.standardize_dtype(parts[index].dtype)):
        seen.append(parts[index])
        parts[index] = change(parts[index])
        yield keras.tree.pack_sequence_as(inputs, parts), seen
        return
    layers = [part for part in model._flatten_layers() if isinstance(part, keras.layers.Embedding)]

    def replacement(layer: Any) -> Callable:
        original = layer.call

        def call(*arguments: Any, **options: Any) -> Any:
            embedded = original(*arguments, **options)
            if seen:
                return embedded
            seen.append(embedded)
            return change(embedded)

        return call

    with replaced_calls(layers, replacement):
        yield inputs, seen
