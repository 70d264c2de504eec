"""What is found in a recording: features, relevance, spectra, saturation, suggested units."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.features import Feature, Text
from tb_rnnviz.recording import Recording

STATISTICS = (
    "prominence", "difference", "score", "relevance", "effect", "auc", "p", "q", "p_family",
)  # fmt: skip
"""Rows of a relevance array, each one number a unit; q is over everything that was tested."""

SPECTRUM_BINS = 128
"""Bins of a spectrum in the log; neighbours are pooled by their maximum."""

PIECE = 1 << 20
"""Values of an activity that are read at once."""

PEAK = ("frequency", "amplitude", "prominence")
"""Columns of a peaks array, one row a unit."""

SIGNIFICANT = 0.05
"""The rate of false discoveries up to which a finding stands."""

RANGE_SAMPLE = 1 << 20
"""Values that the colour limit is estimated from at most."""

Place = tuple[str, str]
"""A layer's path and a quantity."""


@dataclass
class Report:
    """Everything found in one recording.

    Attributes:
        digest: What fits into a page: counts, suggested units, ranges (`docs/log_format.md`).
        features: By feature, one value a token, boolean or number, (tokens,).
        relevance: By place, float32 (features, statistics, units).
        peaks: By place, float32 (units, 3): frequency, amplitude, prominence.
        saturation: By place of a gate, float32 (2, units).
        spectra: By place, the pooled spectrum: frequency (groups,), amplitude (groups, units),
            and the number of bins before pooling.
    """

    digest: dict[str, Any]
    features: dict[str, np.ndarray]
    relevance: dict[Place, np.ndarray] = field(default_factory=dict)
    peaks: dict[Place, np.ndarray] = field(default_factory=dict)
    saturation: dict[Place, np.ndarray] = field(default_factory=dict)
    spectra: dict[Place, tuple[np.ndarray, np.ndarray, int]] = field(default_factory=dict)


def report(
    recording: Recording,
    features: Sequence[Feature],
    *,
    loss: float | None = None,
    suggestions: int = 2,
    band: tuple[float, float] = (0.0, 0.5),
    generated: bool = False,
    columns: Mapping[str, np.ndarray] | None = None,
) -> Report:
    """Looks for every feature in every quantity of a recording.

    Args:
        recording: A recording with tokens.
        features: What to look for.
        loss: The model's loss on these tokens in nats per token, if it is known.
        suggestions: Units to suggest for each feature in each quantity.
        band: Frequencies in cycles per token among which peaks are looked for.
        generated: Whether the model wrote the text itself.
        columns: By name, one number a token, (tokens,), for the features that read one.

    Returns:
        A `Report`. A feature that cannot be looked for is in the digest with the reason.
    """
    text = Text(recording.tokens, columns=columns or {})
    values, entries = _look_for(features, text)
    digest = {
        "tokens": len(text.flat),
        "sequences": len(text.lengths),
        "generated": generated,
        "loss": loss,
        "tagger": text.tagger,
        "features": entries,
        "hypotheses": [],
        "tests": 0,
        "ranges": {path: {} for path in recording.layers},
    }
    found = Report(digest, values)
    measured: dict[Place, list[analysis.Relevance]] = {}
    for place, activity, mask, lengths in _quantities(recording):
        layer, quantity = place
        found.spectra[place], found.peaks[place] = _spectrum(activity, lengths, band)
        if recording[layer].roles[quantity]:
            gate = analysis.saturation(activity)
            found.saturation[place] = np.stack([gate.left, gate.right]).astype(np.float32)
        masked = [value[mask] for value in values.values()]
        measured[place] = analysis.relevances(activity, masked, lengths=lengths) if masked else []
        digest["ranges"][layer][quantity] = _range(activity)
        del activity
    tested = [relevance for relevances in measured.values() for relevance in relevances]
    joint = analysis.joint_q([relevance.p for relevance in tested if relevance.note is None])
    digest["tests"], qs = joint.tests, iter(joint.q)
    for place, relevances in measured.items():
        rows = []
        for name, relevance in zip(values, relevances, strict=True):
            q = next(qs) if relevance.note is None else np.ones_like(relevance.score)
            relevance = replace(relevance, q=q)
            rows.append(np.stack([getattr(relevance, row) for row in STATISTICS]))
            digest["hypotheses"] += _hypotheses(
                name, place, relevance, found.peaks[place], suggestions
            )
        if rows:
            found.relevance[place] = np.stack(rows).astype(np.float32)
    digest["hypotheses"].sort(key=_strength)
    digest["absent"] = [
        {"layer": layer, "quantity": quantity, "reason": reason}
        for (layer, quantity), reason in recording.absent.items()
    ]
    return found


def _strength(hypothesis: dict[str, Any]) -> tuple[bool, float]:
    """Findings that stand first, then by the size of the effect."""
    return not hypothesis["q"] <= SIGNIFICANT, -abs(hypothesis["effect"])


def highest_scores(found: Report) -> dict[str, float]:
    """By feature, the highest score of a hidden state: prominence + difference, not divided by it.

    Relevance itself is relative, so that its highest value is always one.
    """
    scores = {name: [] for name in found.features}
    for (_, quantity), rows in found.relevance.items():
        if quantity == "hidden_state":
            for name, row in zip(found.features, rows, strict=True):
                scores[name] += row[STATISTICS.index("score")].tolist()
    return {
        name: max(finite)
        for name, values in scores.items()
        if (finite := [value for value in values if np.isfinite(value)])
    }


def _look_for(
    features: Sequence[Feature], text: Text
) -> tuple[dict[str, np.ndarray], list[dict[str, Any]]]:
    values, entries = {}, []
    for feature in features:
        entry = {"name": feature.name, "kind": feature.kind, "count": 0, "note": None}
        entries.append(entry)
        try:
            value = np.asarray(feature.values(text))
        except (ImportError, LookupError, ValueError) as error:
            entry["note"] = str(error)
            continue
        values[feature.name] = value
        is_number = value.dtype != bool
        entry["count"] = int(np.isfinite(value).sum() if is_number else value.sum())
        if not entry["count"]:
            entry["note"] = "has no value" if is_number else "matches no token"
        elif not is_number and entry["count"] == len(text.flat):
            entry["note"] = "matches every token"
    return values, entries


def _spectrum(
    activity: np.ndarray, lengths: list[int], band: tuple[float, float]
) -> tuple[tuple[np.ndarray, np.ndarray, int], np.ndarray]:
    """The pooled spectrum of every unit and its strongest peak, some units at a time."""
    pooled, peaks = [], []
    for units in pieces(activity):
        spectrum = analysis.spectrum(activity[:, units], lengths=lengths, band=band)
        frequency, amplitude = analysis.pool_spectrum(spectrum, SPECTRUM_BINS)
        pooled.append(amplitude)
        peaks.append(np.stack([getattr(spectrum.peaks, name) for name in PEAK], axis=1))
    bins = len(spectrum.frequency)
    return (frequency, np.concatenate(pooled, axis=1), bins), np.concatenate(peaks)


def _quantities(
    recording: Recording,
) -> Iterator[tuple[Place, np.ndarray, np.ndarray, list[int]]]:
    """Each quantity without its masked tokens: activity, which tokens, tokens per sequence."""
    for layer in recording.layers:
        for quantity in recording[layer]:
            activity, mask = recording[layer].consumed(quantity)
            if not mask.any():
                recording.absent[layer, quantity] = "every token is masked"
                continue
            kept = recording[layer].mask.sum(axis=1)
            yield (layer, quantity), activity, mask, [int(n) for n in kept if n]


def pieces(activity: np.ndarray) -> Iterator[slice]:
    """Some units of an activity (tokens, units) at a time."""
    tokens, units = activity.shape
    width = max(1, PIECE // max(1, tokens))
    return (slice(first, min(first + width, units)) for first in range(0, units, width))


def _hypotheses(
    feature: str,
    place: Place,
    relevance: analysis.Relevance,
    peaks: np.ndarray,
    most: int,
) -> list[dict[str, Any]]:
    layer, quantity = place
    return [
        {
            "feature": feature,
            "layer": layer,
            "quantity": quantity,
            "unit": suggestion.unit,
            "neighbours": list(suggestion.neighbours),
            "count": relevance.count,
            **{name: _round(getattr(relevance, name)[suggestion.unit]) for name in STATISTICS},
            "peak": _peak(peaks[suggestion.unit]),
        }
        for suggestion in analysis.suggest(relevance, most)
    ]


def _peak(peak: np.ndarray) -> Mapping[str, float] | None:
    if not np.isfinite(peak[0]):
        return None
    return {name: _round(value) for name, value in zip(PEAK, peak, strict=True)}


def _range(activity: np.ndarray) -> dict[str, Any]:
    """Extremes, the 0.999 quantile of the magnitude, and how many values are not finite."""
    low, high, missing, sample = np.inf, -np.inf, 0, []
    stride = max(1, math.prod(activity.shape) // RANGE_SAMPLE)
    for units in pieces(activity):
        piece = activity[:, units].ravel()
        finite = piece[np.isfinite(piece)]
        missing += piece.size - finite.size
        if finite.size:
            low, high = min(low, finite.min()), max(high, finite.max())
            sample.append(np.abs(finite[::stride]))
    if not sample:
        return {"low": None, "high": None, "limit": None, "missing": missing}
    limit = np.quantile(np.concatenate(sample), 0.999)
    return {"low": _round(low), "high": _round(high), "limit": _round(limit), "missing": missing}


def _round(value: Any) -> float:
    """Six significant digits: the log is read by people, too."""
    return float(f"{float(value):.6g}")
