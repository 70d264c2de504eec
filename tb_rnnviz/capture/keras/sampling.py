"""Samples the next token from a model's outputs."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from tb_rnnviz.capture.keras.probabilities import log_probabilities


def uniforms(seed: int, draws: int, samples: int) -> np.ndarray:
    """Returns the random numbers of a generation, float32 (draws, samples) in [0, 1).

    Those of the first sample do not depend on the number of samples.
    """
    children = [np.random.SeedSequence(seed, spawn_key=(k,) if k else ()) for k in range(samples)]
    return np.stack(
        [np.random.default_rng(child).random(draws, dtype=np.float32) for child in children], axis=1
    )


def sample(outputs: Any, uniform: Any, temperature: Any, top_k: Any | None) -> dict[str, Any]:
    """Draws the next id of each sequence by inverse transform sampling.

    Args:
        outputs: (batch, vocabulary) or (batch, steps, vocabulary), of which the last step counts.
        uniform: Random numbers (batch,) in [0, 1).
        temperature: Divisor of the logits; 0 takes the most probable id.
        top_k: Number of the most probable ids to draw from; `None` for all.

    Returns:
        `id` (batch,), `probability` (batch,) of it at temperature 1 among all ids, and `outputs`
        (batch, vocabulary).

    Raises:
        ValueError: if the model has several outputs.
    """
    if isinstance(outputs, (list, tuple, dict)):
        raise ValueError("Generation needs a model with one output, the next token's distribution.")
    outputs = outputs[:, -1] if len(outputs.shape) == 3 else outputs
    logits = log_probabilities(outputs)
    sharp = ops.softmax(logits / ops.maximum(temperature, 1e-6), axis=-1)
    if top_k is not None:
        rank = ops.argsort(ops.argsort(-logits, axis=-1), axis=-1)
        sharp = ops.where(ops.cast(rank, "int32") < top_k, sharp, 0.0)
    cumulative = ops.cumsum(sharp, axis=-1)
    threshold = uniform[:, None] * (1 - 1e-6) * cumulative[:, -1:]
    ids = ops.sum(ops.cast(cumulative <= threshold, "int32"), axis=-1)
    log_probability = ops.take_along_axis(logits, ids[:, None], axis=-1)[:, 0]
    return {"id": ids, "probability": ops.exp(log_probability), "outputs": outputs}
