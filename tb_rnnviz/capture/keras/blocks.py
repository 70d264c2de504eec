"""Long sequences read in blocks of tokens with carried state."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import keras
import numpy as np

from tb_rnnviz.capture.keras.activity import layer_activity
from tb_rnnviz.capture.keras.backends import compiled, to_arrays, untouched_seeds
from tb_rnnviz.capture.keras.batches import as_input
from tb_rnnviz.capture.keras.layers import choose_layers, recurrent_layers
from tb_rnnviz.capture.keras.outputs import mask_of
from tb_rnnviz.capture.keras.quantities import check_quantities
from tb_rnnviz.capture.keras.tapped_model import CompiledPass, TappedModel, Taps, compiled_passes
from tb_rnnviz.capture.recorder import Names
from tb_rnnviz.probe import Probe
from tb_rnnviz.recording import Recording

STEP_BY_STEP = (
    "Activation",
    "AlphaDropout",
    "BatchNormalization",
    "Dense",
    "Dropout",
    "ELU",
    "Embedding",
    "GaussianDropout",
    "GaussianNoise",
    "InputLayer",
    "LayerNormalization",
    "LeakyReLU",
    "Masking",
    "PReLU",
    "ReLU",
    "RMSNormalization",
    "Softmax",
    "SpatialDropout1D",
    "UnitNormalization",
)
"""Layers of Keras that treat every step on its own."""


def values_per_token(model: keras.Model, layers: Names, quantities: Names) -> int:
    """Returns the number of values that are recorded at each token.

    Cells that name their quantities while they run are not counted.

    Args:
        model: A built Keras model.
        layers: As for `record`.
        quantities: As for `record`.

    Raises:
        ValueError: if a layer or quantity does not exist.
    """
    recorded = choose_layers(model, layers, with_cells=True)
    names = check_quantities(recorded, quantities)
    values = 0
    for entry in recorded:
        for name, shape in (entry.trace.sizes() or {}).items():
            if names is None or name.rpartition("/")[2] in names:
                values += math.prod(shape)
    return values


def whole_sequence_layers(model: keras.Model) -> list[str]:
    """Returns the layers that need the whole sequence: reading in blocks changes them."""
    recurrent, absent = recurrent_layers(model)
    paths = [entry.path for entry in recurrent if entry.layer.go_backwards] + list(absent)
    inside = {id(part) for entry in recurrent for part in entry.layer._flatten_layers()}
    for layer in model._flatten_layers():
        is_model = isinstance(layer, keras.Model)
        is_of_keras = type(layer).__module__.startswith("keras.")
        reads_steps = is_of_keras and type(layer).__name__ in STEP_BY_STEP
        if id(layer) not in inside and not (is_model or reads_steps):
            paths.append(layer.name)
    return paths


def read_in_blocks(
    model: keras.Model, probe: Probe, tokens: int, layers: Names, quantities: Names
) -> Iterator[Recording]:
    """Yields recordings of consecutive blocks; see `Recorder.read_in_blocks`."""
    block_pass = _block_pass(model, layers, quantities)
    sequences, states = np.stack(probe.inputs), None
    rows = list(range(len(sequences)))
    for begin in range(0, sequences.shape[1], tokens):
        block = as_input(sequences[:, begin : begin + tokens])
        inputs = keras.ops.convert_to_tensor(block)
        with untouched_seeds(model):
            result = block_pass.run(inputs) if states is None else block_pass.run(inputs, states)
        outputs, output_masks, records, masks, states = result
        outputs, output_masks, records, masks = to_arrays((outputs, output_masks, records, masks))
        activity = layer_activity(block_pass.tapped, [rows], [Taps(records, masks)], len(rows))
        for layer in activity:
            layer.axis = probe.axis
        lengths = [block.shape[1]] * len(rows)
        recording = Recording(activity, lengths, outputs=outputs, axis=probe.axis)
        recording.output_masks = output_masks
        yield recording


def _block_pass(model: keras.Model, layers: Names, quantities: Names) -> CompiledPass:
    recorded = choose_layers(model, layers)
    names = check_quantities(recorded, quantities)
    recurrent, _ = recurrent_layers(model)
    by_path: dict[str, Sequence[str] | None] = {entry.path: () for entry in recurrent}
    by_path |= {entry.path: names for entry in recorded}
    key = ("block", tuple(by_path.items()), tuple(id(entry.layer) for entry in recurrent))
    passes = compiled_passes(model)
    if key not in passes:
        tapped = TappedModel(model, recurrent, by_path)

        def forward(inputs, states=None):
            outputs, taps = tapped.forward(inputs, states)
            return outputs, mask_of(outputs), taps.records, taps.masks, taps.states

        passes[key] = CompiledPass(tapped, compiled(model, forward))
    return passes[key]
