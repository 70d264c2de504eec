"""The index: the runs there are, their probes, layers, quantities and steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tb_rnnviz.log_format.tags import RUN_DIRECTORY, VERSION
from tb_rnnviz.tensorboard.run_catalog import RunCatalog, Series

Steps = Mapping[tuple[str, str], Sequence[int]]
"""By run and tag."""


def text_tags(state: RunCatalog) -> list[tuple[str, str]]:
    """Run and tag of every text; its steps are those of the probe."""
    return [
        (run, name)
        for run, tags in state.large.items()
        for name, series in tags.items()
        if series.content["kind"] == "text"
    ]


def index_of(state: RunCatalog, steps: Steps) -> dict[str, Any]:
    """What there is, as `http_api.md` describes it.

    Args:
        state: What TensorBoard lists.
        steps: The steps of every text, ascending.
    """
    runs = [_run(run, state.large[run], steps) for run in sorted(state.large)]
    return {"version": VERSION, "runs": runs, "notices": state.notices}


def in_order(tags: Mapping[str, Series]) -> list[tuple[str, Mapping[str, Any]]]:
    """Tags and their contents, the quantities as they stand in the model."""
    contents = [(name, series.content) for name, series in tags.items()]
    return sorted(contents, key=lambda named: named[1].get("place", []))


def training_of(run: str) -> str:
    """The name of a run without our directory, "." where nothing is left.

    Example:
        >>> [training_of(run) for run in ("run1/rnnviz", "rnnviz", "run1")]
        ['run1', '.', 'run1']
    """
    directory, _, last = run.rpartition("/")
    return (directory or ".") if last == RUN_DIRECTORY else run


def _run(run: str, tags: Mapping[str, Series], steps: Steps) -> dict[str, Any]:
    probes: dict[str, dict] = {}
    for name, (content, _) in tags.items():
        if content["kind"] == "text":
            probes[content["probe"]] = {
                "probe": content["probe"],
                "generated": content["generated"],
                "axis": content.get("axis", "epoch"),
                "steps": list(steps[run, name]),
                "layers": {},
            }
    for _, content in in_order(tags):
        if content["kind"] != "activity" or content["probe"] not in probes:
            continue
        layer = {key: content[key] for key in ("layer", "cell", "units")}
        layers = probes[content["probe"]]["layers"]
        quantities = layers.setdefault(content["layer"], {**layer, "quantities": []})["quantities"]
        quantities.append({"quantity": content["quantity"], "role": content["role"]})
    for probe in probes.values():
        probe["layers"] = list(probe["layers"].values())
    return {
        "run": run,
        "name": training_of(run),
        "wall_time": max(series.mark[1] for series in tags.values()),
        "probes": sorted(probes.values(), key=lambda probe: probe["generated"]),
    }
