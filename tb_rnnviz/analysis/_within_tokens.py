"""Associations of units with features among the occurrences of equal tokens."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis._effect_sizes import cohens_f, complete_cases, equal_rows
from tb_rnnviz.analysis._false_discovery_rate import benjamini_hochberg
from tb_rnnviz.analysis._matrix_product import matrix_product
from tb_rnnviz.analysis._null_distribution import NullDistribution
from tb_rnnviz.analysis._ranks import mid_ranks
from tb_rnnviz.analysis._unit_blocks import UnitBlock, centre
from tb_rnnviz.analysis.token_deviations import token_deviations


@dataclass
class WithinStatistics:
    """Associations within equal tokens for one feature, each (units,).

    NaN if the feature does not vary among the occurrences of any token. `Relevance` defines them.
    """

    within: NDArray[np.float64]
    within_p: NDArray[np.float64]
    within_q: NDArray[np.float64]


class WithinTests:
    """Features that units are associated with within equal tokens, prepared once.

    Args:
        features: booleans or floats (steps,), NaN where missing.
        tokens: index of the token at every step, (steps,).
        lengths: tokens of each sequence.
    """

    def __init__(
        self, features: list[NDArray], tokens: NDArray[np.intp], lengths: NDArray[np.intp]
    ) -> None:
        self.number, self.tokens = len(features), tokens
        self.kinds = [
            _FeatureKind(features, indices, tokens, lengths, numeric)
            for numeric in (False, True)
            if (indices := _varying(features, tokens, numeric=numeric))
        ]


class WithinAssociations:
    """Associations within equal tokens of one activity, over blocks of units.

    Args:
        tests: the features.
        units: number of units.
    """

    def __init__(self, tests: WithinTests, units: int) -> None:
        self._tests = tests
        self._results = [
            WithinStatistics(*np.full((3, units), np.nan)) for _ in range(tests.number)
        ]

    def add(self, block: UnitBlock, ranks: NDArray[np.float64]) -> None:
        """Computes the associations of more units, with the ranks of their values."""
        if not self._tests.kinds:
            return
        deviations = token_deviations(block.values, self._tests.tokens, block.finite)
        for kind in self._tests.kinds:
            effect, p = kind.statistics(block, deviations, ranks)
            for row, i in enumerate(kind.indices):
                self._results[i].within[block.units] = effect[:, row]
                self._results[i].within_p[block.units] = p[:, row]

    def statistics(self, *, q: bool = True) -> list[WithinStatistics]:
        """Returns the `WithinStatistics` of each feature, `within_q` if `q` is true."""
        for result in self._results if q else ():
            result.within_q = benjamini_hochberg(result.within_p)
        return self._results


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
        self._effects = _WithinEffects(self._features, tokens, numeric=numeric)
        ranked = mid_ranks(self._features, self._defined) if numeric else self._features
        deviations = token_deviations(ranked, tokens, self._defined)
        self._null = NullDistribution(_centred(deviations, lengths), lengths)

    def statistics(
        self, block: UnitBlock, deviations: NDArray[np.float64], ranks: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Returns effects and p-values of a block of units, each (units, features).

        Args:
            block: the units.
            deviations: their values relative to the mean over equal tokens, (units, steps).
            ranks: ranks of their values, (units, steps).
        """
        if block.finite is None and self._defined.all():
            effect = self._effects.of(deviations)
        else:
            effect = self._complete_case_effects(block)
        if self._numeric:
            deviations = token_deviations(ranks, self._tokens, block.finite)
        p = self._null.tail(_centred(deviations, self._lengths))
        p[np.isnan(effect)] = np.nan
        return effect, p

    def _complete_case_effects(self, block: UnitBlock) -> NDArray[np.float64]:
        """Returns the effects at the steps where unit and feature have a value."""
        effect = np.full((len(block.values), len(self.indices)), np.nan)
        for rows, defined in equal_rows(self._defined):
            for units, complete in complete_cases(block, defined):
                tokens = self._tokens[complete]
                effects = _WithinEffects(
                    self._features[rows][:, complete], tokens, numeric=self._numeric
                )
                values = token_deviations(block.values[units][:, complete], tokens)
                effect[np.ix_(units, rows)] = effects.of(values)
        return effect


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


class _WithinEffects:
    """Effect sizes of features within equal tokens.

    Args:
        features: features (features, steps), none missing.
        tokens: index of the token at every step, (steps,).
        numeric: if true, the features are numeric, otherwise boolean.
    """

    def __init__(
        self, features: NDArray[np.float64], tokens: NDArray[np.intp], *, numeric: bool
    ) -> None:
        self._deviations = token_deviations(features, tokens)
        self._squares = np.einsum("ft,ft->f", self._deviations, self._deviations)
        degrees = max(tokens.size - np.unique(tokens).size - 1, 1)
        self._per_deviation = (
            np.full(len(features), 2.0)
            if numeric
            else np.sqrt(degrees / np.where(self._squares > 0, self._squares, 1))
        )

    def of(self, deviations: NDArray[np.float64]) -> NDArray[np.float64]:
        """Returns the effects (units, features) of deviations (units, steps) of units."""
        if not deviations.shape[1]:
            return np.full((len(deviations), len(self._deviations)), np.nan)
        squares = np.einsum("ut,ut->u", deviations, deviations)[:, None]
        scale = np.sqrt(squares * self._squares)
        products = matrix_product(deviations, self._deviations.T)
        r = np.divide(products, scale, out=np.zeros(scale.shape), where=scale > 0)
        effect = cohens_f(r) * self._per_deviation
        effect[:, self._squares == 0] = np.nan
        return effect


def _centred(series: NDArray[np.float64], lengths: NDArray[np.intp]) -> NDArray[np.float64]:
    """Returns series (rows, steps) less the mean of every sequence."""
    if lengths.size == 1:
        return series
    block = UnitBlock(slice(0, len(series)), series.copy(), None, np.zeros(len(series)))
    centre(block, lengths)
    return block.values
