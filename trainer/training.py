"""Command `train`: an experiment becomes a run."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import keras
from rich.console import Console

from trainer.config import Config
from trainer.dataset import Dataset, prepare_dataset
from trainer.embeddings import initial_vectors, save_vectors, write_projector
from trainer.fitting import fit_model
from trainer.models import build_model, load_model, recompile
from trainer.progress import TrainingProgress, compare, summary
from trainer.recording import (
    check_quantities,
    make_callback,
    make_probe,
    make_prompt,
    probe_ids,
    read_features,
)
from trainer.run import Run
from trainer.text_sample import write_sample

BASELINES = {"unigram": 1, "trigram": 3}
"""Orders of the n-gram baselines by name."""

VALIDATION_BATCH = 32
"""Sequences of a batch of the evaluation before training."""


def train(config: Config, log_dir: Path, console: Console, resume: Run | None = None) -> Run:
    """Trains a model, or only evaluates and records it, and saves the run.

    Args:
        config: The experiment.
        log_dir: Directory of new runs.
        console: Output.
        resume: A saved run to continue with its model and its vocabulary; none by default.

    Returns:
        The run; its model has the lowest validation loss.

    Raises:
        UserError: if an option does not fit. Nothing has been written then.
    """
    dataset = prepare_dataset(config, resume.tokenizer() if resume else None)
    tokenizer = dataset.tokenizer
    features, ids = read_features(config), probe_ids(config, dataset)
    probe = make_probe(config, ids, tokenizer)
    prompt = make_prompt(config, ids, tokenizer)
    baselines = {name: dataset.baseline(order) for name, order in BASELINES.items()}
    model = _model(config, dataset, resume)
    check_quantities(config, model, probe)
    write = partial(write_sample, config, prompt=prompt, probe=probe, features=features)
    first_text = write(model).table
    run = resume or Run.create(log_dir, str(config.name))
    corpus = tokenizer.names(dataset.training)
    recorder = make_callback(config, run.path, [probe], prompt, features, corpus=corpus)
    run.save(config, tokenizer, ids)
    if resume:
        console.print(f"{run.path} goes on with its own tokens, embedding and model.")
    else:
        model.save(run.model)
    console.print(
        f"{run.path}: {len(dataset.training):,} tokens to learn from, "
        f"{len(dataset.validation):,} to validate with, {len(tokenizer):,} in the vocabulary, "
        f"{model.count_params():,} weights",
        soft_wrap=True,
    )
    loss = model.evaluate(*dataset.validation_sequences(), VALIDATION_BATCH, verbose=0)[0]
    directory = None if config.display.present_tables_in_terminal else run.path / "samples"
    progress = TrainingProgress(console, baselines, lambda model: write(model).table, directory)
    console.print(f"before training: {compare(loss, baselines)}", style="bold", soft_wrap=True)
    progress.show(first_text, "before-training")
    if config.training.train:
        best = loss if resume else None
        try:
            loss = fit_model(config, dataset, model, run, [progress, recorder], best)
        finally:
            progress.stop()
    else:
        model.predict(probe.inputs[0][None], verbose=0, callbacks=[recorder])
    _save_vectors(config, model, run, tokenizer.vocabulary)
    console.print(summary(loss, baselines))
    console.print(f"See it with: tensorboard --logdir {run.path.parent}", soft_wrap=True)
    return run


def _model(config: Config, dataset: Dataset, resume: Run | None) -> keras.Model:
    seed = config.training.seed
    keras.utils.set_random_seed(seed)
    if resume:
        model = load_model(resume.model)
        recompile(model, config.training)
        return model
    vocabulary = dataset.tokenizer.vocabulary
    names = dataset.tokenizer.names(dataset.training) if config.embedding.train else []
    vectors = initial_vectors(config.embedding, names, vocabulary, seed)
    return build_model(config, len(vocabulary), vectors)


def _save_vectors(config: Config, model: keras.Model, run: Run, vocabulary: Sequence[str]) -> None:
    options = config.embedding
    if not options.save and not options.projector_words:
        return
    vectors = model.get_layer("embedding").get_weights()[0]
    if options.save:
        save_vectors(run.path / "embedding.txt", vectors, vocabulary)
    if options.projector_words:
        most = options.projector_words
        write_projector(run.path / "train", vectors[:most], vocabulary[:most])
