"""Relevance of one quantity in the log, without the statistics that are derived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from tb_rnnviz.core.statistics import DERIVED, relative_score, score
from tb_rnnviz.log_format.damaged_record import DamagedRecordError


class RelevanceTable(NamedTuple):
    """Statistics of every feature and unit of a quantity.

    Attributes:
        features: Names of the rows.
        statistics: Names of the columns.
        array: Float32 (features, statistics, units).
    """

    features: Sequence[str]
    statistics: Sequence[str]
    array: np.ndarray

    def column(self, statistic: str) -> np.ndarray:
        """Returns one statistic, (features, units)."""
        return self.array[:, list(self.statistics).index(statistic)]


def encode_relevance(table: RelevanceTable) -> tuple[dict[str, Any], np.ndarray]:
    """Drops the derived statistics.

    Returns:
        The entries `features` and `statistics` of the content of the tag, and the array to store.
    """
    stored = [index for index, name in enumerate(table.statistics) if name not in DERIVED]
    statistics = [table.statistics[index] for index in stored]
    content = {"features": list(table.features), "statistics": statistics}
    return content, table.array[:, stored]


def decode_relevance(content: Mapping[str, Any], array: np.ndarray) -> RelevanceTable:
    """Adds the derived statistics; logs of earlier versions lack the score, too.

    Raises:
        DamagedRecordError: if the array lacks a feature or statistic that the content names.

    Example:
        >>> content = {"features": ["space"], "statistics": ["prominence", "difference"]}
        >>> table = decode_relevance(content, np.array([[[0.5, 0.25], [0.25, 0.25]]]))
        >>> table.statistics, table.array[0, 2:].round(3).tolist()
        (['prominence', 'difference', 'score', 'relevance'], [[0.75, 0.5], [1.0, 0.667]])
    """
    features, statistics = list(content["features"]), list(content["statistics"])
    if array.ndim != 3 or array.shape[:2] != (len(features), len(statistics)):
        raise DamagedRecordError(
            f"Its array has the shape {array.shape}, its metadata name {len(features)} features "
            f"and {len(statistics)} statistics."
        )
    table = RelevanceTable(features, statistics, array)
    if "score" in statistics:
        derived = {"relevance": relative_score(table.column("score"))}
        index = statistics.index("score") + 1
    elif {"prominence", "difference"} <= set(statistics):
        scores = score(table.column("prominence"), table.column("difference"))
        derived = {"score": scores, "relevance": relative_score(scores)}
        index = statistics.index("difference") + 1
    else:
        return table
    if set(derived) & set(statistics):
        return table
    statistics[index:index] = derived
    columns = np.stack(list(derived.values()), axis=1)
    array = np.insert(array, [index] * len(derived), columns, axis=1)
    return RelevanceTable(features, statistics, array)
