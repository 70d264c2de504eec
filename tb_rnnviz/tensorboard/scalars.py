"""Scalars and hyper-parameters of a training, whichever program wrote them."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from google.protobuf.message import DecodeError
from tensorboard.data import provider
from tensorboard.plugins.hparams import metadata, plugin_data_pb2

from tb_rnnviz.core.numbers import json_number
from tb_rnnviz.core.spread_steps import spread_steps
from tb_rnnviz.log_format.tags import SCALARS, valid_wall_time
from tb_rnnviz.tensorboard.cached_data_provider import CachedDataProvider
from tb_rnnviz.tensorboard.index import training_of
from tb_rnnviz.tensorboard.references import ANSWER_VERSION, Scope

MAX_POINTS = 1000
"""Maximum number of points of a tag."""

FIRST_POINTS = 256
"""Maximum number of points of a tag in a first answer that can be continued."""

DIGITS = 8
"""Significant digits of a value, which was written in single precision."""

SeriesKey = tuple[str, str]
"""Run and tag of a series."""

LastPoint = tuple[int, float]
"""Step of a point and its time in seconds."""

_HPARAM_KINDS = ("number_value", "string_value", "bool_value")


class TrainingScalars:
    """Listing of the scalars and hyper-parameters in the directory of one training.

    Args:
        data: Reads of the data provider.
        scope: Scope of the request.
        run: The run of the training that RNN-Viz wrote.
        rnnviz_runs: All runs that RNN-Viz wrote, which tell the trainings apart.

    Attributes:
        key: Hashable that is equal until something is written.
    """

    def __init__(
        self, data: CachedDataProvider, scope: Scope, run: str, rnnviz_runs: Collection[str]
    ):
        self._provider = data.provider
        self._training = training_of(run)
        run_ids = [
            listing.run_id
            for listing in self._provider.list_runs(scope.context, experiment_id=scope.experiment)
        ]
        trainings = {training_of(other) for other in rnnviz_runs}
        self._filter = provider.RunTagFilter(runs=runs_of(self._training, run_ids, trainings))

        def list_tags(call: tuple[Callable, str]) -> Mapping[str, Mapping[str, Any]]:
            list_series, plugin_name = call
            return list_series(
                scope.context,
                experiment_id=scope.experiment,
                plugin_name=plugin_name,
                run_tag_filter=self._filter,
            )

        scalars, hparams = data.pool.map(
            list_tags,
            [
                (self._provider.list_scalars, SCALARS),
                (self._provider.list_tensors, metadata.PLUGIN_NAME),
            ],
        )
        self._hparams = {
            name: {tag: series.plugin_content for tag, series in sorted(hparams[name].items())}
            for name in sorted(hparams)
        }
        last_points = frozenset(
            (name, tag, int(series.max_step), valid_wall_time(series.max_wall_time))
            for name, tags in scalars.items()
            for tag, series in tags.items()
        )
        self.key = ("scalars", scope.experiment, run, last_points, repr(self._hparams))

    def read(
        self, scope: Scope, earlier: Mapping[SeriesKey, LastPoint], most: int = MAX_POINTS
    ) -> tuple[dict[str, Any], dict[SeriesKey, LastPoint]]:
        """Reads the values, and returns them as `/scalars` describes, and each last point.

        Args:
            scope: Scope of the request.
            earlier: Last point of each tag in an earlier answer, whose points are left out.
            most: Points at most of a tag that no earlier answer has. Defaults to all.
        """
        scalars = self._provider.read_scalars(
            scope.context,
            experiment_id=scope.experiment,
            plugin_name=SCALARS,
            downsample=MAX_POINTS,
            run_tag_filter=self._filter,
        )
        runs = [
            {
                "run": run,
                "name": _name_within(self._training, run),
                "tags": [
                    _series_entry(tag, scalars[run][tag], earlier.get((run, tag)), most)
                    for tag in sorted(scalars[run])
                ],
            }
            for run in sorted(scalars)
            if scalars[run]
        ]
        hparams = [
            {"run": run, "values": values}
            for run, contents in self._hparams.items()
            for values in map(parse_hparams, contents.values())
            if values
        ]
        last = {
            (run, tag): (int(points[-1].step), float(points[-1].wall_time))
            for run, tags in scalars.items()
            for tag, points in tags.items()
            if points
        }
        return {"version": ANSWER_VERSION, "runs": runs, "hparams": hparams}, last


def runs_of(training: str, runs: Collection[str], trainings: Collection[str]) -> list[str]:
    """Returns the runs of a training: inside its directory, not inside another's.

    Args:
        training: Directory of the training, "." for the log directory itself.
        runs: All runs of TensorBoard.
        trainings: Directories of all trainings.

    Example:
        >>> runs_of("a", ["a/rnnviz", "a/train", "a/b/rnnviz", "ab"], ["a", "a/b"])
        ['a/rnnviz', 'a/train']
    """
    inner = [other for other in trainings if other != training and _is_in(training, other)]
    return sorted(
        run
        for run in runs
        if _is_in(training, run) and not any(_is_in(other, run) for other in inner)
    )


def parse_hparams(content: bytes) -> dict[str, float | str | bool]:
    """Parses the hyper-parameters at the start of a session.

    Args:
        content: Content of the metadata of a tag of TensorBoard's HParams tab.
    """
    try:
        data = plugin_data_pb2.HParamsPluginData.FromString(content)
    except DecodeError:
        return {}
    if data.version != metadata.PLUGIN_DATA_VERSION:
        return {}
    values = {}
    for name, value in sorted(data.session_start_info.hparams.items()):
        kind = value.WhichOneof("kind")
        if kind not in _HPARAM_KINDS:
            continue
        if kind != "number_value" or math.isfinite(value.number_value):
            values[name] = getattr(value, kind)
    return values


def _series_entry(
    tag: str, points: Sequence[provider.ScalarDatum], earlier: LastPoint | None, most: int
) -> dict[str, Any]:
    """Describes the points of a tag that an earlier answer does not have."""
    new = new_points([(int(datum.step), datum.wall_time) for datum in points], earlier)
    sent = points[new:] if new else [points[index] for index in spread_steps(len(points), most)]
    return {
        "tag": tag,
        "after": int(points[new - 1].step) if new else None,
        "steps": [int(datum.step) for datum in sent],
        "values": [json_number(datum.value, DIGITS) for datum in sent],
        "wall_times": [_rounded(valid_wall_time(datum.wall_time)) for datum in sent],
    }


def new_points(points: Sequence[LastPoint], earlier: LastPoint | None) -> int:
    """Returns the index of the first point that an earlier answer does not have.

    That is the first of a later step, or of a later time: it was written again.

    Args:
        points: Step and time of each point, ascending.
        earlier: Step and time of the last point of the earlier answer, `None` without one.

    Example:
        >>> new_points([(0, 1.0), (1, 2.0), (2, 3.0)], (1, 2.0))
        2
        >>> new_points([(0, 1.0), (1, 9.0)], (2, 3.0))  # Resumed from step 1.
        1
    """
    if earlier is None:
        return 0
    step, time = earlier
    is_new = (point[0] > step or point[1] > time for point in points)
    return next((index for index, new in enumerate(is_new) if new), len(points))


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _is_in(directory: str, run: str) -> bool:
    return directory in (".", run) or run.startswith(f"{directory}/")


def _name_within(training: str, run: str) -> str:
    """Returns the path of a run within the directory of its training."""
    if training == ".":
        return run
    return "." if run == training else run[len(training) + 1 :]
