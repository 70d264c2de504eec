"""`GenerationOptions`: length, sampling and interventions of generated text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from tb_rnnviz.capture.intervention import Unit


@dataclass(frozen=True, eq=False)
class GenerationOptions:
    """Options of `Recorder.generate`, checked.

    Attributes:
        steps: Tokens to sample, at most.
        temperature: Divisor of the logits; 0 takes the most probable token.
        seed: Seed of the sampling.
        top_k: Number of the most probable tokens to draw from, `None` for all.
        stop: Ids that end a text, integers (n,).
        samples: Number of texts.
        clamp: Value of each clamped unit.
        layers: Paths of the layers to record, `None` for all.
        quantities: Names of the quantities to record, `None` for all.
        vocabulary: Name of every id, or `None`.
        output: Name or index of the output to sample from, `None` for the only one.

    Raises:
        ValueError: if a number is outside its range.
    """

    steps: int = 400
    temperature: float = 1.0
    seed: int = 0
    top_k: int | None = None
    stop: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    samples: int = 1
    clamp: Mapping[Unit, float] = field(default_factory=dict)
    layers: Sequence[str] | str | None = None
    quantities: Sequence[str] | str | None = None
    vocabulary: Sequence[str] | None = None
    output: str | int | None = None

    def __post_init__(self) -> None:
        if self.steps < 1 or self.temperature < 0:
            raise ValueError(
                "Generation takes steps of at least 1 and a temperature of at least 0. "
                f"Received: steps={self.steps}, temperature={self.temperature}"
            )
        for name in ("top_k", "samples"):
            value = getattr(self, name)
            whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
            if value is not None and not (whole and value >= 1):
                raise ValueError(
                    f"`{name}` is an integer of at least 1, or None. Received: {value!r}"
                )
