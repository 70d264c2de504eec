"""`RNNVizCallback`: records a model during training and inference."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import keras

from tb_rnnviz.callbacks.attributions import Attributions
from tb_rnnviz.callbacks.background import BackgroundWorker
from tb_rnnviz.callbacks.budget import Budget, Cost, Stopwatch, print_line, sum_costs
from tb_rnnviz.callbacks.captured_step import (
    CapturedSource,
    CapturedStep,
    StepAnalysis,
    StepOutcome,
)
from tb_rnnviz.callbacks.layer_dynamics import DynamicsOptions
from tb_rnnviz.callbacks.recording_plan import (
    RecordingDecision,
    RecordingPlan,
    cost_estimate,
    steps_to_come,
)
from tb_rnnviz.callbacks.recording_source import (
    GenerationSource,
    ProbeSource,
    RecordingSource,
    Selection,
    generated_content,
)
from tb_rnnviz.callbacks.run_ownership import check_local_weights, is_chief, take_over
from tb_rnnviz.callbacks.run_warnings import (
    RunWarnings,
    tell_continued_steps,
    tell_replaced_steps,
)
from tb_rnnviz.callbacks.source_capture import Moment, SourceCapture
from tb_rnnviz.callbacks.validation import check_columns, check_options, checked_probes
from tb_rnnviz.core.vocabulary import vocabulary_names
from tb_rnnviz.features import Feature, check_content
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.log_format.directories import log_directory
from tb_rnnviz.log_format.event_file import LogError
from tb_rnnviz.log_format.lock import RunInUseError
from tb_rnnviz.probe import Probe
from tb_rnnviz.report import as_features
from tb_rnnviz.write_recording import AnalysisOptions

BEFORE_TRAINING = -1
"""The step of a recording made before the first epoch."""

EVERYTHING = "everything"

_NOT_COPIED = ("_model", "_writer", "_measured_model", "_background", "_step_analysis")

MEASURE_AGAIN = 5.0
"""Seconds below which a first reading is mostly compilation and is repeated."""


class RNNVizCallback(keras.callbacks.Callback):
    """Logs the activity of a model's recurrent units, for TensorBoard's RNN-Viz tab.

    At the end of every epoch, and at the end of `predict`, it reads the probes through the model,
    and generates a text if there is a prompt. A thread analyses both and writes the results to
    `<log_dir>/rnnviz` while training goes on; the end of the training waits for it. The model is
    left as it was. What fails is reported once as a warning, and training goes on. If several
    processes train one model, the first one records. Before the first epoch the callback measures
    its cost and prints one line. A training loop without `fit` calls `record(model, step)`.

    Steps are the epochs of Keras. A `fit` that begins at epoch 0 continues the steps of a run that
    has some; one that begins at a later epoch replaces what the run has from this epoch on. Both
    are printed. A callback can be pickled and copied, also while it trains; a copy has no model.

    Args:
        log_dir: Directory of this run, in TensorBoard's log directory. `~` is the home directory,
            and later changes of the working directory have no effect. Or a URL that fsspec opens,
            such as `s3://bucket/logs/run1` (`docs/remote.md`).
        probes: A `Probe` or several.
        features: Features to test every unit for, or the path of a YAML file of them. Defaults to
            those that follow from the content of each probe's text, such as comments and strings
            for source code and quotations for prose (`docs/features.md`).
        layers: Paths of the layers to record. Defaults to all recurrent layers.
        quantities: Names of the quantities to record. Defaults to all.
        every: `"epoch"`, or a number of batches after which to record. Defaults to `"epoch"`.
            Steps count epochs, or batches; with batches the end of training is recorded too.
        before_training: True to record once before the first epoch, as step -1. Defaults to
            False.
        prompt: Beginning of a generated text: ids, or tokens of the vocabulary. Defaults to no
            generation.
        generate_steps: Tokens to generate.
        temperature: Temperature of the generation.
        seed: Seed of the generation.
        vocabulary: Name of every id, as for a `Probe`. Defaults to that of the first probe that
            has one.
        suggestions: Units to suggest for each feature in each quantity.
        band: Lowest and highest frequency of a spectral peak, cycles per token.
        encoding: Encoding of the activity, `"int8"` or `"float16"`.
        corpus: Tokens that the model is trained on, strings in the order of the text; the last
            300,000 are used. They give the error analysis and the surprisal of every token under
            n-gram models. Defaults to none.
        content: Content of the texts: a kind, such as `"prose"`, or a language, such as `"c++"`.
            Defaults to what the tokens of each probe are recognised as. Generated text has the
            content of the first probe.
        budget: Limits on the cost of recordings: a `Budget`, or a mapping such as
            `{"bytes": 500_000_000, "time": 0.03}`. Defaults to no limit.
        attributions: Predictions to explain, for the view Why: `Attributions`, `True`, the name of
            a method of `attribute`, or a mapping such as `{"method": "lrp", "every": 5}`
            (`docs/attribution.md`). The time counts as that of recording. Defaults to none.
        dynamics: Fixed points and Lyapunov exponents, for the view States: `DynamicsOptions`,
            `True`, or a mapping such as `{"every": 5}` (`docs/dynamics.md`). They are computed
            while the training goes on. Defaults to none.

    Raises:
        ValueError: If an argument is not as described.

    Example:
        >>> import keras, numpy as np, tempfile
        >>> import tb_rnnviz as rv
        >>> model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(2, 4),
        ...     keras.layers.LSTM(3, return_sequences=True), keras.layers.Dense(2)])
        >>> model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        >>> ids = np.tile([0, 1], 20)
        >>> probe = rv.Probe("alternation", ids[:-1], targets=ids[1:], vocabulary=["a", "b"])
        >>> log_dir = tempfile.mkdtemp()
        >>> history = model.fit(ids[None, :-1], ids[None, 1:], verbose=0, epochs=2,
        ...     callbacks=[rv.RNNVizCallback(log_dir, probes=probe)])
        RNN-Viz: ... kB and ... s per epoch, measured; TensorBoard will hold up to ... kB of it
        in memory.
        >>> rv.load(log_dir, "alternation", step=1)["lstm"]["forget_gate"].shape
        (1, 39, 3)
    """

    def __init__(
        self,
        log_dir: str | os.PathLike,
        probes: Probe | Sequence[Probe] = (),
        features: Sequence[Feature] | str | os.PathLike | None = None,
        layers: Sequence[str] | str | None = None,
        quantities: Sequence[str] | str | None = None,
        every: str | int = "epoch",
        *,
        before_training: bool = False,
        prompt: Any | None = None,
        generate_steps: int = 200,
        temperature: float = 1.0,
        seed: int = 0,
        vocabulary: Sequence[str] | Mapping | None = None,
        suggestions: int = 2,
        band: tuple[float, float] = (0.0, 0.5),
        encoding: str = "int8",
        corpus: Sequence[str] | None = None,
        content: str | None = None,
        budget: Budget | Mapping[str, float] | None = None,
        attributions: Attributions | Mapping[str, Any] | str | bool | None = None,
        dynamics: DynamicsOptions | Mapping[str, Any] | bool | None = None,
    ):
        super().__init__()
        check_options(every, band, encoding)
        check_content(content)
        self.log_dir = log_directory(log_dir)
        self.every = every
        self.before_training = before_training
        self.encoding = encoding
        self.budget = Budget.of(budget)
        self.attributions = Attributions.of(attributions)
        self.dynamics = DynamicsOptions.of(dynamics)
        probes = checked_probes(probes, prompt)
        named = (probe.vocabulary for probe in probes if probe.vocabulary is not None)
        names = vocabulary_names(vocabulary)
        vocabulary = names if names is not None else next(named, None)
        selection = Selection(layers, quantities)
        self.analysis = AnalysisOptions(as_features(features), suggestions, band)
        check_columns(self.analysis.features or (), probes)
        self.sources: list[RecordingSource] = [
            ProbeSource(probe, selection, vocabulary, corpus, content, every == "epoch")
            for probe in probes
        ]
        if prompt is not None:
            generation: dict[str, Any] = {
                "steps": generate_steps,
                "temperature": temperature,
                "seed": seed,
            }
            generation["output"] = next((p.output for p in probes if p.output is not None), None)
            kind = generated_content(probes, vocabulary, content)
            self.sources.append(GenerationSource(prompt, selection, vocabulary, generation, kind))
        self.cost_estimate: str | None = None
        self._writer: RunWriter | None = None
        self._cost: Cost | None = None
        self._measured_model: weakref.ref[keras.Model] | None = None
        self._reset()

    def __getstate__(self) -> dict[str, Any]:
        """Returns the state for copies, without the model and the open files."""
        self.wait()
        return self.__dict__ | dict.fromkeys(_NOT_COPIED)

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        self._reset()

    def _reset(self) -> None:
        self._has_begun = False
        self._offset: int | None = None
        self._keeps_steps: bool | None = None
        self._batches = self._batches_before_epoch = 0
        self._plan: RecordingPlan | None = None
        self._due: int | None = None
        self._decision = RecordingDecision()
        self._stopwatch = Stopwatch()
        self._is_compiled = self._was_handed_over = False
        self._stopped: set[str] = set()
        self._runs_in_background = False
        self._warnings = RunWarnings(self.log_dir)
        self._source_capture = SourceCapture(
            self.analysis, self.attributions, self.dynamics, self._warnings
        )
        self._last_step: int | None = None
        self._recorded_steps = 0
        self._nbytes = 0
        self._step_analysis = StepAnalysis(self.analysis)
        self._background: BackgroundWorker[StepOutcome] = BackgroundWorker()

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Opens the run."""
        self._begin()
        self._runs_in_background = True
        if self.before_training and self._writer and self._last_step is None:
            self._record(BEFORE_TRAINING, RecordingDecision())

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Measures the cost of a recording before the first epoch."""
        self._begin_training_loop()
        self._count_from(epoch)
        self._batches_before_epoch = self._batches
        if self._plan is None:
            self._make_plan(epoch)

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Records after every `every` batches."""
        self._begin_training_loop()
        before, self._batches = self._batches, self._batches_before_epoch + batch + 1
        if isinstance(self.every, int) and self._batches // self.every > before // self.every:
            self._record_due(self._batches)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Records after every epoch."""
        if self._begin_training_loop():
            self._make_plan(epoch)
        self._count_from(epoch)
        if self.every == "epoch":
            self._record_due(epoch, is_last=getattr(self.model, "stop_training", False))

    def on_train_end(self, logs: dict | None = None) -> None:
        """Records the last step at full size, waits for all steps and closes the run."""
        if self.every != "epoch" and self._batches > (self._due or 0):
            self._record_due(self._batches, is_last=True)
        elif self._due is not None and not self._decision.is_full:
            self._record_due(self._due, is_last=True)
        self._close()
        self._has_begun = False

    def record(self, model: keras.Model, step: int, *, wait: bool = True) -> None:
        """Records a model now, in a training loop without `fit`.

        The first call opens the run, measures the cost and prints it. `on_train_end` closes the
        run; without it, the run is closed when nothing refers to the callback. What fails is
        reported once as a warning, and training goes on.

        Args:
            model: The model that is trained. Any backend of Keras.
            step: The step, such as the number of the epoch or of the batch. If the run has this
                step or later ones, they are replaced.
            wait: If true, the step is in the log when this returns. If false, it is analysed while
                the training goes on, and `on_train_end` waits for it. Defaults to true.

        Example:
            >>> import keras, tempfile
            >>> import tb_rnnviz as rv
            >>> model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(2, 4),
            ...     keras.layers.LSTM(3, return_sequences=True)])
            >>> probe = rv.Probe("alternation", [0, 1, 0, 1], vocabulary=["a", "b"])
            >>> watch = rv.RNNVizCallback(tempfile.mkdtemp(), probes=probe)
            >>> for epoch in range(2):
            ...     # train the model for one epoch
            ...     watch.record(model, epoch)
            RNN-Viz: ... per epoch, measured; TensorBoard will hold up to ... in memory.
            >>> watch.on_train_end()
            >>> rv.load(watch.log_dir).step
            1
        """
        step = int(step)
        self.set_model(model)
        self._begin_training_loop()
        self._offset = 0
        if self._plan is None:
            self._make_plan(step)
        self._runs_in_background = not wait
        self._record_due(step)

    def wait(self) -> None:
        """Waits until every step that was read is in the log, with a progress bar."""
        for outcome in self._background.wait():
            self._take_note(outcome)

    def on_predict_begin(self, logs: dict | None = None) -> None:
        """Opens the run."""
        self._begin(axis="once")

    def on_predict_end(self, logs: dict | None = None) -> None:
        """Records once and closes the run."""
        self._record(self._step_of_run(0), RecordingDecision())
        self._close()

    def hand_over(self) -> None:
        """Lets another callback write the run."""
        self._close()
        self._was_handed_over = True

    def _begin(self, axis: str | None = None) -> None:
        """Opens the run.

        Args:
            axis: Meaning of the steps. Defaults to that of a training.
        """
        self._close()
        self._reset()
        self._has_begun = True
        with self._isolated(EVERYTHING):
            self._open(axis or ("epoch" if self.every == "epoch" else "batch"))

    def _begin_training_loop(self) -> bool:
        """Opens the run in a training loop that does not call `on_train_begin`.

        Returns:
            True if the run was not open yet.
        """
        begins = not self._has_begun
        if begins:
            self._begin()
        return begins

    def _count_from(self, epoch: int) -> None:
        """Counts batches from the first epoch of a training, which may be restored."""
        if self._keeps_steps is None:
            batches = (self.params or {}).get("steps") or 0
            self._batches = epoch * batches
            self._keeps_steps = epoch > 0 and (self.every == "epoch" or batches > 0)

    def _open(self, axis: str) -> None:
        if self.model is None:
            raise ValueError(
                "the callback has no model. Call set_model(model) before on_epoch_end(), or "
                "record(model, step) alone"
            )
        if not is_chief(self.model):
            return
        check_local_weights(self.model)
        take_over(self)
        self._writer = RunWriter(self.log_dir, self.encoding, axis)
        self._last_step = self._writer.last_step

    def _close(self) -> None:
        """Waits for the steps in the background, and closes the run."""
        self.wait()
        writer, self._writer = self._writer, None
        if writer is not None:
            with self._isolated(EVERYTHING):
                writer.close()

    def _step_of_run(self, step: int) -> int:
        """Returns the step of the run.

        A training that begins at epoch 0 continues a run that has steps. One that begins at a later
        epoch, such as one that `BackupAndRestore` has restored, keeps its numbers.
        """
        if self._writer is None:
            return step
        if self._offset is None:
            last = -1 if self._last_step is None else self._last_step
            self._offset = 0 if self._keeps_steps else max(0, last + 1 - step)
            if self._offset:
                tell_continued_steps(self.log_dir, last, step + self._offset)
        return step + self._offset

    def _make_plan(self, epoch: int) -> None:
        """Measures the cost of a recording, plans what to skip, and prints the estimate."""
        if self._writer is None:
            return
        measured = self._measured_model and self._measured_model()
        if self._cost is None or measured is not self.model:
            self._cost, self._measured_model = self._measure_cost(), weakref.ref(self.model)
        if self._cost is None:
            return
        total_steps = steps_to_come(self.params or {}, epoch, self.every)
        self._plan = RecordingPlan(self.budget, self._cost, total_steps, self._writer.bytes)
        line = cost_estimate(self._plan, self.every)
        if line != self.cost_estimate:
            print_line(line)
        self.cost_estimate = line
        self._stopwatch = Stopwatch()

    def _measure_cost(self) -> Cost | None:
        """Reads every source, and analyses the beginning of each without writing."""
        costs = []
        for source in self._active_sources():
            with self._isolated(source.title):
                costs.append(self._rehearse(source))
        return sum_costs(costs) if costs else None

    def _rehearse(self, source: RecordingSource) -> Cost:
        """Measures the cost of a source, read twice if compiling took most of the time."""
        with ExitStack() as files:
            stopwatch = Stopwatch()
            each = self._capture(source, files, None)
            if stopwatch.seconds < MEASURE_AGAIN and not self._is_compiled:
                stopwatch = Stopwatch()
                each = self._capture(source, files, None)
            seconds = stopwatch.seconds
            return replace(self._step_analysis.measure(each, self.encoding), seconds=seconds)

    def _record_due(self, step: int, is_last: bool = False) -> None:
        """Records at a step of this `fit`, within the budget."""
        if self._was_handed_over and EVERYTHING not in self._stopped:
            owner = "a callback of a later fit or predict writes this run"
            self._stop(EVERYTHING, RunInUseError(owner))
        for outcome in self._background.finished():
            self._take_note(outcome)
        if self._writer is None:
            return
        is_repeated, self._due = is_last and step == self._due, step
        previous, step = self._decision, self._step_of_run(step)
        if not is_repeated:
            tell_replaced_steps(self.log_dir, self._last_step, step)
        decision = self._decide(step, is_last)
        self._decision = decision
        adds_activity = is_repeated and previous.read
        if adds_activity and not decision.is_full:
            return
        self._record(step, decision, adds_activity)

    def _decide(self, step: int, is_last: bool) -> RecordingDecision:
        """Decides what to record, within the budget and the memory for steps that wait."""
        must_record = is_last or self._plan is None
        is_exact = self.budget.bytes is not None
        if is_exact or (must_record and not self._background.has_room(self._nbytes)):
            self.wait()
        if self._plan is None or self._writer is None:
            return RecordingDecision()
        if not self._background.has_room(self._nbytes):
            return self._plan.postpone(step)
        return self._plan.decide(step, self._stopwatch.seconds, self._writer.bytes, is_last)

    def _record(self, step: int, decision: RecordingDecision, adds_activity: bool = False) -> None:
        """Reads the model at a step of the run, and hands the recordings over."""
        if self._writer is None or not decision.read:
            return
        self._last_step = step
        with self._stopwatch.paused() as recording_time, self._isolated(EVERYTHING):
            captured = self._capture_step(step, decision, adds_activity)
            self._nbytes = captured.nbytes
            self._background.submit(partial(self._write, self._writer, captured), self._nbytes)
            if not self._runs_in_background:
                self.wait()
                if self._writer is not None:
                    self._writer.upload()
        if self._plan is not None:
            self._plan.record_seconds(recording_time.seconds)

    def _write(self, writer: RunWriter, captured: CapturedStep) -> StepOutcome:
        """Analyses and writes a step, in the background.

        A method, so that a callback of an interrupted `fit` exists until its steps are written:
        the callback of the next `fit` waits for it.
        """
        return self._step_analysis.write(writer, captured)

    def _capture_step(
        self, step: int, decision: RecordingDecision, adds_activity: bool
    ) -> CapturedStep:
        """Reads every source; `adds_activity` adds activity to a step that has none."""
        if hasattr(self.model, "jax_state_sync"):
            self.model.jax_state_sync()
        captured = CapturedStep(step, decision, adds_activity)
        for source in self._active_sources():
            with self._isolated(source.title):
                each = self._capture(source, captured.files, step, not adds_activity)
                captured.sources.append(each)
        self._recorded_steps += not adds_activity
        self._is_compiled = True
        return captured

    def _capture(
        self, source: RecordingSource, files: ExitStack, step: int | None, is_first: bool = True
    ) -> CapturedSource:
        """Reads a source; `is_first` is false if the step has been read before."""
        skipped = self._plan.skipped_quantities if self._plan else {}
        moment = Moment(step, self._recorded_steps, is_first, skipped)
        return self._source_capture.capture(self.model, source, files, moment)

    def _take_note(self, outcome: StepOutcome) -> None:
        """Takes note of a step that was analysed, and warns of what went wrong."""
        if self._plan is not None:
            self._plan.record_bytes(outcome.decision, outcome.bytes)
        if outcome.log_error is not None and EVERYTHING not in self._stopped:
            self._stop(EVERYTHING, outcome.log_error)
        self._warnings.warn_of_outcome(outcome)

    def _active_sources(self) -> list[RecordingSource]:
        """Sources that have not failed."""
        if EVERYTHING in self._stopped:
            return []
        return [source for source in self.sources if source.title not in self._stopped]

    @contextmanager
    def _isolated(self, part: str) -> Iterator[None]:
        """Keeps a failing part from ending the training.

        The failure is reported once and the part is recorded no more. What cannot be written ends
        all recording; it is passed on to the block around `EVERYTHING`.
        """
        try:
            yield
        except Exception as error:
            if isinstance(error, LogError) and part != EVERYTHING:
                raise
            self._stop(part, error)

    def _stop(self, part: str, error: BaseException) -> None:
        """Ends the recording of a part, with one warning."""
        self._stopped.add(part)
        if part == EVERYTHING:
            self._close()
        self._warnings.warn_of_stop(part, error)
