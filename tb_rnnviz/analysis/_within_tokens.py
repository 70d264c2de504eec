"""Associations of units with features among the occurrences of equal tokens."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis._effect_sizes import LEAST_UNEXPLAINED, complete_cases
from tb_rnnviz.analysis._false_discovery_rate import benjamini_hochberg
from tb_rnnviz.analysis._null_distribution import NullDistribution
from tb_rnnviz.analysis._ranks import mid_ranks
from tb_rnnviz.analysis._unit_blocks import UnitBlock, centre, unit_blocks
from tb_rnnviz.analysis._validation import OutOfCoreActivity
from tb_rnnviz.analysis.token_deviations import token_deviations


@dataclass
class WithinStatistics:
    """Associations within equal tokens for one feature, each (units,).

    NaN if the feature does not vary among the occurrences of any token. `Relevance` defines them.
    """

    within: NDArray[np.float64]
    within_p: NDArray[np.float64]
    within_q: NDArray[np.float64]


def within_associations(
    activity: NDArray | OutOfCoreActivity,
    features: list[NDArray],
    tokens: NDArray[np.intp],
    lengths: NDArray[np.intp],
) -> list[WithinStatistics]:
    """Computes the association of every unit with every feature within equal tokens.

    Args:
        activity: array (steps, units).
        features: booleans or floats (steps,), NaN where missing.
        tokens: index of the token at every step, (steps,).
        lengths: tokens of each sequence.

    Returns:
        The `WithinStatistics` of each feature.
    """
    units = activity.shape[1]
    results = [WithinStatistics(*np.full((3, units), np.nan)) for _ in features]
    kinds = [
        _FeatureKind(features, indices, tokens, lengths, numeric)
        for numeric in (False, True)
        if (indices := _varying(features, tokens, numeric=numeric))
    ]
    if not kinds:
        return results
    for block in unit_blocks(activity):
        for kind in kinds:
            effect, p = kind.statistics(block)
            for row, i in enumerate(kind.indices):
                results[i].within[block.units] = effect[:, row]
                results[i].within_p[block.units] = p[:, row]
    for result in results:
        result.within_q = benjamini_hochberg(result.within_p)
    return results


class _FeatureKind:
    """Boolean or numeric features, relative to their mean over equal tokens.

    Args:
        features: all features, of both kinds.
        indices: indices of the features of this kind.
        tokens: index of the token at every step, (steps,).
        lengths: tokens of each sequence.
        numeric: if true, the features are numeric, otherwise boolean.
    """

    def __init__(
        self,
        features: list[NDArray],
        indices: list[int],
        tokens: NDArray[np.intp],
        lengths: NDArray[np.intp],
        numeric: bool,
    ) -> None:
        self.indices = indices
        self._tokens, self._lengths, self._numeric = tokens, lengths, numeric
        self._features = np.array([features[i] for i in indices], np.float64)
        self._defined = ~np.isnan(self._features)
        ranked = mid_ranks(self._features, self._defined) if numeric else self._features
        deviations = token_deviations(ranked, tokens, self._defined)
        self._null = NullDistribution(_centred(deviations, lengths), lengths)

    def statistics(self, block: UnitBlock) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Returns effects and p-values of a block of units, each (units, features)."""
        effect = np.full((len(block.values), len(self.indices)), np.nan)
        groups: dict[bytes, list[int]] = {}
        for row, defined in enumerate(self._defined):
            groups.setdefault(defined.tobytes(), []).append(row)
        for rows in groups.values():
            for units, complete in complete_cases(block, self._defined[rows[0]]):
                effect[np.ix_(units, np.array(rows))] = _effects(
                    block.values[units][:, complete],
                    self._features[rows][:, complete],
                    self._tokens[complete],
                    numeric=self._numeric,
                )
        series = mid_ranks(block.values, block.finite) if self._numeric else block.values
        deviations = token_deviations(series, self._tokens, block.finite)
        p = self._null.tail(_centred(deviations, self._lengths))
        p[np.isnan(effect)] = np.nan
        return effect, p


def _varying(features: list[NDArray], tokens: NDArray[np.intp], *, numeric: bool) -> list[int]:
    """Returns the indices of the features of one kind that equal tokens do not share."""
    indices = []
    for i, feature in enumerate(features):
        if (feature.dtype != bool) is not numeric:
            continue
        values = feature[None].astype(np.float64)
        if token_deviations(values, tokens, ~np.isnan(values)).any():
            indices.append(i)
    return indices


def _effects(
    values: NDArray[np.float64],
    features: NDArray[np.float64],
    tokens: NDArray[np.intp],
    *,
    numeric: bool,
) -> NDArray[np.float64]:
    """Returns effect sizes within equal tokens, (units, features).

    Args:
        values: units (units, steps).
        features: features (features, steps), none missing.
        tokens: index of the token at every step, (steps,).
        numeric: if true, the features are numeric, otherwise boolean.
    """
    if not tokens.size:
        return np.full((len(values), len(features)), np.nan)
    values = token_deviations(values, tokens)
    features = token_deviations(features, tokens)
    squares = np.einsum("ut,ut->u", values, values)[:, None]
    feature_squares = np.einsum("ft,ft->f", features, features)
    scale = np.sqrt(squares * feature_squares)
    undefined = np.broadcast_to(feature_squares == 0, scale.shape)
    r = np.divide(values @ features.T, scale, out=np.zeros(scale.shape), where=scale > 0)
    unexplained = np.sqrt(np.maximum(1 - r**2, LEAST_UNEXPLAINED))
    degrees = max(tokens.size - np.unique(tokens).size - 1, 1)
    per_deviation = (
        np.full(len(features), 2.0)
        if numeric
        else np.sqrt(degrees / np.where(feature_squares > 0, feature_squares, 1))
    )
    effect = r / unexplained * per_deviation
    effect[undefined] = np.nan
    return effect


def _centred(series: NDArray[np.float64], lengths: NDArray[np.intp]) -> NDArray[np.float64]:
    """Returns series (rows, steps) less the mean of every sequence."""
    if lengths.size == 1:
        return series
    block = UnitBlock(slice(0, len(series)), series.copy(), None, np.zeros(len(series)))
    centre(block, lengths)
    return block.values
