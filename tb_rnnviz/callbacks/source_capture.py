"""Capture of one source at a step: recording, ablations, explanations, layers."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import keras

from tb_rnnviz.callbacks.attributions import Attributions
from tb_rnnviz.callbacks.captured_step import CapturedSource
from tb_rnnviz.callbacks.layer_dynamics import DynamicsOptions
from tb_rnnviz.callbacks.recording_source import RecordingSource
from tb_rnnviz.callbacks.run_warnings import RunWarnings
from tb_rnnviz.core.explanations import Explanations
from tb_rnnviz.core.names import CLASS_PROBABILITY, MATRICES
from tb_rnnviz.recording import Recording
from tb_rnnviz.write_recording import AnalysisOptions, CapturedRecording


@dataclass(frozen=True)
class Moment:
    """Moment of a training at which sources are read.

    Attributes:
        step: Step of the run, `None` to measure the cost.
        recorded: Recordings before it.
        is_first: False if the step was read before, and has explanations already.
        skipped: Reasons by quantity for what no step stores.
    """

    step: int | None
    recorded: int = 0
    is_first: bool = True
    skipped: Mapping[str, str] = field(default_factory=dict)


class SourceCapture:
    """Reads sources while a model trains, on the thread of the training.

    Args:
        analysis: Options of the analysis.
        attributions: Predictions to explain, `None` for none.
        dynamics: Options of the dynamics, `None` for none.
        warnings: Warnings of the run.
    """

    def __init__(
        self,
        analysis: AnalysisOptions,
        attributions: Attributions | None,
        dynamics: DynamicsOptions | None,
        warnings: RunWarnings,
    ):
        self._analysis, self._attributions = analysis, attributions
        self._dynamics = dynamics
        self._warnings = warnings

    def capture(
        self, model: keras.Model, source: RecordingSource, files: ExitStack, moment: Moment
    ) -> CapturedSource:
        """Reads a source, ablates units, explains predictions and copies layers.

        Args:
            model: The model.
            source: The source.
            files: Owner of the files of a large recording.
            moment: Moment of the training.
        """
        captured = files.enter_context(source.capture(model))
        for part in (captured, *captured.others):
            part.recording.step = moment.step
            _mark_skipped_quantities(part.recording, moment.skipped)
        ablated = source.ablate(model, captured, self._analysis.features_of(captured))
        options = self._attributions
        is_due = options is not None and options.is_due(moment.step, moment.recorded)
        if moment.is_first and options is not None and is_due:
            explanations = self._explain(model, source, captured, options)
            captured = replace(captured, explanations=explanations)
        captured.recording.outputs = None  # large, and not needed any more
        dynamics = self._dynamics
        if not moment.is_first or not dynamics or not dynamics.is_due(moment.step, moment.recorded):
            return CapturedSource(source, captured, ablated)
        layers = source.read_layers(model, captured, dynamics)
        return CapturedSource(source, captured, ablated, layers, dynamics)

    def _explain(
        self,
        model: keras.Model,
        source: RecordingSource,
        captured: CapturedRecording,
        options: Attributions,
    ) -> Explanations | None:
        """Explains predictions of a source, with one warning if that fails."""
        features = self._analysis.features_of(captured)
        explanations = source.explain(model, captured, options, features)
        note = explanations and (explanations.note or explanations.reach_note)
        if note:
            self._warnings.warn_of_missing(f"attributions of {source.title}", note)
        return explanations


def _mark_skipped_quantities(recording: Recording, skipped: Mapping[str, str]) -> None:
    """Gives the reason for the quantities that no step stores."""
    for layer in recording.layers:
        for quantity in recording[layer]:
            if quantity in skipped:
                recording.absent[layer, quantity] = skipped[quantity]
    if CLASS_PROBABILITY in skipped:
        recording.absent["output", "every step"] = skipped[CLASS_PROBABILITY]
    if MATRICES in skipped:
        for name in recording.matrices:
            recording.absent[name, "matrix"] = skipped[MATRICES]
