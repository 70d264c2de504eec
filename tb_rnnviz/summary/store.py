"""Our data as TensorBoard's data provider holds it, for the plugin's routes."""

from __future__ import annotations

import json
import struct
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from tensorboard import errors
from tensorboard.data import provider

from tb_rnnviz.recording import LAST
from tb_rnnviz.summary.tags import (
    LARGE,
    RUN_DIRECTORY,
    SMALL,
    VERSION,
    is_newer,
    parse_content,
    tag,
)

ALL_STEPS = 1 << 20
CACHE_BYTES = 64 << 20
THREADS = 8


class LogStore:
    """Reads indices, digests and blobs of one TensorBoard; safe to share between threads.

    Args:
        data_provider: TensorBoard's data provider.

    Every method takes TensorBoard's request context and experiment id first, and raises
    `tensorboard.errors.NotFoundError` with a list of what exists when something does not.
    """

    def __init__(self, data_provider: provider.DataProvider):
        self._provider = data_provider
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="rnnviz")
        self._blobs = _BlobCache(CACHE_BYTES)

    def index(self, ctx: Any, experiment: str) -> dict[str, Any]:
        """What there is, as `http_api.md` describes it."""
        large, notices = self._contents(ctx, experiment)
        texts = {
            c["probe"]: t for tags in large.values() for t, (c, _) in tags.items() if _is_text(c)
        }
        steps = (
            self._provider.read_blob_sequences(
                ctx,
                experiment_id=experiment,
                plugin_name=LARGE,
                downsample=ALL_STEPS,
                run_tag_filter=provider.RunTagFilter(
                    runs=sorted(large), tags=sorted(texts.values())
                ),
            )
            if texts
            else {}
        )
        runs = [_run(run, large[run], steps.get(run, {})) for run in sorted(large)]
        return {"version": VERSION, "runs": runs, "notices": notices}

    def digests(self, ctx: Any, experiment: str, run: str, probe: str) -> dict[str, Any]:
        """The digest of every step of a probe."""
        data = self._tensors(ctx, experiment, run, tag("digest", probe))
        steps = []
        for datum in data:
            text = datum.numpy.item()
            digest = json.loads(text)
            steps.append({"step": datum.step, "wall_time": datum.wall_time, **digest})
        return {"version": VERSION, "steps": steps}

    def blobs(
        self,
        ctx: Any,
        experiment: str,
        run: str,
        names: Sequence[str],
        step: int | str,
        unit: int | None = None,
    ) -> bytes:
        """A container with the blobs of one tag at one step.

        Args:
            names: The kind and the names that make the tag.
            step: A step, or `"last"`.
            unit: If given, only the chunks that hold this unit come.
        """
        name = tag(*names)
        found = self._provider.read_blob_sequences(
            ctx,
            experiment_id=experiment,
            plugin_name=LARGE,
            downsample=ALL_STEPS,
            run_tag_filter=provider.RunTagFilter(runs=[run], tags=[name]),
        )
        data = found.get(run, {}).get(name)
        if not data:
            raise self._missing(ctx, experiment, run, names)
        datum = _at(data, step)
        keys = [(value.blob_key, datum.wall_time) for value in datum.values]
        head = self._blob(ctx, keys[0])
        wanted = keys[1:]
        if unit is not None:
            chunks = json.loads(head)["chunks"]
            wanted = [
                key
                for key, chunk in zip(wanted, chunks, strict=True)
                if chunk["units"][0] <= unit < chunk["units"][1]
            ]
            if not wanted:
                units = max(chunk["units"][1] for chunk in chunks)
                raise errors.NotFoundError(f"There is no unit {unit}. Allowed: 0 to {units - 1}")
        return container([head, *self._pool.map(lambda key: self._blob(ctx, key), wanted)])

    def relevance(
        self, ctx: Any, experiment: str, run: str, names: Sequence[str], step: int | str
    ) -> bytes:
        """A container with the relevance of one layer and quantity at one step."""
        name = tag("relevance", *names)
        datum = _at(self._tensors(ctx, experiment, run, name), step)
        listed = self._provider.list_tensors(
            ctx,
            experiment_id=experiment,
            plugin_name=SMALL,
            run_tag_filter=provider.RunTagFilter(runs=[run], tags=[name]),
        )
        content = parse_content(listed[run][name].plugin_content)
        array = np.asarray(datum.numpy, "<f4")
        head = {**content, "units": int(array.shape[-1])}
        return container([json.dumps(head).encode(), zlib.compress(array.tobytes(), 1)])

    def _tensors(self, ctx: Any, experiment: str, run: str, name: str) -> Sequence[Any]:
        found = self._provider.read_tensors(
            ctx,
            experiment_id=experiment,
            plugin_name=SMALL,
            downsample=ALL_STEPS,
            run_tag_filter=provider.RunTagFilter(runs=[run], tags=[name]),
        )
        data = found.get(run, {}).get(name)
        if not data:
            raise self._missing(ctx, experiment, run, name.split("/"))
        return sorted({datum.step: datum for datum in data}.values(), key=lambda d: d.step)

    def _blob(self, ctx: Any, key: tuple[str, float]) -> bytes:
        blob = self._blobs.get(key)
        if blob is None:
            blob = self._provider.read_blob(ctx, blob_key=key[0])
            self._blobs.put(key, blob)
        return blob

    def _contents(self, ctx: Any, experiment: str) -> tuple[dict, list[str]]:
        """By run and tag, the content and the time series; newer and damaged ones left out."""
        listed = self._provider.list_blob_sequences(
            ctx, experiment_id=experiment, plugin_name=LARGE
        )
        runs, notices = {}, []
        for run, tags in listed.items():
            for name, series in tags.items():
                content = parse_content(series.plugin_content)
                if content is None:
                    notices.append(f"Run {run}: {name} has damaged metadata and was skipped.")
                elif is_newer(content):
                    notices.append(
                        f"Run {run} was written by a newer version of RNN-Viz; what this version "
                        "does not know was skipped. Upgrade tb-rnnviz."
                    )
                else:
                    runs.setdefault(run, {})[name] = content, series
        return runs, list(dict.fromkeys(notices))

    def _missing(
        self, ctx: Any, experiment: str, run: str, names: Sequence[str]
    ) -> errors.NotFoundError:
        large, _ = self._contents(ctx, experiment)
        if run not in large:
            return errors.NotFoundError(f"There is no run {run!r}. Allowed: {sorted(large)}")
        kind = names[0]
        tags = sorted(t for t, (c, _) in large[run].items() if kind in (c["kind"], "digest"))
        return errors.NotFoundError(
            f"Run {run!r} has no {kind} of {'/'.join(names[1:])!r}. It has: {tags}"
        )


def container(blobs: Iterable[bytes]) -> bytes:
    """Blobs as one answer: their number, their lengths, and they themselves."""
    blobs = list(blobs)
    lengths = struct.pack(f"<{len(blobs) + 1}I", len(blobs), *(len(blob) for blob in blobs))
    return b"".join([lengths, *blobs])


class _BlobCache:
    """The blobs used last, up to a number of bytes."""

    def __init__(self, most_bytes: int):
        self._most, self._bytes = most_bytes, 0
        self._kept: OrderedDict[Any, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Any) -> bytes | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Any, blob: bytes) -> None:
        with self._lock:
            self._bytes += len(blob) - len(self._kept.get(key, b""))
            self._kept[key] = blob
            while self._bytes > self._most:
                self._bytes -= len(self._kept.popitem(last=False)[1])


def _at(data: Sequence[Any], step: int | str) -> Any:
    by_step = {datum.step: datum for datum in data}
    wanted = max(by_step) if step == LAST else step
    if wanted not in by_step:
        raise errors.NotFoundError(
            f"There is nothing at step {step}. TensorBoard holds the steps {sorted(by_step)}"
        )
    return by_step[wanted]


def _is_text(content: dict) -> bool:
    return content["kind"] == "text"


def _run(run: str, tags: dict, steps: dict) -> dict[str, Any]:
    """One run of the index: its probes, their layers and quantities."""
    probes: dict[str, dict] = {}
    for name, (content, _) in tags.items():
        if _is_text(content):
            probes[content["probe"]] = {
                "probe": content["probe"],
                "generated": content["generated"],
                "steps": sorted({datum.step for datum in steps.get(name, ())}),
                "layers": {},
            }
    activities = [content for content, _ in tags.values() if content["kind"] == "activity"]
    for content in sorted(activities, key=lambda content: content["place"]):
        if content["probe"] not in probes:
            continue
        layer = {key: content[key] for key in ("layer", "cell", "units")}
        layers = probes[content["probe"]]["layers"]
        quantities = layers.setdefault(content["layer"], {**layer, "quantities": []})["quantities"]
        quantities.append({"quantity": content["quantity"], "role": content["role"]})
    for probe in probes.values():
        probe["layers"] = list(probe["layers"].values())
    directory, _, last = run.rpartition("/")
    return {
        "run": run,
        "name": (directory or ".") if last == RUN_DIRECTORY else run,
        "wall_time": max(series.max_wall_time for _, series in tags.values()),
        "probes": sorted(probes.values(), key=lambda probe: probe["generated"]),
    }
