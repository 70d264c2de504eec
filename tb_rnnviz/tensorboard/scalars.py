"""TensorBoard's own scalars and hyper-parameters of a training, whoever wrote them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from google.protobuf.message import DecodeError
from tensorboard.data import provider
from tensorboard.plugins.hparams import metadata, plugin_data_pb2

from tb_rnnviz.log_format.tags import SCALARS, VERSION
from tb_rnnviz.tensorboard.index import training_of

POINTS = 1000
"""Of a tag, at most."""

DIGITS = 8
"""Of a value: it was written in single precision."""

_KINDS = ("number_value", "string_value", "bool_value")


class TrainingScalars:
    """What TensorBoard lists of the runs of one training.

    Args:
        data_provider: TensorBoard's data provider.
        ctx: TensorBoard's request context.
        experiment: TensorBoard's experiment id.
        run: One of our runs.
        ours: All of our runs: what belongs to another training is left to it.
        map_: Does something with several items at once.

    Attributes:
        key: The same until something was written.
    """

    def __init__(
        self,
        data_provider: provider.DataProvider,
        ctx: Any,
        experiment: str,
        run: str,
        ours: Collection[str],
        map_: Callable[[Callable, list], Iterator],
    ):
        self._provider, self._experiment, self._training = (
            data_provider,
            experiment,
            training_of(run),
        )
        there = [one.run_id for one in data_provider.list_runs(ctx, experiment_id=experiment)]
        self._runs = runs_of(self._training, there, {training_of(one) for one in ours})
        asked = [(data_provider.list_scalars, SCALARS)]
        asked += [(data_provider.list_tensors, metadata.PLUGIN_NAME)]
        only = provider.RunTagFilter(runs=self._runs)

        def listed(one: tuple[Callable, str]) -> Mapping[str, Mapping[str, Any]]:
            return one[0](ctx, experiment_id=experiment, plugin_name=one[1], run_tag_filter=only)

        scalars, hparams = map_(listed, asked)
        self._hparams = {
            run: {name: series.plugin_content for name, series in sorted(hparams[run].items())}
            for run in sorted(hparams)
        }
        marks = [
            (run, name, series.max_step, series.max_wall_time)
            for run, tags in scalars.items()
            for name, series in tags.items()
        ]
        self.key = ("scalars", experiment, run, tuple(sorted(marks)), repr(self._hparams))

    def answer(self, ctx: Any) -> str:
        """JSON, as `http_api.md` describes it."""
        read = self._provider.read_scalars(
            ctx,
            experiment_id=self._experiment,
            plugin_name=SCALARS,
            downsample=POINTS,
            run_tag_filter=provider.RunTagFilter(runs=self._runs),
        )
        runs = [
            {
                "run": run,
                "name": _within(self._training, run),
                "tags": [_series(name, read[run][name]) for name in sorted(read[run])],
            }
            for run in sorted(read)
            if read[run]
        ]
        hparams = [
            {"run": run, "values": values}
            for run, contents in self._hparams.items()
            for values in map(hparams_of, contents.values())
            if values
        ]
        return json.dumps({"version": VERSION, "runs": runs, "hparams": hparams}, allow_nan=False)


def runs_of(training: str, runs: Collection[str], trainings: Collection[str]) -> list[str]:
    """The runs of a training: in its directory, and in no other training's within it.

    Args:
        training: Its directory, "." for the log directory itself.
        runs: All runs that TensorBoard knows.
        trainings: The directories of all trainings.

    Example:
        >>> runs_of("a", ["a/rnnviz", "a/train", "a/b/rnnviz", "ab"], ["a", "a/b"])
        ['a/rnnviz', 'a/train']
    """
    within = [one for one in trainings if one != training and _is_in(training, one)]
    return sorted(
        run
        for run in runs
        if _is_in(training, run) and not any(_is_in(other, run) for other in within)
    )


def hparams_of(content: bytes) -> dict[str, float | str | bool]:
    """The hyper-parameters that a run began with; what is no such thing is skipped.

    Args:
        content: What the metadata of a tag of TensorBoard's HParams say.
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
        if kind in _KINDS and (kind != "number_value" or math.isfinite(value.number_value)):
            values[name] = getattr(value, kind)
    return values


def _series(name: str, data: Sequence[provider.ScalarDatum]) -> dict[str, Any]:
    return {
        "tag": name,
        "steps": [int(datum.step) for datum in data],
        "values": [_value(datum.value) for datum in data],
        "wall_times": [round(float(datum.wall_time), 3) for datum in data],
    }


def _value(value: float) -> float | None:
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None


def _is_in(directory: str, run: str) -> bool:
    return directory in (".", run) or run.startswith(f"{directory}/")


def _within(training: str, run: str) -> str:
    """A run's name without its training's."""
    if training == "." or run == training:
        return run if training == "." else "."
    return run[len(training) + 1 :]
