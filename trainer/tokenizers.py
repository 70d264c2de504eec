r"""Tokenizer: text as ids of characters, or of words and single characters."""

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.errors import UserError

RARE = "<rare>"
"""Name of every token outside the vocabulary; its id is 0."""

_PATTERNS = {"character": re.compile(r"(?s)."), "word": re.compile(r"\w+|[^\w]")}


class Tokenizer:
    """Tokenizer with a vocabulary.

    Args:
        kind: `character` or `word`.
        vocabulary: The token of every id, index = id; the first is `RARE`.

    Example:
        >>> tokenizer = Tokenizer.fit("word", Tokenizer.split("word", "to be, or not to be"))
        >>> tokenizer.encode(["to", " ", "go"]).tolist(), tokenizer.decode([2, 1])
        ([3, 1, 0], 'be ')
    """

    def __init__(self, kind: str, vocabulary: Sequence[str]) -> None:
        self.kind = kind
        self.vocabulary = tuple(vocabulary)
        self._ids = {token: index for index, token in enumerate(self.vocabulary)}

    @staticmethod
    def split(kind: str, text: str) -> list[str]:
        r"""Splits a text into tokens, whose concatenation is the text.

        Example:
            >>> Tokenizer.split("word", "No, no!")
            ['No', ',', ' ', 'no', '!']
        """
        return _PATTERNS[kind].findall(text)

    @classmethod
    def fit(cls, kind: str, tokens: Iterable[str], threshold: int = 1) -> "Tokenizer":
        """Creates a tokenizer whose vocabulary is that of a text, by descending frequency.

        Args:
            kind: `character` or `word`.
            tokens: Tokens of the text.
            threshold: Least number of occurrences of a token of the vocabulary; 1 by default.
        """
        counts = Counter(tokens)
        frequent = (token for token, count in counts.items() if count >= threshold)
        return cls(kind, (RARE, *sorted(frequent, key=lambda token: (-counts[token], token))))

    @classmethod
    def load(cls, kind: str, path: Path) -> "Tokenizer":
        """Reads a tokenizer that `save` wrote.

        Raises:
            UserError: if the file is not a vocabulary.
        """
        try:
            vocabulary = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UserError(f"Cannot read the vocabulary {path}: {error}") from error
        if not isinstance(vocabulary, list) or vocabulary[:1] != [RARE]:
            raise UserError(
                f"{path} is no vocabulary: a JSON list of tokens that begins with {RARE}"
            )
        return cls(kind, vocabulary)

    def save(self, path: Path) -> None:
        """Writes the vocabulary as a JSON list, index = id."""
        text = json.dumps(self.vocabulary, ensure_ascii=False, indent=0)
        path.write_text(text + "\n", encoding="utf-8")

    def __len__(self) -> int:
        return len(self.vocabulary)

    def encode(self, tokens: Iterable[str]) -> NDArray[np.int32]:
        """Returns the ids (tokens,) of tokens, 0 for a token outside the vocabulary."""
        return np.fromiter((self._ids.get(token, 0) for token in tokens), np.int32)

    def encode_known(self, text: str, what: str) -> NDArray[np.int32]:
        """Returns the ids (tokens,) of a text that the vocabulary must cover.

        Args:
            text: The text.
            what: Name of the text in error messages, such as "The prompt".

        Raises:
            UserError: if it is empty or contains a token outside the vocabulary.
        """
        tokens = self.split(self.kind, text)
        if not tokens:
            raise UserError(f"{what} is empty. It needs at least one {self.kind}.")
        unknown = list(dict.fromkeys(token for token in tokens if token not in self._ids))
        if unknown:
            close = difflib.get_close_matches(unknown[0], self.vocabulary[1:], n=3)
            near = f" Close to {unknown[0]!r}: {', '.join(map(repr, close))}." if close else ""
            raise UserError(
                f"{what} holds tokens outside the vocabulary: {unknown[:10]}. "
                f"Allowed: the {len(self) - 1} {self.kind}s of the training text, such as "
                f"{list(self.vocabulary[1:9])}.{near} Reword it, or train on text that has them."
            )
        return self.encode(tokens)

    def names(self, ids: Iterable[int]) -> list[str]:
        """Returns the token of every id."""
        return [self.vocabulary[index] for index in ids]

    def decode(self, ids: Iterable[int]) -> str:
        """Returns the text of ids."""
        return "".join(self.names(ids))
