"""Oracles: simple predictors that would have avoided an error, whatever the model."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_lengths
from tb_rnnviz.analysis.errors.validation import THRESHOLD, as_tokens
from tb_rnnviz.analysis.errors.word_spans import Words, begins_word, find_words
from tb_rnnviz.analysis.ngram import KneserNey

ORDERS = 9
"""Highest order of the n-gram oracles by default."""

MEMORY = (100, 500, 1000, 5000)
"""Tokens of the memory oracles by default."""

RARE = 5
"""Most occurrences of a rare word by default."""

Part = tuple[str, float | None]
"""Category and level of an oracle: `("n-gram", 3)`, `("word model", None)`."""


@dataclass(frozen=True, eq=False)
class Oracles:
    """The first oracle that predicts each token of a text.

    Args:
        parts: category and level of the oracles, in their order.
        first: index into `parts`, (tokens,); -1 if no oracle applies.
    """

    parts: tuple[Part, ...]
    first: NDArray[np.int16]


def error_oracles(
    tokens: Sequence[str],
    training: Sequence[str],
    *,
    lengths: Sequence[int] | None = None,
    orders: int = ORDERS,
    memory: Sequence[int] = MEMORY,
    rare: int = RARE,
    first_letters: bool = True,
    ngrams: ArrayLike | None = None,
) -> Oracles:
    """Finds the first oracle that predicts each token, the simplest oracle first.

    The oracles are those of Karpathy, Johnson and Fei-Fei (2015, arXiv:1506.02078, section 4.4),
    in their order. None depends on the model: oracles are computed once per text, and
    `error_anatomy` at each epoch.

    1. `n-gram`, level n = 1 to `orders`: a Kneser-Ney model of order n, fitted to `training`,
       assigns the token more than 0.5.
    2. `memory`, level n of `memory`: the whole word that contains the token occurs in the n tokens
       before it.
    3. `rare word`, level k = 0 to `rare`: the word occurs k times in `training`.
    4. `word model`: the token follows a blank or a quotation mark, so that it begins a word.
    5. `punctuation`: the token contains no letter, no digit and no blank.

    Words are runs of letters, digits and underscores. If tokens are longer than a character, each
    token that contains a letter or a digit is a word, and begins one.

    Args:
        tokens: the text that the model is tested on: strings (tokens,), or one string for its
            characters.
        training: the text that it was trained on, in the same kind of tokens.
        lengths: tokens of each sequence of `tokens`; one sequence by default.
        orders: the highest order of the n-gram models; 9 by default.
        memory: numbers of preceding tokens that are searched for a word, ascending; 100, 500,
            1,000 and 5,000 by default.
        rare: the largest number of occurrences of a rare word; 5 by default.
        first_letters: if true, memory applies to the first token of a word, too; if false, that
            token is left to the later oracles, because memory does not choose the word. True by
            default.
        ngrams: probabilities (orders, tokens) by models of order 1, 2, ..., from
            `KneserNey.by_order`; computed by default.

    Returns:
        The `Oracles`.

    Raises:
        ValueError: if an argument does not fit, or `training` is shorter than `orders`.

    Example:
        >>> oracles = error_oracles("the cat! the cat", "the dog the dog the dog ", orders=2)
        >>> [oracles.parts[first] for first in oracles.first[4:8]]
        [('rare word', 0), ('rare word', 0), ('rare word', 0), ('punctuation', None)]
    """
    tokens = as_tokens(tokens)
    training = as_tokens(training, "training")
    sequences = as_lengths(lengths, len(tokens))
    levels = sorted(set(memory))
    if any(n < 1 for n in levels) or rare < 0 or orders < 0:
        raise ValueError(
            "`memory` must list numbers of tokens of at least 1, `rare` and `orders` be at least "
            f"0. Received: memory={memory!r}, rare={rare!r}, orders={orders!r}."
        )
    words = find_words(tokens, sequences)
    in_words = np.flatnonzero(_is_in_word(words, len(tokens)))
    word = np.repeat(np.arange(len(words.texts)), words.ends - words.starts)

    oracles: list[tuple[Part, NDArray[np.bool_]]] = []
    if ngrams is None:
        rows = _ngram_probabilities(tokens, training, sequences, orders)
    else:
        rows = _as_ngrams(ngrams, len(tokens))
    oracles += [(("n-gram", n), row > THRESHOLD) for n, row in enumerate(rows, 1)]
    distance = np.full(len(tokens), np.inf)
    distance[in_words] = in_words - _previous_occurrence(words, sequences)[word]
    if not first_letters:
        distance[words.starts] = np.inf
    oracles += [(("memory", n), distance <= n) for n in levels]
    counts = np.full(len(tokens), -1)
    counts[in_words] = _occurrences(words, training)[word]
    oracles += [(("rare word", k), counts == k) for k in range(rare + 1)]
    oracles.append((("word model", None), begins_word(tokens, sequences)))
    oracles.append((("punctuation", None), _is_punctuation(tokens)))

    first = np.full(len(tokens), -1, np.int16)
    for index, (_, applies) in enumerate(oracles):
        first[applies & (first < 0)] = index
    return Oracles(tuple(part for part, _ in oracles), first)


def _as_ngrams(ngrams: ArrayLike, tokens: int) -> NDArray[np.float64]:
    rows = np.asarray(ngrams, np.float64)
    if rows.ndim != 2 or rows.shape[1] != tokens:
        raise ValueError(
            f"`ngrams` must have the shape (orders, {tokens}). Received: shape {rows.shape}."
        )
    return rows


def _ngram_probabilities(
    tokens: list[str], training: list[str], lengths: NDArray[np.intp], orders: int
) -> NDArray[np.float64]:
    if not orders:
        return np.empty((0, len(tokens)))
    ids = {token: i for i, token in enumerate(dict.fromkeys([*training, *tokens]))}
    model = KneserNey(orders)
    model.fit(np.array([ids[token] for token in training], np.int64), vocabulary=len(ids))
    return model.by_order(np.array([ids[token] for token in tokens], np.int64), lengths.tolist())


def _is_in_word(words: Words, size: int) -> NDArray[np.bool_]:
    change = np.zeros(size + 1, np.int8)
    np.add.at(change, words.starts, 1)
    np.add.at(change, words.ends, -1)
    return np.cumsum(change[:size]) > 0


def _previous_occurrence(words: Words, lengths: NDArray[np.intp]) -> NDArray[np.float64]:
    """Returns the first token of each word's previous occurrence, -inf without one."""
    sequence = np.searchsorted(np.cumsum(lengths), words.starts, side="right").tolist()
    last_index: dict[tuple[int, str], int] = {}
    previous = np.full(len(words.texts), -np.inf)
    for index, key in enumerate(zip(sequence, words.texts, strict=True)):
        if key in last_index:
            previous[index] = words.starts[last_index[key]]
        last_index[key] = index
    return previous


def _occurrences(words: Words, training: list[str]) -> NDArray[np.intp]:
    counts = Counter(find_words(training, np.array([len(training)])).texts)
    return np.fromiter((counts[word] for word in words.texts), np.intp, len(words.texts))


def _is_punctuation(tokens: list[str]) -> NDArray[np.bool_]:
    by_token = {
        token: bool(token.strip()) and not any(c.isalnum() or c.isspace() for c in token.strip())
        for token in set(tokens)
    }
    return np.fromiter((by_token[token] for token in tokens), bool, len(tokens))
