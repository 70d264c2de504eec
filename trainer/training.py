"""`train`: from an experiment to a run."""

from functools import partial
from pathlib import Path

import keras
from rich.console import Console

from trainer.config import Config
from trainer.dataset import Data, prepare
from trainer.embeddings import initial_vectors, save_vectors, write_projector
from trainer.fitting import learn
from trainer.models import build_model, load_model, recompile
from trainer.progress import Monitor, compare, summary
from trainer.recording import (
    check_quantities,
    make_callback,
    make_probe,
    make_prompt,
    probe_ids,
    read_features,
)
from trainer.run import Run
from trainer.text_sample import synthesise

VALIDATION_BATCH = 32
"""Sequences that are measured at once."""


def train(config: Config, log_dir: Path, console: Console, resume: Run | None = None) -> Run:
    """Trains a model, or only measures and records it, and saves everything.

    Args:
        config: The experiment.
        log_dir: Where new runs are made.
        console: Where progress is shown.
        resume: A saved run to go on with: its model and its vocabulary are used.

    Returns:
        The run; its model has the lowest validation loss.

    Raises:
        UserError: if what was asked for is not possible. Nothing has been written then.
    """
    data = prepare(config, resume.tokenizer() if resume else None)
    features, ids = read_features(config), probe_ids(config, data)
    probe = make_probe(config, ids, data.tokenizer)
    prompt = make_prompt(config, ids, data.tokenizer)
    baselines = {name: data.baseline(order) for name, order in (("unigram", 1), ("trigram", 3))}
    model = _model(config, data, resume)
    check_quantities(config, model, probe)
    write = partial(synthesise, config, prompt=prompt, probe=probe, features=features)
    first_text = write(model).table
    run = resume or Run.create(log_dir, str(config.name))
    learnt = data.tokenizer.names(data.training)
    watch = make_callback(config, run.path, [probe], prompt, features, corpus=learnt)
    run.save(config, data.tokenizer, ids)
    if resume:
        console.print(f"{run.path} goes on with its own tokens, embedding and model.")
    else:
        model.save(run.model)
    console.print(
        f"{run.path}: {len(data.training):,} tokens to learn from, {len(data.validation):,} to "
        f"validate with, {len(data.tokenizer):,} in the vocabulary, "
        f"{model.count_params():,} weights",
        soft_wrap=True,
    )
    loss = model.evaluate(*data.validation_sequences(), VALIDATION_BATCH, verbose=0)[0]
    directory = None if config.display.present_tables_in_terminal else run.path / "samples"
    monitor = Monitor(console, baselines, lambda model: write(model).table, directory)
    console.print(f"before training: {compare(loss, baselines)}", style="bold", soft_wrap=True)
    monitor.show(first_text, "before-training")
    if config.training.train:
        try:
            loss = learn(config, data, model, run, [monitor, watch], loss if resume else None)
        finally:
            monitor.stop()
    else:
        model.predict(probe.inputs[0][None], verbose=0, callbacks=[watch])
    _save_vectors(config, model, run, data)
    console.print(summary(loss, baselines))
    console.print(f"See it with: tensorboard --logdir {run.path.parent}", soft_wrap=True)
    return run


def _model(config: Config, data: Data, resume: Run | None) -> keras.Model:
    seed = config.training.seed
    keras.utils.set_random_seed(seed)
    if resume:
        model = load_model(resume.model)
        recompile(model, config.training)
        return model
    vocabulary = data.tokenizer.vocabulary
    names = data.tokenizer.names(data.training) if config.embedding.train else []
    vectors = initial_vectors(config.embedding, names, vocabulary, seed)
    return build_model(config, len(vocabulary), vectors)


def _save_vectors(config: Config, model: keras.Model, run: Run, data: Data) -> None:
    options, vocabulary = config.embedding, data.tokenizer.vocabulary
    if not options.save and not options.projector_words:
        return
    vectors = model.get_layer("embedding").get_weights()[0]
    if options.save:
        save_vectors(run.path / "embedding.txt", vectors, vocabulary)
    if options.projector_words:
        most = options.projector_words
        write_projector(run.path / "train", vectors[:most], vocabulary[:most])
