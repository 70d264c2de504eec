"""From a recording to the log: look for features, compute, write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.features import Feature
from tb_rnnviz.recording import GENERATED, Recording
from tb_rnnviz.report import STATISTICS, highest_scores, report
from tb_rnnviz.summary import RunWriter


def log_recording(
    writer: RunWriter,
    recording: Recording,
    features: Sequence[Feature],
    said: Mapping[str, Any] | None = None,
    *,
    vocabulary: Sequence[str] | None = None,
    prompt_tokens: int = 0,
    suggestions: int = 2,
    band: tuple[float, float] = (0.0, 0.5),
) -> None:
    """Collects all that is known of a recording in the writer; `flush` puts it on disk.

    Either everything is collected or, when something fails, nothing.

    Args:
        writer: The run's writer.
        recording: A recording with tokens and the name of its probe; `"generated"` marks text
            that the model wrote.
        features: What to look for.
        said: What `capture.predictions` returned. Defaults to no predictions.
        vocabulary: The name of every id in `said`.
        prompt_tokens: How many tokens of generated text were given to the model.
        suggestions: Units to suggest for each feature in each quantity.
        band: Frequencies in cycles per token among which peaks are looked for.
    """
    probe, said = recording.probe, dict(said or {})
    loss = said.pop("loss", None)
    generated = probe == GENERATED
    found = report(
        recording,
        features,
        loss=loss,
        suggestions=suggestions,
        band=band,
        generated=generated,
        columns=_columns(recording, said),
    )
    masks = {name: value for name, value in found.features.items() if value.dtype == bool}
    with writer.together():
        writer.write_activity(probe, recording)
        for (layer, quantity), spectrum in found.spectra.items():
            writer.write_spectrum(probe, recording, layer, quantity, *spectrum)
        rows = {"features": list(found.features), "statistics": STATISTICS}
        for kind, arrays, more in (
            ("relevance", found.relevance, rows),
            ("peaks", found.peaks, {}),
            ("saturation", found.saturation, {}),
        ):
            for (layer, quantity), array in arrays.items():
                names = {"probe": probe, "layer": layer, "quantity": quantity}
                writer.write_tensor(kind, list(names.values()), array, {**names, **more})
        writer.write_digest(probe, found.digest)
        if loss is not None:
            writer.write_scalar(f"rnnviz/loss/{probe}", loss)
        for feature, score in highest_scores(found).items():
            writer.write_scalar(f"rnnviz/relevance/{probe}/{feature}", score)
        writer.write_text(
            probe,
            recording.tokens,
            features=masks,
            predictions=said,
            vocabulary=vocabulary,
            generated=generated,
            prompt_tokens=prompt_tokens,
        )


def _columns(recording: Recording, said: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """What is known of every token: the probability that the model gave to it, one step before."""
    if "probability" not in said:
        return {}
    given = np.concatenate([[np.nan], said["probability"][:-1]])
    starts = np.cumsum([0, *recording.lengths[:-1]])
    given[starts[starts < len(given)]] = np.nan
    return {"probability": given}
