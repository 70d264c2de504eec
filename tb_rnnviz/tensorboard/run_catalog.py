"""What TensorBoard holds of our data: it lists what there is, and how far it has read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from tensorboard import errors
from tensorboard.data import provider

from tb_rnnviz.log_format.tags import LARGE, SMALL, is_newer, parse_content

_parsed = lru_cache(maxsize=1 << 14)(parse_content)


class Series(NamedTuple):
    """A tag of a run.

    Attributes:
        content: What its metadata say; `None` where they are damaged.
        mark: Its last step and time. As long as these are the same, its values are.
    """

    content: Mapping[str, Any] | None
    mark: tuple[int, float]

    @property
    def readable(self) -> bool:
        return self.content is not None and not is_newer(self.content)


Runs = Mapping[str, Mapping[str, Series]]
"""By run and tag."""


@dataclass(eq=False)
class RunCatalog:
    """All tags of all runs.

    Attributes:
        small: Those of small tensors.
        large: Those of blob sequences that can be read.
        notices: What could not be read, as sentences.
        number: Another one for every state.
    """

    small: Runs
    large: Runs
    notices: list[str]
    number: int = field(default_factory=count().__next__)

    @property
    def runs(self) -> set[str]:
        """All runs of ours."""
        return {*self.small, *self.large}

    def same(self, other: RunCatalog) -> bool:
        """Whether nothing was written in between."""
        mine = self.small, self.large, self.notices
        return mine == (other.small, other.large, other.notices)

    def missing(self, run: str, names: Sequence[str]) -> errors.NotFoundError:
        """Says what there is instead of a run's tag, a kind and names."""
        if run not in self.runs:
            return errors.NotFoundError(f"There is no run {run!r}. Allowed: {sorted(self.runs)}")
        kind, *rest = names
        there = {**self.small.get(run, {}), **self.large.get(run, {})}
        tags = sorted(name for name in there if name.startswith(f"{kind}/"))
        return errors.NotFoundError(
            f"Run {run!r} has no {kind} of {'/'.join(rest)!r}. It has: {tags}"
        )


def list_catalog(
    data_provider: provider.DataProvider,
    ctx: Any,
    experiment: str,
    map_: Callable[[Callable, list], Iterator],
) -> RunCatalog:
    """Asks TensorBoard what there is.

    Args:
        data_provider: TensorBoard's data provider.
        ctx: TensorBoard's request context.
        experiment: TensorBoard's experiment id.
        map_: Does something with several items at once.
    """
    both = [(data_provider.list_tensors, SMALL), (data_provider.list_blob_sequences, LARGE)]
    small, large = map_(lambda one: one[0](ctx, experiment_id=experiment, plugin_name=one[1]), both)
    notices: dict[str, None] = {}
    readable = {run: dict(_readable(run, tags, notices)) for run, tags in large.items()}
    return RunCatalog(
        {
            run: {name: _series(listed) for name, listed in tags.items()}
            for run, tags in small.items()
        },
        {run: tags for run, tags in readable.items() if tags},
        list(notices),
    )


def _readable(
    run: str, tags: Mapping[str, Any], notices: dict[str, None]
) -> Iterator[tuple[str, Series]]:
    """Tags without what is newer or damaged, which is said."""
    for name, listed in tags.items():
        series = _series(listed)
        if series.readable:
            yield name, series
        elif series.content is None:
            notices[f"Run {run}: {name} has damaged metadata and was skipped."] = None
        else:
            notices[
                f"Run {run} was written by a newer version of RNN-Viz; what this version "
                "does not know was skipped. Upgrade tb-rnnviz."
            ] = None


def _series(listed: Any) -> Series:
    return Series(_parsed(listed.plugin_content), (listed.max_step, listed.max_wall_time))
