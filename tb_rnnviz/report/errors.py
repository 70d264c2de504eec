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

OPENING, CLOSING = list("([{"), list(")]}")

DISTANCES = tuple(2**power for power in range(13))
"""Tokens from an opening bracket to its closing one at which bins begin; the last one ends them."""


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


def kinds_of_errors(probability: np.ndarray, baseline: Baseline) -> dict[str, Any]:
    """What kind of error every token is, as the log's text holds it.

    Args:
        probability: What the network gave to each token before reading it, (tokens,); NaN where
            it predicted none.
        baseline: What `baseline_of` found for the same tokens.

    Returns:
        `error` uint8 (tokens,), places in `error_categories`, 255 where nothing was predicted.
    """
    anatomy = analysis.error_anatomy(probability, baseline.oracles, samples=0)
    return {"error": anatomy.kinds, "error_categories": anatomy.categories}


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
        "closing": _closing(flat, probability, baseline, [len(sequence) for sequence in tokens]),
    }


def _closing(
    tokens: Sequence[str], probability: np.ndarray, baseline: Baseline, lengths: Sequence[int]
) -> list[dict[str, Any]]:
    """The gain on closing brackets by their distance to the opening one, without empty bins."""
    if not set(CLOSING).intersection(tokens):
        return []
    gain = analysis.bracket_gain(
        tokens,
        probability,
        baseline.probability,
        opening=OPENING,
        closing=CLOSING,
        edges=DISTANCES,
        lengths=lengths,
    )
    return [
        {
            "first": int(gain.low[place]),
            "end": int(gain.high[place]) + 1,
            "count": int(gain.count[place]),
            "network": brief(gain.model[place], 4),
            "n-gram": brief(gain.baseline[place], 4),
            "error": brief(gain.error[place], 3),
        }
        for place in np.flatnonzero(gain.count)
    ]
