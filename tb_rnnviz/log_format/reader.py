"""Reader of recordings from the event files of a run, for notebooks and programs."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from tb_rnnviz.core.axis import TIME, TOKENS, Axis
from tb_rnnviz.core.columns import TOKEN_DATA
from tb_rnnviz.core.explanations import Explanations
from tb_rnnviz.core.layer_dynamics import LayerDynamics
from tb_rnnviz.core.matrix_axes import MatrixAxes
from tb_rnnviz.core.padding import padded_rows
from tb_rnnviz.log_format.activity import EncodedActivity
from tb_rnnviz.log_format.blob_sequence import split_header
from tb_rnnviz.log_format.class_probability import EncodedClassProbability
from tb_rnnviz.log_format.codec import MAX_VALUES
from tb_rnnviz.log_format.damaged_record import DamagedRecordError, RecordLocation
from tb_rnnviz.log_format.directories import LogPath, log_directory
from tb_rnnviz.log_format.dynamics import decode_dynamics
from tb_rnnviz.log_format.event_file import event_files
from tb_rnnviz.log_format.explanations import decode_explanations
from tb_rnnviz.log_format.loaded_outputs import add_outputs
from tb_rnnviz.log_format.matrix import EncodedMatrix
from tb_rnnviz.log_format.run_index import RunIndex
from tb_rnnviz.log_format.stored_series import StoredValue
from tb_rnnviz.log_format.summary_value import strings_of
from tb_rnnviz.log_format.tags import LARGE, RUN_DIRECTORY, is_newer, parse_listing
from tb_rnnviz.log_format.text import EncodedText
from tb_rnnviz.recording import LAST, LayerActivity, Recording

MAX_LISTED = 5
"""Number of damaged records that a warning describes; the others are counted."""


def load(log_dir: str | os.PathLike, probe: str | None = None, step: int | str = LAST) -> Recording:
    """Loads a recording from the event files of a run.

    Damaged records are skipped, and one warning names them: a quantity or matrix that is damaged is
    missing in the recording, and `"last"` is the last step whose text is whole.

    Args:
        log_dir: The directory or URL that was passed to the callback; `~` is the home directory.
        probe: Name of the probe, or of another axis of it alone, such as `"dates/source"`. Defaults
            to the only probe in the log.
        step: The step, or `"last"`. Defaults to `"last"`.

    Returns:
        A `Recording`. Its values are those of the log: 8-bit with a scale per unit unless the
        callback was given another encoding. Of a large matrix the log has the beginning.

        `outputs` has the shape that `record` returns: numbers and labels in full precision, with
        `targets`; distributions over classes as probabilities, with an error of at most 0.0005,
        also where the model gives logits. Of several outputs it is the one that the probe names.
        Of the next token, and of tags by a model that reads whole sequences, the log has no
        whole distribution: `outputs` is `None`, and `probability`, `expected` and
        `expected_probability` are the probability of the target and the most probable tokens.

    Raises:
        DamagedRecordError: if the text of the step is damaged.
        FileNotFoundError: if there is no RNN-Viz run in the directory.
        ValueError: if the run has no such probe or step.
    """
    log = _LogReader(run_directory(log_directory(log_dir)))
    try:
        return _load(log, probe, step)
    finally:
        log.warn(stacklevel=3)


def load_text(log_dir: str | os.PathLike, probe: str, step: int) -> EncodedText:
    """Loads the text of a recording from the event files of a run.

    Args:
        log_dir: The directory or URL that was passed to the callback; `~` is the home directory.
        probe: Name of the probe.
        step: The step.

    Raises:
        DamagedRecordError: if the header of the text is damaged.
        FileNotFoundError: if there is no RNN-Viz run in the directory.
        ValueError: if the run has no such text.
    """
    log = _LogReader(run_directory(log_directory(log_dir)))
    for value in log.values_at(step):
        if (value.kind, value.probe) == ("text", probe):
            with value.location.added():
                return EncodedText(value.strings)
    raise ValueError(f"{log.directory} holds no text of {probe!r} at step {step}.")


def run_directory(log_dir: LogPath) -> LogPath:
    """Returns the directory of the event files below or at `log_dir`.

    Raises:
        FileNotFoundError: if there is none.
    """
    for directory in (log_dir / RUN_DIRECTORY, log_dir):
        if event_files(directory):
            return directory
    raise FileNotFoundError(
        f"No RNN-Viz run in {log_dir}: there is no event file in {log_dir / RUN_DIRECTORY}. "
        "Pass the directory that RNNVizCallback was given."
    )


class _LargeValue(NamedTuple):
    """Blob sequence of a tag at one step, which is read when its strings are."""

    run: RunIndex
    value: StoredValue
    content: Mapping[str, Any]

    @property
    def location(self) -> RecordLocation:
        return self.run.location(self.value)

    @property
    def strings(self) -> list[bytes]:
        return strings_of(self.run.read(self.value))

    @property
    def kind(self) -> str:
        return self.content["kind"]

    @property
    def probe(self) -> str:
        return self.content["probe"]


class _LogReader:
    """Reads the blob sequences of single steps of a run, and collects the damage.

    Args:
        directory: Directory of the run.
    """

    def __init__(self, directory: LogPath):
        self.directory = directory
        self._run = RunIndex(directory)
        self._run.refresh()
        self._damage: dict[str, None] = {}
        self._skips_newer = False
        for error in self._run.damage:
            self.skip(error)

    def skip(self, error: DamagedRecordError) -> None:
        """Adds a damaged record to the warning."""
        self._damage[str(error)] = None

    def warn(self, stacklevel: int) -> None:
        """Warns once of damaged records, and once of data of a newer version."""
        if self._damage:
            listed = list(self._damage)[:MAX_LISTED]
            others = len(self._damage) - len(listed)
            if others:
                listed.append(f"{others} more are damaged.")
            warnings.warn(
                f"Damaged records in {self.directory} were skipped: " + " ".join(listed),
                stacklevel=stacklevel,
            )
        if self._skips_newer:
            warnings.warn(
                f"{self.directory} holds data of a newer version of RNN-Viz, which was skipped. "
                "Upgrade tb-rnnviz to read it.",
                stacklevel=stacklevel,
            )

    def text_steps(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """Returns the steps with a text by probe, and by other axis of a probe."""
        steps: dict[str, list[int]] = {}
        of_axes: dict[str, list[int]] = {}
        for tag, listing in self._run.tags().items():
            values = self._run.values(tag) if listing.plugin == LARGE else {}
            for step, value in values.items():
                content = self._content(value)
                if content and content["kind"] == "text":
                    side = of_axes if "parent" in content else steps
                    side.setdefault(content["probe"], []).append(step)
        for side in (steps, of_axes):
            for steps_of_probe in side.values():
                steps_of_probe.sort()
        return steps, of_axes

    def values_at(self, step: int) -> Iterator[_LargeValue]:
        """Yields the blob sequences of a step whose metadata can be read."""
        listings = self._run.tags()
        for tag in self._run.tags_at(step):
            value = self._run.value(tag, step)
            listing = listings.get(tag)
            if value is None or listing is None or listing.plugin != LARGE:
                continue
            content = self._content(value)
            if content:
                yield _LargeValue(self._run, value, content)

    def _content(self, value: StoredValue) -> dict[str, Any] | None:
        """Returns the content of the tag of a value, `None` if it cannot be read."""
        location = self._run.location(value)
        try:
            with RecordLocation(location.source, value.tag, None).added():
                content = _parse_content(value.tag, self._run.content(value))
        except DamagedRecordError as error:
            self.skip(error)
            return None
        if is_newer(content):
            self._skips_newer = True
            return None
        return content


@lru_cache(maxsize=1 << 10)
def _parse_content(tag: str, content: bytes) -> dict[str, Any]:
    return parse_listing(tag, content)


def _load(log: _LogReader, probe: str | None, step: int | str) -> Recording:
    steps, of_axes = log.text_steps()
    if not steps:
        raise ValueError(f"{log.directory} holds no recording yet.")
    if probe is None and len(steps) == 1:
        probe = next(iter(steps))
    steps |= of_axes
    if probe not in steps:
        raise ValueError(f"No probe {probe!r} in {log.directory}. Allowed: {sorted(steps)}")
    if step == LAST:
        return _last_recording(log, probe, steps[probe])
    if step not in steps[probe]:
        raise ValueError(
            f"No step {step!r} of probe {probe!r} in {log.directory}. Allowed: {steps[probe]}"
        )
    return _recording(log, probe, int(step))


def _last_recording(log: _LogReader, probe: str, steps: Sequence[int]) -> Recording:
    """Returns the last recording whose text is whole."""
    error: DamagedRecordError | None = None
    for step in reversed(steps):
        try:
            return _recording(log, probe, step)
        except DamagedRecordError as damage:
            log.skip(damage)
            error = error or damage
    raise error or ValueError(f"{log.directory} holds no recording yet.")


def _recording(log: _LogReader, probe: str, step: int) -> Recording:
    parts: dict[str, _Part] = {}
    for value in log.values_at(step):
        part = parts.setdefault(value.probe, _Part())
        try:
            with value.location.added():
                part.read(value)
        except DamagedRecordError as error:
            if value.kind == "text" and value.probe == probe:
                part.damage = error
            else:
                log.skip(error)
    main = parts.get(probe, _Part())
    if main.text is None or main.axis is None:
        raise main.damage or ValueError(
            f"{log.directory} holds no text of {probe!r} at step {step}."
        )
    others = [part for part in parts.values() if part.parent == probe]
    axes = [part.axis for part in (main, *others) if part.axis is not None]
    text = main.text
    recording = Recording(
        [layer for part in (main, *others) for layer in part.layer_activities(log)],
        text.lengths,
        probe=probe,
        step=step,
        labels=text.labels,
        columns={name: values for name, values in text.columns().items() if name not in TOKEN_DATA},
        axes={axis.name: axis for axis in axes},
        axis=main.axis.name,
        rate=text.rate,
        time_unit=text.time_unit,
    )
    for name, matrix in main.matrices().items():
        recording.matrices[name], recording.matrix_axes[name] = matrix.array, matrix.axes
    main.add_class_probability(recording, log)
    recording.explanations, recording.dynamics = main.explanations, main.dynamics
    try:
        with main.location.added():
            add_outputs(recording, text)
    except DamagedRecordError as error:
        log.skip(error)
    return recording


class _Part:
    """Records of one axis of a probe at a step.

    Attributes:
        text: Tokens or signal of its steps, `None` until they were read.
        axis: The axis, `None` until it was read.
        parent: Name of the probe that it is another axis of, or `None`.
        location: Location of its text.
        damage: Damage of its text, or `None`.
        explanations: Explanations of its predictions, or `None`.
        dynamics: Dynamics of its layers.
    """

    def __init__(self) -> None:
        self.text: EncodedText | None = None
        self.axis: Axis | None = None
        self.parent: str | None = None
        self.location = RecordLocation("", "", None)
        self.damage: DamagedRecordError | None = None
        self.explanations: Explanations | None = None
        self.dynamics: tuple[LayerDynamics, ...] = ()
        self._layers: dict[str, dict[str, _Quantity]] = {}
        self._matrices: dict[str, _Matrix] = {}
        self._class_probability: _ClassProbability | None = None

    def read(self, value: _LargeValue) -> None:
        """Decodes a text, an activity, a matrix, predictions or explanations at once."""
        if value.kind == "text":
            text = EncodedText(value.strings)
            default = TIME if text.is_signal else TOKENS
            self.axis = text.axis(value.content.get("steps_of", default))
            self.text, self.parent = text, value.content.get("parent")
            self.location = value.location
        elif value.kind == "activity":
            quantities = self._layers.setdefault(value.content["layer"], {})
            quantities[value.content["quantity"]] = _quantity(value)
        elif value.kind == "matrix":
            self._matrices[value.content["matrix"]] = _matrix(value)
        elif value.kind == "explanations":
            self.explanations = decode_explanations(value.strings)
        elif value.kind == "dynamics":
            self.dynamics = decode_dynamics(value.strings)
        elif value.kind == "class_probability":
            self._class_probability = _class_probability(value)

    def add_class_probability(self, recording: Recording, log: _LogReader) -> None:
        """Adds the prediction at every step to the recording of the probe, if it is whole."""
        if self._class_probability is None:
            return
        value, encoded, rows = self._class_probability
        lengths = recording.lengths
        size = len(lengths) * int(lengths.max(initial=0)) * rows.shape[1]
        try:
            with value.location.added():
                _check_lengths(encoded.lengths, lengths, size)
        except DamagedRecordError as error:
            log.skip(error)
            return
        recording.class_probability = padded_rows(rows, lengths)
        recording.classes, recording.method = encoded.classes, value.content["method"]
        shape = value.content.get("output_shape")
        recording.output_shape = None if shape is None else tuple(shape)

    def matrices(self) -> dict[str, _Matrix]:
        """Returns the matrices by name, in the order of the recording."""
        return dict(sorted(self._matrices.items(), key=lambda entry: entry[1].order))

    def layer_activities(self, log: _LogReader) -> Iterator[LayerActivity]:
        """Yields the layers with a quantity that is whole."""
        if self.text is None or self.axis is None:
            return
        lengths = np.array(self.text.lengths, dtype=int)
        for layer, quantities in self._layers.items():
            activity = _layer_activity(layer, quantities, lengths, log)
            if activity is not None:
                activity.axis = self.axis.name
                yield activity


class _Matrix(NamedTuple):
    """Decoded matrix.

    Attributes:
        array: Float32 (sequences, rows, columns) or (sequences, heads, rows, columns).
        axes: Meaning of its rows and columns.
        order: Its position among the matrices of the recording.
    """

    array: np.ndarray
    axes: MatrixAxes
    order: list[int]


def _matrix(value: _LargeValue) -> _Matrix:
    header, blobs = split_header(value.strings)
    encoded = EncodedMatrix(header)
    return _Matrix(encoded.decode(blobs), encoded.axes, value.content.get("place") or [])


class _ClassProbability(NamedTuple):
    """Decoded prediction at every step.

    Attributes:
        value: Value in the log.
        encoded: Its header.
        rows: Float32 (tokens, classes).
    """

    value: _LargeValue
    encoded: EncodedClassProbability
    rows: np.ndarray


def _class_probability(value: _LargeValue) -> _ClassProbability:
    header, blobs = split_header(value.strings)
    encoded = EncodedClassProbability(header)
    return _ClassProbability(value, encoded, encoded.decode(blobs))


class _Quantity(NamedTuple):
    """Decoded activity of one quantity.

    Attributes:
        value: Value in the log.
        lengths: Number of tokens of each sequence.
        activity: Float32 (tokens, units).
        mask: Booleans (tokens,).
    """

    value: _LargeValue
    lengths: list[int]
    activity: np.ndarray
    mask: np.ndarray


def _quantity(value: _LargeValue) -> _Quantity:
    header, blobs = split_header(value.strings)
    encoded = EncodedActivity(header)
    return _Quantity(value, encoded.lengths, *encoded.decode(blobs))


def _layer_activity(
    layer: str, quantities: Mapping[str, _Quantity], lengths: np.ndarray, log: _LogReader
) -> LayerActivity | None:
    """Pads the quantities of a layer to one length; `None` if none is whole.

    Args:
        layer: Path of the layer.
        quantities: Activity by name of the quantity.
        lengths: Number of tokens of each sequence of the text, (sequences,).
        log: Collects the damage.
    """
    inside = np.arange(lengths.max(initial=0)) < lengths[:, None]
    arrays, mask, contents = {}, inside.copy(), {}
    for quantity, (value, own_lengths, activity, is_recorded) in quantities.items():
        try:
            with value.location.added():
                _check_lengths(own_lengths, lengths, inside.size * activity.shape[1])
        except DamagedRecordError as error:
            log.skip(error)
            continue
        arrays[quantity] = padded_rows(activity, lengths)
        mask[inside] &= is_recorded
        contents[quantity] = value.content
    if not arrays:
        return None
    cell = next(iter(contents.values()))["cell"]
    roles = {quantity: content["role"] for quantity, content in contents.items()}
    return LayerActivity(layer, cell, arrays, roles, mask, lengths)


def _check_lengths(lengths: Sequence[int], text_lengths: np.ndarray, padded_values: int) -> None:
    """Checks that an activity has the sequences of the text and fits into memory."""
    if list(lengths) != text_lengths.tolist():
        raise DamagedRecordError("Its sequences have other lengths than those of the text.")
    if padded_values > MAX_VALUES:
        raise DamagedRecordError(
            f"Its sequences, padded to one length, have {padded_values} values"
        )
