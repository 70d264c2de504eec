"""Error analysis of a model, compared with an n-gram model of its training text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.numbers import round_significant

LONGEST_N_GRAM = 9
"""Order of the n-gram model that gives the surprisal."""

CORPUS_TOKENS = 300_000
"""Tokens of the training text that are counted, at most; the last ones."""

SAMPLES = 5
"""Positions of errors that each slice lists."""

LISTED_GAINS = 10
"""Number of listed tokens with the largest gains, and with the largest losses."""

OPENING, CLOSING = list("([{"), list(")]}")

BRACKET_DISTANCES = tuple(2**power for power in range(13))
"""Edges of the bins of the distance between a pair of brackets, in tokens."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """Predictions of n-gram models for a text, without the network.

    Attributes:
        oracles: First oracle that would have predicted each token.
        probability: Probability of each token under the longest n-grams, (tokens,).
    """

    oracles: analysis.Oracles
    probability: np.ndarray

    @property
    def surprisal(self) -> np.ndarray:
        """-log probability in nats, (tokens,)."""
        with np.errstate(divide="ignore"):
            return -np.log(self.probability)


def n_gram_baseline(tokens: Sequence[Sequence[str]], corpus: Sequence[str]) -> Baseline:
    """Predicts a text with n-gram models of the training text.

    Args:
        tokens: The tokens of every sequence.
        corpus: The tokens that the network was trained on.
    """
    flat = [token for sequence in tokens for token in sequence]
    lengths = [len(sequence) for sequence in tokens]
    counted = list(corpus[-CORPUS_TOKENS:])
    ids = {token: index for index, token in enumerate(dict.fromkeys([*counted, *flat]))}
    model = analysis.KneserNey(min(LONGEST_N_GRAM, len(counted)))
    model.fit(np.array([ids[token] for token in counted]), vocabulary=len(ids))
    probabilities = model.by_order(np.array([ids[token] for token in flat]), lengths)
    oracles = analysis.error_oracles(flat, counted, lengths=lengths, ngrams=probabilities)
    return Baseline(oracles, probabilities[-1])


def classify_errors(probability: np.ndarray, baseline: Baseline) -> dict[str, Any]:
    """Assigns every token to a kind of error, as the text in the log stores it.

    Args:
        probability: Probability that the network gave to each token before reading it, (tokens,);
            NaN without a prediction.
        baseline: Predictions of n-gram models for the same tokens.

    Returns:
        `error` uint8 (tokens,), indices into `error_categories`, 255 without a prediction.
    """
    anatomy = analysis.error_anatomy(probability, baseline.oracles, samples=0)
    return {"error": anatomy.kinds, "error_categories": anatomy.categories}


def error_analysis(
    probability: np.ndarray, tokens: Sequence[Sequence[str]], baseline: Baseline
) -> dict[str, Any]:
    """Analyses the errors of a network, as an entry of the digest.

    Args:
        probability: Probability that the network gave to each token before reading it, (tokens,);
            NaN without a prediction.
        tokens: The tokens of every sequence.
        baseline: Predictions of n-gram models for the same tokens.

    Returns:
        The value of `errors` in a digest, see `docs/log_format.md`.
    """
    anatomy = analysis.error_anatomy(probability, baseline.oracles, samples=SAMPLES)
    flat = [token for sequence in tokens for token in sequence]
    gain = analysis.token_gain(flat, probability, baseline.probability)
    listed = [*range(len(gain.tokens))]
    if len(listed) > 2 * LISTED_GAINS:
        listed = [*listed[:LISTED_GAINS], *listed[-LISTED_GAINS:]]
    both = {"network": probability, "n-gram": baseline.probability}
    shared = analysis.shared_errors(both)
    return {
        "predicted": anatomy.predicted,
        "errors": anatomy.errors,
        "shares": {name: round_significant(share) for name, share in anatomy.shares.items()},
        "slices": [
            {
                "category": part.category,
                "level": part.level,
                "count": part.count,
                "share": round_significant(part.share),
                "positions": part.positions.tolist(),
            }
            for part in anatomy.slices
            if part.count
        ],
        "shared": {" and ".join(models): count for models, count in shared.items()},
        "gain": [
            {
                "token": gain.tokens[index],
                "count": int(gain.count[index]),
                "network": round_significant(gain.model[index], 4),
                "n-gram": round_significant(gain.baseline[index], 4),
            }
            for index in listed
        ],
        "closing": _bracket_gain(
            flat, probability, baseline, [len(sequence) for sequence in tokens]
        ),
    }


def _bracket_gain(
    tokens: Sequence[str], probability: np.ndarray, baseline: Baseline, lengths: Sequence[int]
) -> list[dict[str, Any]]:
    """Gain on closing brackets by the distance to the opening one, without empty bins."""
    if not set(CLOSING).intersection(tokens):
        return []
    gain = analysis.bracket_gain(
        tokens,
        probability,
        baseline.probability,
        opening=OPENING,
        closing=CLOSING,
        edges=BRACKET_DISTANCES,
        lengths=lengths,
    )
    return [
        {
            "first": int(gain.low[index]),
            "end": int(gain.high[index]) + 1,
            "count": int(gain.count[index]),
            "network": round_significant(gain.model[index], 4),
            "n-gram": round_significant(gain.baseline[index], 4),
            "error": round_significant(gain.error[index], 3),
        }
        for index in np.flatnonzero(gain.count)
    ]
