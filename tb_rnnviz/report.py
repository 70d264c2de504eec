"""What is found in a recording: features, relevance, spectra, saturation, suggested units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.features import Feature, Text
from tb_rnnviz.recording import Recording

STATISTICS = ("prominence", "difference", "score", "relevance", "effect")
"""Rows of a relevance array, each one number a unit."""

SPECTRUM_BINS = 128
"""Bins of a spectrum in the log; neighbours are pooled by their maximum."""

RANGE_SAMPLE = 1 << 20
"""Values that the colour limit is estimated from at most."""

Place = tuple[str, str]
"""A layer's path and a quantity."""


@dataclass
class Report:
    """Everything found in one recording.

    Attributes:
        digest: What fits into a page: counts, suggested units, ranges (`docs/log_format.md`).
        masks: By feature, boolean (tokens,), where it matches.
        relevance: By place, float32 (features, statistics, units).
        peaks: By place, float32 (units, 3): frequency, amplitude, prominence.
        saturation: By place of a gate, float32 (2, units).
        spectra: By place, the pooled spectrum: frequency (groups,), amplitude (groups, units),
            and the number of bins before pooling.
    """

    digest: dict[str, Any]
    masks: dict[str, np.ndarray]
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
) -> Report:
    """Looks for every feature in every quantity of a recording.

    Args:
        recording: A recording with tokens.
        features: What to look for.
        loss: The model's loss on these tokens in nats per token, if it is known.
        suggestions: Units to suggest for each feature in each quantity.
        band: Frequencies in cycles per token among which peaks are looked for.
        generated: Whether the model wrote the text itself.

    Returns:
        A `Report`. A feature that cannot be looked for is in the digest with the reason.
    """
    text = Text(recording.tokens)
    masks, entries = _look_for(features, text)
    digest = {
        "tokens": len(text.flat),
        "sequences": len(text.lengths),
        "generated": generated,
        "loss": loss,
        "tagger": text.tagger,
        "features": entries,
        "hypotheses": [],
        "ranges": {path: {} for path in recording.layers},
        "absent": [
            {"layer": layer, "quantity": quantity, "reason": reason}
            for (layer, quantity), reason in recording.absent.items()
        ],
    }
    found = Report(digest, masks)
    for place, activity, mask, lengths in _quantities(recording):
        layer, quantity = place
        spectrum = analysis.spectrum(activity, lengths=lengths, band=band)
        peaks = spectrum.peaks
        found.peaks[place] = np.stack(
            [peaks.frequency, peaks.amplitude, peaks.prominence], axis=1
        ).astype(np.float32)
        pooled = analysis.pool_spectrum(spectrum, SPECTRUM_BINS)
        found.spectra[place] = (*pooled, len(spectrum.frequency))
        if recording[layer].roles[quantity]:
            gate = analysis.saturation(activity)
            found.saturation[place] = np.stack([gate.left, gate.right]).astype(np.float32)
        rows = []
        for name, matches in masks.items():
            relevance = analysis.relevance(activity, matches[mask], lengths=lengths)
            rows.append(np.stack([getattr(relevance, name) for name in STATISTICS]))
            digest["hypotheses"] += _hypotheses(name, place, relevance, peaks, suggestions)
        if rows:
            found.relevance[place] = np.stack(rows).astype(np.float32)
        digest["ranges"][layer][quantity] = _range(activity)
    digest["hypotheses"].sort(key=lambda hypothesis: -abs(hypothesis["effect"]))
    return found


def highest_scores(found: Report) -> dict[str, float]:
    """By feature, the highest score of a hidden state: prominence + difference, not divided by it.

    Relevance itself is relative, so that its highest value is always one.
    """
    scores = {name: [] for name in found.masks}
    for (_, quantity), rows in found.relevance.items():
        if quantity == "hidden_state":
            for name, row in zip(found.masks, rows, strict=True):
                scores[name] += row[STATISTICS.index("score")].tolist()
    return {
        name: max(finite)
        for name, values in scores.items()
        if (finite := [value for value in values if np.isfinite(value)])
    }


def _look_for(
    features: Sequence[Feature], text: Text
) -> tuple[dict[str, np.ndarray], list[dict[str, Any]]]:
    masks, entries = {}, []
    for feature in features:
        entry = {"name": feature.name, "kind": feature.kind, "count": 0, "note": None}
        entries.append(entry)
        try:
            values = feature.values(text)
        except ImportError as error:
            entry["note"] = str(error)
            continue
        masks[feature.name] = np.asarray(values, bool)
        entry["count"] = int(masks[feature.name].sum())
        if not entry["count"]:
            entry["note"] = "matches no token"
        elif entry["count"] == len(text.flat):
            entry["note"] = "matches every token"
    return masks, entries


def _quantities(
    recording: Recording,
) -> Iterator[tuple[Place, np.ndarray, np.ndarray, list[int]]]:
    """Each quantity without its masked tokens: activity, which tokens, tokens per sequence."""
    for layer in recording.layers:
        for quantity in recording[layer]:
            activity, mask = recording[layer].flat(quantity)
            kept = recording[layer].mask.sum(axis=1)
            if not mask.any():
                recording.absent[layer, quantity] = "every token is masked"
                continue
            whole = activity if mask.all() else activity[mask]
            yield (layer, quantity), whole, mask, [int(n) for n in kept if n]


def _hypotheses(
    feature: str,
    place: Place,
    relevance: analysis.Relevance,
    peaks: analysis.Peaks,
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
            "peak": _peak(peaks, suggestion.unit),
        }
        for suggestion in analysis.suggest(relevance, most)
    ]


def _peak(peaks: analysis.Peaks, unit: int) -> Mapping[str, float] | None:
    if not np.isfinite(peaks.frequency[unit]):
        return None
    names = ("frequency", "amplitude", "prominence")
    return {name: _round(getattr(peaks, name)[unit]) for name in names}


def _range(activity: np.ndarray) -> dict[str, Any]:
    """Extremes, the 0.999 quantile of the magnitude, and how many values are not finite."""
    finite = activity[np.isfinite(activity)]
    missing = activity.size - finite.size
    if not finite.size:
        return {"low": None, "high": None, "limit": None, "missing": missing}
    sample = np.abs(finite[:: max(1, finite.size // RANGE_SAMPLE)])
    return {
        "low": _round(finite.min()),
        "high": _round(finite.max()),
        "limit": _round(np.quantile(sample, 0.999)),
        "missing": missing,
    }


def _round(value: Any) -> float:
    """Six significant digits: the log is read by people, too."""
    return float(f"{float(value):.6g}")
