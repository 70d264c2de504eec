"""What a text begins with and what ends it, as ids."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np


def prompt_ids(prompt: Any, vocabulary: Sequence[str] | None) -> np.ndarray:
    """A prompt as ids, int32 (steps,); tokens are looked up in the vocabulary."""
    items = list(prompt)
    if not items:
        raise ValueError("A prompt needs at least one token. Received an empty one.")
    if isinstance(items[0], str):
        items = _looked_up(items, vocabulary, "prompt")
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
    """The ids that end a text, integers (n,); none where `stop` is `None`.

    One string is one token, however long it is; several tokens come in a list, a tuple or a set.
    """
    if stop is None:
        return np.zeros(0, np.int64)
    stop = stop.tolist() if isinstance(stop, np.ndarray) else stop
    several = isinstance(stop, Collection) and not isinstance(stop, str)
    items = list(stop) if several else [stop]
    if not items:
        raise ValueError("`stop` names at least one token. Received an empty one; None stops never")
    words = [item for item in items if isinstance(item, str)]
    found = dict(zip(words, _looked_up(words, vocabulary, "stop"), strict=True)) if words else {}
    ids = np.asarray([found[item] if isinstance(item, str) else item for item in items])
    if ids.dtype.kind not in "iu" or ids.ndim != 1 or ids.min() < 0:
        raise ValueError(
            "`stop` is an id, a token of the vocabulary, or a list of these. "
            f"Received: stop={stop!r}"
        )
    return ids.astype(np.int64)


def check_stop(ids: np.ndarray, size: int) -> None:
    """A token that the model can never write never stops it."""
    if ids.size and ids.max() >= size:
        raise ValueError(
            f"`stop` holds the id {ids.max()}, which the model cannot write. "
            f"Allowed: 0 to {size - 1}"
        )


def _looked_up(tokens: list, vocabulary: Sequence[str] | None, what: str) -> list[int]:
    if vocabulary is None:
        raise ValueError(
            f"A {what} of tokens needs the vocabulary. Received: tokens and "
            "vocabulary=None. Pass vocabulary=, or the ids of the tokens."
        )
    place = {token: index for index, token in enumerate(vocabulary)}
    unknown = [token for token in tokens if token not in place]
    if unknown:
        raise ValueError(
            f"The {what} holds tokens that the vocabulary does not: {unknown[:10]}. "
            f"Allowed: one of its {len(place)} tokens, such as {list(place)[:10]}"
        )
    return [place[token] for token in tokens]
