"""What a model gets wrong, and what would have avoided it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.report.numbers import brief

ORDERS = 9
"""The longest n-grams; the surprise of a token is under these, too."""

CORPUS_TOKENS = 300_000
"""Tokens of the training text that are counted, at most; the last ones."""

SAMPLES = 5
"""Errors of each kind whose place is told."""

GAINS = 10
"""Distinct tokens that are told at either end: gained most, lost most."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """What simple models make of a text; it does not look at the network.

    Attributes:
        oracles: For every token the first oracle that would have got it right.
        probability: What the n-gram model of order `ORDERS` gives to each token, (tokens,).
    """

    oracles: analysis.Oracles
    probability: np.ndarray

    @property
    def surprise(self) -> np.ndarray:
        """-log probability, nats, (tokens,)."""
        with np.errstate(divide="ignore"):
            return -np.log(self.probability)


def baseline_of(tokens: Sequence[Sequence[str]], corpus: Sequence[str]) -> Baseline:
    """Counts a training text and reads another one by it.

    Args:
        tokens: The tokens of every sequence.
        corpus: The tokens that the network learnt from.
    """
    flat = [token for sequence in tokens for token in sequence]
    lengths = [len(sequence) for sequence in tokens]
    learnt = list(corpus[-CORPUS_TOKENS:])
    orders = min(ORDERS, len(learnt))
    number = {token: place for place, token in enumerate(dict.fromkeys([*learnt, *flat]))}
    model = analysis.KneserNey(orders)
    model.fit(np.array([number[token] for token in learnt]), vocabulary=len(number))
    rows = model.by_order(np.array([number[token] for token in flat]), lengths)
    oracles = analysis.error_oracles(flat, learnt, lengths=lengths, ngrams=rows)
    return Baseline(oracles, rows[-1])


def described_errors(
    probability: np.ndarray, tokens: Sequence[Sequence[str]], baseline: Baseline
) -> dict[str, Any]:
    """The errors as an entry of the digest.

    Args:
        probability: What the network gave to each token before reading it, (tokens,); NaN where
            it predicted none.
        tokens: The tokens of every sequence.
        baseline: What `baseline_of` found for them.
    """
    anatomy = analysis.error_anatomy(probability, baseline.oracles, samples=SAMPLES)
    flat = [token for sequence in tokens for token in sequence]
    gain = analysis.token_gain(flat, probability, baseline.probability)
    ends = [*range(len(gain.tokens))]
    told = ends if len(ends) <= 2 * GAINS else [*ends[:GAINS], *ends[-GAINS:]]
    both = {"network": probability, "n-gram": baseline.probability}
    shared = analysis.shared_errors(both)
    return {
        "predicted": anatomy.predicted,
        "errors": anatomy.errors,
        "shares": {name: brief(share) for name, share in anatomy.shares.items()},
        "slices": [
            {
                "category": part.category,
                "level": part.level,
                "count": part.count,
                "share": brief(part.share),
                "positions": part.positions.tolist(),
            }
            for part in anatomy.slices
            if part.count
        ],
        "shared": {" and ".join(who): count for who, count in shared.items()},
        "gain": [
            {
                "token": gain.tokens[place],
                "count": int(gain.count[place]),
                "network": brief(gain.model[place], 4),
                "n-gram": brief(gain.baseline[place], 4),
            }
            for place in told
        ],
    }
