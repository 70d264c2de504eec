"""Catalog of the runs and tags that TensorBoard lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from tensorboard import errors
from tensorboard.data import provider

from tb_rnnviz.log_format.tags import LARGE, SMALL, is_newer, parse_listing
from tb_rnnviz.tensorboard.call_pool import CallPool
from tb_rnnviz.tensorboard.references import Scope, TagRef

_parse_listing = lru_cache(maxsize=1 << 14)(parse_listing)


class Series(NamedTuple):
    """Listing of a tag.

    Attributes:
        content: Content of its metadata, empty if it is damaged or belongs to another tag.
        last: Last step and its time; the values change only if these do.
    """

    content: Mapping[str, Any]
    last: tuple[int, float]

    @property
    def is_readable(self) -> bool:
        """True if the content is intact and of a version that is not newer than this one."""
        return bool(self.content) and not is_newer(self.content)


Tags = Mapping[str, Series]
"""Listings by tag."""


@dataclass(eq=False)
class RunCatalog:
    """All tags of all runs.

    Attributes:
        small: Tags of small tensors by run.
        large: Tags of blob sequences by run, as far as they can be read.
        notices: Sentences about tags that cannot be read.
        serial: Number that no other catalog has.
    """

    small: Mapping[str, Tags]
    large: Mapping[str, Tags]
    notices: list[str]
    serial: int = field(default_factory=count().__next__)

    @classmethod
    def read(cls, data_provider: provider.DataProvider, scope: Scope, pool: CallPool) -> RunCatalog:
        """Lists the tags of a data provider."""

        def list_tags(call: tuple[Callable, str]) -> Mapping[str, Mapping[str, Any]]:
            list_series, data_name = call
            return list_series(scope.context, experiment_id=scope.experiment, plugin_name=data_name)

        small, large = pool.map(
            list_tags,
            [(data_provider.list_tensors, SMALL), (data_provider.list_blob_sequences, LARGE)],
        )
        notices: dict[str, None] = {}
        readable = {run: dict(_readable(run, tags, notices)) for run, tags in large.items()}
        return cls(
            {
                run: {name: _series(name, listing) for name, listing in tags.items()}
                for run, tags in small.items()
            },
            {run: tags for run, tags in readable.items() if tags},
            list(notices),
        )

    @property
    def runs(self) -> set[str]:
        """Names of all runs."""
        return {*self.small, *self.large}

    def has_same_values(self, other: RunCatalog) -> bool:
        """Returns true if nothing was written between the two listings."""
        return (self.small, self.large, self.notices) == (other.small, other.large, other.notices)

    def not_found(self, ref: TagRef) -> errors.NotFoundError:
        """Returns an error that names the runs, or the tags of the same kind, that exist."""
        if ref.run not in self.runs:
            return errors.NotFoundError(
                f"There is no run {ref.run!r}. Allowed: {sorted(self.runs)}"
            )
        listed = {**self.small.get(ref.run, {}), **self.large.get(ref.run, {})}
        tags = sorted(name for name in listed if name.startswith(f"{ref.kind}/"))
        return errors.NotFoundError(
            f"Run {ref.run!r} has no {ref.kind} of {'/'.join(ref.names)!r}. It has: {tags}"
        )


def _readable(
    run: str, tags: Mapping[str, Any], notices: dict[str, None]
) -> Iterator[tuple[str, Series]]:
    """Yields the tags that can be read, and adds a notice for each of the others."""
    for name, listing in tags.items():
        series = _series(name, listing)
        if series.is_readable:
            yield name, series
        elif not series.content:
            notices[f"Run {run}: {name} has damaged metadata and was skipped."] = None
        else:
            notices[
                f"Run {run} was written by a newer version of RNN-Viz; what this version "
                "does not know was skipped. Upgrade tb-rnnviz."
            ] = None


def _series(name: str, listing: Any) -> Series:
    content = _parse_listing(name, listing.plugin_content)
    return Series(content or {}, (listing.max_step, listing.max_wall_time))
