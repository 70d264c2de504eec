"""From a recording to the log: look for features, compute, write."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.core.digest import Digest
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.statistics import STATISTICS
from tb_rnnviz.features import Feature
from tb_rnnviz.log_format.relevance import RelevanceTable
from tb_rnnviz.log_format.spectrum import PooledSpectrum
from tb_rnnviz.log_format.text import RecordedText
from tb_rnnviz.log_format.unit_rows import ROWS, UnitRows
from tb_rnnviz.log_format.writer import StepWriter
from tb_rnnviz.recording import GENERATED, Recording
from tb_rnnviz.report import (
    Baseline,
    Report,
    highest_scores,
    report,
    token_probability,
    unit_slices,
)


def log_recording(
    writer: StepWriter,
    recording: Recording,
    features: Sequence[Feature],
    said: Mapping[str, Any] | None = None,
    *,
    vocabulary: Sequence[str] | None = None,
    prompt_tokens: int = 0,
    suggestions: int = 2,
    band: tuple[float, float] = (0.0, 0.5),
    keep: Collection[str] | None = None,
    left_out: Sequence[Mapping[str, Any]] = (),
    first_nan: Mapping[str, Any] | None = None,
    small: bool = True,
    baseline: Baseline | None = None,
    more: Callable[[Report], Report] | None = None,
) -> Digest:
    """Writes all that is known of a recording, its text last: what has a text is whole.

    Args:
        writer: Where to; a run's writer within a step.
        recording: A recording with tokens and the name of its probe; `"generated"` marks text
            that the model wrote.
        features: What to look for.
        said: Predictions of `Recorder.outputs`. Defaults to no predictions.
        vocabulary: The name of every id in `said`.
        prompt_tokens: How many tokens of generated text were given to the model.
        suggestions: Units to suggest for each feature in each quantity.
        band: Frequencies in cycles per token among which peaks are looked for.
        keep: Quantities whose activity and spectra are written. Defaults to all; where it is
            empty the text is not written either.
        left_out: Entries of the digest that say what was left out and why.
        first_nan: The first value that was not a number, if one was found at an earlier step.
            Defaults to looking for it here.
        small: Whether to write what is small: digest, relevance, peaks, scalars and so on.
        baseline: What n-grams make of the text. Defaults to none; then errors are not told.
        more: Adds to the report before it is written. Defaults to nothing.

    Returns:
        The digest, as it was written.
    """
    probe, said = recording.probe, dict(said or {})
    loss = said.pop("loss", None)
    generated = probe == GENERATED
    columns = {}
    if "probability" in said:
        columns["probability"] = token_probability(said["probability"], recording.lengths)
    found = report(
        recording,
        features,
        loss=loss,
        suggestions=suggestions,
        band=band,
        generated=generated,
        columns=columns,
        baseline=baseline,
    )
    if more is not None:
        found = more(found)
    first_nan = first_nan or _first_nan(recording, found)
    found = found.with_digest(left_out=tuple(left_out), first_nan=first_nan)
    with writer.transaction():
        if keep is None or keep:
            writer.write_activity(probe, recording, keep)
            for key, spectrum in found.spectra.items():
                if keep is None or key[1] in keep:
                    writer.write_spectrum(
                        probe, recording, QuantityKey(*key), PooledSpectrum(*spectrum)
                    )
        if small:
            _write_small(writer, probe, found, loss)
        if keep is None or keep:
            error_categories = said.pop("error_categories", None)
            text = RecordedText(
                recording.tokens,
                features={n: v for n, v in found.features.items() if v.dtype == bool},
                predictions=said | ({"surprise": baseline.surprisal} if baseline else {}),
                vocabulary=vocabulary or (),
                error_categories=error_categories,
                generated=generated,
                prompt_tokens=prompt_tokens,
                labels=recording.labels,
            )
            writer.write_text(probe, text)
    return found.digest


def _write_small(writer: StepWriter, probe: str, found: Report, loss: float | None) -> None:
    for key, array in found.relevance.items():
        table = RelevanceTable(list(found.features), STATISTICS, array)
        writer.write_relevance(probe, QuantityKey(*key), table)
    for kind, arrays in (
        ("peaks", {key: columns.T for key, columns in found.peaks.items()}),
        ("saturation", found.saturation),
        ("memory", found.memory),
    ):
        for key, rows in arrays.items():
            writer.write_unit_rows(kind, probe, QuantityKey(*key), UnitRows(ROWS[kind], rows))
    writer.write_digest(probe, found.digest.to_json())
    if loss is not None:
        writer.write_scalar(f"rnnviz/loss/{probe}", loss)
    for feature, score in highest_scores(found).items():
        writer.write_scalar(f"rnnviz/relevance/{probe}/{feature}", score)


def _first_nan(recording: Recording, found: Report) -> dict[str, Any] | None:
    """Where the first value stands that is not a number: first by token, then by layer."""
    first = None
    for place, (layer, quantity) in enumerate(found.peaks):
        if not found.digest.ranges[layer][quantity]["missing"]:
            continue
        activity, mask = recording[layer].flat(quantity)
        for units in unit_slices(activity):
            lost = np.isnan(activity[:, units]) & mask[:, None]
            if lost.any():
                token, unit = map(int, np.unravel_index(lost.argmax(), lost.shape))
                here = token, place, layer, quantity, units.start + unit
                first = min(first or (np.inf,), here)
    if first is None:
        return None
    token, _, layer, quantity, unit = first
    text = [name for sequence in recording.tokens for name in sequence][token]
    where = {"layer": layer, "quantity": quantity, "unit": unit, "token": token}
    return {"step": recording.step, **where, "text": text}
