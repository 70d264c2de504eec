"""Our data as TensorBoard's data provider holds it, for the plugin's routes."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from tensorboard import errors
from tensorboard.data import provider

from tb_rnnviz.recording import LAST
from tb_rnnviz.summary.cache import BytesCache
from tb_rnnviz.summary.derived import completed
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

BlobKey = tuple[str, float]
"""TensorBoard's key of a blob, and the time at which it was written."""

_Item, _Result = TypeVar("_Item"), TypeVar("_Result")


@dataclass(frozen=True)
class StoredStep:
    """What TensorBoard holds of one step of a probe.

    Attributes:
        step: The step.
        text: The blobs of the text, header first.
        activities: By layer and quantity, the blobs of the activity, header first.
    """

    step: int
    text: tuple[BlobKey, ...]
    activities: dict[tuple[str, str], tuple[BlobKey, ...]]


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
        self._blobs: BytesCache[bytes] = BytesCache(CACHE_BYTES)

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
        data = self._sequences(ctx, experiment, run, [name]).get(name)
        if not data:
            raise self._missing(ctx, experiment, run, names)
        keys = _keys(_at(data, step))
        head = self.blob(ctx, keys[0])
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
        return container([head, *self.map(lambda key: self.blob(ctx, key), wanted)])

    def stored(
        self,
        ctx: Any,
        experiment: str,
        run: str,
        probe: str,
        step: int | str,
        place: tuple[str, str] | None = None,
    ) -> StoredStep:
        """Where the text and the activity of a probe's step are.

        Args:
            step: A step, or `"last"`.
            place: A layer and a quantity. Defaults to all that were recorded at that step.
        """
        text = tag("text", probe)
        if place is None:
            large, _ = self._contents(ctx, experiment, run)
            places = {
                name: (content["layer"], content["quantity"])
                for name, content in _in_order(large.get(run, {}))
                if content["kind"] == "activity" and content["probe"] == probe
            }
        else:
            places = {tag("activity", probe, *place): place}
        found = self._sequences(ctx, experiment, run, [text, *places])
        if not found.get(text):
            raise self._missing(ctx, experiment, run, ["text", probe])
        datum = _at(found[text], step)
        activities = {}
        for name, where in places.items():
            if place is not None and not found.get(name):
                raise self._missing(ctx, experiment, run, ["activity", probe, *place])
            data = [one for one in found.get(name, ()) if one.step == datum.step]
            if data:
                activities[where] = _keys(data[-1])
        if place is not None and not activities:
            _at(found[tag("activity", probe, *place)], datum.step)
        return StoredStep(datum.step, _keys(datum), activities)

    def relevance(
        self, ctx: Any, experiment: str, run: str, names: Sequence[str], step: int | str
    ) -> bytes:
        """A container with the relevance of one layer and quantity at one step."""
        content, data = self.series(ctx, experiment, run, ("relevance", *names))
        statistics, array = completed(content["statistics"], _at(data, step).numpy)
        array = np.ascontiguousarray(array, "<f4")
        head = {**content, "statistics": statistics, "units": int(array.shape[-1])}
        return container([json.dumps(head).encode(), zlib.compress(array.tobytes(), 1)])

    def series(
        self, ctx: Any, experiment: str, run: str, names: Sequence[str]
    ) -> tuple[dict[str, Any], Sequence[Any]]:
        """The content of a small tensor's tag, and its value at every step, ascending."""
        name = tag(*names)
        data = self._tensors(ctx, experiment, run, name)
        listed = self._provider.list_tensors(
            ctx,
            experiment_id=experiment,
            plugin_name=SMALL,
            run_tag_filter=provider.RunTagFilter(runs=[run], tags=[name]),
        )
        content = parse_content(listed[run][name].plugin_content)
        if content is None or is_newer(content):
            raise errors.NotFoundError(
                f"Run {run!r} has {name!r} of a version that cannot be read. Upgrade tb-rnnviz."
            )
        return content, data

    def at_step(
        self, ctx: Any, experiment: str, run: str, names: Sequence[str], step: int
    ) -> dict[str, np.ndarray]:
        """By tag, small tensors at one step; those that are not there are left out."""
        found = self._provider.read_tensors(
            ctx,
            experiment_id=experiment,
            plugin_name=SMALL,
            downsample=ALL_STEPS,
            run_tag_filter=provider.RunTagFilter(runs=[run], tags=list(names)),
        )
        return {
            name: np.asarray(datum.numpy)
            for name, data in found.get(run, {}).items()
            for datum in data
            if datum.step == step
        }

    def blob(self, ctx: Any, key: BlobKey) -> bytes:
        """One blob."""
        blob = self._blobs.get(key)
        if blob is None:
            blob = self._provider.read_blob(ctx, blob_key=key[0])
            self._blobs.put(key, blob, len(blob))
        return blob

    def map(
        self, function: Callable[[_Item], _Result], items: Iterable[_Item]
    ) -> Iterator[_Result]:
        """Does something with each item, some at a time; the function must not call `map`."""
        return self._pool.map(function, items)

    def _sequences(
        self, ctx: Any, experiment: str, run: str, names: Sequence[str]
    ) -> dict[str, Sequence[Any]]:
        """By tag, what there is of it at every step."""
        found = self._provider.read_blob_sequences(
            ctx,
            experiment_id=experiment,
            plugin_name=LARGE,
            downsample=ALL_STEPS,
            run_tag_filter=provider.RunTagFilter(runs=[run], tags=list(names)),
        )
        return dict(found.get(run, {}))

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

    def _contents(
        self, ctx: Any, experiment: str, run: str | None = None
    ) -> tuple[dict, list[str]]:
        """By run and tag, the content and the time series; newer and damaged ones left out."""
        only = None if run is None else provider.RunTagFilter(runs=[run])
        listed = self._provider.list_blob_sequences(
            ctx, experiment_id=experiment, plugin_name=LARGE, run_tag_filter=only
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


def _at(data: Sequence[Any], step: int | str) -> Any:
    by_step = {datum.step: datum for datum in data}
    wanted = max(by_step) if step == LAST else step
    if wanted not in by_step:
        raise errors.NotFoundError(
            f"There is nothing at step {step}. TensorBoard holds the steps {sorted(by_step)}"
        )
    return by_step[wanted]


def _keys(datum: Any) -> tuple[BlobKey, ...]:
    return tuple((value.blob_key, datum.wall_time) for value in datum.values)


def _in_order(tags: dict) -> list[tuple[str, dict]]:
    """Tags and their contents, the quantities as they stand in the model."""
    contents = [(name, content) for name, (content, _) in tags.items()]
    return sorted(contents, key=lambda named: named[1].get("place", []))


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
                "axis": content.get("axis", "epoch"),
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
