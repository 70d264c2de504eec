"""`generate`: a saved model writes, and what its neurons do is shown and recorded."""

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
from trainer.text_sample import synthesise


def generate(config: Config, run: Run, console: Console) -> rv.Generation:
    """Lets a saved model write, shows it, and adds it to the run's log as one more step.

    Args:
        config: The experiment of the run, with what was asked for now.
        run: The run.
        console: Where to.

    Raises:
        UserError: if the prompt holds a token outside the vocabulary, or what is to be shown does
            not exist.
    """
    tokenizer, ids = run.tokenizer(), run.probe_ids()
    features, prompt = read_features(config), make_prompt(config, ids, tokenizer)
    probe = make_probe(config, ids, tokenizer)
    model = load_model(run.model)
    check_quantities(config, model, probe)
    written = synthesise(config, model, prompt, probe, features)
    console.print(written.table)
    watch = make_callback(config, run.path, [], prompt, features, tokenizer.vocabulary)
    model.predict(np.asarray(prompt)[None], verbose=0, callbacks=[watch])
    console.print(
        f"Recorded as probe 'generated' in {run.path}; "
        f"see it with: tensorboard --logdir {run.path.parent}",
        soft_wrap=True,
    )
    return written.generation
