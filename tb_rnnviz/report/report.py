"""Report of one recording: findings, spectra, memory, diagnoses, errors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.analysis.context import TokenContexts
from tb_rnnviz.analysis.relevance import ComputedStatistics, FeatureTests
from tb_rnnviz.analysis.unit_kinds import ORDERS
from tb_rnnviz.core.axis import with_noun_of
from tb_rnnviz.core.content import Content
from tb_rnnviz.core.digest import Digest
from tb_rnnviz.core.explanations import GradientReach
from tb_rnnviz.core.finding import Finding, sort_findings
from tb_rnnviz.core.names import QuantityKey, is_state
from tb_rnnviz.core.parallel import parallel_map
from tb_rnnviz.features import (
    Feature,
    Frequency,
    Text,
    reads_recent_values,
    reads_the_present,
)
from tb_rnnviz.recording import LayerActivity, Recording
from tb_rnnviz.report.candidates import (
    Candidates,
    choose_units,
    listed_once,
    swing_candidates,
)
from tb_rnnviz.report.describe_finding import (
    FeatureAssociation,
    FeatureSeries,
    describe_findings,
)
from tb_rnnviz.report.diagnoses import diagnose
from tb_rnnviz.report.errors import Baseline, error_analysis
from tb_rnnviz.report.findings import ConsumedText, QuantityStatistics, correct_quantities
from tb_rnnviz.report.gallery import gallery, units_by_kind
from tb_rnnviz.report.match_features import (
    content_of,
    default_features_of,
    match_features,
    text_of,
)
from tb_rnnviz.report.matrices import matrix_summaries
from tb_rnnviz.report.memory import layer_memory, memory_summary
from tb_rnnviz.report.recent_tokens import recent_features
from tb_rnnviz.report.spectral_peaks import spectral_peaks
from tb_rnnviz.report.standard_scores import with_standard_scores, without_within
from tb_rnnviz.report.swing import Swing
from tb_rnnviz.report.types import Report
from tb_rnnviz.report.unit_kinds import unit_kinds
from tb_rnnviz.report.value_range import unit_ranges, value_range

ALL_FREQUENCIES = (0.0, 0.5)
"""Band of a spectrum, cycles per token."""

UNCORRECTED = ComputedStatistics(q=False)
"""Statistics of each quantity; q is over all quantities and features together."""


def report(
    recording: Recording,
    features: Sequence[Feature] | None,
    *,
    content: Content | None = None,
    loss: float | None = None,
    suggestions: int = 2,
    band: tuple[float, float] = ALL_FREQUENCIES,
    generated: bool = False,
    columns: Mapping[str, np.ndarray] | None = None,
    baseline: Baseline | None = None,
    predicts_tokens: bool = True,
    reach: Sequence[GradientReach] = (),
    distance: int | None = None,
) -> Report:
    """Computes the report of a recording.

    Args:
        recording: A recording with tokens.
        features: Features to test every unit for, `None` for those that follow from the content.
            Those that cannot be matched are in the digest with the reason.
        content: Content of the text. Defaults to what its tokens are recognised as.
        loss: Loss of the model on these tokens, nats per token. Defaults to unknown.
        suggestions: Units to suggest for each feature in each quantity, at most.
        band: Lowest and highest frequency of a spectral peak, cycles per token.
        generated: True for text that the model generated.
        columns: Numbers (tokens,) by name for the features that read one, such as `probability`,
            the probability that the model gave to the token before reading it. Defaults to none.
        baseline: The n-gram model's predictions of the text, for the error analysis and the column
            `surprise`. Defaults to none.
        predicts_tokens: True if the column `probability` is of tokens, and not of classes; only
            then there is an error analysis. Defaults to true.
        reach: Reach of the loss gradient by layer and state, for the diagnoses. Defaults to
            unknown.
        distance: Tokens from the beginning of a typical sequence to its only target, for the
            diagnoses. Defaults to none.

    Returns:
        The report, without layers whose steps are not the tokens.
    """
    recording = recording.on_tokens()
    columns = dict(columns or {})
    if baseline is not None:
        columns["surprise"] = baseline.surprisal
    text = text_of(recording, columns)
    content = content or content_of(text)
    features = default_features_of(recording, content) if features is None else features
    values, matches = match_features(features, text)
    present = {feature.name for feature in features if reads_the_present(feature, text.channels)}
    layers = [recording[path] for path in recording.layers]
    read = [layer for layer in layers if layer.mask.any()]
    confounds = _confounds(text, columns)
    tokens = text.ids
    recent = recent_features(values, tokens, text.lengths) | {
        feature.name for feature in features if reads_recent_values(feature, text.channels)
    }
    texts: dict[str, ConsumedText] = {}
    by_mask: dict[bytes, ConsumedText] = {}
    for layer in read:
        mask = layer.mask.tobytes()
        if mask not in by_mask:
            by_mask[mask] = _consumed_text(layer, values, present, confounds, tokens)
        texts[layer.path] = by_mask[mask]
    results = parallel_map(
        lambda quantity: _quantity_result(*quantity, band),
        [(layer, quantity, texts[layer.path]) for layer in read for quantity in layer],
    )
    statistics, swings, tests = _corrected(results)
    states = [each for each in statistics if each.all_kinds is not None]
    memory = {layer.path: rows for layer in read if (rows := layer_memory(layer)) is not None}
    summaries = {path: memory_summary(*result) for path, result in memory.items()}
    ranges: dict[str, dict[str, Any]] = {layer.path: {} for layer in layers}
    for result in results:
        ranges[result.key.layer][result.key.quantity] = result.range
    errors = None
    if baseline is not None and predicts_tokens and "probability" in columns:
        errors = error_analysis(columns["probability"], text.sequences, baseline)
    digest = Digest(
        tokens=len(text.flat),
        sequences=len(text.lengths),
        generated=generated,
        loss=loss,
        content=content,
        tagger=text.tagger,
        features=matches,
        findings=tuple(sort_findings(_findings(statistics, swings, suggestions), recent=recent)),
        tests=tests,
        kinds=_kinds(states),
        gallery=gallery(states, text.flat),
        units={layer.path: layer.units for layer in layers},
        ranges=ranges,
        errors=errors,
        doctor=tuple(
            diagnosis
            for layer in read
            for diagnosis in diagnose(
                layer,
                [each for each in reach if each.layer == layer.path],
                summaries.get(layer.path),
                distance,
            )
        ),
        memory=summaries,
        absent=_absent(recording),
    )
    return Report(
        digest,
        values,
        relevance={each.key: each.relevance_array() for each in statistics if values},
        peaks={result.key: result.statistics.peaks for result in results},
        saturation={
            result.key: result.saturation for result in results if result.saturation is not None
        },
        unit_ranges={result.key: result.unit_ranges for result in results},
        memory={QuantityKey(path, quantity): rows for path, (quantity, rows) in memory.items()},
        spectra={result.key: result.spectrum for result in results},
        matrices=matrix_summaries(recording),
    )


@dataclass(frozen=True, eq=False)
class _QuantityResult:
    """Results for one quantity.

    Attributes:
        spectrum: Frequency (groups,), amplitude (groups, units), number of bins before pooling.
        statistics: Associations, q over this quantity alone, and spectral peaks.
        swing: Associations of the swing of a state, otherwise `None`.
        range: Range of the values, an entry of `ranges` in a digest.
        unit_ranges: Robust range of every unit, float32 (2, units).
        saturation: Saturation of a gate, float32 (2, units), otherwise `None`.
    """

    spectrum: tuple[np.ndarray, np.ndarray, int]
    statistics: QuantityStatistics
    swing: QuantityStatistics | None
    range: Mapping[str, Any]
    unit_ranges: np.ndarray
    saturation: np.ndarray | None

    @property
    def key(self) -> QuantityKey:
        return self.statistics.key


def _consumed_text(
    layer: LayerActivity,
    values: Mapping[str, np.ndarray],
    present: Collection[str],
    confounds: np.ndarray,
    tokens: np.ndarray,
) -> ConsumedText:
    """The tokens that a layer consumed.

    Args:
        layer: The layer.
        values: Values of the features by name, (tokens,).
        present: Names of those that the values of the same step of a signal decide.
        confounds: Properties of the tokens, (tokens, columns).
        tokens: Index of the token at every step, (tokens,).
    """
    _, mask = layer.consumed(next(iter(layer)))
    lengths = layer.consumed_lengths
    ids = tokens[mask]
    return ConsumedText(
        lengths,
        np.flatnonzero(mask),
        ids,
        {
            name: FeatureSeries(value[mask], lengths, name in present)
            for name, value in values.items()
        },
        confounds[mask],
        FeatureTests(
            [value[mask] for value in values.values()], len(ids), lengths=lengths, tokens=ids
        ),
        TokenContexts(ids, len(ids), ORDERS, lengths=lengths),
    )


def _quantity_result(
    layer: LayerActivity, quantity: str, text: ConsumedText, band: tuple[float, float]
) -> _QuantityResult:
    """Computes the results for one quantity of a layer.

    Args:
        layer: The layer.
        quantity: Name of the quantity.
        text: The tokens that the layer consumed.
        band: Lowest and highest frequency of a spectral peak, cycles per token.
    """
    activity, _ = layer.consumed(quantity)
    range_of_values = value_range(activity)
    spectrum, peaks = spectral_peaks(activity, text.lengths, band)
    has_all_peaks = not range_of_values["missing"] and band == ALL_FREQUENCIES
    statistics = QuantityStatistics(
        key=QuantityKey(layer.path, quantity),
        text=text,
        activity=activity,
        peaks=peaks,
        relevances=_relevances(activity, text),
        known_peaks=peaks if has_all_peaks else None,
    )
    swing = None
    if is_state(quantity):
        kinds = unit_kinds(quantity, activity, text.contexts, statistics.known_peaks)
        statistics = replace(statistics, all_kinds=kinds)
        moving = Swing(activity, text.lengths)
        swing = replace(
            statistics,
            activity=moving,
            peaks=np.full_like(peaks, np.nan),
            relevances=_relevances(moving, text),
            aspect="swing",
        )
    saturation = None
    if layer.roles[quantity]:
        gate = analysis.saturation(activity)
        saturation = np.stack([gate.left, gate.right]).astype(np.float32)
    return _QuantityResult(
        spectrum,
        statistics,
        swing,
        range_of_values,
        unit_ranges(activity),
        saturation,
    )


def _relevances(activity: np.ndarray | Swing, text: ConsumedText) -> list[analysis.Relevance]:
    """Relevance of the units to every feature."""
    if not text.features:
        return []
    relevances = text.tests.relevances(activity, UNCORRECTED)
    return [
        without_within(relevance) if series.is_of_present else relevance
        for relevance, series in zip(
            with_standard_scores(relevances, activity), text.features.values(), strict=True
        )
    ]


def _corrected(
    results: Sequence[_QuantityResult],
) -> tuple[list[QuantityStatistics], list[QuantityStatistics | None], int]:
    """Statistics and swings with one q over all, and the number of tests."""
    swings = [result.swing for result in results if result.swing is not None]
    corrected, tests = correct_quantities([*(result.statistics for result in results), *swings])
    rest = iter(corrected[len(results) :])
    return (
        corrected[: len(results)],
        [None if result.swing is None else next(rest) for result in results],
        tests,
    )


def _findings(
    statistics: Sequence[QuantityStatistics],
    swings: Sequence[QuantityStatistics | None],
    suggestions: int,
) -> list[Finding]:
    """Findings of all quantities, those of one feature chosen together."""
    aspects = [*statistics, *(swing for swing in swings if swing is not None)]
    pairs = [(level, swing) for level, swing in zip(statistics, swings, strict=True) if swing]
    chosen = []
    for row in range(len(statistics[0].relevances) if statistics else 0):
        levels = [Candidates(each.key, each.relevances[row], suggestions) for each in statistics]
        moving = [
            swing_candidates(swing.key, swing.relevances[row], level.relevances[row], suggestions)
            for level, swing in pairs
        ]
        chosen.append(choose_units([*levels, *moving]))
    by_aspect = list(zip(*chosen, strict=True)) if chosen else [()] * len(aspects)
    associations = parallel_map(
        lambda entry: entry[0].associations(entry[1]), list(zip(aspects, by_aspect, strict=True))
    )
    by_text: dict[int, list[FeatureAssociation]] = {}
    for aspect, entries in zip(aspects, associations, strict=True):
        by_text.setdefault(id(aspect.text), []).extend(entries)
    described = [describe_findings(entries) for entries in by_text.values()]
    return listed_once([finding for findings in described for finding in findings])


def _kinds(states: Sequence[QuantityStatistics]) -> dict[str, dict[str, dict[str, list[int]]]]:
    """Units by kind, by layer and state."""
    kinds: dict[str, dict[str, dict[str, list[int]]]] = {}
    for state in states:
        kinds.setdefault(state.key.layer, {})[state.key.quantity] = units_by_kind(state.kinds)
    return kinds


def _confounds(text: Text, columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """Properties of the tokens that a feature may merely accompany, (tokens, columns).

    The frequency of the token, its position in the sequence and, if known, its surprisal.
    """
    position = np.concatenate([np.zeros(0), *(np.arange(length) for length in text.lengths)])
    confounds = [Frequency("frequency").values(text), position]
    if "surprise" in columns:
        surprisal = columns["surprise"]
        confounds.append(np.where(np.isfinite(surprisal), surprisal, np.nan))
    return np.stack(confounds, axis=1)


def _absent(recording: Recording) -> tuple[Mapping[str, Any], ...]:
    """Quantities without a recorded or unmasked token, with the reason."""
    masked = {
        (path, quantity): with_noun_of(recording[path].axis, "every token is masked")
        for path in recording.layers
        if not recording[path].mask.any()
        for quantity in recording[path]
    }
    return tuple(
        {"layer": layer, "quantity": quantity, "reason": reason}
        for (layer, quantity), reason in (recording.absent | masked).items()
    )
