"""What RNN-Viz is given to watch: the probe, the prompt, the callback."""

from collections.abc import Sequence
from pathlib import Path

import keras

import tb_rnnviz as rv
from tb_rnnviz.features import Feature
from trainer.config import Config
from trainer.dataset import Data, Ids, read_ids
from trainer.errors import UserError
from trainer.tokenizers import Tokenizer

PROMPT_TOKENS = 20
"""Length of the prompt where none is given."""


def read_features(config: Config) -> tuple[Feature, ...]:
    """The features of interest of an experiment."""
    try:
        return rv.load_features(config.recording.features)
    except (ValueError, OSError) as error:
        raise UserError(f"recording.features: {error}") from error


def probe_ids(config: Config, data: Data) -> Ids:
    """A piece of the validation text, or the text asked for, and the one token that comes next."""
    text = config.recording.probe_text
    if text is None:
        ids = _from_a_line(data)
    else:
        ids = read_ids(text, data.tokenizer, config, "recording.probe_text")
    if len(ids) < 2:
        raise UserError(
            "recording.probe_text needs two tokens at least, one to read and one that comes next. "
            f"Received: {text!r}"
        )
    return ids[: config.recording.probe_tokens + 1]


def make_probe(config: Config, ids: Ids, tokenizer: Tokenizer) -> rv.Probe:
    """What is read at every recording; every token's target is the next one."""
    return rv.Probe(
        "validation" if config.recording.probe_text is None else "probe",
        ids[:-1],
        tokens=tokenizer.names(ids[:-1]),
        targets=ids[1:],
        vocabulary=tokenizer.vocabulary,
    )


def make_prompt(config: Config, ids: Ids, tokenizer: Tokenizer) -> Ids:
    """The ids that generation begins with, by default those that the probe begins with."""
    if config.synthesis.prompt is None:
        return ids[:PROMPT_TOKENS]
    return read_ids(config.synthesis.prompt, tokenizer, config, "The prompt")


def check_quantities(config: Config, model: keras.Model, probe: rv.Probe) -> None:
    """Refuses quantities that the model does not have, before anything is written."""
    wanted = {
        "display.quantity": [config.display.quantity],
        "recording.quantities": config.recording.quantities,
    }
    for option, quantities in wanted.items():
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
    """The callback that logs an experiment for TensorBoard."""
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


def _from_a_line(data: Data) -> Ids:
    """The validation text from the first beginning of a line, if enough is left then."""
    names = data.tokenizer.names(data.validation)
    start = names.index("\n") + 1 if "\n" in names else 0
    ids = data.validation[start:]
    return ids if len(ids) > len(data.validation) // 2 else data.validation
