"""Findings of a recording as a list, which notebooks show as a table."""

from __future__ import annotations

import html
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import SupportsIndex, overload

import numpy as np
from numpy.typing import ArrayLike

from tb_rnnviz.core.finding import Finding
from tb_rnnviz.core.statistics import STATISTIC_INFO
from tb_rnnviz.features import Feature
from tb_rnnviz.recording import Recording
from tb_rnnviz.report.errors import n_gram_baseline
from tb_rnnviz.report.match_features import as_features, content_of, text_of
from tb_rnnviz.report.report import report

SHOWN_ROWS = 50
"""Findings that a table shows at most."""


class Findings(list[Finding]):
    """Findings of a recording, strongest first: a list that notebooks show as a table.

    A slice is a table, too: `findings[:10]`.

    Example:
        >>> from tb_rnnviz.core.finding import Finding
        >>> Findings([Finding(feature="space", layer="lstm", quantity="hidden_state", unit=41,
        ...                   count=161, effect=3.1, auc=0.98, q=3e-9, p_family=0.001)])
        1 finding
        feature  layer  quantity      unit  count  effect  AUC       q  p_family
        space    lstm   hidden_state    41    161    +3.1  0.98  3e-09     0.001
    """

    @overload
    def __getitem__(self, index: SupportsIndex) -> Finding: ...

    @overload
    def __getitem__(self, index: slice) -> Findings: ...

    def __getitem__(self, index: SupportsIndex | slice) -> Finding | Findings:
        if isinstance(index, slice):
            return Findings(super().__getitem__(index))
        return super().__getitem__(index)

    def __repr__(self) -> str:
        if not self:
            return self._caption()
        columns = [column.lines() for column in _columns(self[:SHOWN_ROWS])]
        lines = ["  ".join(cells).rstrip() for cells in zip(*columns, strict=True)]
        return "\n".join([self._caption(), *lines, *self._rest()])

    def _repr_html_(self) -> str:
        """Returns the table that a notebook shows."""
        columns = _columns(self[:SHOWN_ROWS])
        head = "".join(f"<th>{html.escape(column.label)}</th>" for column in columns)
        lines = zip(*(column.cells for column in columns), strict=True)
        rows = ["".join(f"<td>{html.escape(cell)}</td>" for cell in cells) for cells in lines]
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        rest = "".join(f"<p>{line}</p>" for line in self._rest())
        return (
            f"<table><caption>{self._caption()}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>{rest}"
        )

    def _caption(self) -> str:
        return f"{len(self)} finding{'' if len(self) == 1 else 's'}"

    def _rest(self) -> list[str]:
        return [f"and {len(self) - SHOWN_ROWS} more"] if len(self) > SHOWN_ROWS else []


def find(
    recording: Recording,
    features: Sequence[Feature] | str | os.PathLike | None = None,
    *,
    content: str | None = None,
    suggestions: int = 2,
    band: tuple[float, float] = (0.0, 0.5),
    columns: Mapping[str, ArrayLike] | None = None,
    corpus: Sequence[str] | None = None,
) -> Findings:
    """Finds the units of a recording that are associated with features of its text.

    These are the findings that the callback logs and the tab shows for the same recording and
    arguments, without ablation effects, which need the model (`rv.ablate`). Every unit of every
    quantity is tested for every feature, and q is corrected over all of these tests
    (Benjamini and Hochberg 1995); `docs/analysis/relevance.md` describes the statistics.

    Args:
        recording: A recording with tokens, from `rv.record`, `rv.load` or `rv.generate`.
        features: Features, or the path of a YAML file of features. Defaults to the features of the
            callback, which follow from the content of the text, such as comments and strings for
            source code and quotations for prose (`docs/features.md`).
        content: Content of the text: a kind, such as `"prose"`, or a language, such as `"c++"`.
            Defaults to what the tokens are recognised as.
        suggestions: Units to suggest for each feature in each quantity, at most. Defaults to 2.
        band: Lowest and highest frequency of a spectral peak, cycles per token. Defaults to all.
        columns: Numbers (tokens,) by name, sequences one after the other, for the features that
            read a column of the text, such as `probability`. The columns of the probe are there
            without it. Defaults to none.
        corpus: The tokens that the model was trained on. With them, partial effects also exclude
            the surprisal under n-grams. Defaults to none.

    Returns:
        The significant findings (q or `within_q` of at most 0.05), strongest first: what a unit
        remembers before echoes, states before gates, then by effect size
        (`docs/echo-and-memory.md`). Numbers have four significant digits.

    Raises:
        TypeError: If `recording` is not a recording.
        ValueError: If the recording has no tokens, or another argument is not as described.

    Example:
        >>> import keras, numpy as np
        >>> import tb_rnnviz as rv
        >>> keras.utils.set_random_seed(0)
        >>> model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(2, 4),
        ...     keras.layers.LSTM(3, return_sequences=True)])
        >>> ids = np.random.default_rng(0).integers(0, 2, 200)
        >>> findings = rv.find(rv.record(model, rv.Probe("noise", ids, vocabulary=["a", " "])))
        >>> findings[0].layer, findings[0].is_significant
        ('lstm', True)
    """
    if not isinstance(recording, Recording):
        hint = " Pass its `recording`." if hasattr(recording, "recording") else ""
        raise TypeError(
            "`recording` must be a Recording, as rv.record() and rv.load() return it. "
            f"Received: {type(recording).__name__}.{hint}"
        )
    if recording.tokens is None and not recording.channels:
        recording.texts()  # raises an error that says what is missing
    named = None if content is None else content_of(text_of(recording, {}), content)
    baseline = None if corpus is None else n_gram_baseline(recording.texts(), corpus)
    results = report(
        recording,
        as_features(features),
        content=named,
        suggestions=suggestions,
        band=band,
        columns={
            **recording.columns,
            **{name: np.asarray(values) for name, values in (columns or {}).items()},
        },
        baseline=baseline,
    )
    return Findings(results.digest.findings)


_TABLE_STATISTICS = tuple(name for name, info in STATISTIC_INFO.items() if info.in_table)


@dataclass(frozen=True)
class _Column:
    """Column of the table: its head and a cell per finding."""

    label: str
    cells: list[str]
    is_number: bool

    def lines(self) -> list[str]:
        """Head and cells, padded to one width."""
        width = max(map(len, [self.label, *self.cells]))
        texts = [self.label, *self.cells]
        return [text.rjust(width) if self.is_number else text.ljust(width) for text in texts]


def _columns(findings: Sequence[Finding]) -> list[_Column]:
    """Columns of the table; those of evidence that no finding has are left out."""
    names = [finding.feature for finding in findings]
    identity = [
        _Column("feature", [name if name.isprintable() else repr(name) for name in names], False),
        _Column("layer", [finding.layer for finding in findings], False),
        _Column("quantity", [finding.quantity for finding in findings], False),
        _Column("unit", [str(finding.unit) for finding in findings], True),
    ]
    counts = ["" if finding.count is None else str(finding.count) for finding in findings]
    labels = [finding.response.label if finding.response else "" for finding in findings]
    statistics = [_statistic_column(findings, name) for name in _TABLE_STATISTICS]
    words = [
        _Column(name, [getattr(finding, name) or "" for finding in findings], False)
        for name in ("evidence", "kind")
    ]
    evidence = [
        _Column("count", counts, True),
        *statistics,
        *words,
        _Column("response", labels, False),
    ]
    return identity + [column for column in evidence if any(column.cells)]


def _statistic_column(findings: Sequence[Finding], name: str) -> _Column:
    info = STATISTIC_INFO[name]
    numbers = [getattr(finding, name) for finding in findings]
    cells = [format(n, info.number_format) if math.isfinite(n) else "" for n in numbers]
    return _Column(info.label, cells, True)
