"""`study`: every model of a grid under one budget of time, and the tables of what they reached."""

import shutil
import time
from pathlib import Path
from typing import Any

import keras
from rich.console import Console

import tb_rnnviz as rv
from tb_rnnviz.features import Feature
from trainer.errors import UserError
from trainer.study import retracing_warnings
from trainer.study.config import Grid, Study
from trainer.study.corpus_split import Text, read_text
from trainer.study.fitting import fit
from trainer.study.model_spec import Entry, entries
from trainer.study.n_grams import n_grams
from trainer.study.progress import StudyProgress
from trainer.study.results import N_GRAM, Results
from trainer.study.scalars import write_model, write_n_grams
from trainer.study.stateful_batches import Streams
from trainer.study.tables import summary, tables


def study(config: Study, log_dir: Path, console: Console, began: float | None = None) -> Results:
    """Trains what is not finished yet, prints the tables, and saves and logs everything.

    Every model may use the same share of the time that remains when its turn comes; what one
    leaves goes to those after it. Time that finished models took in an earlier call counts.

    Args:
        config: The study.
        log_dir: Where its directory is made, or found.
        console: Where progress and tables are shown.
        began: When the time began, by `time.monotonic`; now by default.

    Returns:
        All results.

    Raises:
        UserError: if what was asked for is not possible. Nothing has been written then.
    """
    began = time.monotonic() if began is None else began
    grid, text = config.grids[config.grid], read_text(config.corpus)
    Streams(text.training, grid.batch_size, grid.seq_length)  # refuses a text that is too short
    features = _read_features(config) if config.watch else ()
    settings = _settings(config, grid, text)
    results = Results.open(log_dir, f"{config.name}-{config.grid}", settings)
    todo = [entry for entry in entries(grid) if results.get(entry) is None]
    _introduce(console, results, grid, text, len(todo))
    try:
        _count(results, grid, text)
        began -= sum(result.seconds for result in results.found if result.model != N_GRAM)
        _train(results, todo, config, text, features, console, began + 60 * grid.minutes)
    finally:
        console.print(tables(grid, results.found))
    console.print(summary(results.found), soft_wrap=True)
    console.print(
        f"{results.path / 'study.json'} has all numbers. See the curves and the units with: "
        f"tensorboard --logdir {results.path}",
        soft_wrap=True,
    )
    return results


def _train(
    results: Results,
    todo: list[Entry],
    config: Study,
    text: Text,
    features: tuple[Feature, ...],
    console: Console,
    deadline: float,
) -> None:
    progress = StudyProgress(console, len(todo))
    grid = config.grids[config.grid]
    aside = 0.0  # seconds that saving and recording a model took last
    with progress.showing(), retracing_warnings.expected():
        for index, entry in enumerate(todo):
            share = (deadline - time.monotonic()) / (len(todo) - index) - aside
            share = max(share, 0.0)
            tell = progress.teller(entry.name, share)
            model, result = fit(entry, grid, text, config.seed, share, tell)
            learnt = time.monotonic()
            directory = results.path / entry.name
            shutil.rmtree(directory, ignore_errors=True)  # of a call that was interrupted here
            write_model(directory, result)
            model.save(directory / "model.keras")
            if config.watch and entry.recurrent:
                _watch(model, directory, text, config, features)
            results.add([result])
            progress.finished(result)
            aside = time.monotonic() - learnt


def _count(results: Results, grid: Grid, text: Text) -> None:
    if any(result.model == N_GRAM for result in results.found):
        return
    counted = n_grams(text, grid.n_gram)
    text.tokenizer.save(results.path / "vocabulary.json")
    shutil.rmtree(results.path / N_GRAM, ignore_errors=True)
    write_n_grams(results.path / N_GRAM, counted)
    results.add(counted)


def _watch(
    model: keras.Model, directory: Path, text: Text, config: Study, features: tuple[Feature, ...]
) -> None:
    """Records a finished network for the tab RNN-Viz."""
    ids = text.validation.ids[: config.probe_tokens + 1]
    names = text.tokenizer.names(ids[:-1])
    vocabulary = text.tokenizer.vocabulary
    probe = rv.Probe("validation", ids[:-1], tokens=names, targets=ids[1:], vocabulary=vocabulary)
    learnt = text.tokenizer.names(text.training)
    watch = rv.RNNVizCallback(directory, probes=[probe], features=features, corpus=learnt)
    model.predict(ids[None, :-1], verbose=0, callbacks=[watch])


def _read_features(config: Study) -> tuple[Feature, ...]:
    try:
        return rv.load_features(config.features)
    except (ValueError, OSError) as error:
        raise UserError(f"features: {error}") from error


def _settings(config: Study, grid: Grid, text: Text) -> dict[str, Any]:
    """Everything that the numbers depend on; no text, only its digest."""
    parts = {"training": text.training, "validation": text.validation.ids, "test": text.test.ids}
    sizes = {name: len(ids) for name, ids in parts.items()}
    corpus = {"digest": text.digest, "vocabulary": len(text.tokenizer), **sizes}
    return {"seed": config.seed, "corpus": corpus, "grid": grid.model_dump(mode="json")}


def _introduce(console: Console, results: Results, grid: Grid, text: Text, todo: int) -> None:
    console.print(
        f"{results.path}: {len(text.training):,} characters to learn from, "
        f"{len(text.validation.ids):,} to validate and {len(text.test.ids):,} to test with, "
        f"{len(text.tokenizer):,} in the vocabulary",
        soft_wrap=True,
    )
    done = sum(1 for result in results.found if result.model != N_GRAM)
    if done:
        console.print(
            f"{done} of {done + todo} models were finished in an earlier call with the same "
            "settings and are not trained again.",
            soft_wrap=True,
        )
    if todo:
        console.print(f"{todo} models, {grid.minutes:g} min for all of them", soft_wrap=True)
