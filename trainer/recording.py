"""Recording of an experiment with RNN-Viz: features, probe, prompt, callback."""

from collections.abc import Sequence
from pathlib import Path

import keras

import tb_rnnviz as rv
from tb_rnnviz.features import Feature
from trainer.config import Config
from trainer.dataset import Dataset, Ids, read_ids
from trainer.errors import UserError
from trainer.tokenizers import Tokenizer

PROMPT_TOKENS = 20
"""Length of the default prompt in tokens."""


def read_features(config: Config) -> tuple[Feature, ...]:
    """Reads the features of interest of an experiment.

    Raises:
        UserError: if the file cannot be read, or describes no features.
    """
    try:
        return rv.load_features(config.recording.features)
    except (ValueError, OSError) as error:
        raise UserError(f"recording.features: {error}") from error


def probe_ids(config: Config, dataset: Dataset) -> Ids:
    """Returns the ids of the probe, with the one token that follows.

    The probe is an excerpt of the validation text, or `recording.probe_text`.

    Raises:
        UserError: if the text is too short, or contains a token outside the vocabulary.
    """
    text = config.recording.probe_text
    if text is None:
        ids = _from_line_start(dataset)
    else:
        ids = read_ids(text, dataset.tokenizer, config, "recording.probe_text")
    if len(ids) < 2:
        raise UserError(
            "recording.probe_text needs two tokens at least, one to read and one that comes next. "
            f"Received: {text!r}"
        )
    return ids[: config.recording.probe_tokens + 1]


def make_probe(config: Config, ids: Ids, tokenizer: Tokenizer) -> rv.Probe:
    """Makes the probe from its ids; the target of every token is the next one."""
    return rv.Probe(
        "validation" if config.recording.probe_text is None else "probe",
        ids[:-1],
        tokens=tokenizer.names(ids[:-1]),
        targets=ids[1:],
        vocabulary=tokenizer.vocabulary,
    )


def make_prompt(config: Config, ids: Ids, tokenizer: Tokenizer) -> Ids:
    """Returns the ids of the prompt, by default the beginning of the probe.

    Raises:
        UserError: if the prompt is empty, or contains a token outside the vocabulary.
    """
    if config.synthesis.prompt is None:
        return ids[:PROMPT_TOKENS]
    return read_ids(config.synthesis.prompt, tokenizer, config, "The prompt")


def check_quantities(config: Config, model: keras.Model, probe: rv.Probe) -> None:
    """Checks that the model has the quantities of an experiment.

    Raises:
        UserError: if it lacks one.
    """
    options = {
        "display.quantity": [config.display.quantity],
        "recording.quantities": config.recording.quantities,
    }
    for option, quantities in options.items():
        try:
            rv.record(model, probe.inputs[0][None, :1], quantities=quantities)
        except ValueError as error:
            raise UserError(f"{option}: {error}") from error


def make_callback(
    config: Config,
    log_dir: Path,
    probes: Sequence[rv.Probe],
    prompt: Ids,
    features: Sequence[Feature],
    vocabulary: Sequence[str] | None = None,
    corpus: Sequence[str] | None = None,
) -> keras.callbacks.Callback:
    """Creates the callback that records an experiment for TensorBoard.

    Args:
        config: The experiment.
        log_dir: Directory of the run.
        probes: Probes to record.
        prompt: Ids at the beginning of the generated text.
        features: Features of interest.
        vocabulary: The token of every id; by default that of the probes.
        corpus: Tokens of the training text for the error analysis; none by default.

    Returns:
        The callback.

    Raises:
        UserError: if an option does not fit.
    """
    options, synthesis = config.recording, config.synthesis
    try:
        return rv.RNNVizCallback(
            log_dir,
            probes=probes,
            features=features,
            quantities=options.quantities,
            before_training=options.before_training,
            prompt=prompt,
            generate_steps=synthesis.length_synthesized_text,
            temperature=synthesis.temperature,
            seed=synthesis.seed,
            vocabulary=vocabulary,
            suggestions=options.n_auto_detect,
            band=options.band,
            encoding=options.encoding,
            corpus=corpus,
        )
    except ValueError as error:
        raise UserError(f"recording: {error}") from error


def _from_line_start(dataset: Dataset) -> Ids:
    """Returns the validation text from a line start, if more than half of it remains."""
    names = dataset.tokenizer.names(dataset.validation)
    start = names.index("\n") + 1 if "\n" in names else 0
    ids = dataset.validation[start:]
    return ids if len(ids) > len(dataset.validation) // 2 else dataset.validation
