"""Command `generate`: a saved model generates text, which is shown and recorded."""

import numpy as np
from rich.console import Console

import tb_rnnviz as rv
from trainer.config import Config
from trainer.models import load_model
from trainer.recording import (
    check_quantities,
    make_callback,
    make_probe,
    make_prompt,
    read_features,
)
from trainer.run import Run
from trainer.text_sample import write_sample


def generate(config: Config, run: Run, console: Console) -> rv.Generation:
    """Generates text with a saved model, shows it and records it in the run's log.

    Args:
        config: The experiment of the run, with the options of the command line.
        run: The run.
        console: Output.

    Returns:
        The generated text.

    Raises:
        UserError: if the prompt contains a token outside the vocabulary, or the layer, quantity or
            neuron to show does not exist.
    """
    tokenizer, ids = run.tokenizer(), run.probe_ids()
    features, prompt = read_features(config), make_prompt(config, ids, tokenizer)
    probe = make_probe(config, ids, tokenizer)
    model = load_model(run.model)
    check_quantities(config, model, probe)
    sample = write_sample(config, model, prompt, probe, features)
    console.print(sample.table)
    recorder = make_callback(config, run.path, [], prompt, features, tokenizer.vocabulary)
    model.predict(np.asarray(prompt)[None], verbose=0, callbacks=[recorder])
    console.print(
        f"Recorded as probe 'generated' in {run.path}; "
        f"see it with: tensorboard --logdir {run.path.parent}",
        soft_wrap=True,
    )
    return sample.generation
