"""Outputs of a model: names, masks, and the one that targets belong to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras


class UnnamedOutput(ValueError):
    """Raised if a model has several outputs and none of them is named."""


def choose_output(model: keras.Model, outputs: Any, output: str | int | None, use: str) -> Any:
    """Returns one of the outputs of a model.

    Args:
        model: The model.
        outputs: An array or tensor, or a list, tuple or dict of these; or another structure like
            the outputs.
        output: Name or index of the output, `None` if the model has only one.
        use: Advice on naming an output, for the message of an error.

    Raises:
        UnnamedOutput: if there are several outputs and `output` is `None`.
        ValueError: if there is no such output.
    """
    by_name = _by_name(model, outputs)
    if by_name is None:
        if output is not None:
            raise ValueError(f"The model has a single output. Received: output={output!r}")
        return outputs
    values = list(by_name.values())
    if output is None:
        if len(values) == 1:
            return values[0]
        raise UnnamedOutput(
            f"Targets and texts belong to one output, and the model has {len(values)}: "
            f"{list(by_name)}. Name it: {use}"
        )
    if isinstance(output, int) and not isinstance(output, bool) and 0 <= output < len(values):
        return values[output]
    if output not in by_name:
        raise ValueError(
            f"The model has no output {output!r}. Allowed: {list(by_name)}, or an index"
        )
    return by_name[output]


def symbolic_output(model: keras.Model, output: str | int | None) -> Any | None:
    """Returns the symbolic tensor of an output, which knows the layer that makes it.

    `None` if the layers of the model are known to its call alone.

    Raises:
        ValueError: as for `choose_output`.
    """
    functional = getattr(model, "_functional", None) or model
    if not hasattr(functional, "_outputs_struct"):
        return None
    outputs = functional._outputs_struct
    return choose_output(model, outputs, output, "Probe(..., output=...)")


def mask_of(outputs: Any) -> Any:
    """Returns the Keras masks of outputs, nested as these, with `None` for none."""
    if isinstance(outputs, Mapping):
        return {key: mask_of(part) for key, part in outputs.items()}
    if isinstance(outputs, (list, tuple)):
        return [mask_of(part) for part in outputs]
    return keras.src.backend.get_keras_mask(outputs)


def _by_name(model: keras.Model, outputs: Any) -> dict[Any, Any] | None:
    if isinstance(outputs, Mapping):
        return dict(outputs)
    if not isinstance(outputs, (list, tuple)):
        return None
    names = getattr(model, "output_names", None) or []
    if len(names) != len(outputs) or len(set(names)) < len(names):
        names = range(len(outputs))
    return dict(zip(names, outputs, strict=True))
