"""`survey`: statistics of the recurrent units of a model over a corpus."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tb_rnnviz.capture.recorder import Recorder, recorder_for
from tb_rnnviz.core.vocabulary import vocabulary_names
from tb_rnnviz.corpus.engine import Result, on_threads
from tb_rnnviz.corpus.problems import Problems
from tb_rnnviz.corpus.progress import Progress
from tb_rnnviz.corpus.read_corpus import read_corpus
from tb_rnnviz.corpus.shard_reader import ShardReader
from tb_rnnviz.corpus.shards import Shard, Span, plan_shards, read_shard
from tb_rnnviz.corpus.survey import Survey
from tb_rnnviz.corpus.survey_file import read_survey, write_survey
from tb_rnnviz.corpus.survey_settings import SurveySettings
from tb_rnnviz.corpus.survey_statistics import SurveyStatistics
from tb_rnnviz.corpus.token_store import TokenStore
from tb_rnnviz.features import Feature, MissingColumn, Text
from tb_rnnviz.probe import Probe
from tb_rnnviz.report.match_features import as_features

SHARD_TOKENS = 1 << 17
"""Tokens of a shard."""

WARM_UP = 256
"""Tokens before a row of a stream that warm up the state."""

WORD_SAMPLE_BYTES = 48 << 20
"""Size of the sampled steps of all words."""

LEAST_WORD_SAMPLE, MOST_WORD_SAMPLE = 8, 1024
"""Sampled steps of a word."""

HISTOGRAM_SAMPLE = 1 << 15
"""Steps that the histograms of all shards together count at least."""

HISTOGRAM_BYTES = 96 << 20
"""Size of the sampled steps of a shard, of all and of the features."""

LEAST_HISTOGRAM_SAMPLE, LEAST_FEATURE_SAMPLE = 8192, 512
"""Steps of a shard of which the histograms are, of all steps and of a feature."""

FOLDER = "survey"
"""Folder in a log directory."""

SAVING_SHARE = 0.05
"""Share of the time that an unfinished survey is written in at most."""


def survey(
    model: Any,
    corpus: Any,
    *,
    vocabulary: Any = None,
    features: Sequence[Feature] | str | os.PathLike | None = None,
    layers: Sequence[str] | str | None = None,
    quantities: Sequence[str] | str | None = None,
    shard_tokens: int = SHARD_TOKENS,
    top: int = 20,
    words: int = 2000,
    client: Any = None,
    log_dir: str | os.PathLike | None = None,
    seed: int = 0,
    warm_up: int = WARM_UP,
    threads: int | None = None,
) -> Survey:
    """Reads a corpus through a model and computes statistics of its recurrent units.

    The corpus is never whole in memory, and memory does not grow with it. The result is the same
    bit for bit whatever the number of threads. `docs/corpus.md` has the formulas.

    Args:
        model: A Keras model as for `record`, which reads one sequence of ids.
        corpus: A path of a text in UTF-8, a pattern such as `"texts/*.txt"`, or a list of these;
            an integer array (steps,), such as a memory map; an iterable of sequences, each an array
            of ids, a list of tokens or a text; a `tf.data.Dataset` or a Dask bag of such. Files and
            single arrays are streams, which are cut into shards; sequences are read whole.
        vocabulary: The name of every id, as for `Probe`; needed for files and texts. A vocabulary
            of single characters reads characters, another one words. Defaults to none.
        features: Features to look for, or the path of a YAML file of them. Defaults to none.
        layers: Paths of the layers. Defaults to all recurrent layers.
        quantities: Names of the quantities. Defaults to all that the layers have.
        shard_tokens: Tokens of a shard. Features such as bracket depth see 4,096 tokens before it.
        top: Number of the highest, lowest and random contexts of each unit.
        words: Number of the most frequent words whose responses are counted.
        client: A `dask.distributed.Client` or the address of its scheduler, to read shards on a
            cluster. Defaults to threads of this process.
        log_dir: Log directory of a run. The survey is written to its folder `survey`, and an
            interrupted one goes on from there. Defaults to keeping it in memory only.
        seed: Seed of the samples and random contexts.
        warm_up: Tokens before a row of a stream that are read and not counted, so that its state
            has forgotten where it began.
        threads: Threads of this process. Defaults to the number of cores, at most 4.

    Returns:
        The survey; `problems` lists what could not be read.

    Raises:
        ValueError: If an argument is not as described, the corpus has no token, or no shard can be
            read.
        FileNotFoundError: If no file matches the corpus.
        ImportError: If `client` is given and Dask is not installed.

    Example:
        >>> import keras
        >>> model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(5, 4),
        ...     keras.layers.GRU(3, return_sequences=True)])
        >>> survey = survey(model, [[0, 1, 2], [3, 4]])
        >>> survey.tokens, survey["gru"]["hidden_state"].quantile(0.95).shape
        (5, (3,))
    """
    numbers = {"shard_tokens": shard_tokens, "top": top, "words": words, "warm_up": warm_up}
    if threads is not None:
        numbers["threads"] = threads
    _check_numbers(numbers, seed)
    recorder = recorder_for(model)
    names, queries = vocabulary_names(vocabulary), as_features(features) or ()
    problems = Problems()
    store = read_corpus(corpus, names, problems)
    try:
        settings = _settings(
            recorder, store, names, queries, layers, quantities, top, words, problems
        )
        shards = plan_shards(store, shard_tokens)
        settings = _with_samples(recorder, settings, len(shards), warm_up, seed)
        folder = None if log_dir is None else Path(log_dir).expanduser() / FOLDER
        run = _SurveyRun(recorder, store, shards, settings, problems, folder)
        run.read(client, threads or min(os.cpu_count() or 1, 4))
        result = Survey(run.statistics, settings, problems.listed)
        if folder is not None:
            try:
                result.save(folder / "survey.npz")
                run.remove_checkpoint()
            except OSError as error:
                problems.add(f"The survey could not be written to {folder}: {error}.")
                result.problems = list(problems.listed)
        return result
    finally:
        store.close()


def _check_numbers(numbers: dict[str, Any], seed: Any) -> None:
    least = {"warm_up": 0, "words": 0}
    for name, value in numbers.items():
        low = least.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < low:
            raise ValueError(f"`{name}` must be an integer of at least {low}. Received: {value!r}.")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"`seed` must be an integer of at least 0. Received: {seed!r}.")


def _settings(
    recorder: Recorder,
    store: TokenStore,
    vocabulary: list[str] | None,
    features: Sequence[Feature],
    layers: Sequence[str] | str | None,
    quantities: Sequence[str] | str | None,
    top: int,
    words: int,
    problems: Problems,
) -> SurveySettings:
    limit = recorder.id_limit()
    counts = store.counts(limit)
    if not counts.any():
        raise ValueError(
            f"No id of the corpus is in the vocabulary of the model, 0 to {(limit or 1) - 1}, so "
            f"there is nothing to survey. Received: ids such as {store.ids(0, 5).tolist()}"
        )
    size = len(counts) if limit is None else limit
    frequent = np.arange(size) if size <= words else np.argsort(-counts, kind="stable")[:words]
    if len(frequent) < size:
        frequent = frequent[counts[frequent] > 0]
    settings = SurveySettings(
        layers=_names(layers),
        quantities=_names(quantities),
        features=tuple(features),
        is_numeric=(),
        vocabulary=None if vocabulary is None else tuple(vocabulary),
        words=tuple(int(word) for word in np.sort(frequent)),
        has_other_words=len(frequent) < size,
        limit=limit,
        top=int(top),
        warm_up=0,
        word_sample=0,
        histogram_sample=0,
        feature_sample=0,
        seed=0,
    )
    tokens = settings.names(store.ids(0, min(len(store), 200)).tolist())
    text, readable = Text([tokens]), {}
    for feature in features:
        try:
            readable[feature] = feature.values(text).dtype != bool
        except MissingColumn:
            columns = ", ".join(sorted(feature.columns_read))
            problems.add(
                f"Feature {feature.name!r} reads the column {columns}, which a corpus has not."
            )
    return replace(settings, features=tuple(readable), is_numeric=tuple(readable.values()))


def _with_samples(
    recorder: Recorder, settings: SurveySettings, shards: int, warm_up: int, seed: int
) -> SurveySettings:
    """Returns the settings with the sizes of the samples."""
    first = Probe("corpus", [settings.words[0] if settings.words else 0])
    names = settings.layers, settings.quantities
    row = max(recorder.activity_bytes(first, *names), 1)
    per_word = WORD_SAMPLE_BYTES // (2 * row) // max(len(settings.words), 1)
    in_shard = HISTOGRAM_SAMPLE // shards
    of_features = HISTOGRAM_BYTES // row // max(2 * settings.is_numeric.count(False), 1)
    return replace(
        settings,
        warm_up=int(warm_up),
        word_sample=int(np.clip(per_word, LEAST_WORD_SAMPLE, MOST_WORD_SAMPLE)),
        histogram_sample=max(min(in_shard, HISTOGRAM_BYTES // row), LEAST_HISTOGRAM_SAMPLE),
        feature_sample=max(min(in_shard, of_features), LEAST_FEATURE_SAMPLE),
        seed=int(seed),
    )


def _names(names: Sequence[str] | str | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    return (names,) if isinstance(names, str) else tuple(names)


class _SurveyRun:
    """A survey that is being read, with its unfinished state on disk.

    Args:
        recorder: Recorder of the model.
        store: Ids of the corpus.
        shards: Parts of each shard.
        settings: Settings of the survey.
        problems: Takes the shards that cannot be read.
        folder: Folder of the unfinished survey, `None` for none.
    """

    def __init__(
        self,
        recorder: Recorder,
        store: TokenStore,
        shards: list[list[Span]],
        settings: SurveySettings,
        problems: Problems,
        folder: Path | None,
    ):
        self._recorder, self._store, self._shards = recorder, store, shards
        self._settings, self._problems = settings, problems
        self._failure: Exception | None = None
        self.statistics = SurveyStatistics()
        self._done = self._saved = 0
        self._save_seconds, self._last_save = 0.0, -np.inf
        self._checkpoint = None
        if folder is not None:
            self._checkpoint = folder / f"unfinished-{self._fingerprint()}.npz"
            self._resume()

    def read(self, client: Any, threads: int) -> None:
        """Reads the shards that are not read yet.

        Raises:
            ValueError: If none can be read.
        """
        total = sum(span.end - span.begin for shard in self._shards for span in shard)
        progress = Progress(total, self.statistics.tokens)
        try:
            for shard, result in self._results(client, threads):
                self._add(shard, result)
                progress.add(shard.tokens)
        finally:
            progress.close()
            self._save(is_last=True)
        if not self.statistics.quantities:
            raise ValueError(
                f"No part of the corpus could be read: {self._failure}"
            ) from self._failure
        if self.statistics.outside:
            self._problems.add(
                f"{self.statistics.outside:,} ids are outside the vocabulary of the model, 0 to "
                f"{(self._settings.limit or 0) - 1}, and were left out."
            )

    def remove_checkpoint(self) -> None:
        """Removes the unfinished survey once it is finished."""
        if self._checkpoint is not None:
            self._checkpoint.unlink(missing_ok=True)

    def _results(self, client: Any, threads: int) -> Iterator[Result]:
        shards = (
            read_shard(self._store, index, self._shards[index], self._settings.limit)
            for index in range(self._done, len(self._shards))
        )
        if client is None:
            reader = ShardReader(self._recorder, self._settings)
            yield from on_threads(reader.read, shards, threads)
            return
        from tb_rnnviz.corpus.dask_engine import connected, on_cluster

        with connected(client) as cluster:
            yield from on_cluster(
                cluster, self._recorder, self._settings, shards, self._problems.add
            )

    def _add(self, shard: Shard, result: SurveyStatistics | Exception) -> None:
        self._done = shard.index + 1
        if isinstance(result, Exception):
            self._failure = self._failure or result
            first, last = shard.positions[[0, -1]] if len(shard.positions) else (0, 0)
            self._problems.add(
                f"The {shard.tokens:,} tokens of shard {shard.index}, at positions {first:,} to "
                f"{last:,}, could not be read: {type(result).__name__}: {result}"
            )
        else:
            self.statistics.merge(result)
        self._save()

    def _fingerprint(self) -> str:
        """Returns a name for model, corpus and settings."""
        parts = [self._recorder.fingerprint(), self._settings.as_json(), len(self._store)]
        digest = hashlib.sha256(json.dumps([*parts, self._shards]).encode())
        for begin in range(0, len(self._store), 1 << 22):
            digest.update(self._store.ids(begin, begin + (1 << 22)).tobytes())
        return digest.hexdigest()[:16]

    def _resume(self) -> None:
        if self._checkpoint is None or not self._checkpoint.is_file():
            return
        try:
            self.statistics, header = read_survey(self._checkpoint)
        except ValueError:
            return  # an older one, which the next save replaces
        self._done = self._saved = header["shards"]
        for problem in header["problems"]:
            self._problems.add(problem)

    def _save(self, *, is_last: bool = False) -> None:
        """Writes the unfinished survey, unless that would take too long."""
        if self._checkpoint is None or self._done == self._saved:
            return
        since = time.monotonic() - self._last_save
        if not is_last and self._save_seconds > SAVING_SHARE * since:
            return
        begin = time.monotonic()
        header = {"shards": self._done, "problems": self._problems.listed}
        try:
            write_survey(self._checkpoint, self.statistics, header, is_compressed=False)
        except OSError as error:
            self._problems.add(f"The unfinished survey could not be written: {error}.")
            self._checkpoint = None
            return
        self._saved, self._last_save = self._done, time.monotonic()
        self._save_seconds = self._last_save - begin
