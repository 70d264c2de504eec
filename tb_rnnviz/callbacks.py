"""The Keras callback: record, analyse, write."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras

from tb_rnnviz.capture import generate, must_stream, predictions, record, stream
from tb_rnnviz.features import DEFAULT_FEATURES, Feature, load_features
from tb_rnnviz.log import log_recording
from tb_rnnviz.recording import GENERATED, Probe, Recording
from tb_rnnviz.summary import ENCODINGS, RunWriter

BEFORE_TRAINING = -1
"""The step of a recording made before the first epoch."""


class RNNVizCallback(keras.callbacks.Callback):
    """Logs what the recurrent units of a model do, for TensorBoard's RNN-Viz tab.

    At the end of every epoch, and at the end of `predict`, it reads the probes through the model,
    lets it generate from the prompt if there is one, computes relevance and spectra, and writes
    all of it to `<log_dir>/rnnviz`. The model is left as it was. Whatever goes wrong here is
    said once as a warning; training goes on.

    Args:
        log_dir: Where TensorBoard looks, the directory of this run.
        probes: What to read: a `Probe` or several.
        features: What to look for: features, or the path of a YAML file of them. Defaults to
            `tb_rnnviz.features.DEFAULT_FEATURES`.
        layers: Paths of the layers to record. Defaults to all recurrent layers.
        quantities: Names of the quantities to record. Defaults to all.
        every: `"epoch"`, or a number of batches after which to record. Defaults to `"epoch"`.
            Steps count epochs, or batches.
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
    ):
        super().__init__()
        self.log_dir = Path(log_dir)
        self.probes = _checked_probes(probes, prompt)
        self.features = _checked_features(features)
        self.layers, self.quantities = layers, quantities
        if every != "epoch" and (not isinstance(every, int) or every < 1):
            raise ValueError(f"`every` is 'epoch' or a number of batches. Received: {every!r}")
        self.every = every
        self.before_training = before_training
        self.prompt = prompt
        self.generation = {"steps": generate_steps, "temperature": temperature, "seed": seed}
        named = (probe.vocabulary for probe in self.probes if probe.vocabulary is not None)
        self.vocabulary = list(vocabulary) if vocabulary is not None else next(named, None)
        low, high = band
        if not 0 <= low <= high <= 0.5:
            raise ValueError(
                "`band` is a lowest and a highest frequency in cycles per token, "
                f"0 <= lowest <= highest <= 0.5. Received: band={band!r}"
            )
        if encoding not in ENCODINGS:
            raise ValueError(f"Unknown encoding {encoding!r}. Allowed: {list(ENCODINGS)}")
        self.suggestions, self.band, self.encoding = suggestions, band, encoding
        self._writer: RunWriter | None = None
        self._offset: int | None = None
        self._batches = 0
        self._stopped: set[str] = set()

    def on_train_begin(self, logs: dict | None = None) -> None:
        self._begin()
        if self.before_training and self._writer and self._writer.last_step is None:
            self._record(BEFORE_TRAINING)

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self._batches += 1
        if self.every != "epoch" and self._batches % self.every == 0:
            self._record(self._after_last(self._batches))

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        if self.every == "epoch":
            self._record(self._after_last(epoch))

    def on_train_end(self, logs: dict | None = None) -> None:
        self._end()

    def on_predict_begin(self, logs: dict | None = None) -> None:
        self._begin()

    def on_predict_end(self, logs: dict | None = None) -> None:
        self._record(self._after_last(0))
        self._end()

    def _begin(self) -> None:
        self._offset, self._batches, self._stopped = None, 0, set()
        self._attempt("everything", self._open)

    def _open(self) -> None:
        self._writer = RunWriter(self.log_dir, self.encoding)

    def _end(self) -> None:
        if self._writer:
            self._writer.close()
            self._writer = None

    def _after_last(self, step: int) -> int:
        """The step of this fit on the run's axis, which a second fit continues."""
        if self._offset is None:
            self._offset = self._writer.next_step(step) - step if self._writer else 0
        return step + self._offset

    def _record(self, step: int) -> None:
        if self._writer is None:
            return
        if hasattr(self.model, "jax_state_sync"):
            self.model.jax_state_sync()
        self._attempt("everything", self._writer.begin, step)
        for probe in self.probes:
            self._attempt(f"probe {probe.name!r}", self._read, probe)
        if self.prompt is not None:
            self._attempt("generation", self._generate)
        self._attempt("everything", self._flush)

    def _flush(self) -> None:
        self._writer.flush()

    def _read(self, probe: Probe) -> None:
        vocabulary = probe.vocabulary or self.vocabulary
        what = self.layers, self.quantities
        if not must_stream(self.model, probe, *what):
            recording = record(self.model, probe, *what)
            said = predictions(recording, probe.targets)
            self._log(recording, said, vocabulary=vocabulary)
            return
        with TemporaryDirectory(prefix="rnnviz-") as directory:
            recording, said = stream(self.model, probe, Path(directory), *what)
            self._log(recording, said, vocabulary=vocabulary)

    def _generate(self) -> None:
        generation = generate(
            self.model,
            self.prompt,
            **self.generation,
            layers=self.layers,
            quantities=self.quantities,
            vocabulary=self.vocabulary,
        )
        prompt_tokens = len(generation.prompt)
        came_next = [*generation.prompt[1:], *generation.ids, -1]
        said = predictions(generation.recording, [came_next])
        said.pop("loss", None)
        self._log(
            generation.recording, said, vocabulary=self.vocabulary, prompt_tokens=prompt_tokens
        )

    def _log(self, recording: Recording, said: dict[str, Any], **options: Any) -> None:
        log_recording(
            self._writer,
            recording,
            self.features,
            said,
            suggestions=self.suggestions,
            band=self.band,
            **options,
        )

    def _attempt(self, what: str, action: Callable, *args: Any) -> None:
        """Runs a step of recording; what fails is said once, left out from then on, no more."""
        if what in self._stopped or "everything" in self._stopped:
            return
        try:
            action(*args)
        except Exception as error:
            self._stopped.add(what)
            if what == "everything":
                self._writer = None
            warnings.warn(
                f"RNN-Viz stops recording {what} of {str(self.log_dir)!r}, the run goes on: "
                f"{type(error).__name__}: {error}",
                RuntimeWarning,
                stacklevel=2,
            )


def _checked_probes(probes: Probe | Sequence[Probe], prompt: Any | None) -> tuple[Probe, ...]:
    probes = (probes,) if isinstance(probes, Probe) else tuple(probes)
    wrong = [type(probe).__name__ for probe in probes if not isinstance(probe, Probe)]
    if wrong:
        raise ValueError(
            f"`probes` are tb_rnnviz.Probe objects. Received: {wrong}. "
            "Wrap the inputs: Probe('name', inputs)."
        )
    names = [probe.name for probe in probes]
    if len(set(names)) < len(names) or GENERATED in names:
        raise ValueError(
            f"Probes need names of their own, and {GENERATED!r} is taken by the text that the "
            f"model writes. Received: {names}"
        )
    if not probes and prompt is None:
        raise ValueError(
            "There is nothing to record: give at least one probe, or a prompt to generate from."
        )
    return probes


def _checked_features(
    features: Sequence[Feature] | str | os.PathLike | None,
) -> tuple[Feature, ...]:
    if features is None:
        return DEFAULT_FEATURES
    if isinstance(features, (str, os.PathLike)):
        return load_features(features)
    features = tuple(features)
    wrong = [type(feature).__name__ for feature in features if not isinstance(feature, Feature)]
    names = [getattr(feature, "name", None) for feature in features]
    if wrong or len(set(names)) < len(names):
        raise ValueError(
            "`features` are features with names of their own, as load_features() gives them. "
            f"Received: {wrong or names}"
        )
    return features
