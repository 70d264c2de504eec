"""What is known of a recording as summary values: one method a kind of value."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from tensorboard.compat.proto import event_pb2, summary_pb2, types_pb2
from tensorboard.util import tensor_util

from tb_rnnviz.log_format import codec
from tb_rnnviz.log_format.tags import KINDS, LARGE, SCALARS, SMALL, metadata, tag
from tb_rnnviz.recording import Recording

NO_TARGET = 0xFFFFFFFF

IDS = ("target", "expected")
TYPES = dict.fromkeys(IDS, "<u4") | {"error": "u1"}
"""Arrays of a text that are no float32."""

COLLECTED_BYTES = 32 << 20
"""Activity goes on as soon as more than this is collected."""


class StepWriter:
    """Collects the values of a step and hands them on as events.

    Activity and spectra are handed on as soon as they are many; everything else waits for `emit`,
    so that a probe of which only activity is there was not finished. Its text says that it was.

    Args:
        append: Takes every event, which holds neither step nor time.
        encoding: How activity is stored, `"int8"` or `"float16"`.
        axis: What steps count, `"epoch"` or `"batch"`.
    """

    def __init__(
        self,
        append: Callable[[event_pb2.Event], None],
        encoding: str = "int8",
        axis: str = "epoch",
    ):
        self.encoding = encoding
        self.axis = axis
        self._append = append
        self._event = event_pb2.Event()
        self._bytes = 0
        self._described: set[str] = set()

    @property
    def bytes(self) -> int | None:
        """Bytes that were handed on, as far as they are known."""
        return None

    def emit(self) -> None:
        """Hands on what is collected, if there is anything."""
        event = self._event
        self.forget()
        if event.summary.value:
            self._append(event)
            self._described.update(value.tag for value in event.summary.value)

    def forget(self) -> None:
        """Drops what is collected."""
        self._event, self._bytes = event_pb2.Event(), 0

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is collected in this block, and not yet handed on, is dropped if the block fails."""
        event, before = self._event, len(self._event.summary.value)
        try:
            yield
        except BaseException:
            if self._event is event:
                del event.summary.value[before:]
            else:
                self.forget()
            raise

    def write_activity(
        self, probe: str, recording: Recording, keep: Collection[str] | None = None
    ) -> None:
        """Every layer of a recording; every quantity, or those in `keep`."""
        for layer, quantities in ((path, recording[path]) for path in recording.layers):
            for quantity in quantities:
                if keep is not None and quantity not in keep:
                    continue
                activity, mask = quantities.flat(quantity)
                mask = None if mask.all() else mask
                header, blobs = codec.encode(activity, mask, self.encoding)
                del activity  # before the next one is read: it may be large
                header["lengths"] = [int(length) for length in recording.lengths]
                content = _quantity_content(probe, recording, layer, quantity)
                self._spill(sum(map(len, blobs)))
                self._write_blobs("activity", (probe, layer, quantity), content, header, blobs)

    def write_spectrum(
        self,
        probe: str,
        recording: Recording,
        layer: str,
        quantity: str,
        frequency: np.ndarray,
        amplitude: np.ndarray,
        bins: int,
    ) -> None:
        """Amplitudes (pooled bins, units) of one quantity; `bins` counts them before pooling."""
        header, blobs = codec.encode(amplitude, None, self.encoding)
        header |= {"frequency": np.asarray(frequency, float).tolist(), "bins": int(bins)}
        content = _quantity_content(probe, recording, layer, quantity)
        self._spill(sum(map(len, blobs)))
        self._write_blobs("spectrum", (probe, layer, quantity), content, header, blobs)

    def write_text(
        self,
        probe: str,
        tokens: Sequence[Sequence[str]],
        *,
        features: Mapping[str, np.ndarray],
        predictions: Mapping[str, Any] | None = None,
        vocabulary: Sequence[str] | None = None,
        generated: bool = False,
        prompt_tokens: int = 0,
        labels: Sequence[str] | None = None,
    ) -> None:
        """The tokens, where features match, and what the model predicted.

        Args:
            probe: The probe's name.
            tokens: The tokens of every sequence.
            features: By name, boolean (tokens,), where the feature matches.
            predictions: `probability`, `target`, `expected`, `expected_probability`, `surprise`
                and `error` as in `docs/log_format.md`, ids being those of `vocabulary`; with
                `error`, the names of its kinds, `error_categories`.
            vocabulary: The name of every id that `predictions` use.
            generated: Whether the model wrote the text itself.
            prompt_tokens: How many of the tokens were given to it.
            labels: A name for each sequence. Defaults to none.
        """
        flat = [token for sequence in tokens for token in sequence]
        table = {token: place for place, token in enumerate(dict.fromkeys(flat))}
        arrays = {"tokens": np.array([table[token] for token in flat], "<u4")}
        arrays |= {f"feature:{name}": np.asarray(v, "u1") for name, v in features.items()}
        said = dict(predictions or {})
        categories = said.pop("error_categories", None)
        for name, values in said.items():
            if name in IDS:
                values = _into_table(values, vocabulary or [], table)
            arrays[name] = np.asarray(values, TYPES.get(name, "<f4"))
        header = {
            "lengths": [len(sequence) for sequence in tokens],
            "generated": generated,
            "prompt_tokens": prompt_tokens,
            "labels": None if labels is None else list(labels),
            "arrays": [
                {"name": name, "dtype": array.dtype.name, "shape": list(array.shape)}
                for name, array in arrays.items()
            ],
        }
        if categories is not None:
            header["error_categories"] = list(categories)
        blobs = [zlib.compress(json.dumps(list(table)).encode(), codec.ZLIB_LEVEL)]
        blobs += [zlib.compress(array.tobytes(), codec.ZLIB_LEVEL) for array in arrays.values()]
        content = {"probe": probe, "generated": generated, "axis": self.axis}
        self._write_blobs("text", (probe,), content, header, blobs)

    def write_tensor(
        self, kind: str, names: Sequence[str], array: np.ndarray, content: Mapping[str, Any]
    ) -> None:
        """A small float32 tensor, such as `relevance`, `peaks` or `saturation`."""
        value = self._value(KINDS[kind], tag(kind, *names), {"kind": kind, **content})
        value.tensor.CopyFrom(tensor_util.make_tensor_proto(np.asarray(array, np.float32)))

    def write_digest(self, probe: str, digest: Mapping[str, Any]) -> None:
        """The digest of one step, numbers that are not finite becoming null.

        It is told the bytes on disk so far, with the activity and spectra that wait for `emit`.
        """
        written = None if self.bytes is None else self.bytes + self._bytes
        text = json.dumps(_finite({**digest, "bytes": written}), allow_nan=False).encode()
        value = self._value(SMALL, tag("digest", probe), {"kind": "digest", "probe": probe})
        value.tensor.dtype = types_pb2.DT_STRING
        value.tensor.tensor_shape.SetInParent()
        value.tensor.string_val.append(text)

    def write_scalar(self, name: str, value: float) -> None:
        """A number for TensorBoard's Scalars tab."""
        tensor = tensor_util.make_tensor_proto(np.float32(value))
        self._value(SCALARS, name, {}).tensor.CopyFrom(tensor)

    def _write_blobs(
        self,
        kind: str,
        names: Sequence[str],
        content: Mapping[str, Any],
        header: Mapping[str, Any],
        blobs: Sequence[bytes],
    ) -> None:
        head = json.dumps({"version": 1, "kind": kind, **header}).encode()
        value = self._value(LARGE, tag(kind, *names), {"kind": kind, **content})
        value.tensor.dtype = types_pb2.DT_STRING
        value.tensor.tensor_shape.dim.add(size=1 + len(blobs))
        value.tensor.string_val.append(head)
        value.tensor.string_val.extend(blobs)

    def _spill(self, size: int) -> None:
        """Makes room for a number of bytes of activity."""
        if self._bytes and self._bytes + size > COLLECTED_BYTES:
            self.emit()
        self._bytes += size

    def _value(self, data_name: str, name: str, content: dict) -> summary_pb2.Summary.Value:
        """A new value of the step, to be filled where it stands: blobs are not copied twice."""
        value = self._event.summary.value.add(tag=name)
        if name not in self._described:
            value.metadata.CopyFrom(metadata(data_name, content))
        return value


def _quantity_content(probe: str, recording: Recording, layer: str, quantity: str) -> dict:
    activity = recording[layer]
    return {
        "probe": probe,
        "layer": layer,
        "quantity": quantity,
        "cell": activity.cell,
        "units": activity.width(quantity),
        "role": activity.roles[quantity],
        "place": [recording.layers.index(layer), list(activity).index(quantity)],
    }


def _into_table(ids: np.ndarray, vocabulary: Sequence[str], table: dict[str, int]) -> np.ndarray:
    """Ids of the vocabulary as places in the table of tokens, which grows by what is new."""
    ids = np.asarray(ids, np.int64)
    places = np.full(ids.shape, NO_TARGET, np.int64)
    for known in np.unique(ids[ids >= 0]):
        token = vocabulary[known] if known < len(vocabulary) else str(known)
        places[ids == known] = table.setdefault(token, len(table))
    return places


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value
