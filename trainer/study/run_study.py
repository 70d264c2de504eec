"""Command `study`: all models of a grid are trained within one time budget."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
from rich.console import Console

import tb_rnnviz as rv
from tb_rnnviz.features import Feature
from trainer.errors import UserError
from trainer.study.config import Grid, Study
from trainer.study.corpus_split import CorpusSplit, read_corpus_split
from trainer.study.fitting import fit_model
from trainer.study.model_spec import ModelSpec, model_specs
from trainer.study.n_grams import n_gram_results
from trainer.study.progress import StudyProgress
from trainer.study.results import N_GRAM, StudyResults
from trainer.study.retracing_warnings import ignore_retracing_warnings
from trainer.study.scalars import write_model, write_n_grams
from trainer.study.stateful_batches import StatefulBatches
from trainer.study.tables import result_tables, summary


@dataclass(frozen=True)
class _StudyRun:
    """A study in progress.

    Args:
        config: Settings of the study.
        corpus: The training, validation and test text.
        features: Features of interest.
        results: Results so far.
        console: Output.
    """

    config: Study
    corpus: CorpusSplit
    features: tuple[Feature, ...]
    results: StudyResults
    console: Console

    @property
    def grid(self) -> Grid:
        return self.config.grids[self.config.grid]


def run_study(
    config: Study, log_dir: Path, console: Console, start: float | None = None
) -> StudyResults:
    """Trains the unfinished models of a study; prints, saves and logs results.

    Every model may use the same share of the time that remains before it; time that a model does
    not use is left to those after it. The time of models finished in an earlier call counts.

    Args:
        config: Settings of the study.
        log_dir: Directory of the study's directory.
        console: Output.
        start: Start of the time budget, by `time.monotonic`; now by default.

    Returns:
        All results.

    Raises:
        UserError: if an option does not fit. Nothing has been written then.
    """
    start = time.monotonic() if start is None else start
    grid, corpus = config.grids[config.grid], read_corpus_split(config.corpus)
    StatefulBatches(corpus.training, grid.batch_size, grid.seq_length)  # checks the length
    features = _read_features(config) if config.watch else ()
    settings = _settings(config, grid, corpus)
    results = StudyResults.open(log_dir, f"{config.name}-{config.grid}", settings)
    run = _StudyRun(config, corpus, features, results, console)
    unfinished = [spec for spec in model_specs(grid) if results.get(spec) is None]
    _print_introduction(run, len(unfinished))
    try:
        _add_n_grams(run)
        start -= sum(result.seconds for result in results.models if result.model != N_GRAM)
        _train(run, unfinished, deadline=start + 60 * grid.minutes)
    finally:
        console.print(result_tables(grid, results.models))
    console.print(summary(results.models), soft_wrap=True)
    console.print(
        f"{results.path / 'study.json'} has all numbers. See the curves and the units with: "
        f"tensorboard --logdir {results.path}",
        soft_wrap=True,
    )
    return results


def _train(run: _StudyRun, specs: list[ModelSpec], deadline: float) -> None:
    progress = StudyProgress(run.console, len(specs))
    saving = 0.0  # seconds that saving and recording the last model took
    with progress.showing(), ignore_retracing_warnings():
        for index, spec in enumerate(specs):
            share = (deadline - time.monotonic()) / (len(specs) - index) - saving
            share = max(share, 0.0)
            report = progress.reporter(spec.name, share)
            model, result = fit_model(spec, run.grid, run.corpus, run.config.seed, share, report)
            fitted = time.monotonic()
            directory = run.results.path / spec.name
            shutil.rmtree(directory, ignore_errors=True)  # of an interrupted call
            write_model(directory, result)
            model.save(directory / "model.keras")
            if run.config.watch and spec.is_recurrent:
                _record(run, model, directory)
            run.results.add([result])
            progress.finished(result)
            saving = time.monotonic() - fitted


def _add_n_grams(run: _StudyRun) -> None:
    results = run.results
    if any(result.model == N_GRAM for result in results.models):
        return
    n_grams = n_gram_results(run.corpus, run.grid.n_gram)
    run.corpus.tokenizer.save(results.path / "vocabulary.json")
    shutil.rmtree(results.path / N_GRAM, ignore_errors=True)
    write_n_grams(results.path / N_GRAM, n_grams)
    results.add(n_grams)


def _record(run: _StudyRun, model: keras.Model, directory: Path) -> None:
    """Records a finished network for the tab RNN-Viz."""
    ids = run.corpus.validation.ids[: run.config.probe_tokens + 1]
    tokenizer = run.corpus.tokenizer
    probe = rv.Probe(
        "validation",
        ids[:-1],
        tokens=tokenizer.names(ids[:-1]),
        targets=ids[1:],
        vocabulary=tokenizer.vocabulary,
    )
    training = tokenizer.names(run.corpus.training)
    recorder = rv.RNNVizCallback(directory, probes=[probe], features=run.features, corpus=training)
    model.predict(ids[None, :-1], verbose=0, callbacks=[recorder])


def _read_features(config: Study) -> tuple[Feature, ...]:
    try:
        return rv.load_features(config.features)
    except (ValueError, OSError) as error:
        raise UserError(f"features: {error}") from error


def _settings(config: Study, grid: Grid, corpus: CorpusSplit) -> dict[str, Any]:
    """Returns the settings that results depend on, with a digest in place of the text."""
    texts = {
        "training": corpus.training,
        "validation": corpus.validation.ids,
        "test": corpus.test.ids,
    }
    sizes = {name: len(ids) for name, ids in texts.items()}
    description = {"digest": corpus.digest, "vocabulary": len(corpus.tokenizer), **sizes}
    return {"seed": config.seed, "corpus": description, "grid": grid.model_dump(mode="json")}


def _print_introduction(run: _StudyRun, unfinished: int) -> None:
    corpus, console = run.corpus, run.console
    console.print(
        f"{run.results.path}: {len(corpus.training):,} characters to learn from, "
        f"{len(corpus.validation.ids):,} to validate and {len(corpus.test.ids):,} to test with, "
        f"{len(corpus.tokenizer):,} in the vocabulary",
        soft_wrap=True,
    )
    finished = sum(1 for result in run.results.models if result.model != N_GRAM)
    if finished:
        console.print(
            f"{finished} of {finished + unfinished} models were finished in an earlier call with "
            "the same settings and are not trained again.",
            soft_wrap=True,
        )
    if unfinished:
        console.print(
            f"{unfinished} models, {run.grid.minutes:g} min for all of them", soft_wrap=True
        )
