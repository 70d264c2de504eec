"""Step writer: collects summary values, with one method per kind of value."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from tensorboard.compat.proto import event_pb2, summary_pb2, types_pb2
from tensorboard.util import tensor_util

from tb_rnnviz.core.explanations import Explanations
from tb_rnnviz.core.layer_dynamics import LayerDynamics
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.log_format.activity import encode_activity, quantity_content
from tb_rnnviz.log_format.blob_sequence import BlobSequence
from tb_rnnviz.log_format.class_probability import (
    class_probability_content,
    encode_class_probability,
)
from tb_rnnviz.log_format.digest import encode_digest
from tb_rnnviz.log_format.dynamics import encode_dynamics
from tb_rnnviz.log_format.explanations import encode_explanations
from tb_rnnviz.log_format.matrix import LoggedMatrix, encode_matrix, matrix_content
from tb_rnnviz.log_format.matrix_summary import MatrixSummary
from tb_rnnviz.log_format.relevance import RelevanceTable, encode_relevance
from tb_rnnviz.log_format.spectrum import PooledSpectrum, encode_spectrum
from tb_rnnviz.log_format.tags import KINDS, SCALARS, metadata, tag
from tb_rnnviz.log_format.text import RecordedText, encode_text, text_content
from tb_rnnviz.log_format.unit_rows import UnitRows, encode_unit_rows
from tb_rnnviz.recording import Recording

COLLECTED_BYTES = 32 << 20
"""Bytes of activity and spectra that are collected before they are passed on."""


class StepWriter(ABC):
    """Collects the values of a step and passes them on as events.

    A subclass receives the events. Activity and spectra are passed on as soon as they exceed a
    limit, everything else when `emit` is called. The text of a probe is written last: a probe
    without it is incomplete. Scalars have an event of their own: TensorBoard keeps them at many
    steps, and its Python loader keeps the whole event of a value that it keeps.

    Args:
        encoding: Encoding of the activity, `"int8"` or `"float16"`.
        axis: Meaning of the steps: `"epoch"`, `"batch"`, or `"once"` without training.
    """

    def __init__(self, encoding: str = "int8", axis: str = "epoch"):
        self.encoding = encoding
        self.axis = axis
        self._event, self._scalars = event_pb2.Event(), event_pb2.Event()
        self._bytes = 0
        self._described: set[str] = set()

    @property
    def bytes(self) -> int | None:
        """Bytes that were passed on, `None` if unknown."""
        return None

    @abstractmethod
    def _append(self, event: event_pb2.Event) -> None:
        """Receives an event, which has neither step nor time."""

    def emit(self) -> None:
        """Passes on the collected values, if there are any."""
        events = self._scalars, self._event
        self.discard()
        for event in events:
            if event.summary.value:
                self._append(event)
                self._described.update(value.tag for value in event.summary.value)

    def discard(self) -> None:
        """Drops the collected values."""
        self._event, self._scalars = event_pb2.Event(), event_pb2.Event()
        self._bytes = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Drops the values of the block if it fails, unless they were passed on."""
        events = self._event, self._scalars
        lengths = [len(event.summary.value) for event in events]
        try:
            yield
        except BaseException:
            if self._event is events[0]:
                for event, length in zip(events, lengths, strict=True):
                    del event.summary.value[length:]
            else:
                self.discard()
            raise

    def write_activity(
        self, probe: str, recording: Recording, quantities: Collection[str] | None = None
    ) -> None:
        """Writes the activity of every layer of a recording.

        Args:
            probe: Name of the probe.
            recording: The recording.
            quantities: Names of the quantities to write. Defaults to all.
        """
        for layer in recording.layers:
            for quantity in recording[layer]:
                if quantities is not None and quantity not in quantities:
                    continue
                # No name for the array: it may be large, and the next one is read after it.
                blobs = encode_activity(
                    *recording[layer].flat(quantity), recording.lengths, self.encoding
                )
                self._write_quantity(probe, recording, QuantityKey(layer, quantity), blobs)

    def write_spectrum(
        self, probe: str, recording: Recording, key: QuantityKey, spectrum: PooledSpectrum
    ) -> None:
        """Writes the spectrum of one layer and quantity."""
        self._write_quantity(probe, recording, key, encode_spectrum(spectrum, self.encoding))

    def write_matrices(self, probe: str, recording: Recording) -> None:
        """Writes every matrix of a recording, as much of it as the log stores."""
        for name, array in recording.matrices.items():
            matrix = LoggedMatrix.of(array, recording.matrix_axes[name])
            blobs = encode_matrix(matrix, self.encoding)
            self._make_room(blobs.size)
            self._write_blobs((probe, name), matrix_content(probe, recording, name), blobs)

    def write_class_probability(self, probe: str, recording: Recording) -> None:
        """Writes the prediction at every step of a recording that has it."""
        blobs = encode_class_probability(recording)
        if blobs is not None:
            self._make_room(blobs.size)
            self._write_blobs((probe,), class_probability_content(probe, recording), blobs)

    def write_matrix_summary(self, probe: str, name: str, summary: MatrixSummary) -> None:
        """Writes the numbers of each head of a matrix."""
        content = {"probe": probe, "matrix": name, "statistics": list(summary.statistics)}
        value = self._value("matrix_summary", (probe, name), content)
        value.tensor.CopyFrom(tensor_util.make_tensor_proto(np.asarray(summary.array, np.float32)))

    def write_explanations(self, probe: str, explanations: Explanations) -> None:
        """Writes what moved chosen predictions, and the reach of the gradient."""
        blobs = encode_explanations(explanations)
        self._make_room(blobs.size)
        self._write_blobs((probe,), {"probe": probe, "method": explanations.method}, blobs)

    def write_dynamics(self, probe: str, layers: Sequence[LayerDynamics]) -> None:
        """Writes fixed points and Lyapunov exponents of layers."""
        blobs = encode_dynamics(layers)
        self._make_room(blobs.size)
        self._write_blobs((probe,), {"probe": probe}, blobs)

    def write_text(self, probe: str, text: RecordedText) -> None:
        """Writes the text of a probe, which marks its step as complete."""
        content = text_content(probe, text, self.axis)
        self._write_blobs((probe,), content, encode_text(text))

    def write_relevance(self, probe: str, key: QuantityKey, table: RelevanceTable) -> None:
        """Writes the statistics of every feature and unit of one layer and quantity."""
        content, array = encode_relevance(table)
        self._write_tensor("relevance", probe, key, content, array)

    def write_unit_rows(self, kind: str, probe: str, key: QuantityKey, rows: UnitRows) -> None:
        """Writes numbers of every unit; `kind` is one of `unit_rows.ROWS`."""
        content, array = encode_unit_rows(kind, rows)
        self._write_tensor(kind, probe, key, content, array)

    def write_digest(self, probe: str, digest: Mapping[str, Any]) -> None:
        """Writes the digest of one step; numbers that are not finite become null.

        The entry `bytes` is added: the bytes on disk together with the activity and spectra that
        wait for `emit`, `None` if unknown.
        """
        size = None if self.bytes is None else self.bytes + self._bytes
        value = self._value("digest", (probe,), {"probe": probe})
        value.tensor.dtype = types_pb2.DT_STRING
        value.tensor.tensor_shape.SetInParent()
        value.tensor.string_val.append(encode_digest({**digest, "bytes": size}))

    def write_scalar(self, name: str, number: float) -> None:
        """Writes a number for TensorBoard's Scalars tab."""
        value = self._described_value(name, SCALARS, {})
        value.tensor.CopyFrom(tensor_util.make_tensor_proto(np.float32(number)))

    def _write_quantity(
        self, probe: str, recording: Recording, key: QuantityKey, blobs: BlobSequence
    ) -> None:
        self._make_room(blobs.size)
        self._write_blobs((probe, *key), quantity_content(probe, recording, key), blobs)

    def _write_blobs(
        self, names: tuple[str, ...], content: Mapping[str, Any], blobs: BlobSequence
    ) -> None:
        strings = blobs.strings()
        value = self._value(blobs.kind, names, content)
        value.tensor.dtype = types_pb2.DT_STRING
        value.tensor.tensor_shape.dim.add(size=len(strings))
        value.tensor.string_val.extend(strings)

    def _write_tensor(
        self,
        kind: str,
        probe: str,
        key: QuantityKey,
        content: Mapping[str, Any],
        array: np.ndarray,
    ) -> None:
        layer, quantity = key
        names = {"probe": probe, "layer": layer, "quantity": quantity}
        value = self._value(kind, (probe, *key), {**names, **content})
        value.tensor.CopyFrom(tensor_util.make_tensor_proto(np.asarray(array, np.float32)))

    def _make_room(self, size: int) -> None:
        """Passes on the collected values if `size` more bytes would exceed the limit."""
        if self._bytes and self._bytes + size > COLLECTED_BYTES:
            self.emit()
        self._bytes += size

    def _value(
        self, kind: str, names: tuple[str, ...], content: Mapping[str, Any]
    ) -> summary_pb2.Summary.Value:
        return self._described_value(tag(kind, *names), KINDS[kind], {"kind": kind, **content})

    def _described_value(
        self, name: str, data_name: str, content: Mapping[str, Any]
    ) -> summary_pb2.Summary.Value:
        """Adds a value to the event in place, because copies of blobs would cost memory."""
        event = self._scalars if data_name == SCALARS else self._event
        value = event.summary.value.add(tag=name)
        if name not in self._described:
            value.metadata.CopyFrom(metadata(data_name, content))
        return value
