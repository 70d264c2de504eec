"""Index of the runs, their probes, layers, quantities and steps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from tb_rnnviz.log_format.tags import RUN_DIRECTORY
from tb_rnnviz.tensorboard.references import ANSWER_VERSION, ProbeRef, TagRef
from tb_rnnviz.tensorboard.run_catalog import RunCatalog, Tags


def refs_with_times(catalog: RunCatalog) -> list[TagRef]:
    """Returns the tags of texts, whose steps are those of probes, and explanations."""
    return [
        ProbeRef(run, series.content["probe"]).tag(series.content["kind"])
        for run, tags in catalog.large.items()
        for series in tags.values()
        if series.content["kind"] in ("text", "explanations")
    ]


def build_index(
    catalog: RunCatalog, written: Mapping[TagRef, Mapping[int, float | None]]
) -> dict[str, Any]:
    """Returns the index, as `/index` describes it.

    Args:
        catalog: All tags of all runs.
        written: Time of writing of every text and explanation by step in seconds, `None` if
            unknown.
    """
    runs = [_run_entry(run, catalog.large[run], written) for run in sorted(catalog.large)]
    return {
        "version": ANSWER_VERSION,
        "runs": runs,
        "notices": [notice.text for notice in catalog.notices],
        "skipped": [notice.to_json() for notice in catalog.notices],
    }


ProbeState = tuple[Hashable, int | None]
"""Generation of the steps of a probe, and the last of them."""


def last_steps(index: Mapping[str, Any], catalog: RunCatalog) -> dict[ProbeRef, ProbeState]:
    """Returns the last step of each probe in an index, if its steps can be continued."""
    return {
        ref: (generation, max(entry["steps"], default=None))
        for ref, entry in _probe_entries(index)
        if (generation := catalog.generation(ref.tag("text"))) is not None
    }


def leave_out_steps(
    index: Mapping[str, Any], catalog: RunCatalog, earlier: Mapping[ProbeRef, ProbeState]
) -> None:
    """Leaves out of an index the steps that an earlier answer has.

    Each probe has `after` in their place.

    Args:
        index: The index, which is changed.
        catalog: All tags of all runs.
        earlier: State of each probe in the earlier answer, as of `last_steps`.
    """
    for ref, entry in _probe_entries(index):
        generation, after = earlier.get(ref, (None, None))
        is_continued = generation is not None and generation == catalog.generation(ref.tag("text"))
        entry["after"] = after = after if is_continued else None
        if after is None:
            continue
        first = bisect_right(entry["steps"], after)
        entry["steps"], entry["written"] = entry["steps"][first:], entry["written"][first:]
        if entry["explained"] is not None:
            entry["explained"] = [step for step in entry["explained"] if step > after]


def _probe_entries(index: Mapping[str, Any]) -> Iterator[tuple[ProbeRef, dict[str, Any]]]:
    for run in index["runs"]:
        for entry in run["probes"]:
            yield ProbeRef(run["run"], entry["probe"]), entry


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


def _run_entry(
    run: str, tags: Tags, written: Mapping[TagRef, Mapping[int, float | None]]
) -> dict[str, Any]:
    probes: dict[str, dict[str, Any]] = {}
    layers: dict[str, dict[str, dict[str, Any]]] = {}
    matrices: dict[str, list[dict[str, Any]]] = {}
    classes: dict[str, int] = {}
    explained: dict[str, list[int]] = {}
    for content in contents_in_model_order(tags):
        probe = content["probe"]
        if content["kind"] == "text":
            time_by_step = written[ProbeRef(run, probe).tag("text")]
            probes[probe] = {
                "probe": probe,
                "generated": content["generated"],
                "axis": content.get("axis", "epoch"),
                "parent": content.get("parent"),
                "steps_of": content.get("steps_of"),
                "signal": content.get("signal", False),
                "steps": sorted(time_by_step),
                "written": [time_by_step[step] for step in sorted(time_by_step)],
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
        elif content["kind"] == "explanations":
            explained[probe] = sorted(written[ProbeRef(run, probe).tag("explanations")])
    for probe, entry in probes.items():
        entry["classes"] = classes.get(probe)
        entry["explained"] = explained.get(probe)
        entry["layers"] = list(layers.get(probe, {}).values())
        entry["matrices"] = matrices.get(probe, [])
    times = [series.last[1] for series in tags.values()]
    return {
        "run": run,
        "name": training_of(run),
        "wall_time": max((time for time in times if time is not None), default=None),
        "probes": sorted(probes.values(), key=_listing_order),
    }
