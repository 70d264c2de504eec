"""Captured recordings: their report, and their place in the log."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from tb_rnnviz.core.content import Content
from tb_rnnviz.core.explanations import Explanations
from tb_rnnviz.core.layer_dynamics import LayerDynamics
from tb_rnnviz.core.names import CLASS_PROBABILITY, MATRICES
from tb_rnnviz.core.statistics import MATRIX_STATISTICS, STATISTICS
from tb_rnnviz.core.targets import NEXT, PER_SEQUENCE
from tb_rnnviz.features import Feature
from tb_rnnviz.log_format.matrix import LoggedMatrix
from tb_rnnviz.log_format.matrix_summary import MatrixSummary
from tb_rnnviz.log_format.relevance import RelevanceTable
from tb_rnnviz.log_format.spectrum import PooledSpectrum
from tb_rnnviz.log_format.text import RecordedText
from tb_rnnviz.log_format.unit_rows import ROWS, UnitRows
from tb_rnnviz.log_format.writer import StepWriter
from tb_rnnviz.recording import GENERATED, Recording
from tb_rnnviz.report import (
    Baseline,
    Report,
    classify_errors,
    content_of,
    default_features_of,
    highest_scores,
    report,
    text_of,
    token_probability,
)


@dataclass(frozen=True)
class AnalysisOptions:
    """Options of the analysis of a recording.

    Attributes:
        features: Features to test every unit for, `None` for those of the content of the text.
        suggestions: Units to suggest for each feature in each quantity.
        band: Lowest and highest frequency of a spectral peak, cycles per token.
    """

    features: Sequence[Feature] | None = ()
    suggestions: int = 2
    band: tuple[float, float] = (0.0, 0.5)

    def features_of(self, captured: CapturedRecording) -> Sequence[Feature]:
        """Returns the features for the text or signal of a recording."""
        if self.features is not None:
            return self.features
        content = captured.content or content_of(text_of(captured.recording))
        return default_features_of(captured.recording, content)


@dataclass(frozen=True, eq=False)
class CapturedRecording:
    """A recording with the model's predictions, before analysis.

    Attributes:
        recording: The recording.
        predictions: Predictions of `Recorder.outputs`, without the loss.
        loss: Loss in nats per target, `None` if it is unknown.
        vocabulary: Name of every id in the predictions, `None` if there is none.
        baseline: Predictions of n-gram models for the same text, or `None`.
        prompt_tokens: Tokens of generated text that were given to the model.
        is_out_of_core: True if the activity is in files.
        loss_note: Reason why there is no loss, `None` if there is one, or no target.
        target_kind: Kind of the targets, as `Probe.target_kind`.
        content: Content of the whole text, `None` to recognise it from the tokens.
        target_names: Name of every number or label of the targets.
        target_shape: Shape of the numbers of one step or sequence, such as (horizons, channels).
        parent: Name of the probe that this is another axis of, or `None`.
        others: Recordings of the other axes, such as the source of a pair.
        explanations: Explanations of some predictions, or `None`.
        dynamics: Fixed points and Lyapunov exponents of layers.
    """

    recording: Recording
    predictions: Mapping[str, Any] = field(default_factory=dict)
    loss: float | None = None
    vocabulary: Sequence[str] | None = None
    baseline: Baseline | None = None
    prompt_tokens: int = 0
    is_out_of_core: bool = False
    loss_note: str | None = None
    target_kind: str | None = NEXT
    content: Content | None = None
    target_names: Sequence[str] = ()
    target_shape: tuple[int, ...] = ()
    parent: str | None = None
    others: tuple[CapturedRecording, ...] = ()
    explanations: Explanations | None = None
    dynamics: tuple[LayerDynamics, ...] = ()

    @property
    def probe(self) -> str:
        """Name of the probe.

        Raises:
            ValueError: If the recording has none.
        """
        if self.recording.probe is None:
            raise ValueError("A recording is logged under the name of its probe, and has none.")
        return self.recording.probe

    def cut_matrices(self) -> dict[str, str]:
        """Returns a sentence by name about each matrix that the log stores in part."""
        recording = self.recording
        cut = {
            name: LoggedMatrix.of(array, recording.matrix_axes[name]).left_out
            for name, array in recording.matrices.items()
        }
        return {name: sentence for name, sentence in cut.items() if sentence is not None}

    @property
    def is_generated(self) -> bool:
        """True for text that the model generated."""
        return self.recording.probe == GENERATED

    def beginning(self, tokens: int) -> CapturedRecording:
        """Returns the first sequences, up to a number of tokens, without a baseline."""
        recording = self.recording.beginning(tokens)
        number = int(recording.lengths.sum())
        predictions = {
            name: value[:number] if isinstance(value, np.ndarray) else value
            for name, value in self.predictions.items()
        }
        return replace(self, recording=recording, predictions=predictions, baseline=None)

    @cached_property
    def _probability(self) -> np.ndarray | None:
        """Probability of every token before it was read, or of its class.

        `None` without targets.
        """
        if "probability" not in self.predictions:
            return None
        if self.target_kind not in (NEXT, None):
            return self.predictions["probability"]
        return token_probability(self.predictions["probability"], self.recording.lengths)

    def report(self, options: AnalysisOptions) -> Report:
        """Analyses the recording."""
        columns = dict(self.recording.columns)
        if self._probability is not None:
            columns["probability"] = self._probability
        results = report(
            self.recording,
            options.features,
            content=self.content,
            loss=self.loss,
            suggestions=options.suggestions,
            band=options.band,
            generated=self.is_generated,
            columns=columns,
            baseline=self.baseline,
            predicts_tokens=self._predicts_tokens,
            reach=() if self.explanations is None else self.explanations.reach,
            distance=self._distance_of_target,
        )
        return results.with_digest(loss_note=self.loss_note, target_kind=self.target_kind)

    @property
    def _distance_of_target(self) -> int | None:
        """Tokens from the beginning of the median sequence to its target at the end."""
        if self.target_kind not in PER_SEQUENCE:
            return None
        return int(np.median(self.recording.lengths)) - 1

    @property
    def _predicts_tokens(self) -> bool:
        """True if the predictions are of next tokens, which n-gram models predict, too."""
        return self._probability is not None and self.target_kind in (NEXT, None)

    def text(self, report: Report) -> RecordedText:
        """Returns the text for the log, with the matches of the report's features."""
        predictions = dict(self.predictions)
        if self.baseline is not None:
            if self._probability is not None and self._predicts_tokens:
                predictions |= classify_errors(self._probability, self.baseline)
            predictions["surprise"] = self.baseline.surprisal
        error_categories = predictions.pop("error_categories", None)
        return RecordedText(
            self.recording.tokens,
            features={
                name: values for name, values in report.features.items() if values.dtype == bool
            },
            predictions=predictions,
            columns=self.recording.columns,
            vocabulary=self.vocabulary or (),
            error_categories=error_categories,
            generated=self.is_generated,
            prompt_tokens=self.prompt_tokens,
            labels=self.recording.labels,
            target_kind=self.target_kind,
            target_names=self.target_names,
            target_shape=self.target_shape,
            rate=self.recording.rate,
            time_unit=self.recording.time_unit,
            parent=self.parent,
            axis=self.recording.axes[self.recording.axis],
            consumed=self.recording.consumed_lengths(),
        )


def write_recording(
    writer: StepWriter,
    captured: CapturedRecording,
    report: Report,
    *,
    keep: Collection[str] | None = None,
    summaries: bool = True,
) -> None:
    """Writes everything known of a recording.

    The text comes last: a step that has a text is complete.

    Args:
        writer: Writer of a run, within a step.
        captured: A recording with tokens and the name of its probe.
        report: Report of the recording.
        keep: Quantities whose activity and spectra are written, `MATRICES` for the matrices, and
            `CLASS_PROBABILITY` for the prediction at every step. Defaults to all; if it is empty
            the text is not written either.
        summaries: True to write the small records: digest, relevance, peaks, scalars.
    """
    recording = captured.recording
    probe = captured.probe
    writes_activity = keep is None or len(keep) > 0
    with writer.transaction():
        if writes_activity:
            writer.write_activity(probe, recording, keep)
            for key, spectrum in report.spectra.items():
                if keep is None or key.quantity in keep:
                    writer.write_spectrum(probe, recording, key, PooledSpectrum(*spectrum))
            if keep is None or MATRICES in keep:
                writer.write_matrices(probe, recording)
            if keep is None or CLASS_PROBABILITY in keep:
                writer.write_class_probability(probe, recording)
        if summaries:
            _write_summaries(writer, probe, report)
            if captured.explanations is not None:
                writer.write_explanations(probe, captured.explanations)
            if captured.dynamics:
                writer.write_dynamics(probe, captured.dynamics)
        if writes_activity:
            writer.write_text(probe, captured.text(report))


def _write_summaries(writer: StepWriter, probe: str, report: Report) -> None:
    for key, array in report.relevance.items():
        table = RelevanceTable(list(report.features), STATISTICS, array)
        writer.write_relevance(probe, key, table)
    for kind, arrays in (
        ("peaks", {key: columns.T for key, columns in report.peaks.items()}),
        ("saturation", report.saturation),
        ("ranges", report.unit_ranges),
        ("memory", report.memory),
    ):
        for key, rows in arrays.items():
            writer.write_unit_rows(kind, probe, key, UnitRows(ROWS[kind], rows))
    for name, array in report.matrices.items():
        writer.write_matrix_summary(probe, name, MatrixSummary(MATRIX_STATISTICS, array))
    writer.write_digest(probe, report.digest.to_json())
    if report.digest.loss is not None:
        writer.write_scalar(f"rnnviz/loss/{probe}", report.digest.loss)
    for feature, score in highest_scores(report).items():
        writer.write_scalar(f"rnnviz/relevance/{probe}/{feature}", score)
