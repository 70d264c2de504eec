"""Recording sources: the probes and the generated text of a callback."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import keras
import numpy as np

from tb_rnnviz.callbacks.attributions import Attributions, explain_predictions
from tb_rnnviz.callbacks.evidence import (
    AblatedUnits,
    CrossEpochEvidence,
    UnitAblation,
    add_ablation_effects,
)
from tb_rnnviz.callbacks.layer_dynamics import DynamicsOptions, LayerReading, read_layers
from tb_rnnviz.capture.generate import generate
from tb_rnnviz.capture.out_of_core import is_out_of_core, record_out_of_core
from tb_rnnviz.capture.recorder import Names, recorder_for
from tb_rnnviz.core.axis import axis_name
from tb_rnnviz.core.content import Content
from tb_rnnviz.core.explanations import Explanations
from tb_rnnviz.features import Feature, Text, named_content
from tb_rnnviz.features.content import level_of
from tb_rnnviz.probe import NEXT, Probe
from tb_rnnviz.recording import GENERATED, Generation, Recording
from tb_rnnviz.report import Baseline, Report, content_of, n_gram_baseline, text_of
from tb_rnnviz.write_recording import CapturedRecording

NOT_IN_MEMORY = "a recording this large is not held in memory"
"""Note in the place of ablations and explanations of a recording in files."""

PREFIX_SHARE = 2
"""Steps of beginnings that a model reads in a training, in steps of the probe."""


@dataclass(frozen=True)
class Selection:
    """Layers and quantities to record.

    Attributes:
        layers: Paths of the layers, `None` for all.
        quantities: Names of the quantities, `None` for all.
    """

    layers: Names = None
    quantities: Names = None


class RecordingSource(ABC):
    """Something that gives one recording at every step.

    Attributes:
        name: Name of the recording in the log.
        title: Name in warnings, such as `probe 'novel'`.
    """

    name: str
    title: str

    @abstractmethod
    def capture(self, model: keras.Model) -> Any:
        """Context manager that yields a `CapturedRecording`; files of it last as long."""

    def ablate(
        self, model: keras.Model, captured: CapturedRecording, features: Sequence[Feature]
    ) -> AblatedUnits | None:
        """Reads the model with units ablated. Defaults to no ablation."""
        return None

    def explain(
        self,
        model: keras.Model,
        captured: CapturedRecording,
        options: Attributions,
        features: Sequence[Feature],
    ) -> Explanations | None:
        """Explains some predictions. Defaults to no explanation."""
        return None

    def read_layers(
        self, model: keras.Model, captured: CapturedRecording, options: DynamicsOptions
    ) -> list[LayerReading]:
        """Copies the layers whose dynamics are measured. Defaults to none."""
        return []

    def add_evidence(
        self, captured: CapturedRecording, report: Report, ablated: AblatedUnits | None
    ) -> Report:
        """Adds evidence from ablations and earlier epochs. Defaults to none."""
        return report


class ProbeSource(RecordingSource):
    """Records a probe.

    Args:
        probe: The probe.
        selection: Layers and quantities to record.
        vocabulary: Name of every id, for a probe without a vocabulary of its own.
        corpus: Tokens that the model is trained on, `None` if they are unknown.
        content: Kind or language of the text, as `named_content` takes it; `None` to recognise it.
        reads_prefixes: True to read beginnings of some sequences if the model needs them for the
            prediction at every step.
    """

    def __init__(
        self,
        probe: Probe,
        selection: Selection,
        vocabulary: Sequence[str] | None = None,
        corpus: Sequence[str] | None = None,
        content: str | None = None,
        reads_prefixes: bool = True,
    ):
        self._reads_prefixes = reads_prefixes
        self.probe, self.selection, self.corpus = probe, selection, corpus
        self._content_name = content
        self._content: Content | None = None
        self.name, self.title = probe.name, f"probe {probe.name!r}"
        self._vocabulary = vocabulary
        self._baseline: Baseline | None = None
        self._cross_epoch = CrossEpochEvidence()
        self._ablation = UnitAblation()

    @contextmanager
    def capture(self, model: keras.Model) -> Iterator[CapturedRecording]:
        """Reads the probe through the model; a large recording goes through files."""
        recorder = recorder_for(model)
        self.probe = recorder.read_targets(recorder.read_strings(self.probe))
        layers, quantities = self.selection.layers, self.selection.quantities
        if not is_out_of_core(recorder, self.probe, layers, quantities):
            whole = recorder.record(self.probe, layers, quantities)
            recorder.predict_every_step(self.probe, whole, self._prefix_steps)
            recording = whole.on_tokens()
            predictions = recorder.outputs(recording, self.probe.targets, self.probe.output)
            captured = self._captured(recording, predictions, is_out_of_core=False)
            yield replace(captured, others=tuple(self._others(whole)))
            return
        with TemporaryDirectory(prefix="rnnviz-") as directory:
            recording, predictions = record_out_of_core(
                recorder, self.probe, Path(directory), layers, quantities
            )
            yield self._captured(recording, predictions, is_out_of_core=True)

    def ablate(
        self, model: keras.Model, captured: CapturedRecording, features: Sequence[Feature]
    ) -> AblatedUnits | None:
        """Reads the beginning of the probe with units ablated."""
        if captured.is_out_of_core:
            return AblatedUnits(note=NOT_IN_MEMORY)
        return self._ablation.measure(model, self.probe, captured, features)

    def explain(
        self,
        model: keras.Model,
        captured: CapturedRecording,
        options: Attributions,
        features: Sequence[Feature],
    ) -> Explanations | None:
        """Explains some predictions of the probe."""
        if captured.is_out_of_core:
            method = options.method or "none"
            return Explanations(method, note=NOT_IN_MEMORY, reach_note=NOT_IN_MEMORY)
        return explain_predictions(model, self.probe, captured, options, features)

    def read_layers(
        self, model: keras.Model, captured: CapturedRecording, options: DynamicsOptions
    ) -> list[LayerReading]:
        """Copies the layers of the recording, and reads the beginning of the probe."""
        recordings = (captured, *captured.others)
        layers = [layer for part in recordings for layer in part.recording.layers]
        return list(read_layers(model, self.probe, layers, options))

    def add_evidence(
        self, captured: CapturedRecording, report: Report, ablated: AblatedUnits | None
    ) -> Report:
        """Adds ablation effects, agreement with the previous epoch, and emergence."""
        report = add_ablation_effects(ablated, report)
        if captured.is_out_of_core:
            return report
        return self._cross_epoch.add(captured.recording, report)

    @property
    def _prefix_steps(self) -> int:
        """Steps of beginnings to read at most, in proportion to those of the probe."""
        return PREFIX_SHARE * sum(self.probe.lengths) if self._reads_prefixes else 0

    def _others(self, recording: Recording) -> Iterator[CapturedRecording]:
        """Yields the recordings of other axes, such as the source of a pair."""
        for axis in recording.other_axes():
            other = recording.on_axis(axis)
            other.probe = axis_name(self.name, axis)
            yield CapturedRecording(other, target_kind=None, parent=self.name)

    def _captured(
        self, recording: Recording, predictions: Mapping[str, Any], is_out_of_core: bool
    ) -> CapturedRecording:
        rest = {name: value for name, value in predictions.items() if name not in ("loss", "note")}
        return CapturedRecording(
            recording,
            rest,
            loss=predictions.get("loss"),
            loss_note=predictions.get("note"),
            target_kind=self.probe.target_kind,
            vocabulary=self._names_of_predictions(recording),
            baseline=self._n_gram_baseline(),
            is_out_of_core=is_out_of_core,
            content=self._content_of(recording),
            target_names=self.probe.target_names,
            target_shape=self.probe.target_shape,
        )

    def _content_of(self, recording: Recording) -> Content:
        """Content of the probe's text or signal, found once."""
        if self._content is None:
            self._content = content_of(text_of(recording, {}), self._content_name)
        return self._content

    @property
    def vocabulary(self) -> Sequence[str] | None:
        """Name of every id, `None` if there is none."""
        return self.probe.vocabulary or self._vocabulary

    def _names_of_predictions(self, recording: Recording) -> Sequence[str] | None:
        """Names of the predicted ids, `None` if they are known by their numbers alone."""
        if self.probe.classes is not None:
            return self.probe.classes
        if self.probe.target_kind in (NEXT, None):
            return self.vocabulary
        shapes = [np.shape(array) for array in keras.tree.flatten(recording.outputs)]
        has_all = self.vocabulary is not None and any(
            shape[-1:] == (len(self.vocabulary),) for shape in shapes
        )
        return self.vocabulary if has_all else None

    def _n_gram_baseline(self) -> Baseline | None:
        """Predictions of n-gram models of the training text for this probe, computed once."""
        if self._baseline is None and self.corpus is not None and self.probe.tokens is not None:
            self._baseline = n_gram_baseline(self.probe.tokens, self.corpus)
        return self._baseline


class GenerationSource(RecordingSource):
    """Records the text that a model generates from a prompt.

    Args:
        prompt: Ids, or tokens of the vocabulary.
        selection: Layers and quantities to record.
        vocabulary: Name of every id, `None` if there is none.
        options: Steps, temperature and seed, as `tb_rnnviz.generate` takes them.
        content: Content of the text, the same at every step.
    """

    name, title = GENERATED, "generation"

    def __init__(
        self,
        prompt: Any,
        selection: Selection,
        vocabulary: Sequence[str] | None,
        options: Mapping[str, Any],
        content: Content,
    ):
        self.prompt, self.selection, self.content = prompt, selection, content
        self.vocabulary, self.options = vocabulary, options

    @contextmanager
    def capture(self, model: keras.Model) -> Iterator[CapturedRecording]:
        """Generates a text and records it; the loss on it is not a loss on data."""
        text = generate(
            model,
            self.prompt,
            **self.options,
            layers=self.selection.layers,
            quantities=self.selection.quantities,
            vocabulary=self.vocabulary,
        )
        generation = cast(Generation, text)  # a list only if `samples` is given
        next_ids = np.array([*generation.prompt[1:], *generation.ids, -1])
        predictions = recorder_for(model).outputs(generation.recording, [next_ids])
        predictions.pop("loss", None)
        predictions.pop("note", None)
        yield CapturedRecording(
            generation.recording.on_tokens(),
            predictions,
            vocabulary=self.vocabulary,
            prompt_tokens=len(generation.prompt),
            content=self.content,
        )


def generated_content(
    probes: Sequence[Probe], vocabulary: Sequence[str] | None, name: str | None
) -> Content:
    """Returns the content of generated text, which is the same at every step.

    Args:
        probes: Probes; the content is that of the first whose tokens are known.
        vocabulary: Name of every id, `None` if there is none.
        name: Kind or language that the user named, or `None`.
    """
    tokens = next((probe.tokens for probe in probes if probe.tokens), None)
    if tokens is not None:
        return content_of(Text(tokens), name)
    ids = Text([vocabulary or ["10"]])
    return Content(level=level_of(ids)) if name is None else named_content(name, ids)
