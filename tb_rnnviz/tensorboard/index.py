"""Index of the runs, their probes, layers, quantities and steps."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from typing import Any

from tb_rnnviz.log_format.tags import RUN_DIRECTORY
from tb_rnnviz.tensorboard.answer_cursors import AnswerStates
from tb_rnnviz.tensorboard.cached_data_provider import CachedDataProvider
from tb_rnnviz.tensorboard.cached_response import cached_response, gzipped
from tb_rnnviz.tensorboard.references import ANSWER_VERSION, ProbeRef, Scope
from tb_rnnviz.tensorboard.run_catalog import RunCatalog, RunListing, Tags
from tb_rnnviz.tensorboard.step_ranges import step_ranges

MAX_RUNS = 4096
"""Runs whose description is kept."""

MAX_TIMES = 32
"""Steps at the end of a continued index whose times of writing it has."""

CHOSEN_STEPS = {"explanations": "explained", "dynamics": "dynamics"}
"""Kinds of values that only chosen steps have, and the key of these steps."""

ProbeState = tuple[Hashable, int | None]
"""Generation of the steps of a probe, and the last of them."""


class IndexResponses:
    """Responses with the index; safe to share between threads.

    What a run has beside its steps is described once for each of its listings.

    Args:
        data: Reads of the data provider.
        states: States of earlier answers.
    """

    def __init__(self, data: CachedDataProvider, states: AnswerStates):
        self._data, self._states = data, states
        self._described: dict[tuple[str, str], tuple[RunListing, dict[str, Any]]] = {}

    def whole(self, scope: Scope) -> dict[str, Any]:
        """Returns runs, probes, layers, quantities and every step, as `/index` describes."""
        return self._index(scope, self._data.catalog(scope), None)[0]

    def encoded(self, scope: Scope, since: str | None = None) -> bytes:
        """Returns the index as JSON in gzip, as the same object until it changes.

        Args:
            scope: Scope of the request.
            since: Cursor of an earlier answer, whose steps are left out if they are unchanged, or
                `"none"`. Defaults to every step and an answer without a cursor.
        """
        catalog = self._data.catalog(scope)
        key = "index", scope.experiment

        def make() -> bytes:
            earlier = None if since is None else self._states.state(key, since) or {}
            index, states = self._index(scope, catalog, earlier)
            if since is not None:
                index["cursor"] = self._states.cursor(key, states)
            return gzipped(json.dumps(index))

        return cached_response(self._data.cache, (*key, catalog.serial, since), make)

    def _index(
        self, scope: Scope, catalog: RunCatalog, earlier: Mapping[ProbeRef, ProbeState] | None
    ) -> tuple[dict[str, Any], dict[ProbeRef, ProbeState]]:
        """Returns the index, and the state of each probe whose steps can be continued.

        Args:
            scope: Scope of the request.
            catalog: The listing; steps that were written after it are left out.
            earlier: States of the answer to continue, `None` for an index without a cursor.
        """
        states: dict[ProbeRef, ProbeState] = {}
        runs = []
        for run in sorted(catalog.large):
            entry = self._description(scope, run, catalog.listings[run])
            probes = []
            for description in entry["probes"]:
                ref = ProbeRef(run, description["probe"])
                generation = catalog.generation(ref.tag("text"))
                before, after = (earlier or {}).get(ref, (None, None))
                if generation is None or before != generation:
                    after = None
                times, last = self._data.times_after(scope, catalog, ref.tag("text"), after)
                chosen: dict[str, list[int] | None] = {}
                for kind, name in CHOSEN_STEPS.items():
                    chosen[name] = None
                    if description[name]:
                        chosen_times = self._data.times_after(scope, catalog, ref.tag(kind), after)
                        chosen[name] = list(chosen_times[0])
                steps, written = list(times), list(times.values())
                if earlier is None:
                    part: dict[str, Any] = {"steps": steps, "written": written, **chosen}
                else:
                    part = {
                        "after": after,
                        "generation": generation,
                        "steps": step_ranges(steps),
                        "written": written if generation is None else written[-MAX_TIMES:],
                    }
                    for name, some in chosen.items():
                        part[name] = None if some is None else step_ranges(some)
                if generation is not None:
                    states[ref] = generation, last
                probes.append(description | part)
            runs.append(entry | {"probes": probes})
        index = {
            "version": ANSWER_VERSION,
            "runs": runs,
            "notices": [notice.text for notice in catalog.notices],
            "skipped": [notice.to_json() for notice in catalog.notices],
        }
        return index, states

    def _description(self, scope: Scope, run: str, listing: RunListing) -> dict[str, Any]:
        """Returns the entry of a run without steps."""
        described, entry = self._described.get((scope.experiment, run), (None, {}))
        if described is not listing:
            entry = describe_run(run, listing.large)
            if len(self._described) >= MAX_RUNS:
                self._described.clear()
            self._described[scope.experiment, run] = listing, entry
        return entry


def contents_in_model_order(tags: Tags) -> list[Mapping[str, Any]]:
    """Returns the contents of tags, those of quantities in the order of the model."""
    contents = [series.content for series in tags.values()]
    return sorted(contents, key=lambda content: content.get("place", []))


def training_of(run: str) -> str:
    """Returns the directory of the training of a run, "." for the log directory.

    Example:
        >>> [training_of(run) for run in ("run1/rnnviz", "rnnviz", "run1")]
        ['run1', '.', 'run1']
    """
    directory, _, last = run.rpartition("/")
    return (directory or ".") if last == RUN_DIRECTORY else run


def _listing_order(entry: Mapping[str, Any]) -> tuple[bool, bool]:
    """Probes come first, then other axes of them, generated text last."""
    return entry["generated"], entry["parent"] is not None


def describe_run(run: str, tags: Tags) -> dict[str, Any]:
    """Returns the entry of a run in an index, without steps and their times.

    Args:
        run: Name of the run.
        tags: Its blob sequences.
    """
    probes: dict[str, dict[str, Any]] = {}
    layers: dict[str, dict[str, dict[str, Any]]] = {}
    matrices: dict[str, list[dict[str, Any]]] = {}
    classes: dict[str, int] = {}
    chosen = set()
    for content in contents_in_model_order(tags):
        probe = content["probe"]
        if content["kind"] == "text":
            probes[probe] = {
                "probe": probe,
                "generated": content["generated"],
                "axis": content.get("axis", "epoch"),
                "parent": content.get("parent"),
                "steps_of": content.get("steps_of"),
                "signal": content.get("signal", False),
            }
        elif content["kind"] == "activity":
            entry = {key: content[key] for key in ("layer", "cell", "units")}
            layer = layers.setdefault(probe, {}).setdefault(
                content["layer"], {**entry, "quantities": []}
            )
            layer["quantities"].append({"quantity": content["quantity"], "role": content["role"]})
        elif content["kind"] == "matrix":
            entry = {key: content[key] for key in ("matrix", "rows", "columns", "heads")}
            matrices.setdefault(probe, []).append(entry)
        elif content["kind"] == "class_probability":
            classes[probe] = content["classes"]
        elif content["kind"] in CHOSEN_STEPS:
            chosen.add((probe, content["kind"]))
    for probe, entry in probes.items():
        entry["classes"] = classes.get(probe)
        for kind, name in CHOSEN_STEPS.items():
            entry[name] = (probe, kind) in chosen
        entry["layers"] = list(layers.get(probe, {}).values())
        entry["matrices"] = matrices.get(probe, [])
    times = [series.last[1] for series in tags.values()]
    return {
        "run": run,
        "name": training_of(run),
        "wall_time": max((time for time in times if time is not None), default=None),
        "probes": sorted(probes.values(), key=_listing_order),
    }
