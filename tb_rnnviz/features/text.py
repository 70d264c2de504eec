"""`Text`: the tokens of a text, their words, sentences and parts of speech."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.core.vocabulary import separator_of
from tb_rnnviz.features.penn_tags import tag_of_mark
from tb_rnnviz.features.running_text import RunningText
from tb_rnnviz.features.signal_states import signal_states
from tb_rnnviz.features.subwords import Joiner, joiner_for
from tb_rnnviz.features.tagger import Tagger, best_tagger
from tb_rnnviz.features.token_columns import checked_columns, column_of
from tb_rnnviz.features.treebank import Word, as_treebank, find_sentences


class Text:
    """Sequences of tokens, which may be characters or words.

    Words, sentences and tags are those of the running text of each sequence, so that a character
    has a word and a word a sentence. The running text joins the tokens without a separator, or with
    spaces if they are words and none of them begins or ends with a blank. Subwords are joined to
    the text that they stand for: `▁Ro stov`, `Ġfox` and `tr ##ick` are Rostov, fox and trick.

    Args:
        sequences: Sequences of tokens, each token a string. Lengths may differ.
        columns: Numbers or booleans (tokens,) by name, sequences one after the other; such as
            `probability`, the model's probability of each token. Defaults to none.

    Raises:
        ValueError: if a token is no string, or a column does not fit the tokens.

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
        self._channels: Mapping[str, NDArray] | None = None
        self.sequences = tuple(tuple(sequence) for sequence in sequences)
        for index, sequence in enumerate(self.sequences):
            for token in sequence:
                if not isinstance(token, str):
                    raise ValueError(
                        "Every token must be a string; map ids to tokens first. "
                        f"Received: {token!r} ({type(token).__name__}) in sequence {index}."
                    )
        self.columns = checked_columns(columns or {}, len(self.flat))

    @classmethod
    def of_signal(
        cls,
        lengths: Sequence[int],
        channels: Mapping[str, ArrayLike],
        columns: Mapping[str, ArrayLike] | None = None,
    ) -> "Text":
        """Returns the steps of a signal, which have values in the place of tokens.

        Features read a channel as a column of the same name.

        Args:
            lengths: Steps of each sequence.
            channels: Numbers (steps,) by name, sequences one after the other.
            columns: Further columns, as for `Text`.

        Example:
            >>> signal = Text.of_signal([2, 1], {"heat": [20.0, 31.0, 35.0]})
            >>> signal.is_signal, signal.lengths, signal.column("heat").tolist()
            (True, (2, 1), [20.0, 31.0, 35.0])
        """
        signal = cls([[""] * int(length) for length in lengths], {**channels, **(columns or {})})
        signal._channels = {name: signal.columns[name] for name in channels}
        return signal

    @property
    def is_signal(self) -> bool:
        """True for the steps of a signal, which have no tokens."""
        return self._channels is not None

    @cached_property
    def ids(self) -> NDArray[np.intp]:
        """Index of every token among the distinct ones, or of the state of a signal."""
        if self._channels is not None:
            return signal_states(self._channels, len(self.flat))
        indices: dict[str, int] = {}
        return np.array([indices.setdefault(token, len(indices)) for token in self.flat], np.intp)

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels of a signal."""
        return tuple(self._channels or ())

    def __repr__(self) -> str:
        return f"Text({len(self.sequences)} sequences, {len(self.flat)} tokens)"

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """Number of tokens of every sequence."""
        return tuple(len(sequence) for sequence in self.sequences)

    @cached_property
    def flat(self) -> tuple[str, ...]:
        """Tokens of all sequences, one after the other."""
        return tuple(token for sequence in self.sequences for token in sequence)

    @cached_property
    def running(self) -> tuple[RunningText, ...]:
        """Running text of every sequence, with the positions of its tokens."""
        if self._join is not None:
            return tuple(RunningText.joined(*self._join(sequence)) for sequence in self.sequences)
        return tuple(RunningText.of(sequence, self._separator) for sequence in self.sequences)

    @cached_property
    def written(self) -> tuple[str, ...]:
        """Text of every token in the running text, without white space around a word."""
        texts = (text for running in self.running for text in running.token_texts())
        return tuple(text.strip() or text for text in texts)

    @cached_property
    def sentences(self) -> tuple[list[list[Word]], ...]:
        """Sentences of every sequence, each a list of its words and punctuation marks."""
        return tuple(find_sentences(running.text) for running in self.running)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Word or punctuation mark that every token lies in, "" for white space."""
        return self._per_token(lambda sentence: [word.text for word in sentence])

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """Penn tag of the word that every token lies in, "" for white space.

        Raises:
            ImportError: if no tagger is installed.
        """
        tagger = best_tagger()
        tags = self._per_token(lambda sentence: _tags(tagger, sentence))
        self._tagger = tagger.name
        return tags

    @property
    def tagger(self) -> str | None:
        """Name and version of the tagger; None until tags were asked for."""
        return self._tagger

    def column(self, name: str) -> NDArray[np.bool_] | NDArray[np.float64]:
        """Returns the column of a name, (tokens,).

        Raises:
            MissingColumn: if the text has none of that name.
        """
        return column_of(self.columns, name)

    def matching(self, condition: Callable[[str], bool]) -> NDArray[np.bool_]:
        """Returns booleans (tokens,), true where a condition on single tokens is true.

        Args:
            condition: Condition on a token; it is called once for each distinct token. A subword
                matches as it is, or by the text that it stands for.
        """
        by_token = {token: condition(token) for token in set(self.flat)}
        matches = np.fromiter((by_token[token] for token in self.flat), bool, len(self.flat))
        if self._join is None:
            return matches
        by_text = {text: condition(text) for text in set(self.written)}
        return matches | np.fromiter((by_text[text] for text in self.written), bool, len(matches))

    def at_token_ends(self, values: Callable[[str], NDArray]) -> NDArray:
        """Returns values (tokens,) at the last character of every token.

        Args:
            values: Returns a value per character of a running text.
        """
        return _joined([running.at_token_ends(values(running.text)) for running in self.running])

    def overlapping(self, spans: Callable[[str], Iterable[tuple[int, int]]]) -> NDArray[np.bool_]:
        """Returns booleans (tokens,), true where a token shares a character with a span.

        Args:
            spans: Returns start and end of the spans of a running text.
        """
        overlaps = [running.overlapping(spans(running.text)) for running in self.running]
        return _joined(overlaps).astype(bool)

    @property
    def has_subwords(self) -> bool:
        """True if the tokens have the markers of a subword tokenizer."""
        return self._join is not None

    @cached_property
    def _join(self) -> Joiner | None:
        return joiner_for(self.sequences)

    @cached_property
    def _separator(self) -> str:
        return separator_of(self.flat)

    def _per_token(self, label: Callable[[list[Word]], list[str]]) -> tuple[str, ...]:
        """Labels the words of every sentence, and returns the label of each token's word."""
        token_labels: list[str] = []
        for running, sentences in zip(self.running, self.sentences, strict=True):
            ends = [word.end for sentence in sentences for word in sentence]
            labels = [text for sentence in sentences for text in label(sentence)]
            texts = running.token_texts()
            for text, start in zip(texts, running.starts.tolist(), strict=True):
                word_label = labels[bisect_right(ends, start)] if text.strip() else ""
                token_labels.append(word_label)
        return tuple(token_labels)


def _joined(arrays: list[NDArray]) -> NDArray:
    return np.concatenate(arrays) if arrays else np.zeros(0)


def _tags(tagger: Tagger, sentence: list[Word]) -> list[str]:
    """Tags a sentence; marks have their own tags, except a possessive apostrophe."""
    written = as_treebank(sentence)
    return [
        tag if any(c.isalnum() for c in word) or (word, tag) == ("'", "POS") else tag_of_mark(word)
        for word, tag in zip(written, tagger.tag(written), strict=True)
    ]
