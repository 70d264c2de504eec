"""`generate`: lets a model write, token by token, and records what its units do meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from tb_rnnviz.capture.assemble import layer_activity
from tb_rnnviz.capture.backends import compiled, to_arrays, untouched_seeds
from tb_rnnviz.capture.engine import Engine, Taps
from tb_rnnviz.capture.layers import check_quantities, choose_layers, recurrent_layers
from tb_rnnviz.capture.outputs import log_probabilities
from tb_rnnviz.capture.record import build, kept_engines
from tb_rnnviz.recording import GENERATED, Generation, Probe, Recording


def generate(
    model: keras.Model,
    prompt: Any,
    steps: int = 400,
    temperature: float = 1.0,
    seed: int = 0,
    *,
    layers: Sequence[str] | str | None = None,
    quantities: Sequence[str] | str | None = None,
    vocabulary: Sequence[str] | None = None,
) -> Generation:
    """Samples tokens with carried state, in one compiled loop, and records the layers.

    Args:
        model: A Keras model that reads ids (sequences, steps) and gives probabilities or logits of
            the next token. All its recurrent layers read forwards.
        prompt: The ids to begin with, at least one; or the tokens themselves where `vocabulary`
            is given.
        steps: Tokens to sample.
        temperature: Divides the logits before sampling; 0 takes the most probable token.
        seed: Same seed, same text.
        layers: Paths of the layers to record. Defaults to all recurrent layers.
        quantities: Names of the quantities to record. Defaults to all.
        vocabulary: The name of every id. Defaults to none; then tokens are named by their ids.

    Returns:
        A `Generation`. Its recording spans prompt and sampled tokens, each token consumed once.

    Raises:
        ValueError: if the prompt is empty or outside the vocabulary, if the model has no recurrent
            layer, or one that cannot carry its state forwards.

    Example:
        >>> import keras
        >>> from tb_rnnviz import generate
        >>> model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(2, 4),
        ...     keras.layers.GRU(3, return_sequences=True), keras.layers.Dense(2)])
        >>> generation = generate(model, "ab", steps=5, vocabulary=["a", "b"])
        >>> len(generation.text), generation.recording["gru"]["update_gate"].shape
        (5, (1, 7, 3))
    """
    ids = prompt_ids(prompt, vocabulary)
    if steps < 1 or temperature < 0:
        raise ValueError(
            "Generation takes steps of at least 1 and a temperature of at least 0. "
            f"Received: steps={steps}, temperature={temperature}"
        )
    build(model, Probe("prompt", ids))
    engine, run = _engine_of(model, layers, quantities)
    uniforms = np.random.default_rng(seed).random(steps + 1, dtype=np.float32)
    with untouched_seeds(model):
        first, loop = run(
            ops.convert_to_tensor(ids[None]),
            ops.convert_to_tensor(uniforms),
            ops.convert_to_tensor(np.float32(temperature)),
        )
    first, loop = to_arrays(first), to_arrays(loop)
    sampled = np.concatenate([first["id"], loop["id"][:, 0]])[:steps]
    if vocabulary is not None and sampled.max() >= len(vocabulary):
        raise ValueError(
            f"The model gives ids up to {first['outputs'].shape[-1] - 1}, the vocabulary names "
            f"{len(vocabulary)}. Pass the vocabulary that the model was trained with."
        )
    return Generation(
        ids=sampled.astype(np.int64),
        probability=np.concatenate([first["probability"], loop["probability"][:, 0]])[:steps],
        recording=_recording(engine, ids, sampled, first, loop, vocabulary),
        prompt=ids,
        vocabulary=vocabulary,
    )


def prompt_ids(prompt: Any, vocabulary: Sequence[str] | None) -> np.ndarray:
    """A prompt as ids, int32 (steps,); tokens are looked up in the vocabulary."""
    items = list(prompt)
    if not items:
        raise ValueError("A prompt needs at least one token. Received an empty one.")
    if isinstance(items[0], str):
        if vocabulary is None:
            raise ValueError(
                "A prompt of tokens needs the vocabulary. Received: tokens and vocabulary=None. "
                "Pass vocabulary=, or the ids of the tokens."
            )
        place = {token: index for index, token in enumerate(vocabulary)}
        unknown = [token for token in items if token not in place]
        if unknown:
            raise ValueError(
                f"The prompt holds tokens that the vocabulary does not: {unknown[:10]}. "
                f"Allowed: one of its {len(place)} tokens, such as {list(place)[:10]}"
            )
        items = [place[token] for token in items]
    ids = np.asarray(items)
    if ids.ndim != 1 or ids.dtype.kind not in "iu" or ids.min() < 0:
        raise ValueError(
            "A prompt is one sequence of ids or of tokens. "
            f"Received: dtype {ids.dtype}, shape {ids.shape}"
        )
    if vocabulary is not None and ids.max() >= len(vocabulary):
        raise ValueError(
            f"The prompt holds the id {ids.max()}, which is outside the vocabulary. "
            f"Allowed: 0 to {len(vocabulary) - 1}"
        )
    return ids.astype(np.int32)


def _engine_of(model: keras.Model, layers: Any, quantities: Any) -> tuple[Engine, Callable]:
    chosen = choose_layers(model, layers)
    quantities = check_quantities(chosen, quantities)
    carried, absent = recurrent_layers(model)
    backwards = [entry.path for entry in carried if entry.layer.go_backwards]
    if backwards or absent:
        raise ValueError(
            "Generation carries the state of every recurrent layer forwards, which these layers "
            f"do not allow: {backwards or list(absent)}. Allowed: layers that read forwards."
        )
    wanted = {entry.path: () for entry in carried}
    wanted |= {entry.path: quantities for entry in chosen}
    key = ("generate", tuple(wanted.items()), tuple(id(entry.layer) for entry in carried))
    kept = kept_engines(model)
    if key not in kept:
        engine = Engine(model, carried, wanted)
        kept[key] = engine, compiled(model, _loop(engine))
    return kept[key]


def _loop(engine: Engine) -> Callable:
    """The function from prompt, uniform numbers and temperature to everything that happened."""

    def write(prompt, uniforms, temperature):
        outputs, taps = engine.forward(prompt)
        first = _sample(outputs, uniforms[0], temperature)
        initial = _moment(first, taps, -1)

        def step(moment, uniform):
            states = {
                call: engine.scan_of(call).states_of(record)
                for call, record in moment["records"].items()
            }
            outputs, taps = engine.forward(moment["id"][:, None], states)
            moment = _moment(_sample(outputs, uniform, temperature), taps, 0)
            return moment, moment

        _, loop = ops.scan(step, initial, uniforms[1:])
        return {**first, "outputs": outputs, "records": taps.records, "masks": taps.masks}, loop

    return write


def _sample(outputs: Any, uniform: Any, temperature: Any) -> dict[str, Any]:
    """The next id of each sequence by the inverse of the cumulative distribution."""
    if isinstance(outputs, (list, tuple, dict)):
        raise ValueError("Generation needs a model with one output, the next token's distribution.")
    outputs = outputs[:, -1] if len(outputs.shape) == 3 else outputs
    logits = log_probabilities(outputs)
    sharp = ops.softmax(logits / ops.maximum(temperature, 1e-6), axis=-1)
    cumulative = ops.cumsum(sharp, axis=-1)
    ids = ops.sum(ops.cast(cumulative <= uniform * cumulative[:, -1:], "int32"), axis=-1)
    ids = ops.minimum(ids, logits.shape[-1] - 1)
    chosen = ops.take_along_axis(logits, ids[:, None], axis=-1)[:, 0]
    return {"id": ids, "probability": ops.exp(chosen), "outputs": outputs}


def _moment(sample: dict, taps: Taps, step: int) -> dict[str, Any]:
    """What the loop carries is what it keeps: the sample and the record it was drawn from."""
    records = {
        call: {name: value[step] for name, value in record.items()}
        for call, record in taps.records.items()
    }
    masks = {call: ops.cast(mask[:, step], "float32") for call, mask in taps.masks.items()}
    return {**sample, "records": records, "masks": masks}


def _recording(
    engine: Engine,
    prompt: np.ndarray,
    sampled: np.ndarray,
    first: dict,
    loop: dict,
    vocabulary: Sequence[str] | None,
) -> Recording:
    ids = np.concatenate([prompt, sampled])
    records = {
        call: {n: np.concatenate([v, loop["records"][call][n]]) for n, v in record.items()}
        for call, record in first["records"].items()
    }
    masks = {
        path: np.concatenate([mask, loop["masks"][path].T], axis=1) > 0.5
        for path, mask in first["masks"].items()
    }
    outputs = first["outputs"]
    if outputs.ndim == 2:
        before = np.full((1, len(prompt) - 1, outputs.shape[-1]), np.nan, outputs.dtype)
        outputs = np.concatenate([before, outputs[:, None]], axis=1)
    outputs = np.concatenate([outputs, np.moveaxis(loop["outputs"], 0, 1)], axis=1)
    names = [str(i) if vocabulary is None else vocabulary[i] for i in ids]
    return Recording(
        layer_activity(engine, [[0]], [Taps(records, masks)]),
        [len(ids)],
        outputs=outputs,
        tokens=[names],
        probe=GENERATED,
    )
