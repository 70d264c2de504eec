"""Recordings too large for memory: read in blocks with carried state, kept in files."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from tb_rnnviz.capture.keras.activity import layer_activity
from tb_rnnviz.capture.keras.backends import compiled, to_arrays, untouched_seeds
from tb_rnnviz.capture.keras.layers import check_quantities, choose_layers, recurrent_layers
from tb_rnnviz.capture.keras.recorder import build, check_ids, kept_engines
from tb_rnnviz.capture.keras.tapped_model import Engine, Taps
from tb_rnnviz.capture.predictions import predictions
from tb_rnnviz.recording import LayerActivity, Probe, Recording

BLOCK = 1024
"""Tokens that are read at once."""

SPOOL_BYTES = 256 << 20
"""From this size on, float32, a recording goes through files."""

_STEP_BY_STEP = (
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
"""Layers of Keras that treat every step on its own, so that a text may be read in blocks."""


class SpooledColumns:
    """One quantity in a file, (tokens, units), of which some units are read at a time.

    The file holds one block of tokens after the other, each unit-major, so that a few units are
    one stretch of every block.

    Args:
        path: The file, which need not be there yet.
        units: Number of units.
        tokens: Tokens of each block that was appended.
        kept: Boolean (tokens,), the tokens that there are to see. Defaults to all.

    Example:
        >>> import tempfile
        >>> columns = SpooledColumns(Path(tempfile.mkdtemp(), "state"), units=3)
        >>> columns.append(np.arange(6.0).reshape(2, 3))
        >>> columns.append(np.arange(6.0, 9.0).reshape(1, 3))
        >>> columns.shape, columns[:, 1:2].ravel().tolist()
        ((3, 3), [1.0, 4.0, 7.0])
    """

    dtype = np.dtype(np.float32)

    def __init__(
        self,
        path: Path,
        units: int,
        tokens: Sequence[int] = (),
        kept: np.ndarray | None = None,
    ):
        self._path, self._units, self._tokens, self._kept = path, units, list(tokens), kept

    @property
    def shape(self) -> tuple[int, int]:
        tokens = sum(self._tokens) if self._kept is None else int(self._kept.sum())
        return tokens, self._units

    def __len__(self) -> int:
        return self.shape[0]

    def append(self, block: np.ndarray) -> None:
        """Adds the next tokens, (tokens, units)."""
        with self._path.open("ab") as file:
            np.ascontiguousarray(block.T, np.float32).tofile(file)
        self._tokens.append(len(block))

    def __getitem__(self, place: Any) -> Any:
        """Rows and columns by two slices; or, by a boolean (tokens,), what is left, unread."""
        if isinstance(place, np.ndarray):
            return SpooledColumns(self._path, self._units, self._tokens, place)
        rows, columns = place
        columns = range(*columns.indices(self._units))
        values = np.empty((len(columns), sum(self._tokens)), np.float32)
        begin = 0
        with self._path.open("rb", buffering=0) as file:
            for tokens in self._tokens:
                file.seek(values.itemsize * (begin * self._units + columns.start * tokens))
                block = np.fromfile(file, np.float32, values.shape[0] * tokens)
                values[:, begin : begin + tokens] = block.reshape(-1, tokens)
                begin += tokens
        return (values if self._kept is None else values[:, self._kept]).T[rows]


class SpooledActivity(LayerActivity):
    """A layer's activity that stands in files; a quantity is read when it is asked for."""

    def __init__(self, like: LayerActivity, directory: Path, steps: int):
        mask = np.ones((1, steps), bool)
        super().__init__(like.path, like.cell, dict(like), like.roles, mask, [steps])
        place = len(list(directory.iterdir()))
        self._columns = {
            name: SpooledColumns(directory / f"{place}-{k}.f32", like.width(name))
            for k, name in enumerate(like)
        }
        self._quantities = dict.fromkeys(like)

    def append(self, block: LayerActivity, begin: int) -> None:
        """Adds the next tokens."""
        for name, columns in self._columns.items():
            columns.append(block[name][0])
        self.mask[0, begin : begin + block.mask.shape[1]] = block.mask[0]

    def width(self, quantity: str) -> int:
        return self._columns[quantity].shape[1]

    def __getitem__(self, quantity: str) -> np.ndarray:
        if quantity not in self._columns:
            return super().__getitem__(quantity)
        return self._columns[quantity][:, :][None]

    def flat(self, quantity: str) -> tuple[SpooledColumns, np.ndarray]:
        return self._columns[quantity], self.mask[0]


def must_stream(
    model: keras.Model,
    probe: Probe,
    layers: Sequence[str] | str | None,
    quantities: Sequence[str] | str | None,
) -> bool:
    """Whether a recording is too large for memory and can be read in blocks."""
    build(model, probe)
    chosen = choose_layers(model, layers)
    wanted = check_quantities(chosen, quantities)
    values = 0
    for entry in chosen:
        sizes = entry.trace.sizes() or {}
        names = [n for n in sizes if wanted is None or n.rpartition("/")[2] in wanted]
        values += sum(math.prod(sizes[name]) for name in names)
    if 4 * values * sum(probe.lengths) < SPOOL_BYTES or len(probe.lengths) > 1:
        return False
    if not isinstance(probe.inputs[0], np.ndarray):
        return False
    return not _whole_sequence_layers(model)


def stream(
    model: keras.Model,
    probe: Probe,
    directory: Path,
    layers: Sequence[str] | str | None = None,
    quantities: Sequence[str] | str | None = None,
) -> tuple[Recording, dict[str, Any]]:
    """Records one long sequence into files, a block of tokens at a time.

    Args:
        model: A built model all of whose layers work step by step.
        probe: One sequence.
        directory: Where the files go; the recording is readable as long as they are there.
        layers: As for `record`.
        quantities: As for `record`.

    Returns:
        A recording without outputs whose quantities are read from the files when asked for, and
        what `predictions` says of the whole.
    """
    check_ids(model, probe)
    spooled: dict[str, SpooledActivity] = {}
    said: list[dict[str, Any]] = []
    ids, targets = probe.inputs[0], None if probe.targets is None else probe.targets[0]
    begin = 0
    for outputs, activity in _blocks(model, ids, layers, quantities):
        end = begin + activity[0].mask.shape[1]
        for layer in activity:
            if layer.path not in spooled:
                spooled[layer.path] = SpooledActivity(layer, directory, len(ids))
            spooled[layer.path].append(layer, begin)
        block = Recording(activity, [end - begin], outputs=outputs)
        said.append(predictions(block, None if targets is None else [targets[begin:end]]))
        begin = end
    recording = Recording(
        list(spooled.values()),
        [len(ids)],
        tokens=probe.tokens,
        probe=probe.name,
        labels=probe.labels,
    )
    return recording, _joined(said)


def _blocks(
    model: keras.Model, ids: np.ndarray, layers: Any, quantities: Any
) -> Iterator[tuple[Any, list[LayerActivity]]]:
    engine, run_first, run_next = _engine_of(model, layers, quantities)
    states = None
    for begin in range(0, len(ids), BLOCK):
        block = ids[None, begin : begin + BLOCK]
        block = block.astype("int32" if block.dtype.kind in "iub" else keras.config.floatx())
        inputs = keras.ops.convert_to_tensor(block)
        with untouched_seeds(model):
            result = run_first(inputs) if states is None else run_next(inputs, states)
        outputs, records, masks, states = result
        outputs, records, masks = to_arrays((outputs, records, masks))
        yield outputs, layer_activity(engine, [[0]], [Taps(records, masks)])


def _engine_of(model: keras.Model, layers: Any, quantities: Any) -> tuple:
    chosen = choose_layers(model, layers)
    quantities = check_quantities(chosen, quantities)
    carried, _ = recurrent_layers(model)
    wanted = {entry.path: () for entry in carried}
    wanted |= {entry.path: quantities for entry in chosen}
    key = ("stream", tuple(wanted.items()), tuple(id(entry.layer) for entry in carried))
    kept = kept_engines(model)
    if key not in kept:
        engine = Engine(model, carried, wanted)

        def forward(inputs, states=None):
            outputs, taps = engine.forward(inputs, states)
            return outputs, taps.records, taps.masks, taps.states

        kept[key] = engine, compiled(model, forward), compiled(model, forward)
    return kept[key]


def _whole_sequence_layers(model: keras.Model) -> list[str]:
    """Layers that look at more than one step at a time, other than recurrent ones."""
    found, absent = recurrent_layers(model)
    paths = [entry.path for entry in found if entry.layer.go_backwards] + list(absent)
    inside = {id(part) for entry in found for part in entry.layer._flatten_layers()}
    for layer in model._flatten_layers():
        known = isinstance(layer, keras.Model) or type(layer).__name__ in _STEP_BY_STEP
        ours = type(layer).__module__.startswith("keras.")
        if id(layer) not in inside and not (known and (ours or isinstance(layer, keras.Model))):
            paths.append(layer.name)
    return paths


def _joined(said: list[dict[str, Any]]) -> dict[str, Any]:
    if not said[0]:
        return {}
    losses = [(block["loss"], (block["target"] >= 0).sum()) for block in said if block.get("loss")]
    joined = {
        name: np.concatenate([block[name] for block in said]) for name in said[0] if name != "loss"
    }
    if losses:
        joined["loss"] = sum(loss * n for loss, n in losses) / sum(n for _, n in losses)
    return joined
