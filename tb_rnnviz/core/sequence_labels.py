"""Labels of the sequences of a probe: names, or classes by name or index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.core.vocabulary import texts_of


def labels_of_sequences(
    probe: str, labels: Sequence | None, sequences: int, classes: Sequence[str] | None = None
) -> tuple[list[str] | None, list[int] | None]:
    """Returns the name of each sequence, and with classes the class of each.

    Args:
        probe: Name of the probe.
        labels: A label for each sequence; with classes, the name or the index of its class.
        sequences: Number of sequences.
        classes: The name of every class. Defaults to none: labels are names.

    Raises:
        ValueError: If there are not as many labels as sequences, or one is no class.

    Example:
        >>> labels_of_sequences("reviews", ["+", 0], 2, ["-", "+"])
        (['+', '-'], [1, 0])
    """
    if labels is None:
        return None, None
    if len(labels) != sequences:
        raise ValueError(
            f"Probe {probe!r} needs one label per sequence. Received: {len(labels)} labels, "
            f"{sequences} sequences"
        )
    texts = texts_of(labels)
    if classes is None:
        return texts, None
    by_name = {name: index for index, name in enumerate(classes)}
    indices = [_index(label, text, by_name) for label, text in zip(labels, texts, strict=True)]
    outside = [
        label for label, index in zip(labels, indices, strict=True) if not 0 <= index < len(classes)
    ]
    if outside:
        raise ValueError(
            f"A label of probe {probe!r} is the name or the index of one of its {len(classes)} "
            f"classes: {list(classes[:10])}. Received: {outside[:5]}"
        )
    return [classes[index] for index in indices], indices


def _index(label: Any, text: str, by_name: Mapping[str, int]) -> int:
    """Returns the class of a label, -1 if it is none."""
    number = np.asarray(label)
    if number.ndim == 0 and number.dtype.kind in "iufb":
        return int(number) if number == np.floor(number) else -1
    return by_name.get(text, -1)
