"""`SurveyStatistics`: all mergeable statistics of a corpus or of a shard."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.corpus.extremes import Extremes
from tb_rnnviz.corpus.feature_sums import FeatureSums
from tb_rnnviz.corpus.group_sums import GroupSums
from tb_rnnviz.corpus.histogram import Histogram
from tb_rnnviz.corpus.moments import Moments
from tb_rnnviz.corpus.quantity_statistics import QuantityStatistics
from tb_rnnviz.corpus.step_sample import StepSample

_PARTS: dict[str, type] = {
    "moments": Moments,
    "histogram": Histogram,
    "words": GroupSums,
    "words_before": GroupSums,
    "features": FeatureSums,
    "feature_histogram": Histogram,
    "highest": Extremes,
    "lowest": Extremes,
}


@dataclass
class SurveyStatistics:
    """Statistics of the tokens of a corpus or of a part of it.

    Attributes:
        tokens: Number of tokens.
        outside: Number of tokens outside the vocabulary, which were left out.
        span: Number of positions of the corpus, those of parts that were left out included.
        quantities: Statistics by quantity.
        word_sample: Sampled steps of each word; empty without words.
        sample: Sampled steps of all.
        absent: Reasons why a quantity is missing, by layer and quantity.
    """

    tokens: int = 0
    outside: int = 0
    span: int = 0
    quantities: dict[QuantityKey, QuantityStatistics] = field(default_factory=dict)
    word_sample: StepSample | None = None
    sample: StepSample | None = None
    absent: dict[str, str] = field(default_factory=dict)

    def merge(self, other: SurveyStatistics) -> None:
        """Adds the tokens of another part, which has the same quantities."""
        self.tokens += other.tokens
        self.outside += other.outside
        self.span = max(self.span, other.span)
        self.absent = other.absent | self.absent
        if not self.quantities:
            self.quantities = other.quantities
            self.word_sample, self.sample = other.word_sample, other.sample
            return
        for key, statistics in other.quantities.items():
            self.quantities[key].merge(statistics)
        for name in ("word_sample", "sample"):
            mine, others = getattr(self, name), getattr(other, name)
            if mine is not None and others is not None:
                mine.merge(others)

    def move(self, positions: int) -> None:
        """Moves all positions behind those of another corpus."""
        for statistics in self.quantities.values():
            for extremes in (statistics.highest, statistics.lowest):
                extremes.positions = extremes.positions + positions * (extremes.positions >= 0)
        for sample in (self.word_sample, self.sample):
            if sample is not None:
                sample.position = sample.position + positions
        self.span += positions

    def select_words(self, words: NDArray[np.intp]) -> None:
        """Drops all words but some, by their indices in ascending order.

        Associations within equal words are undefined afterwards, as their sums are over all words.
        """
        for statistics in self.quantities.values():
            for sums in (statistics.words, statistics.words_before):
                sums.weight, sums.sums = sums.weight[words], sums.sums[words]
            features = statistics.features
            features.word_weight = features.word_weight[words]
            features.word_squares = np.full_like(features.word_squares, np.nan)
            features.word_products = np.full_like(features.word_products, np.nan)
        if (sample := self.word_sample) is not None and len(sample.group):
            index_of = np.full(int(max(sample.group.max(), words.max(initial=0))) + 1, -1)
            index_of[words] = np.arange(len(words))
            group = index_of[sample.group]
            rows = np.flatnonzero(group >= 0)
            sample.group, sample.hash = group[rows], sample.hash[rows]
            sample.position, sample.contexts = sample.position[rows], sample.contexts[rows]
            sample.values = {key: array[rows] for key, array in sample.values.items()}
            sample.before = {key: array[rows] for key, array in sample.before.items()}

    def arrays(self) -> dict[str, NDArray]:
        """Returns all statistics as arrays by name."""
        arrays = {"size": np.array([self.tokens, self.outside, self.span])}
        for number, statistics in enumerate(self.quantities.values()):
            arrays |= _arrays(statistics, f"{number}/")
        for name in ("word_sample", "sample"):
            if (sample := getattr(self, name)) is not None:
                arrays |= _arrays(sample, f"{name}/")
        return arrays

    def keys(self) -> list[list[str]]:
        """Returns layer and quantity of each number in the names of `arrays`."""
        return [list(key) for key in self.quantities]

    @classmethod
    def from_arrays(
        cls, keys: list[list[str]], absent: dict[str, str], arrays: dict[str, NDArray]
    ) -> SurveyStatistics:
        """Returns the statistics whose `keys`, `absent` and `arrays` are as stated."""
        tokens, outside, span = (int(number) for number in arrays["size"])
        statistics = cls(tokens, outside, span, absent=dict(absent))
        for number, (layer, quantity) in enumerate(keys):
            parts: dict[str, Any] = {
                name: part(**_under(arrays, f"{number}/{name}/")) for name, part in _PARTS.items()
            }
            parts |= {name: arrays[f"{number}/{name}"] for name in ("auc_sums", "shards")}
            key = QuantityKey(layer, quantity)
            statistics.quantities[key] = QuantityStatistics(**parts)
        for name in ("word_sample", "sample"):
            if f"{name}/group" in arrays:
                sample: dict[str, Any] = dict(_under(arrays, f"{name}/"))
                sample |= {kind: _under(arrays, f"{name}/{kind}/") for kind in ("values", "before")}
                setattr(statistics, name, StepSample(**sample))
        return statistics


def _arrays(part: Any, prefix: str) -> dict[str, NDArray]:
    arrays: dict[str, NDArray] = {}
    for entry in fields(part):
        value = getattr(part, entry.name)
        if is_dataclass(value):
            arrays |= _arrays(value, f"{prefix}{entry.name}/")
        elif isinstance(value, dict):
            arrays |= {f"{prefix}{entry.name}/{key}": array for key, array in value.items()}
        else:
            arrays[f"{prefix}{entry.name}"] = value
    return arrays


def _under(arrays: dict[str, NDArray], prefix: str) -> dict[str, NDArray]:
    """Returns the arrays directly under a prefix, by the rest of their names."""
    rest = {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }
    return {name: array for name, array in rest.items() if "/" not in name}
