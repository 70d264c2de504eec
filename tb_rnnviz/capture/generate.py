"""`generate`: lets a model write, token by token, and records what its units do meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from tb_rnnviz.capture.intervention import clamped
from tb_rnnviz.capture.keras.activity import layer_activity
from tb_rnnviz.capture.keras.backends import compiled, to_arrays, untouched_seeds
from tb_rnnviz.capture.keras.layers import check_quantities, choose_layers, recurrent_layers
from tb_rnnviz.capture.keras.locations import Places, as_unit, check_units, places
from tb_rnnviz.capture.keras.recorder import build, kept_engines, record
from tb_rnnviz.capture.keras.sampling import sample, uniforms
from tb_rnnviz.capture.keras.tapped_model import Engine, Taps
from tb_rnnviz.capture.prompt import check_stop, prompt_ids, stop_ids
from tb_rnnviz.recording import GENERATED, Generation, Probe, Recording


def generate(
    model: keras.Model,
    prompt: Any,
    steps: int = 400,
    temperature: float = 1.0,
    seed: int = 0,
    *,
    top_k: int | None = None,
    stop: int | str | Collection[int | str] | None = None,
    samples: int | None = None,
    clamp: Mapping[tuple, float] | None = None,
    layers: Sequence[str] | str | None = None,
    quantities: Sequence[str] | str | None = None,
    vocabulary: Sequence[str] | None = None,
) -> Generation | list[Generation]:
    """Samples tokens with carried state, in one compiled loop, and records the layers.

    Args:
        model: A Keras model that reads ids (sequences, steps) and gives probabilities or logits of
            the next token. All its recurrent layers read forwards.
        prompt: The ids to begin with, at least one; or the tokens themselves where `vocabulary`
            is given.
        steps: Tokens to sample, at most.
        temperature: Divides the logits before sampling; 0 takes the most probable token.
        seed: Same seed, same text.
        top_k: Draws among so many of the most probable tokens. Defaults to all.
        stop: The id that ends a text, or its token where `vocabulary` is given, or several; the
            text ends with the first of them. Defaults to none: the text has `steps` tokens.
        samples: How many texts to write at once, the prompt read once for all of them. The first
            is the text that the same seed gives alone. Defaults to one text, not in a list.
        clamp: The value at which units are held from the first token of the prompt on, by
            (layer, unit) for the hidden state or (layer, quantity, unit). It replaces what the
            cell computes, before anything else uses it. Defaults to none.
        layers: Paths of the layers to record. Defaults to all recurrent layers.
        quantities: Names of the quantities to record. Defaults to all.
        vocabulary: The name of every id. Defaults to none; then tokens are named by their ids.

    Returns:
        A `Generation`, or a list of them where `samples` is given. Its recording spans prompt and
        sampled tokens, each token consumed once.

    Raises:
        ValueError: if the prompt is empty or outside the vocabulary, if an option is outside its
            range, if a clamped unit does not exist, if the model has no recurrent layer, or one
            that cannot carry its state forwards.

    Example:
        >>> import keras
        >>> from tb_rnnviz import generate
        >>> model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(2, 4),
        ...     keras.layers.GRU(3, return_sequences=True), keras.layers.Dense(2)])
        >>> generation = generate(model, "ab", steps=5, vocabulary=["a", "b"])
        >>> len(generation.text), generation.recording["gru"]["update_gate"].shape
        (5, (1, 7, 3))
        >>> texts = generate(model, "ab", steps=5, samples=3, stop="b", vocabulary=["a", "b"])
        >>> [text.text.count("b") <= 1 for text in texts]
        [True, True, True]
        >>> steered = generate(model, [0], steps=3, clamp={("gru", "update_gate", 1): 0.0})
        >>> steered.recording["gru"]["update_gate"][0, :, 1]
        array([0., 0., 0., 0.], dtype=float32)
    """
    ids, ends = prompt_ids(prompt, vocabulary), stop_ids(stop, vocabulary)
    _check(steps, temperature, top_k, samples)
    build(model, Probe("prompt", ids))
    count = 1 if samples is None else int(samples)
    values = {as_unit(unit): value for unit, value in (clamp or {}).items()}
    held = _held(model, ids, list(values))
    engine, run = _engine_of(model, layers, quantities, held, count, top_k is not None)
    with untouched_seeds(model):
        first, loop = run(
            ops.convert_to_tensor(ids[None]),
            ops.convert_to_tensor(uniforms(seed, steps + 1, count)),
            ops.convert_to_tensor(np.float32(temperature)),
            ops.convert_to_tensor(np.int32(min(top_k or 0, np.iinfo(np.int32).max))),
            clamped(values).holds([list(values)], held),
        )
    first, loop = to_arrays(first), to_arrays(loop)
    sampled = np.concatenate([first["id"][None], loop["id"]])[:steps].astype(np.int64)
    size = first["outputs"].shape[-1]
    check_stop(ends, size)
    if vocabulary is not None and sampled.max() >= len(vocabulary):
        raise ValueError(
            f"The model gives ids up to {size - 1}, the vocabulary names {len(vocabulary)}. "
            "Pass the vocabulary that the model was trained with."
        )
    probability = np.concatenate([first["probability"][None], loop["probability"]])[:steps]
    texts = []
    for k in range(count):
        found = np.flatnonzero(np.isin(sampled[:, k], ends))
        written = sampled[: found[0] + 1 if found.size else steps, k]
        texts.append(
            Generation(
                ids=written,
                probability=probability[: len(written), k],
                recording=_recording(engine, ids, written, first, loop, k, vocabulary),
                prompt=ids,
                vocabulary=vocabulary,
            )
        )
    return texts[0] if samples is None else texts


def _check(steps: int, temperature: float, top_k: int | None, samples: int | None) -> None:
    if steps < 1 or temperature < 0:
        raise ValueError(
            "Generation takes steps of at least 1 and a temperature of at least 0. "
            f"Received: steps={steps}, temperature={temperature}"
        )
    for name, value in {"top_k": top_k, "samples": samples}.items():
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if value is not None and not (whole and value >= 1):
            raise ValueError(f"`{name}` is an integer of at least 1, or None. Received: {value!r}")


def _held(model: keras.Model, prompt: np.ndarray, units: list) -> Places:
    """Where the clamped quantities are; cells that name their own are asked by reading."""
    known = places(model)
    if any(unit[:2] not in known for unit in units):
        known = places(model, record(model, prompt[None]))
    check_units(units, known)
    return {unit[:2]: known[unit[:2]] for unit in units}


def _engine_of(
    model: keras.Model,
    layers: Any,
    quantities: Any,
    held: Places,
    samples: int,
    restricted: bool,
) -> tuple[Engine, Callable]:
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
    names = tuple(sorted((place.call, place.name) for place in held.values()))
    key = ("generate", samples, restricted, names, tuple(wanted.items()))
    key = (*key, tuple(id(entry.layer) for entry in carried))
    kept = kept_engines(model)
    if key not in kept:
        engine = Engine(model, carried, wanted)
        kept[key] = engine, compiled(model, _loop(engine, samples, restricted))
    return kept[key]


def _loop(engine: Engine, samples: int, restricted: bool) -> Callable:
    """The function from prompt, uniform numbers and options to everything that happened."""

    def write(prompt, uniforms, temperature, top_k, holds):
        top_k = top_k if restricted else None
        outputs, taps = engine.forward(prompt, holds=holds)
        last = ops.repeat(outputs[:, -1] if len(outputs.shape) == 3 else outputs, samples, axis=0)
        initial = _moment(sample(last, uniforms[0], temperature, top_k), taps, -1)
        initial = {**initial, **_repeated(initial, samples)}

        def step(moment, uniform):
            states = {
                call: engine.scan_of(call).states_of(record)
                for call, record in moment["records"].items()
            }
            outputs, taps = engine.forward(moment["id"][:, None], states, holds)
            moment = _moment(sample(outputs, uniform, temperature, top_k), taps, 0)
            return moment, moment

        _, loop = ops.scan(step, initial, uniforms[1:])
        read = {"outputs": outputs, "records": taps.records, "masks": taps.masks}
        return {**{name: initial[name] for name in ("id", "probability")}, **read}, loop

    return write


def _moment(drawn: dict, taps: Taps, step: int) -> dict[str, Any]:
    """What the loop carries is what it keeps: the sample and the record it was drawn from."""
    records = {
        call: {name: value[step] for name, value in record.items()}
        for call, record in taps.records.items()
    }
    masks = {call: ops.cast(mask[:, step], "float32") for call, mask in taps.masks.items()}
    return {**drawn, "records": records, "masks": masks}


def _repeated(moment: dict, samples: int) -> dict[str, Any]:
    """The record of the one prompt, once for every sample."""
    if samples == 1:
        return {}
    parts = {"records": moment["records"], "masks": moment["masks"]}
    return keras.tree.map_structure(lambda part: ops.repeat(part, samples, axis=0), parts)


def _recording(
    engine: Engine,
    prompt: np.ndarray,
    written: np.ndarray,
    first: dict,
    loop: dict,
    k: int,
    vocabulary: Sequence[str] | None,
) -> Recording:
    """The recording of sample k, over the prompt and as much of the loop as was written."""
    steps = len(written)
    ids = np.concatenate([prompt, written])
    records = {
        call: {
            name: np.concatenate([value, loop["records"][call][name][:steps, k : k + 1]])
            for name, value in record.items()
        }
        for call, record in first["records"].items()
    }
    masks = {
        call: np.concatenate([mask, loop["masks"][call][:steps, k : k + 1].T], axis=1) > 0.5
        for call, mask in first["masks"].items()
    }
    outputs = first["outputs"]
    if outputs.ndim == 2:
        before = np.full((1, len(prompt) - 1, outputs.shape[-1]), np.nan, outputs.dtype)
        outputs = np.concatenate([before, outputs[:, None]], axis=1)
    outputs = np.concatenate([outputs, loop["outputs"][:steps, k][None]], axis=1)
    names = [str(i) if vocabulary is None else vocabulary[i] for i in ids]
    return Recording(
        layer_activity(engine, [[0]], [Taps(records, masks)]),
        [len(ids)],
        outputs=outputs,
        tokens=[names],
        probe=GENERATED,
    )
