"""Captured steps: what a model did at a step, and its way into the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from tb_rnnviz.callbacks.budget import Cost
from tb_rnnviz.callbacks.evidence import AblatedUnits
from tb_rnnviz.callbacks.layer_dynamics import DynamicsOptions, LayerReading, layer_dynamics
from tb_rnnviz.callbacks.recording_plan import RecordingDecision, left_out_entry
from tb_rnnviz.callbacks.recording_source import RecordingSource
from tb_rnnviz.core.layer_dynamics import LayerDynamics
from tb_rnnviz.core.names import CLASS_PROBABILITY, MATRICES
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.log_format.byte_counter import ByteCounter
from tb_rnnviz.log_format.class_probability import MAX_LOGGED_VALUES, is_too_large
from tb_rnnviz.log_format.event_file import LogError, StepGap
from tb_rnnviz.log_format.lock import RunInUseError
from tb_rnnviz.report import first_nan
from tb_rnnviz.write_recording import AnalysisOptions, CapturedRecording, write_recording

REHEARSED_TOKENS = 512
"""Tokens analysed to measure the size of a recording, 128 groups of a spectrum."""


@dataclass(frozen=True, eq=False)
class CapturedSource:
    """Data that a source captured at one step.

    Attributes:
        source: The source.
        captured: Its recording and predictions.
        ablated: Changes in loss of ablated units, `None` if there are none.
        layers: Copies of the layers whose dynamics are measured.
        dynamics: Options of the dynamics, `None` for none.
    """

    source: RecordingSource
    captured: CapturedRecording
    ablated: AblatedUnits | None
    layers: Sequence[LayerReading] = ()
    dynamics: DynamicsOptions | None = None

    def layer_dynamics(self) -> tuple[LayerDynamics, ...]:
        """Measures the dynamics of the layers, which takes seconds."""
        if self.dynamics is None:
            return ()
        return tuple(layer_dynamics(layer, self.dynamics) for layer in self.layers)


@dataclass(frozen=True, eq=False)
class CapturedStep:
    """Recordings of one step, before analysis. Nothing of it needs the model.

    Attributes:
        step: Step of the run.
        decision: Quantities to store, and what was skipped before.
        adds_activity: True to add activity to a step that was written without it.
        sources: Data that each source captured.
        files: Files of large recordings, deleted when it is closed.
    """

    step: int
    decision: RecordingDecision
    adds_activity: bool
    sources: list[CapturedSource] = field(default_factory=list)
    files: ExitStack = field(default_factory=ExitStack)

    @property
    def nbytes(self) -> int:
        """Bytes of activity and matrices in memory."""
        recordings = [
            part.recording
            for each in self.sources
            for part in (each.captured, *each.captured.others)
            if not part.is_out_of_core
        ]
        activity = sum(
            recording[layer][quantity].nbytes
            for recording in recordings
            for layer in recording.layers
            for quantity in recording[layer]
        )
        matrices = [array for recording in recordings for array in recording.matrices.values()]
        return activity + sum(array.nbytes for array in matrices)


@dataclass(frozen=True)
class StepOutcome:
    """Outcome of analysing and writing a step.

    Attributes:
        step: Step of the run.
        decision: As in the captured step.
        bytes: Bytes that were written.
        failures: Exceptions by the title of the source that they left out.
        log_error: Exception after which the log cannot be written, `None` if there was none.
        first_nan: First value that is not a number by the name of the probe.
        notes: Reasons by what is missing, such as the dynamics of a layer.
        gaps: Steps that a remote store did not take.
    """

    step: int
    decision: RecordingDecision
    bytes: int
    failures: Mapping[str, Exception]
    log_error: BaseException | None
    first_nan: Mapping[str, Mapping[str, Any]]
    gaps: list[StepGap]
    notes: Mapping[str, str] = field(default_factory=dict)


class StepAnalysis:
    """Analyses captured steps and writes them, one after the other.

    A source that fails at a step is missing from it, and the next digest says so.

    Args:
        options: Options of the analysis.
    """

    def __init__(self, options: AnalysisOptions):
        self.options = options
        self._first_nan: dict[str, Mapping[str, Any]] = {}
        self._missing: dict[str, list[Mapping[str, Any]]] = {}

    def write(self, writer: RunWriter, captured: CapturedStep) -> StepOutcome:
        """Writes one step of a run."""
        before = writer.bytes
        failures: dict[str, Exception] = {}
        notes: dict[str, str] = {}
        log_error: BaseException | None = None
        if not captured.adds_activity:
            self._forget_steps_from(captured.step)
        try:
            with (
                captured.files,
                writer.step(
                    captured.step,
                    extend=captured.adds_activity,
                    replace=not captured.adds_activity,
                ),
            ):
                for each in captured.sources:
                    try:
                        notes |= self._write_source(writer, captured, each)
                    except (LogError, RunInUseError):
                        raise
                    except Exception as error:
                        failures[each.source.title] = error
                        reason = f"the analysis failed: {type(error).__name__}: {error}"
                        self._note_gap(each.source, [captured.step], reason)
        except BaseException as error:  # the thread would end without a word
            log_error = error
        gaps = writer.take_gaps()
        for gap in gaps:
            for each in captured.sources:
                self._note_gap(each.source, gap.steps, gap.reason)
        return StepOutcome(
            captured.step,
            captured.decision,
            max(0, writer.bytes - before),
            failures,
            log_error,
            dict(self._first_nan),
            gaps,
            notes,
        )

    def measure(self, each: CapturedSource, encoding: str) -> Cost:
        """Returns the bytes that a recording takes in the log, measured on its beginning.

        Activity and text are proportional to the tokens; spectra and small data are not.
        """
        captured, share = each.captured, 1.0
        tokens = int(captured.recording.lengths.sum())
        if tokens > REHEARSED_TOKENS and not captured.is_out_of_core:
            captured = captured.beginning(REHEARSED_TOKENS)
            share = int(captured.recording.lengths.sum()) / tokens
        counter = ByteCounter(encoding)
        write_recording(counter, captured, captured.report(self.options))
        for other in captured.others:
            write_recording(counter, other, other.report(self.options))
        counter.emit()
        activity = {
            quantity: round(size / share) + counter.spectra[quantity]
            for quantity, size in counter.activity.items()
        }
        if counter.class_probability:
            activity[CLASS_PROBABILITY] = round(counter.class_probability / share)
        if each.captured.recording.matrices:
            activity[MATRICES] = _matrix_bytes(each.captured, encoding)
        return Cost(activity, round(counter.text / share), counter.small, 0.0)

    def _write_source(
        self, writer: RunWriter, step: CapturedStep, each: CapturedSource
    ) -> dict[str, str]:
        """Analyses and writes a source; returns reasons for what is missing."""
        source, captured = each.source, each.captured
        report = source.add_evidence(captured, captured.report(self.options), each.ablated)
        nan = self._first_nan.get(source.name) or first_nan(captured.recording, report)
        missing = self._missing.get(source.name, [])
        cut = _cut_entries(captured, step)
        report = report.with_digest(
            left_out=(*step.decision.skipped, *missing, *cut), first_nan=nan
        )
        summaries = not step.adds_activity
        for other in captured.others:
            self._write_other(writer, step, other)
        dynamics = each.layer_dynamics()
        captured = replace(captured, dynamics=dynamics)
        write_recording(writer, captured, report, keep=step.decision.keep, summaries=summaries)
        self._missing.pop(source.name, None)
        if nan:
            self._first_nan.setdefault(source.name, nan)
        name = f"dynamics of {source.title}"
        return {f"{name}, layer {one.layer!r}": one.note for one in dynamics if one.note}

    def _write_other(
        self, writer: RunWriter, step: CapturedStep, captured: CapturedRecording
    ) -> None:
        """Writes another axis of a probe, before the probe itself, which completes it."""
        report = captured.report(self.options).with_digest(left_out=step.decision.skipped)
        keep, summaries = step.decision.keep, not step.adds_activity
        write_recording(writer, captured, report, keep=keep, summaries=summaries)

    def _note_gap(self, source: RecordingSource, steps: list[int], reason: str) -> None:
        entry = left_out_entry("reading", steps, None, reason)
        self._missing.setdefault(source.name, []).append(entry)

    def _forget_steps_from(self, step: int) -> None:
        self._first_nan = {name: nan for name, nan in self._first_nan.items() if nan["step"] < step}


def _matrix_bytes(captured: CapturedRecording, encoding: str) -> int:
    """Returns the bytes that the matrices of a recording take in the log."""
    counter = ByteCounter(encoding)
    counter.write_matrices(captured.probe, captured.recording)
    counter.emit()
    return counter.matrices


def _cut_entries(captured: CapturedRecording, step: CapturedStep) -> list[Mapping[str, Any]]:
    """Returns entries of `left_out` for what the log has no room for in any budget."""
    keep = step.decision.keep
    entries: list[Mapping[str, Any]] = []
    if is_too_large(captured.recording):
        reason = f"the log stores at most {MAX_LOGGED_VALUES} probabilities of classes a step"
        entries.append(left_out_entry("activity", [step.step], [CLASS_PROBABILITY], reason))
    if keep is None or MATRICES in keep:
        entries += [
            left_out_entry("matrix", [step.step], [name], reason)
            for name, reason in captured.cut_matrices().items()
        ]
    return entries
