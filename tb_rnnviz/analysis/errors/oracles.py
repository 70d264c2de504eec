"""What could have predicted each token of a text, whatever the model."""

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
MEMORY = (100, 500, 1000, 5000)
RARE = 5

Part = tuple[str, float | None]
"""A category and its level: `("n-gram", 3)`, `("word model", None)`."""


@dataclass(frozen=True, eq=False)
class Oracles:
    """For every token the first oracle that would have got it right.

    Args:
        parts: the oracles in their order: category and level.
        first: index into `parts`, (tokens,); -1 where none applies.
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
    """Finds for every token what would have predicted it, the simplest first.

    The oracles of Karpathy, Johnson and Fei-Fei (2015, arXiv:1506.02078, section 4.4), in their
    order. None of them looks at a model, so that this is computed once for a text, and
    `error_anatomy` for each epoch.

    1. `n-gram`, level n = 1 to `orders`: a Kneser-Ney model of order n, counted on `training`,
       gives the token more than 0.5.
    2. `memory`, level n of `memory`: the whole word that the token lies in stands in the n tokens
       before it.
    3. `rare word`, level k = 0 to `rare`: the word occurs k times in `training`.
    4. `word model`: the token follows a blank or a quotation mark, so that a word is to be chosen.
    5. `punctuation`: the token holds no letter, no digit and no blank.

    Words are runs of letters, digits and underscores. Where tokens are longer than a character,
    each that holds a letter or a digit is a word of its own, and begins one.

    Args:
        tokens: the text that the model is tested on: strings (tokens,), or one string for its
            characters.
        training: the text that it was trained on, in the same kind of tokens.
        lengths: tokens of each sequence of `tokens`; one sequence by default.
        orders: the longest n-grams; 9 by default.
        memory: how many tokens back a word is looked for, ascending; 100, 500, 1,000 and 5,000 by
            default.
        rare: the largest number of occurrences of a rare word; 5 by default.
        first_letters: whether memory reaches to the first token of a word, though the choice of a
            word is not what it recalls; if false, that token is left to the later oracles. True by
            default.
        ngrams: probabilities (orders, tokens) of models of order 1, 2, ..., where they are known
            already, as `KneserNey.by_order` gives them.

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
    bounds = as_lengths(lengths, len(tokens))
    levels = sorted(set(memory))
    if any(n < 1 for n in levels) or rare < 0 or orders < 0:
        raise ValueError(
            "`memory` must list numbers of tokens of at least 1, `rare` and `orders` be at least "
            f"0. Received: memory={memory!r}, rare={rare!r}, orders={orders!r}."
        )
    words = find_words(tokens, bounds)
    inside = np.repeat(np.arange(len(words.texts)), words.ends - words.starts)
    within = np.flatnonzero(_covered(words, len(tokens)))

    layers: list[tuple[Part, NDArray[np.bool_]]] = []
    for n, row in enumerate(_ngrams(tokens, training, bounds, orders, ngrams), 1):
        layers.append((("n-gram", n), row > THRESHOLD))
    back = np.full(len(tokens), np.inf)
    back[within] = within - _previous(words, bounds)[inside]
    if not first_letters:
        back[words.starts] = np.inf
    layers += [(("memory", n), back <= n) for n in levels]
    counts = np.full(len(tokens), -1)
    counts[within] = _occurrences(words, training)[inside]
    layers += [(("rare word", k), counts == k) for k in range(rare + 1)]
    layers.append((("word model", None), begins_word(tokens, bounds)))
    layers.append((("punctuation", None), _is_punctuation(tokens)))

    first = np.full(len(tokens), -1, np.int16)
    for place, (_, applies) in enumerate(layers):
        first[applies & (first < 0)] = place
    return Oracles(tuple(part for part, _ in layers), first)


def _ngrams(
    tokens: list[str],
    training: list[str],
    lengths: NDArray[np.intp],
    orders: int,
    given: ArrayLike | None,
) -> NDArray[np.float64]:
    if given is not None:
        rows = np.asarray(given, np.float64)
        if rows.ndim != 2 or rows.shape[1] != len(tokens):
            raise ValueError(
                f"`ngrams` must have the shape (orders, {len(tokens)}). "
                f"Received: shape {rows.shape}."
            )
        return rows
    if not orders:
        return np.empty((0, len(tokens)))
    number = {token: i for i, token in enumerate(dict.fromkeys([*training, *tokens]))}
    model = KneserNey(orders)
    model.fit(np.array([number[token] for token in training], np.int64), vocabulary=len(number))
    return model.by_order(np.array([number[token] for token in tokens], np.int64), lengths)


def _covered(words: Words, size: int) -> NDArray[np.bool_]:
    change = np.zeros(size + 1, np.int8)
    np.add.at(change, words.starts, 1)
    np.add.at(change, words.ends, -1)
    return np.cumsum(change[:size]) > 0


def _previous(words: Words, lengths: NDArray[np.intp]) -> NDArray[np.float64]:
    """The first token of the last occurrence of each word before it, -inf where there is none."""
    sequence = np.searchsorted(np.cumsum(lengths), words.starts, side="right").tolist()
    seen: dict[tuple[int, str], int] = {}
    previous = np.full(len(words.texts), -np.inf)
    for place, key in enumerate(zip(sequence, words.texts, strict=True)):
        if key in seen:
            previous[place] = words.starts[seen[key]]
        seen[key] = place
    return previous


def _occurrences(words: Words, training: list[str]) -> NDArray[np.intp]:
    counts = Counter(find_words(training, np.array([len(training)])).texts)
    return np.fromiter((counts[word] for word in words.texts), np.intp, len(words.texts))


def _is_punctuation(tokens: list[str]) -> NDArray[np.bool_]:
    known = {
        token: bool(token.strip()) and not any(c.isalnum() or c.isspace() for c in token.strip())
        for token in set(tokens)
    }
    return np.fromiter((known[token] for token in tokens), bool, len(tokens))
