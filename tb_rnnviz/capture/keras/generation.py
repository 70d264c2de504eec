"""Generation in one compiled loop, with carried state and every step recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from tb_rnnviz.capture.generation_options import GenerationOptions
from tb_rnnviz.capture.intervention import Intervention
from tb_rnnviz.capture.keras.activity import layer_activity
from tb_rnnviz.capture.keras.backends import compiled, to_arrays, untouched_seeds
from tb_rnnviz.capture.keras.interventions import ClampInputs
from tb_rnnviz.capture.keras.layers import choose_layers, recurrent_layers
from tb_rnnviz.capture.keras.outputs import choose_output
from tb_rnnviz.capture.keras.quantities import Locations, check_quantities
from tb_rnnviz.capture.keras.sampling import sample, uniforms
from tb_rnnviz.capture.keras.tapped_model import CompiledPass, TappedModel, Taps, compiled_passes
from tb_rnnviz.capture.prompt import check_stop
from tb_rnnviz.recording import GENERATED, Generation, Recording


@dataclass(frozen=True, eq=False)
class SampledTexts:
    """Arrays of one run of the sampling loop.

    Attributes:
        tapped: The tapped model that ran.
        prompt: Ids of the prompt, int32 (prompt steps,).
        first: Pass over the prompt: `id` and `probability` (samples,) of the first sampled token;
            `outputs`, `records` and `masks` of the prompt.
        loop: The same at every further step, with the steps as the first axis.
    """

    tapped: TappedModel
    prompt: np.ndarray
    first: dict[str, Any]
    loop: dict[str, Any]

    def stack(self, name: str) -> np.ndarray:
        """Returns `id` or `probability` of all sampled tokens, (steps + 1, samples)."""
        return np.concatenate([self.first[name][None], self.loop[name]])

    def recording(
        self, index: int, written: np.ndarray, vocabulary: Sequence[str] | None
    ) -> Recording:
        """Returns the recording of a sample, over the prompt and the tokens that it keeps.

        Args:
            index: Index of the sample.
            written: Ids that the sample keeps, (steps,).
            vocabulary: Name of every id, or `None`.
        """
        steps, column = len(written), slice(index, index + 1)
        ids = np.concatenate([self.prompt, written])
        loop_records, loop_masks = self.loop["records"], self.loop["masks"]
        records = {
            call: {
                name: np.concatenate([value, loop_records[call][name][:steps, column]])
                for name, value in record.items()
            }
            for call, record in self.first["records"].items()
        }
        masks = {
            call: np.concatenate([mask, loop_masks[call][:steps, column].T], axis=1) > 0.5
            for call, mask in self.first["masks"].items()
        }
        outputs = self.first["outputs"]
        if outputs.ndim == 2:
            shape = (1, len(self.prompt) - 1, outputs.shape[-1])
            outputs = np.concatenate(
                [np.full(shape, np.nan, outputs.dtype), outputs[:, None]], axis=1
            )
        outputs = np.concatenate([outputs, self.loop["outputs"][:steps, index][None]], axis=1)
        return Recording(
            layer_activity(self.tapped, [[0]], [Taps(records, masks)]),
            [len(ids)],
            outputs=outputs,
            tokens=[[str(i) if vocabulary is None else vocabulary[i] for i in ids]],
            probe=GENERATED,
        )


def generate_texts(
    model: keras.Model, prompt: np.ndarray, options: GenerationOptions, locations: Locations
) -> list[Generation]:
    """Samples texts and records the layers, as `Recorder.generate`.

    Args:
        model: A built Keras model.
        prompt: Ids, int32 (steps,).
        options: Length, sampling, clamped units, and the layers to record.
        locations: The quantities of the clamped units.
    """
    steps, samples, top_k = int(options.steps), int(options.samples), options.top_k or 0
    sampling_pass = _sampling_pass(model, options, locations)
    interventions = [Intervention(options.clamp)]
    with untouched_seeds(model):
        first, loop = sampling_pass.run(
            ops.convert_to_tensor(prompt[None]),
            ops.convert_to_tensor(uniforms(options.seed, steps + 1, samples)),
            ops.convert_to_tensor(np.float32(options.temperature)),
            ops.convert_to_tensor(np.int32(min(top_k, np.iinfo(np.int32).max))),
            ClampInputs.of(interventions, locations).tensors(interventions),
        )
    texts = SampledTexts(sampling_pass.tapped, prompt, to_arrays(first), to_arrays(loop))
    ids = texts.stack("id")[:steps].astype(np.int64)
    probability = texts.stack("probability")[:steps]
    _check_sizes(texts.first["outputs"].shape[-1], ids, options)
    generations = []
    for index in range(samples):
        stops = np.flatnonzero(np.isin(ids[:, index], options.stop))
        written = ids[: stops[0] + 1 if stops.size else steps, index]
        generations.append(
            Generation(
                ids=written,
                probability=probability[: len(written), index],
                recording=texts.recording(index, written, options.vocabulary),
                prompt=prompt,
                vocabulary=options.vocabulary,
            )
        )
    return generations


def _check_sizes(vocabulary_size: int, ids: np.ndarray, options: GenerationOptions) -> None:
    check_stop(options.stop, vocabulary_size)
    if options.vocabulary is not None and ids.max() >= len(options.vocabulary):
        raise ValueError(
            f"The model gives ids up to {vocabulary_size - 1}, the vocabulary names "
            f"{len(options.vocabulary)}. Pass the vocabulary that the model was trained with."
        )


def _sampling_pass(
    model: keras.Model, options: GenerationOptions, locations: Locations
) -> CompiledPass:
    recorded = choose_layers(model, options.layers)
    quantities = check_quantities(recorded, options.quantities)
    recurrent, absent = recurrent_layers(model)
    backwards = [entry.path for entry in recurrent if entry.layer.go_backwards]
    if backwards or absent:
        raise ValueError(
            "Generation carries the state of every recurrent layer forwards, which these layers "
            f"do not allow: {backwards or list(absent)}. Allowed: layers that read forwards."
        )
    by_path: dict[str, Sequence[str] | None] = {entry.path: () for entry in recurrent}
    by_path |= {entry.path: quantities for entry in recorded}
    samples, has_top_k = int(options.samples), options.top_k is not None
    names = tuple(sorted((location.call, location.name) for location in locations.values()))
    layers = tuple(id(entry.layer) for entry in recurrent)
    key = ("sampling", samples, has_top_k, options.output, names, tuple(by_path.items()), layers)
    passes = compiled_passes(model)
    if key not in passes:
        tapped = TappedModel(model, recurrent, by_path)
        passes[key] = CompiledPass(tapped, compiled(model, _loop(tapped, options)))
    return passes[key]


def _loop(tapped: TappedModel, options: GenerationOptions) -> Callable:
    """Returns the function to compile; it gives `first` and `loop` of `SampledTexts`."""
    samples, has_top_k = int(options.samples), options.top_k is not None

    def forward(inputs, states, clamps):
        outputs, taps = tapped.forward(inputs, states, clamps)
        use = "generate(..., output=...)"
        return choose_output(tapped.model, outputs, options.output, use), taps

    def write(prompt, uniforms, temperature, top_k, clamps):
        top_k = top_k if has_top_k else None
        outputs, taps = forward(prompt, None, clamps)
        last = ops.repeat(outputs[:, -1] if len(outputs.shape) == 3 else outputs, samples, axis=0)
        initial = _moment(sample(last, uniforms[0], temperature, top_k), taps, -1)
        initial = {**initial, **_repeated(initial, samples)}

        def step(moment, uniform):
            states = {
                call: tapped.scan_of(call).states_of(record)
                for call, record in moment["records"].items()
            }
            outputs, taps = forward(moment["id"][:, None], states, clamps)
            moment = _moment(sample(outputs, uniform, temperature, top_k), taps, 0)
            return moment, moment

        _, loop = ops.scan(step, initial, uniforms[1:])
        first = {name: initial[name] for name in ("id", "probability")}
        return first | {"outputs": outputs, "records": taps.records, "masks": taps.masks}, loop

    return write


def _moment(sampled: dict[str, Any], taps: Taps, step: int) -> dict[str, Any]:
    """Returns a sample and its record: the carry of the loop, and its result."""
    records = {
        call: {name: value[step] for name, value in record.items()}
        for call, record in taps.records.items()
    }
    masks = {call: ops.cast(mask[:, step], "float32") for call, mask in taps.masks.items()}
    return {**sampled, "records": records, "masks": masks}


def _repeated(moment: dict[str, Any], samples: int) -> dict[str, Any]:
    """Returns the record of the single prompt, repeated for every sample."""
    if samples == 1:
        return {}
    parts = {"records": moment["records"], "masks": moment["masks"]}
    return keras.tree.map_structure(lambda part: ops.repeat(part, samples, axis=0), parts)
