"""The tokens of a text, and the words and parts of speech that they lie in."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.features.penn_tags import tag_of_mark
from tb_rnnviz.features.running_text import Running
from tb_rnnviz.features.tagger import Tagger, best_tagger
from tb_rnnviz.features.token_columns import as_columns, one_of
from tb_rnnviz.features.treebank import Word, as_treebank, find_sentences


class Text:
    """A text as a model reads it: sequences of tokens, which may be characters or words.

    Words, sentences and tags are found in the running text of each sequence, so that a character
    knows the word around it and a word the sentence around it. The tokens are the running text one
    after the other; they are joined by spaces where they are words and none begins or ends with a
    blank.

    Args:
        sequences: sequences of tokens, each token a string. Lengths may differ.
        columns: by name, numbers or booleans (tokens,) that are known of every token, sequences
            one after the other; such as `probability`, what the model gave to each token. None by
            default.

    Raises:
        ValueError: if something else comes.

    Example:
        >>> columns = {"probability": [0.5, 0.9, 0.1, 0.2]}
        >>> text = Text([["The", " ", "cats"], ["ran"]], columns=columns)
        >>> text.lengths, text.flat
        ((3, 1), ('The', ' ', 'cats', 'ran'))
        >>> text.column("probability")[2].item()
        0.1
    """

    def __init__(
        self,
        sequences: Sequence[Sequence[str]],
        columns: Mapping[str, ArrayLike] | None = None,
    ) -> None:
        if isinstance(sequences, str):
            raise ValueError(
                "`sequences` must be a list of sequences of tokens. Received: one string, "
                f"{sequences[:40]!r}. For its characters pass [list(text)]."
            )
        self._tagger: str | None = None
        self.sequences = tuple(tuple(sequence) for sequence in sequences)
        for place, sequence in enumerate(self.sequences):
            for token in sequence:
                if not isinstance(token, str):
                    raise ValueError(
                        "Every token must be a string; map ids to tokens first. "
                        f"Received: {token!r} ({type(token).__name__}) in sequence {place}."
                    )
        self.columns = as_columns(columns or {}, len(self.flat))

    def __repr__(self) -> str:
        return f"Text({len(self.sequences)} sequences, {len(self.flat)} tokens)"

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """The number of tokens of every sequence."""
        return tuple(len(sequence) for sequence in self.sequences)

    @cached_property
    def flat(self) -> tuple[str, ...]:
        """The tokens of all sequences, one after the other."""
        return tuple(token for sequence in self.sequences for token in sequence)

    @cached_property
    def running(self) -> tuple[Running, ...]:
        """The running text of every sequence, and where its tokens lie in it."""
        return tuple(Running.of(sequence, self._glue) for sequence in self.sequences)

    @cached_property
    def sentences(self) -> tuple[list[list[Word]], ...]:
        """The sentences of every sequence, each a list of its words and punctuation marks."""
        return tuple(find_sentences(running.text) for running in self.running)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The word or punctuation mark that every token lies in, "" for white space."""
        return self._per_token(lambda sentence: [word.text for word in sentence])

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """The Penn tag of the word that every token lies in, "" for white space.

        Raises:
            ImportError: if no tagger is installed.
        """
        tagger = best_tagger()
        tags = self._per_token(lambda sentence: _tags(tagger, sentence))
        self._tagger = tagger.name
        return tags

    @property
    def tagger(self) -> str | None:
        """The name and version of the tagger; None until tags were asked for."""
        return self._tagger

    def column(self, name: str) -> NDArray[np.bool_] | NDArray[np.float64]:
        """Gives the column of a name, (tokens,).

        Raises:
            MissingColumn: if the text has none of that name.
        """
        return one_of(self.columns, name)

    def where(self, matches: Callable[[str], bool]) -> NDArray[np.bool_]:
        """Gives booleans (tokens,), where a condition on single tokens holds."""
        known = {token: matches(token) for token in set(self.flat)}
        return np.fromiter((known[token] for token in self.flat), bool, len(self.flat))

    def after(self, values: Callable[[str], NDArray]) -> NDArray:
        """Gives what holds when a token has been read, (tokens,).

        Args:
            values: gives one value per character of a running text; 0 is what holds before it.
        """
        return _joined([running.after(values(running.text)) for running in self.running])

    def touched(self, spans: Callable[[str], Iterable[tuple[int, int]]]) -> NDArray[np.bool_]:
        """Gives booleans (tokens,), where a token shares a character with a span.

        Args:
            spans: gives start and end of spans of a running text.
        """
        found = [running.touched(spans(running.text)) for running in self.running]
        return _joined(found).astype(bool)

    @cached_property
    def _glue(self) -> str:
        distinct = set(self.flat)
        edges = {c for token in distinct for c in (token[:1], token[-1:])}
        has_blank = any(edge.isspace() and edge not in "\r\n" for edge in edges)
        has_words = any(len(token) > 1 and not token.isspace() for token in distinct)
        return " " if has_words and not has_blank else ""

    def _per_token(self, label: Callable[[list[Word]], list[str]]) -> tuple[str, ...]:
        """Labels the words of every sentence and hands each token the label of its word."""
        found: list[str] = []
        for tokens, running, sentences in zip(
            self.sequences, self.running, self.sentences, strict=True
        ):
            ends = [word.end for sentence in sentences for word in sentence]
            labels = [given for sentence in sentences for given in label(sentence)]
            for token, start in zip(tokens, running.starts.tolist(), strict=True):
                found.append(labels[bisect_right(ends, start)] if token.strip() else "")
        return tuple(found)


def _joined(arrays: list[NDArray]) -> NDArray:
    return np.concatenate(arrays) if arrays else np.zeros(0)


def _tags(tagger: Tagger, sentence: list[Word]) -> list[str]:
    """Tags a sentence; a mark has its own tag, but for the apostrophe of a possessive."""
    written = as_treebank(sentence)
    return [
        tag if any(c.isalnum() for c in word) or (word, tag) == ("'", "POS") else tag_of_mark(word)
        for word, tag in zip(written, tagger.tag(written), strict=True)
    ]
