"""Attention layers of a model, whose scores are returned beside their output."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras

from tb_rnnviz.capture.keras.layers import named_layers
from tb_rnnviz.capture.keras.tapped_model import replaced_calls

RETURN_SCORES = "return_attention_scores"

ATTENTION_LAYERS = (
    keras.layers.Attention,
    keras.layers.AdditiveAttention,
    keras.layers.MultiHeadAttention,
    keras.layers.GroupQueryAttention,
)
"""Layers that return their scores if they are asked for them."""


QUERY, VALUE = "query", "value"
"""Sides of a call of an attention layer: rows and columns of its scores."""


@dataclass(frozen=True)
class AttentionScores:
    """Scores of one call of an attention layer.

    Attributes:
        path: Path of the layer in the model.
        scores: Tensor (batch, query steps, value steps), with heads (batch, heads, …).
        query_mask: Boolean tensor (batch, query steps), or `None`.
        value_mask: Boolean tensor (batch, value steps), or `None`.
    """

    path: str
    scores: Any
    query_mask: Any
    value_mask: Any


def attention_layers(model: Any) -> list[tuple[str, Any]]:
    """Returns path and layer of every attention layer, in the model's order."""
    return named_layers(model, ATTENTION_LAYERS)


def attended_call(call: str, side: str) -> str:
    """Returns the name of the query or value of a call, among the calls of layers."""
    return f"{call}\n{side}"


@contextmanager
def attended_inputs(model: Any) -> Iterator[dict[str, Any]]:
    """Collects query and value of every call of the attention layers of a model.

    Inside the `with` block, the dict is filled with tensors by name, see `attended_call`.
    """
    inputs: dict[str, Any] = {}
    paths = {id(layer): path for path, layer in attention_layers(model)}

    def observed(layer: Any) -> Callable:
        original, path = layer.call, paths[id(layer)]
        signature = inspect.signature(original)

        def call(*args: Any, **kwargs: Any) -> Any:
            arguments = signature.bind(*args, **kwargs).arguments
            times = sum(name.partition("\n")[0].partition(":")[0] == path for name in inputs) // 2
            name = path if not times else f"{path}:{times + 1}"
            sides = arguments["inputs"] if "inputs" in arguments else _query_and_value(arguments)
            for side, tensor in zip((QUERY, VALUE), sides, strict=False):
                inputs[attended_call(name, side)] = tensor
            return original(*args, **kwargs)

        return call

    with replaced_calls([layer for _, layer in attention_layers(model)], observed):
        yield inputs


def _query_and_value(arguments: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(arguments[name] for name in ("query", "value") if name in arguments)


def scored_call(
    path: str,
    layer: Any,
    add: Callable[[AttentionScores], None],
    fail: Callable[[str, str], None],
) -> Callable:
    """Returns a call of an attention layer that also passes on its scores.

    The layer computes its scores even if it would use a fused kernel, which has none.

    Args:
        path: Path of the layer.
        layer: The layer.
        add: Receives the scores of each call.
        fail: Receives the path and the reason if the scores are not available.
    """
    original = layer.call
    signature = inspect.signature(original)

    def call(*args: Any, **kwargs: Any) -> Any:
        if RETURN_SCORES not in signature.parameters:
            fail(path, f"its call takes no {RETURN_SCORES}")
            return original(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        returns_scores = bound.arguments.get(RETURN_SCORES, False)
        masks = _masks(bound.arguments)
        bound.arguments[RETURN_SCORES] = True
        restore_masks = _restorable_masks(args, kwargs)
        try:
            with _without_flash_attention(layer):
                outputs = original(*bound.args, **bound.kwargs)
            output, scores = outputs
        except Exception as error:  # the model may still run without the scores
            fail(path, f"its scores cannot be computed: {type(error).__name__}: {error}")
            restore_masks()
            return original(*args, **kwargs)
        add(AttentionScores(path, scores, *masks))
        return outputs if returns_scores else output

    return call


def _masks(arguments: dict[str, Any]) -> tuple[Any, Any]:
    """Returns the masks of query and value among the arguments of a call."""
    if "inputs" in arguments:
        query, value = arguments["inputs"][:2]
        query_mask, value_mask = (arguments.get("mask") or (None, None))[:2]
    else:
        query, value = arguments["query"], arguments["value"]
        query_mask = arguments.get("query_mask")
        value_mask = arguments.get("value_mask")
    return (
        keras.src.backend.get_keras_mask(query) if query_mask is None else query_mask,
        keras.src.backend.get_keras_mask(value) if value_mask is None else value_mask,
    )


def _restorable_masks(args: tuple, kwargs: dict[str, Any]) -> Callable[[], None]:
    """Returns a function that restores the Keras masks of tensors."""
    tensors = [part for part in keras.tree.flatten((args, kwargs)) if hasattr(part, "shape")]
    masks = [keras.src.backend.get_keras_mask(tensor) for tensor in tensors]

    def restore() -> None:
        for tensor, mask in zip(tensors, masks, strict=True):
            if mask is not None:
                keras.src.backend.set_keras_mask(tensor, mask)

    return restore


@contextmanager
def _without_flash_attention(layer: Any) -> Iterator[None]:
    """Makes a layer compute its scores, which flash attention does not return."""
    before = getattr(layer, "_flash_attention", None)
    if before is not None:
        object.__setattr__(layer, "_flash_attention", False)
    try:
        yield
    finally:
        if before is not None:
            object.__setattr__(layer, "_flash_attention", before)
