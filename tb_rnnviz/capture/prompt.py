"""Prompt and stop tokens of generated text, as ids."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np


def prompt_ids(prompt: Any, vocabulary: Sequence[str] | None) -> np.ndarray:
    """Returns a prompt as ids, int32 (steps,).

    Args:
        prompt: Ids, or tokens of the vocabulary.
        vocabulary: Name of every id, or `None`.

    Raises:
        ValueError: if the prompt is empty, no sequence of ids or tokens, or outside the vocabulary.
    """
    items = list(prompt)
    if not items:
        raise ValueError("A prompt needs at least one token. Received an empty one.")
    if isinstance(items[0], str):
        items = _ids_of(items, vocabulary, "prompt")
    ids = np.asarray(items)
    if ids.ndim != 1 or ids.dtype.kind not in "iu" or ids.min() < 0:
        raise ValueError(
            "A prompt is one sequence of ids or of tokens. "
            f"Received: dtype {ids.dtype}, shape {ids.shape}"
        )
    if vocabulary is not None and ids.max() >= len(vocabulary):
        raise ValueError(
            f"The prompt holds the id {ids.max()}, which is outside the vocabulary. "
            f"Allowed: 0 to {len(vocabulary) - 1}"
        )
    return ids.astype(np.int32)


def stop_ids(stop: Any, vocabulary: Sequence[str] | None) -> np.ndarray:
    """Returns the ids that end a text, integers (n,).

    Args:
        stop: An id, a token, or a list, tuple, set or array of these; a string is one token,
            however long it is. `None` for no stop.
        vocabulary: Name of every id, or `None`.

    Raises:
        ValueError: if `stop` is empty or something else, or a token is outside the vocabulary.
    """
    if stop is None:
        return np.zeros(0, np.int64)
    stop = stop.tolist() if isinstance(stop, np.ndarray) else stop
    is_collection = isinstance(stop, Collection) and not isinstance(stop, str)
    items = list(stop) if is_collection else [stop]
    if not items:
        raise ValueError("`stop` names at least one token. Received an empty one; None stops never")
    tokens = [item for item in items if isinstance(item, str)]
    id_of = dict(zip(tokens, _ids_of(tokens, vocabulary, "stop"), strict=True)) if tokens else {}
    ids = np.asarray([id_of[item] if isinstance(item, str) else item for item in items])
    if ids.dtype.kind not in "iu" or ids.ndim != 1 or ids.min() < 0:
        raise ValueError(
            "`stop` is an id, a token of the vocabulary, or a list of these. "
            f"Received: stop={stop!r}"
        )
    return ids.astype(np.int64)


def check_stop(ids: np.ndarray, vocabulary_size: int) -> None:
    """Checks that a model can write the ids that end a text.

    Raises:
        ValueError: if an id is outside the model's vocabulary.
    """
    if ids.size and ids.max() >= vocabulary_size:
        raise ValueError(
            f"`stop` holds the id {ids.max()}, which the model cannot write. "
            f"Allowed: 0 to {vocabulary_size - 1}"
        )


def _ids_of(tokens: list[str], vocabulary: Sequence[str] | None, argument: str) -> list[int]:
    if vocabulary is None:
        raise ValueError(
            f"A {argument} of tokens needs the vocabulary. Received: tokens and "
            "vocabulary=None. Pass vocabulary=, or the ids of the tokens."
        )
    id_of = {token: index for index, token in enumerate(vocabulary)}
    unknown = [token for token in tokens if token not in id_of]
    if unknown:
        raise ValueError(
            f"The {argument} holds tokens that the vocabulary does not: {unknown[:10]}. "
            f"Allowed: one of its {len(id_of)} tokens, such as {list(id_of)[:10]}"
        )
    return [id_of[token] for token in tokens]
