"""One reading of a model: every probe, and what it writes from the prompt, into a writer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras

from tb_rnnviz.callbacks.causes import add_causes
from tb_rnnviz.callbacks.history import History
from tb_rnnviz.capture.generate import generate
from tb_rnnviz.capture.out_of_core import is_out_of_core, record_out_of_core
from tb_rnnviz.capture.recorder import recorder_for
from tb_rnnviz.core.digest import Digest
from tb_rnnviz.features import Feature
from tb_rnnviz.log import log_recording
from tb_rnnviz.log_format.writer import StepWriter
from tb_rnnviz.recording import GENERATED, Probe, Recording
from tb_rnnviz.report import Baseline, Report, classify_errors, n_gram_baseline, token_probability


@dataclass(frozen=True)
class Reading:
    """What to read and what to look for.

    Attributes:
        probes: What to read.
        features: What to look for.
        layers: Paths of the layers to record, `None` for all.
        quantities: Names of the quantities to record, `None` for all.
        prompt: What generation begins with, `None` for no generation.
        generation: Further arguments of `generate`.
        vocabulary: The name of every id where a probe has none of its own.
        analysis: Further arguments of `log_recording`.
        corpus: The tokens that the model learns from, `None` if they are not known.
    """

    probes: Sequence[Probe]
    features: Sequence[Feature]
    layers: Sequence[str] | str | None
    quantities: Sequence[str] | str | None
    prompt: Any | None
    generation: Mapping[str, Any]
    vocabulary: Sequence[str] | None
    analysis: Mapping[str, Any]
    corpus: Sequence[str] | None = None
    _baselines: dict[str, Baseline] = field(default_factory=dict, repr=False)
    _histories: dict[str, History] = field(default_factory=dict, repr=False)

    def parts(self) -> Iterator[tuple[str, str, Callable[..., Digest]]]:
        """Everything there is to read: for people, in the log, and the function that reads it.

        The functions take the model, a writer, the step, reasons by quantity for what the log
        leaves out, and further arguments of `log_recording`; they return the digest.
        """
        for probe in self.probes:
            yield f"probe {probe.name!r}", probe.name, partial(self._read, probe)
        if self.prompt is not None:
            yield "generation", GENERATED, self._generate

    def _read(self, probe: Probe, model: keras.Model, *where: Any, **options: Any) -> Digest:
        options["vocabulary"] = probe.vocabulary or self.vocabulary
        options["baseline"] = self._baseline(probe)
        recorder, selection = recorder_for(model), (self.layers, self.quantities)
        if not is_out_of_core(recorder, probe, *selection):
            recording = recorder.record(probe, *selection)
            predictions = recorder.outputs(recording, probe.targets)
            history = self._histories.setdefault(probe.name, History())

            def more(found: Report) -> Report:
                found = add_causes(model, probe, recording, found)
                return history.add(recording, found)

            return self._log(recording, predictions, *where, more=more, **options)
        with TemporaryDirectory(prefix="rnnviz-") as directory:
            recording, predictions = record_out_of_core(
                recorder, probe, Path(directory), *selection
            )
            return self._log(recording, predictions, *where, more=_say_it_is_large, **options)

    def _baseline(self, probe: Probe) -> Baseline | None:
        """What n-grams of the training text make of a probe, found out once."""
        if self.corpus is None:
            return None
        if probe.name not in self._baselines:
            self._baselines[probe.name] = n_gram_baseline(probe.tokens, self.corpus)
        return self._baselines[probe.name]

    def _generate(self, model: keras.Model, *where: Any, **options: Any) -> Digest:
        generation = generate(
            model,
            self.prompt,
            **self.generation,
            layers=self.layers,
            quantities=self.quantities,
            vocabulary=self.vocabulary,
        )
        came_next = [*generation.prompt[1:], *generation.ids, -1]
        predictions = recorder_for(model).outputs(generation.recording, [came_next])
        predictions.pop("loss", None)
        options |= {"vocabulary": self.vocabulary, "prompt_tokens": len(generation.prompt)}
        return self._log(generation.recording, predictions, *where, **options)

    def _log(
        self,
        recording: Recording,
        predictions: Mapping[str, Any],
        writer: StepWriter,
        step: int | None,
        dropped: Mapping[str, str],
        **options: Any,
    ) -> Digest:
        recording.step = step
        baseline = options.get("baseline")
        if baseline is not None and "probability" in predictions:
            given = token_probability(predictions["probability"], recording.lengths)
            predictions = {**predictions, **classify_errors(given, baseline)}
        for layer in recording.layers:
            reasons = {q: dropped[q] for q in recording[layer] if q in dropped}
            recording.absent.update({(layer, q): reason for q, reason in reasons.items()})
        return log_recording(
            writer, recording, self.features, predictions, **self.analysis, **options
        )


def _say_it_is_large(found: Report) -> Report:
    return found.with_digest(causal_note="a recording this large is not held in memory")
