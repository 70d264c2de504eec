"""`Survey`: statistics of the units of a model over a corpus."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis.word_responses import QUANTILES, WordResponses
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.vocabulary import separator_of
from tb_rnnviz.corpus.feature_association import FeatureAssociation, feature_association
from tb_rnnviz.corpus.problems import Problems
from tb_rnnviz.corpus.quantity_statistics import QuantityStatistics
from tb_rnnviz.corpus.survey_file import read_survey, write_survey
from tb_rnnviz.corpus.survey_settings import CONTEXT_BEFORE, SurveySettings
from tb_rnnviz.corpus.survey_statistics import SurveyStatistics
from tb_rnnviz.features import Feature

KINDS = ("highest", "lowest", "random")
"""Kinds of contexts."""


@dataclass(frozen=True, eq=False)
class SurveyedWords(WordResponses):
    """Responses of every unit to words, from a survey.

    Quantiles are of all occurrences of a word if these are no more than `sampled`, and of a random
    sample of that size otherwise.

    Attributes:
        names: Name of each word.
        sampled: Number of occurrences that the quantiles are of, int64 (words,).
    """

    names: list[str]
    sampled: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Contexts:
    """Steps of a corpus with the text around them.

    Attributes:
        positions: Positions in the corpus, in tokens from its beginning, int64 (contexts,).
        values: Activity of the unit at each, float32 (contexts,).
        text: Text around each.
        tokens: Tokens around each.
        index: Index of the step in the tokens of each.
    """

    positions: NDArray[np.int64]
    values: NDArray[np.float32]
    text: list[str]
    tokens: list[list[str]]
    index: list[int]

    def __len__(self) -> int:
        return len(self.positions)


class SurveyedQuantity:
    """Statistics of the units of one quantity of a layer over a corpus.

    Args:
        statistics: The statistics.
    """

    def __init__(self, statistics: QuantityStatistics):
        self._statistics = statistics

    @property
    def count(self) -> NDArray[np.int64]:
        """Number of steps, (units,)."""
        return self._statistics.moments.count

    @property
    def mean(self) -> NDArray[np.float64]:
        """Mean activity, (units,)."""
        return np.where(self.count > 0, self._statistics.moments.mean, np.nan)

    @property
    def variance(self) -> NDArray[np.float64]:
        """Mean squared deviation from the mean, (units,)."""
        return self._statistics.moments.variance

    @property
    def minimum(self) -> NDArray[np.float64]:
        """Lowest activity, (units,)."""
        return np.where(self.count > 0, self._statistics.moments.minimum, np.nan)

    @property
    def maximum(self) -> NDArray[np.float64]:
        """Highest activity, (units,)."""
        return np.where(self.count > 0, self._statistics.moments.maximum, np.nan)

    @property
    def echo(self) -> NDArray[np.float64]:
        """Share of the variance that the token just read explains, (units,), 0 to 1.

        It is over the steps of the words that are counted; NaN for a constant unit.
        """
        words = self._statistics.words
        counted = words.weight > 0
        count, sums = words.weight[counted, None], words.sums[counted]
        total = self._statistics.features.word_squares - sums.sum(axis=0) ** 2 / max(count.sum(), 1)
        between = (sums**2 / count).sum(axis=0) - sums.sum(axis=0) ** 2 / max(count.sum(), 1)
        share = np.divide(between, total, out=np.full(total.shape, np.nan), where=total > 0)
        return np.clip(share, 0, 1)

    def quantile(self, share: float) -> NDArray[np.float64]:
        """Returns a quantile of the activity, (units,).

        Args:
            share: Share of the steps below it, 0 to 1.

        Returns:
            The quantile, to less than `quantile_error`, of all steps of a small corpus and of a
            random sample of the steps of every shard of a large one.

        Raises:
            ValueError: If the share is not between 0 and 1.
        """
        if not 0 <= share <= 1:
            raise ValueError(f"A quantile is at a share from 0 to 1. Received: {share!r}.")
        return self._statistics.histogram.quantile(0, share)

    @property
    def quantile_error(self) -> NDArray[np.float64]:
        """Width of the bins of each unit, (units,): at most 1/512 of its range."""
        return self._statistics.histogram.width

    def share_below(self, value: float) -> NDArray[np.float64]:
        """Returns the share of the steps whose activity is below a value, (units,)."""
        return self._statistics.histogram.share_below(0, value)

    def density(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Returns edges (units, bins + 1) and shares of steps (units, bins)."""
        counts = self._statistics.histogram.counts[0]
        total = np.maximum(counts.sum(axis=1, keepdims=True), 1)
        return self._statistics.histogram.edges, counts / total

    def __repr__(self) -> str:
        return f"SurveyedQuantity({len(self.count)} units, {int(self.count.max()):,} steps)"


class SurveyedLayer(Mapping):
    """Statistics of a layer, a mapping of its quantities by name."""

    def __init__(self, path: str, quantities: dict[str, QuantityStatistics]):
        self.path, self._quantities = path, quantities

    def __getitem__(self, quantity: str) -> SurveyedQuantity:
        if quantity not in self._quantities:
            raise KeyError(
                f"Layer {self.path!r} has no quantity {quantity!r} in this survey. "
                f"Surveyed: {list(self._quantities)}"
            )
        return SurveyedQuantity(self._quantities[quantity])

    def __iter__(self) -> Iterator[str]:
        return iter(self._quantities)

    def __len__(self) -> int:
        return len(self._quantities)

    def __repr__(self) -> str:
        return f"SurveyedLayer({self.path!r}: {', '.join(self)})"


class Survey(Mapping):
    """Statistics of the units over a corpus, a mapping of the layers by path.

    `tb_rnnviz.survey` computes it. `docs/corpus.md` has the formulas and the errors.

    Args:
        statistics: The statistics.
        settings: Settings of the survey.
        problems: Sentences about parts that could not be read.

    Attributes:
        problems: Sentences that say which parts of the corpus could not be read.

    Example:
        >>> import keras, numpy as np
        >>> import tb_rnnviz as rv
        >>> model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(3, 4),
        ...     keras.layers.LSTM(2, return_sequences=True)])
        >>> survey = rv.survey(model, np.array([0, 1, 2, 1] * 20), vocabulary=["a", "b", "c"])
        >>> survey.tokens, survey["lstm"]["hidden_state"].mean.shape
        (80, (2,))
        >>> response = survey.response("lstm", "hidden_state")
        >>> response.names, response.count.tolist(), response.mean.shape
        (['b', 'a', 'c'], [40, 20, 20], (3, 2))
        >>> survey.contexts("lstm", "hidden_state", 0, "highest").text[0][-3:] in "abcbabcb"
        True
    """

    def __init__(
        self,
        statistics: SurveyStatistics,
        settings: SurveySettings,
        problems: list[str] | None = None,
    ):
        self._statistics, self._settings = statistics, settings
        self.problems = list(problems or [])

    @property
    def tokens(self) -> int:
        """Number of tokens of the corpus that were read."""
        return self._statistics.tokens

    @property
    def layers(self) -> tuple[str, ...]:
        """Paths of the layers."""
        return tuple(dict.fromkeys(key.layer for key in self._statistics.quantities))

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features."""
        return self._settings.features

    @property
    def vocabulary(self) -> list[str] | None:
        """Name of every id, `None` without names."""
        names = self._settings.vocabulary
        return None if names is None else list(names)

    @property
    def absent(self) -> dict[str, str]:
        """Reasons why layers or quantities are missing."""
        return dict(self._statistics.absent)

    def __getitem__(self, layer: str) -> SurveyedLayer:
        quantities = {
            key.quantity: statistics
            for key, statistics in self._statistics.quantities.items()
            if key.layer == layer
        }
        if not quantities:
            raise KeyError(f"No layer {layer!r} in this survey. Surveyed: {list(self.layers)}")
        return SurveyedLayer(layer, quantities)

    def __iter__(self) -> Iterator[str]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __repr__(self) -> str:
        inner = ", ".join(f"{path}: {list(self[path])}" for path in self)
        lacks = f"; {len(self.problems)} problems" if self.problems else ""
        return f"Survey({self.tokens:,} tokens; {inner}{lacks})"

    def response(self, layer: str, quantity: str, *, change: bool = True) -> SurveyedWords:
        """Returns the responses of every unit to words, as `analysis.word_responses`.

        Args:
            layer: Path of the layer.
            quantity: Name of the quantity.
            change: If true, the response is the change of the activity at the word, as in RNNVis;
                otherwise the activity.

        Returns:
            The words that occur, the most frequent first, with count, mean and quantiles.
        """
        statistics, number = self._find(layer, quantity)
        count = statistics.words.weight
        order = np.argsort(-count, kind="stable")
        order = order[count[order] > 0]
        sums = statistics.words.sums[order]
        if change:
            sums = sums - statistics.words_before.sums[order]
        units = sums.shape[1]
        quantiles = np.full((len(QUANTILES), len(order), units), np.nan)
        sampled = np.zeros(len(order), np.int64)
        sample = self._statistics.word_sample
        if sample is not None:
            values = sample.values[number]
            if change:
                values = values - sample.before[number]
            for row, word in enumerate(order):
                first, last = np.searchsorted(sample.group, [word, word + 1])
                occurrences = values[first:last]
                occurrences = occurrences[np.isfinite(occurrences).all(axis=1)]
                sampled[row] = len(occurrences)
                if len(occurrences):
                    quantiles[:, row] = np.quantile(occurrences, QUANTILES, axis=0)
        words = np.array(self._settings.words, np.int64)[order]
        return SurveyedWords(
            words=words,
            count=count[order].astype(np.int64),
            mean=sums / count[order, None],
            quantiles=quantiles,
            names=self._settings.names(words.tolist()),
            sampled=sampled,
        )

    def association(self, feature: str | Feature, layer: str, quantity: str) -> FeatureAssociation:
        """Returns the association of every unit with a feature.

        Args:
            feature: The feature or its name, one of `features`.
            layer: Path of the layer.
            quantity: Name of the quantity.

        Raises:
            KeyError: If the survey has no such feature, layer or quantity.
        """
        name = feature if isinstance(feature, str) else feature.name
        names = [other.name for other in self.features]
        if name not in names:
            raise KeyError(
                f"No feature {name!r} in this survey. Surveyed: {names}. Pass it to "
                "survey(..., features=[...])."
            )
        statistics, _ = self._find(layer, quantity)
        is_numeric = list(self._settings.is_numeric)
        return feature_association(statistics, names.index(name), name, is_numeric)

    def contexts(
        self, layer: str, quantity: str, unit: int, kind: str | float = "highest"
    ) -> Contexts:
        """Returns steps of the corpus and the text around them.

        Args:
            layer: Path of the layer.
            quantity: Name of the quantity.
            unit: Index of the unit.
            kind: `"highest"` or `"lowest"` activity, strongest first; `"random"`; or a share from
                0 to 1 for the sampled steps that are nearest to that quantile.

        Raises:
            KeyError: If there is no such layer or quantity.
            ValueError: If there is no such unit or kind.
        """
        statistics, number = self._find(layer, quantity)
        units = statistics.moments.count.size
        if (
            isinstance(unit, bool)
            or not isinstance(unit, int | np.integer)
            or not 0 <= unit < units
        ):
            raise ValueError(
                f"A unit of {layer!r}, {quantity!r} is an integer from 0 to {units - 1}. "
                f"Received: {unit!r}."
            )
        if kind in KINDS[:2]:
            extremes, sign = statistics.highest, 1
            if kind == "lowest":
                extremes, sign = statistics.lowest, -1
            rows = np.flatnonzero(extremes.positions[:, unit] >= 0)
            return self._contexts(
                extremes.positions[rows, unit],
                sign * extremes.values[rows, unit],
                extremes.contexts[rows, unit],
            )
        is_share = isinstance(kind, (int, float)) and not isinstance(kind, bool) and 0 <= kind <= 1
        if kind != "random" and not is_share:
            raise ValueError(
                f"Contexts are {', '.join(map(repr, KINDS))}, or a share from 0 to 1. "
                f"Received: {kind!r}."
            )
        sample = self._statistics.sample
        if sample is None:
            raise ValueError("This survey has no sample of steps.")
        values = sample.values[number][:, unit]
        rows = np.flatnonzero(np.isfinite(values))
        if is_share:
            distance = np.abs(
                values[rows] - SurveyedQuantity(statistics).quantile(float(kind))[unit]
            )
            rows = rows[np.argsort(distance, kind="stable")]
        rows = rows[: self._settings.top]
        return self._contexts(sample.position[rows], values[rows], sample.contexts[rows])

    def _contexts(
        self, positions: NDArray[np.int64], values: NDArray, ids: NDArray[np.int32]
    ) -> Contexts:
        tokens = [self._settings.names(row[row >= 0].tolist()) for row in ids]
        separator = separator_of(self._settings.vocabulary or ["0 "])
        if self._settings.vocabulary is None:
            separator = " "
        index = [int((row[:CONTEXT_BEFORE] >= 0).sum()) for row in ids]
        text = [separator.join(row) for row in tokens]
        return Contexts(positions, values, text, tokens, index)

    def merge(self, other: Survey) -> Survey:
        """Returns the survey of the two corpora together, the other one behind this one.

        Positions of the other one are moved behind this corpus. Words that only one of the two
        counted are left out, which `problems` says.

        Args:
            other: A survey of the same model with the same features, layers and quantities.

        Raises:
            ValueError: If the two differ in these.
        """
        self._check_mergeable(other)
        words = sorted(set(self._settings.words) & set(other._settings.words))
        parts = [copy.deepcopy(part._statistics) for part in (self, other)]
        lost = len(set(self._settings.words) ^ set(other._settings.words))
        for part, survey in zip(parts, (self, other), strict=True):
            if len(words) < len(survey._settings.words):
                part.select_words(np.searchsorted(survey._settings.words, words))
        parts[1].move(parts[0].span)
        parts[0].merge(parts[1])
        settings = replace(
            self._settings,
            words=tuple(words),
            has_other_words=self._settings.has_other_words or lost > 0,
            word_sample=min(self._settings.word_sample, other._settings.word_sample),
        )
        problems = Problems(self.problems, quiet=True)
        for problem in other.problems:
            problems.add(problem)
        if lost:
            problems.add(f"{lost:,} words were counted in one of two merged surveys, and left out.")
        return Survey(parts[0], settings, problems.listed)

    def _check_mergeable(self, other: Survey) -> None:
        if not isinstance(other, Survey):
            raise ValueError(f"A survey is merged with a survey. Received: {type(other).__name__}.")
        for name, described in _DESCRIPTIONS.items():
            mine, others = described(self), described(other)
            if mine != others:
                raise ValueError(
                    f"Surveys are merged if they have the same {name}. Received: "
                    f"{str(mine)[:200]} and {str(others)[:200]}."
                )

    def save(self, path: str | os.PathLike) -> None:
        """Writes the survey to one file, which `Survey.load` reads.

        Args:
            path: The file; one of that name is replaced.

        Raises:
            OSError: If it cannot be written.
        """
        header = {"settings": self._settings.as_json(), "problems": self.problems}
        write_survey(path, self._statistics, header)

    @classmethod
    def load(cls, path: str | os.PathLike) -> Survey:
        """Reads a survey that `save` wrote.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If it is no survey, damaged, or of a later version.
        """
        statistics, header = read_survey(path)
        return cls(statistics, SurveySettings.from_json(header["settings"]), header["problems"])

    def _find(self, layer: str, quantity: str) -> tuple[QuantityStatistics, str]:
        """Returns the statistics of a quantity, and its name in the samples."""
        _ = self[layer][quantity]
        key = QuantityKey(layer, quantity)
        quantities: dict[QuantityKey, Any] = self._statistics.quantities
        return quantities[key], str(list(quantities).index(key))


_DESCRIPTIONS: dict[str, Callable[[Survey], Any]] = {
    "layers, quantities and numbers of units": lambda survey: {
        path: {name: survey[path][name].count.size for name in survey[path]} for path in survey
    },
    "features": lambda survey: [feature.spec() for feature in survey.features],
    "vocabulary": lambda survey: survey.vocabulary,
    "top": lambda survey: survey._settings.top,
}
"""Everything that two surveys to merge have in common."""
