"""`report`: everything that is found in one recording, in one pass over its quantities."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.features import Feature, Frequency, Text
from tb_rnnviz.recording import LayerActivity, Recording
from tb_rnnviz.report.errors import Baseline, described_errors
from tb_rnnviz.report.findings import Measured, conclude, measure
from tb_rnnviz.report.layer import doctor_of, memory_of, memory_summary
from tb_rnnviz.report.match_features import look_for
from tb_rnnviz.report.numbers import value_range
from tb_rnnviz.report.spectral_peaks import rhythm
from tb_rnnviz.report.types import Report

CORES = 4
"""Quantities that are looked at at the same time, at most."""


def report(
    recording: Recording,
    features: Sequence[Feature],
    *,
    loss: float | None = None,
    suggestions: int = 2,
    band: tuple[float, float] = (0.0, 0.5),
    generated: bool = False,
    columns: Mapping[str, np.ndarray] | None = None,
    baseline: Baseline | None = None,
) -> Report:
    """Looks for every feature in every quantity of a recording.

    Args:
        recording: A recording with tokens.
        features: What to look for.
        loss: The model's loss on these tokens in nats per token, if it is known.
        suggestions: Units to suggest for each feature in each quantity.
        band: Frequencies in cycles per token among which peaks are looked for.
        generated: Whether the model wrote the text itself.
        columns: By name, one number a token, (tokens,), for the features that read one:
            `probability`, what the model gave to the token before reading it.
        baseline: What n-grams make of the text; errors are told against it, and it gives the
            column `surprise`. Defaults to none.

    Returns:
        A `Report`. A feature that cannot be looked for is in the digest with the reason.
    """
    columns = dict(columns or {})
    if baseline is not None:
        columns["surprise"] = baseline.surprise
    text = Text(recording.tokens, columns=columns)
    values, entries = look_for(features, text)
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
        "causal_note": None,
        "errors": None,
        "doctor": [],
        "memory": {},
        "matching": {},
        "emergence": [],
    }
    found = Report(digest, values)
    places = [
        (path, quantity)
        for path in recording.layers
        for quantity in recording[path]
        if recording[path].mask.any()
    ]
    obvious = _obvious(text, columns)
    measured: dict[QuantityKey, Measured] = {}

    def look(place: QuantityKey) -> tuple:
        return _look_at(recording[place[0]], place[1], values, obvious, band)

    with ThreadPoolExecutor(min(os.cpu_count() or 1, CORES)) as pool:
        each = pool.map(look, places)
        for place, seen in zip(places, each, strict=True):
            found.spectra[place], found.peaks[place], measured[place] = seen[:3]
            digest["ranges"][place[0]][place[1]] = seen[3]
            if seen[4] is not None:
                found.saturation[place] = seen[4]
    for path in recording.layers:
        layer = recording[path]
        if not layer.mask.any():
            recording.absent |= {(path, quantity): "every token is masked" for quantity in layer}
            continue
        remembered = memory_of(layer)
        if remembered:
            found.memory[path, remembered[0]] = remembered[1]
            digest["memory"][path] = memory_summary(*remembered)
        digest["doctor"] += doctor_of(layer)
    conclude(found, measured, suggestions)
    if baseline is not None and "probability" in columns:
        digest["errors"] = described_errors(columns["probability"], recording.tokens, baseline)
    digest["absent"] = [
        {"layer": layer, "quantity": quantity, "reason": reason}
        for (layer, quantity), reason in recording.absent.items()
    ]
    return found


def _look_at(
    layer: LayerActivity,
    quantity: str,
    features: Mapping[str, np.ndarray],
    confounds: np.ndarray,
    band: tuple[float, float],
) -> tuple:
    """One quantity: spectrum, peaks, what features go with, range, saturation if it is a gate."""
    activity, mask = layer.consumed(quantity)
    lengths = [int(tokens) for tokens in layer.mask.sum(axis=1) if tokens]
    spectrum, peaks = rhythm(activity, lengths, band)
    masked = {name: value[mask] for name, value in features.items()}
    measured = measure(activity, masked, lengths, confounds[mask])
    saturated = None
    if layer.roles[quantity]:
        gate = analysis.saturation(activity)
        saturated = np.stack([gate.left, gate.right]).astype(np.float32)
    return spectrum, peaks, measured, value_range(activity), saturated


def _obvious(text: Text, columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """What a feature may only go along with, (tokens, columns).

    The token's frequency, its place in the sequence and, where it is known, its surprise.
    """
    place = np.concatenate([np.arange(length) for length in text.lengths] or [[]])
    confounds = [Frequency("frequency").values(text), place]
    if "surprise" in columns:
        confounds.append(np.where(np.isfinite(columns["surprise"]), columns["surprise"], np.nan))
    return np.stack(confounds, axis=1)
