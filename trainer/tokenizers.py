r"""Text as ids: characters, or words where every other character is a token of its own."""

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
"""Stands for every token outside the vocabulary; its id is 0."""

_PATTERNS = {"character": re.compile(r"(?s)."), "word": re.compile(r"\w+|[^\w]")}


class Tokenizer:
    """Splits text into tokens and numbers them.

    Args:
        kind: `character` or `word`.
        vocabulary: The name of every id, index = id; the first is `RARE`.

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
        r"""The tokens of a text; joined they are the text.

        Example:
            >>> Tokenizer.split("word", "No, no!")
            ['No', ',', ' ', 'no', '!']
        """
        return _PATTERNS[kind].findall(text)

    @classmethod
    def fit(cls, kind: str, tokens: Iterable[str], threshold: int = 1) -> "Tokenizer":
        """Numbers the tokens that stand at least `threshold` times, the most frequent first."""
        counts = Counter(tokens)
        kept = (token for token, count in counts.items() if count >= threshold)
        return cls(kind, (RARE, *sorted(kept, key=lambda token: (-counts[token], token))))

    @classmethod
    def load(cls, kind: str, path: Path) -> "Tokenizer":
        """Reads what `save` wrote."""
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
        """Writes the vocabulary, a JSON list, index = id."""
        text = json.dumps(self.vocabulary, ensure_ascii=False, indent=0)
        path.write_text(text + "\n", encoding="utf-8")

    def __len__(self) -> int:
        return len(self.vocabulary)

    def encode(self, tokens: Iterable[str]) -> NDArray[np.int32]:
        """The ids (tokens,), 0 for a token outside the vocabulary."""
        return np.fromiter((self._ids.get(token, 0) for token in tokens), np.int32)

    def encode_known(self, text: str, what: str) -> NDArray[np.int32]:
        """The ids (tokens,) of a text that the vocabulary has to cover.

        Args:
            text: The text.
            what: What it is, for the error: "The prompt".

        Raises:
            UserError: if it is empty or holds a token outside the vocabulary.
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
        """The token of every id."""
        return [self.vocabulary[index] for index in ids]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of the ids."""
        return "".join(self.names(ids))
