"""Vocabularies and tokens as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

LARGEST_ID = 1 << 24
"""Ids of a vocabulary stay below this."""


def token_text(token: Any) -> str:
    r"""Returns a token as text; bytes are decoded as UTF-8.

    Bytes that are no UTF-8 stay visible, as `\xc3`.

    Example:
        >>> token_text(b"caf\xc3\xa9"), token_text(7)
        ('café', '7')
    """
    token = token.numpy() if hasattr(token, "numpy") else token
    if isinstance(token, (bytes, bytearray)):
        return bytes(token).decode("utf-8", "backslashreplace")
    return str(token)


def vocabulary_names(vocabulary: Any) -> list[str] | None:
    """Returns the name of every id, index = id.

    Args:
        vocabulary: Names in the order of their ids; a mapping from names to ids or from ids to
            names, in which an id without a name is named by itself; or `None`.

    Raises:
        ValueError: If it is a set, which has no order, or a mapping of something else.

    Example:
        >>> vocabulary_names({"the": 1, "cat": 2}), vocabulary_names({0: "a", 1: b"b"})
        (['0', 'the', 'cat'], ['a', 'b'])
    """
    if vocabulary is None:
        return None
    if isinstance(vocabulary, (set, frozenset)):
        raise ValueError(
            "A set has no order, so that it does not tell the ids of its tokens. Pass the "
            "vocabulary as a list, index = id, or as a dict from tokens to ids. Received: a set of "
            f"{len(vocabulary)}"
        )
    if not isinstance(vocabulary, Mapping):
        return [token_text(token) for token in vocabulary]
    by_id = _by_id(vocabulary)
    return [by_id.get(index, str(index)) for index in range(max(by_id, default=-1) + 1)]


def _by_id(vocabulary: Mapping) -> dict[int, str]:
    """Returns the names of a mapping in either direction by id."""
    pairs = list(vocabulary.items())
    if not all(_is_id(key) and _is_name(value) for key, value in pairs):
        pairs = [(value, key) for key, value in pairs]
    wrong = [(key, value) for key, value in pairs if not (_is_id(key) and _is_name(value))]
    if wrong:
        raise ValueError(
            "A vocabulary maps tokens to ids, {'the': 1}, or ids to tokens, {1: 'the'}; ids are "
            f"integers from 0 to {LARGEST_ID - 1}. Received: {dict(list(vocabulary.items())[:5])}"
        )
    by_id = {int(key): token_text(name) for key, name in pairs}
    if len(by_id) < len(pairs):
        raise ValueError(
            f"A vocabulary has one token per id. Received: {len(pairs)} tokens for {len(by_id)} ids"
        )
    return by_id


def _is_id(value: Any) -> bool:
    is_integer = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    return is_integer and 0 <= value < LARGEST_ID


def _is_name(value: Any) -> bool:
    return isinstance(value, (str, bytes))


def separator_of(tokens: Iterable[str]) -> str:
    """Returns the string between tokens in the running text: a space, or none.

    Words are separated if none of the tokens begins or ends with a blank.

    Example:
        >>> separator_of(["The", "cats"]), separator_of(["The", " ", "cats"]), separator_of("cat")
        (' ', '', '')
    """
    distinct = set(tokens)
    edges = {c for token in distinct for c in (token[:1], token[-1:])}
    has_blank = any(edge.isspace() and edge not in "\r\n" for edge in edges)
    has_words = any(len(token) > 1 and not token.isspace() for token in distinct)
    return " " if has_words and not has_blank else ""


def texts_of(tokens: Sequence) -> list[str]:
    """Returns the tokens of a sequence as text."""
    return [token_text(token) for token in tokens]


def whole_ids(name: str, ids: np.ndarray) -> np.ndarray:
    """Returns ids of a vocabulary as integers; they may be floats.

    Example:
        >>> whole_ids("novel", np.array([1.0, 0.0])).tolist()
        [1, 0]
    """
    if ids.dtype.kind != "f" or ids.ndim != 1:
        return ids
    if not (is_whole := ids == np.floor(ids)).all():
        raise ValueError(
            f"Probe {name!r} has a vocabulary, so that its inputs are ids, whole numbers. "
            f"Received: {ids[~is_whole][0]}. A signal has `channels` and no vocabulary."
        )
    return ids.astype(np.int64)
