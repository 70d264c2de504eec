"""The Keras callback: when to record, and what to do when something is in the way."""

from __future__ import annotations

import os
import time
import warnings
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras

from tb_rnnviz.callbacks.arguments import check_options, checked_features, checked_probes
from tb_rnnviz.callbacks.budget import Budget, Cost
from tb_rnnviz.callbacks.chief import check_reachable, is_chief
from tb_rnnviz.callbacks.clock import Clock
from tb_rnnviz.callbacks.forecast import forecast, say
from tb_rnnviz.callbacks.interrupted import take_over
from tb_rnnviz.callbacks.plan import Choice, Plan
from tb_rnnviz.callbacks.reading import Reading
from tb_rnnviz.features import Feature
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.log_format.byte_counter import ByteCounter
from tb_rnnviz.log_format.event_file import LogError
from tb_rnnviz.log_format.lock import RunInUseError
from tb_rnnviz.recording import Probe

BEFORE_TRAINING = -1
"""The step of a recording made before the first epoch."""

EVERYTHING = "everything"

MEASURE_AGAIN = 5.0
"""Seconds below which a first reading is mostly compilation, so that a second one is timed."""


class RNNVizCallback(keras.callbacks.Callback):
    """Logs what the recurrent units of a model do, for TensorBoard's RNN-Viz tab.

    At the end of every epoch, and at the end of `predict`, it reads the probes through the model,
    lets it generate from the prompt if there is one, computes relevance and spectra, and writes
    all of it to `<log_dir>/rnnviz`. The model is left as it was. Whatever goes wrong here is
    said once as a warning; training goes on. Where several processes train one model, the first
    one records. Before the first epoch it measures what it will cost and says so in one line.

    Args:
        log_dir: Where TensorBoard looks, the directory of this run.
        probes: What to read: a `Probe` or several.
        features: What to look for: features, or the path of a YAML file of them. Defaults to
            `tb_rnnviz.features.DEFAULT_FEATURES`.
        layers: Paths of the layers to record. Defaults to all recurrent layers.
        quantities: Names of the quantities to record. Defaults to all.
        every: `"epoch"`, or a number of batches after which to record. Defaults to `"epoch"`.
            Steps count epochs, or batches; then the end of training is recorded too.
        before_training: Whether to record once before the first epoch too, as step -1.
        prompt: What generation begins with: ids, or tokens of the vocabulary. Defaults to no
            generation.
        generate_steps: Tokens to generate.
        temperature: Temperature of generation.
        seed: Seed of generation.
        vocabulary: The name of every id. Defaults to that of the first probe that has one.
        suggestions: Units to suggest for each feature in each quantity.
        band: Frequencies in cycles per token among which spectral peaks are looked for.
        encoding: How activity is stored: `"int8"` or `"float16"`.
        corpus: The tokens that the model is trained on, strings in the order of the text; the last
            300,000 are used. With them errors are sorted by what would have avoided them, and
            tokens have a surprise under n-grams. Defaults to none.
        budget: What recordings may cost: a `Budget`, or a mapping such as
            `{"bytes": 500_000_000, "time": 0.03}`. Defaults to no limit.

    Raises:
        ValueError: if an argument is not as described.

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
        vocabulary: Sequence[str] | None = None,
        suggestions: int = 2,
        band: tuple[float, float] = (0.0, 0.5),
        encoding: str = "int8",
        corpus: Sequence[str] | None = None,
        budget: Budget | Mapping[str, float] | None = None,
    ):
        super().__init__()
        check_options(every, band, encoding)
        self.log_dir = Path(log_dir)
        self.every = every
        self.before_training = before_training
        self.encoding = encoding
        self.budget = Budget.of(budget)
        probes = checked_probes(probes, prompt)
        named = (probe.vocabulary for probe in probes if probe.vocabulary is not None)
        self.reading = Reading(
            probes,
            checked_features(features),
            layers,
            quantities,
            prompt,
            {"steps": generate_steps, "temperature": temperature, "seed": seed},
            list(vocabulary) if vocabulary is not None else next(named, None),
            {"suggestions": suggestions, "band": band},
            corpus,
        )
        self.forecast: str | None = None
        self._writer: RunWriter | None = None
        self._cost: Cost | None = None
        self._costs_of: Callable[[], keras.Model | None] = lambda: None
        self._reset()

    def _reset(self) -> None:
        self._offset: int | None = None
        self._batches = self._batches_before = 0
        self._plan: Plan | None = None
        self._due: int | None = None
        self._choice = Choice()
        self._clock = Clock()
        self._compiled = self._taken = False
        self._stopped: set[str] = set()
        self._first_nan: dict[str, dict[str, Any]] = {}

    def on_train_begin(self, logs: dict | None = None) -> None:
        self._begin()
        if self.before_training and self._writer and self._writer.last_step is None:
            self._record(BEFORE_TRAINING, Choice())

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._batches_before = self._batches
        if self._plan is None:
            self._foresee(epoch)

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        before, self._batches = self._batches, self._batches_before + batch + 1
        if self.every != "epoch" and self._batches // self.every > before // self.every:
            self._record_due(self._batches)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        if self.every == "epoch":
            self._record_due(epoch, end=getattr(self.model, "stop_training", False))

    def on_train_end(self, logs: dict | None = None) -> None:
        if self.every != "epoch" and self._batches > (self._due or 0):
            self._record_due(self._batches, end=True)
        elif self._due is not None and not self._choice.whole:
            self._record_due(self._due, end=True)
        self._end()

    def on_predict_begin(self, logs: dict | None = None) -> None:
        self._begin()

    def on_predict_end(self, logs: dict | None = None) -> None:
        self._record(self._after_last(0), Choice())
        self._end()

    def _begin(self) -> None:
        self._end()
        self._reset()
        self._attempt(EVERYTHING, self._open)

    def _open(self) -> None:
        if not is_chief(self.model):
            return
        check_reachable(self.model)
        take_over(self)
        axis = "epoch" if self.every == "epoch" else "batch"
        self._writer = RunWriter(self.log_dir, self.encoding, axis)

    def hand_over(self) -> None:
        """Lets another callback write the run."""
        self._end()
        self._taken = True

    def _check_not_taken(self) -> None:
        if self._taken:
            raise RunInUseError("a callback of a later fit or predict writes this run")

    def _end(self) -> None:
        if self._writer:
            self._writer.close()
            self._writer = None

    def _after_last(self, step: int) -> int:
        """The step of this fit on the run's axis, which a second fit continues."""
        if self._offset is None:
            self._offset = self._writer.next_step(step) - step if self._writer else 0
        return step + self._offset

    def _foresee(self, epoch: int) -> None:
        """Measures what a recording costs, plans what to leave out, and says it."""
        if self._writer is None:
            return
        if self._cost is None or self._costs_of() is not self.model:
            self._cost, self._costs_of = self._measure(), weakref.ref(self.model)
        if self._cost is None:
            return
        self._plan = Plan(self.budget, self._cost, self._steps_to_come(epoch), self._writer.bytes)
        line = forecast(self._plan, self.every)
        if line != self.forecast:
            say(line)
        self.forecast = line
        self._clock = Clock()

    def _steps_to_come(self, epoch: int) -> int | None:
        params = self.params or {}
        epochs, batches = params.get("epochs"), params.get("steps")
        if epochs is None or (self.every != "epoch" and batches is None):
            return None
        if self.every == "epoch":
            return epochs - epoch
        return -((epoch - epochs) * batches // self.every)

    def _measure(self) -> Cost | None:
        """Reads everything once and writes nothing, twice where compiling takes most of it."""
        byte_counter, seconds = self._rehearse()
        if seconds < MEASURE_AGAIN and not self._compiled:
            byte_counter, seconds = self._rehearse()
        if not byte_counter.small:
            return None
        return Cost(byte_counter.activity, byte_counter.text, byte_counter.small, seconds)

    def _rehearse(self) -> tuple[ByteCounter, float]:
        byte_counter, began = ByteCounter(self.encoding), time.perf_counter()
        for what, _, read in self.reading.parts():
            self._attempt(what, read, self.model, byte_counter, None, {})
        byte_counter.emit()
        return byte_counter, time.perf_counter() - began

    def _record_due(self, step: int, end: bool = False) -> None:
        """Records at a step of this fit, as far as the budget goes."""
        self._attempt(EVERYTHING, self._check_not_taken)
        if self._writer is None:
            return
        again, self._due = end and step == self._due, step
        before, step = self._choice, self._after_last(step)
        self._choice = Choice()
        if self._plan is not None:
            trained = self._clock.seconds()
            self._choice = self._plan.choose(step, trained, self._writer.bytes, end)
        if again and before.read and not self._choice.whole:
            return
        self._record(step, self._choice, more=again and before.read)

    def _record(self, step: int, choice: Choice, more: bool = False) -> None:
        if self._writer is None or not choice.read:
            return
        written, found = self._writer.bytes, set(self._first_nan)
        with self._clock.stopped() as stopwatch:
            self._attempt(EVERYTHING, self._write, step, choice, more)
        if self._plan is not None and self._writer is not None:
            self._plan.done(choice, stopwatch(), self._writer.bytes - written)
        if self._first_nan and not found:
            self._say_first_nan()

    def _write(self, step: int, choice: Choice, more: bool) -> None:
        """Everything of one step; `more` adds activity to a step that has none."""
        if hasattr(self.model, "jax_state_sync"):
            self.model.jax_state_sync()
        with self._writer.step(step, extend=more):
            for what, name, read in self.reading.parts():
                self._attempt(what, self._write_part, name, read, step, choice, not more)
        self._compiled = True

    def _write_part(
        self, name: str, read: Callable, step: int, choice: Choice, small: bool
    ) -> None:
        digest = read(
            self.model,
            self._writer,
            step,
            self._plan.dropped if self._plan else {},
            keep=choice.keep,
            left_out=choice.left_out,
            first_nan=self._first_nan.get(name),
            small=small,
        )
        if digest.first_nan:
            self._first_nan.setdefault(name, digest.first_nan)

    def _say_first_nan(self) -> None:
        name, first = next(iter(self._first_nan.items()))
        warnings.warn(
            f"RNN-Viz found the first value that is not a number at step {first['step']}, in "
            f"{name!r}: layer {first['layer']!r}, quantity {first['quantity']!r}, unit "
            f"{first['unit']}, token {first['token']} ({first['text']!r}).",
            RuntimeWarning,
            stacklevel=2,
        )

    def _attempt(self, what: str, action: Callable, *args: Any) -> None:
        """Runs a step of recording; what fails is said once, left out from then on, no more."""
        if what in self._stopped or EVERYTHING in self._stopped:
            return
        try:
            action(*args)
        except Exception as error:
            if isinstance(error, LogError) and what != EVERYTHING:
                raise
            self._stopped.add(what)
            if what == EVERYTHING:
                self._end()
            warnings.warn(
                f"RNN-Viz stops recording {what} of {str(self.log_dir)!r}, the run goes on: "
                f"{type(error).__name__}: {error}",
                RuntimeWarning,
                stacklevel=2,
            )
