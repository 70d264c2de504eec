"""`SurveySettings`: everything about a survey but the model and the corpus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tb_rnnviz.features import Feature, feature_from

CONTEXT_BEFORE = 40
CONTEXT_AFTER = 20


@dataclass(frozen=True)
class SurveySettings:
    """Settings of a survey, the same for all of its shards.

    Attributes:
        layers: Paths of the layers, `None` for all.
        quantities: Names of the quantities, `None` for all.
        features: The features.
        is_numeric: True for each feature that is numeric.
        vocabulary: Name of every id, `None` without names.
        words: Ids of the words whose responses are counted, ascending.
        has_other_words: True if the vocabulary has further words.
        limit: Number of ids that the model reads, `None` for no limit.
        top: Contexts of each kind for each unit.
        warm_up: Tokens before a row of a stream that are read and not counted.
        word_sample: Steps of each word that are sampled at most.
        histogram_sample: Steps of a shard that its histograms count at most.
        feature_sample: Steps inside and outside a feature that they count at most.
        seed: Seed of the samples.
    """

    layers: tuple[str, ...] | None
    quantities: tuple[str, ...] | None
    features: tuple[Feature, ...]
    is_numeric: tuple[bool, ...]
    vocabulary: tuple[str, ...] | None
    words: tuple[int, ...]
    has_other_words: bool
    limit: int | None
    top: int
    warm_up: int
    word_sample: int
    histogram_sample: int
    feature_sample: int
    seed: int

    def names(self, ids: Any) -> list[str]:
        """Returns the names of ids, or the ids as text."""
        if self.vocabulary is None:
            return [str(i) for i in ids]
        known = len(self.vocabulary)
        return [self.vocabulary[i] if 0 <= i < known else str(i) for i in ids]

    def as_json(self) -> dict[str, Any]:
        """Returns the settings as values of JSON."""
        return asdict(self) | {"features": [feature.spec() for feature in self.features]}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> SurveySettings:
        """Returns the settings that `as_json` described."""
        features: Sequence[Feature] = [feature_from(spec) for spec in values["features"]]
        options: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        return cls(**options | {"features": tuple(features)})
