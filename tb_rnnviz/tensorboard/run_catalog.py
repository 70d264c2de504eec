"""Catalog of the runs and tags that TensorBoard lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from tensorboard import errors
from tensorboard.data import provider

from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.tags import LARGE, SMALL, is_newer, parse_listing, valid_wall_time
from tb_rnnviz.tensorboard.call_pool import CallPool
from tb_rnnviz.tensorboard.notice import Notice
from tb_rnnviz.tensorboard.references import Scope, TagRef


class Series(NamedTuple):
    """Listing of a tag.

    Attributes:
        content: Content of its metadata.
        last: Last step and its time, `None` if unknown; the values change only if these do.
    """

    content: Mapping[str, Any]
    last: tuple[int, float | None]


Tags = Mapping[str, Series]
"""Listings by tag."""


@dataclass(eq=False)
class RunCatalog:
    """All tags of all runs.

    Attributes:
        small: Tags of small tensors by run, as far as they can be read.
        large: Tags of blob sequences by run, as far as they can be read.
        notices: Notices about tags that cannot be read and are left out.
        serial: Number that no other catalog has.
    """

    small: Mapping[str, Tags]
    large: Mapping[str, Tags]
    notices: list[Notice]
    serial: int = field(default_factory=count().__next__)

    @classmethod
    def read(cls, data_provider: provider.DataProvider, scope: Scope, pool: CallPool) -> RunCatalog:
        """Lists the tags of a data provider.

        Small tensors are listed after the blob sequences: a step whose text is listed, which is
        written last, is then in the listing of everything else.
        """

        def list_tags(list_series: Callable, data_name: str) -> Mapping[str, Mapping[str, Any]]:
            return list_series(scope.context, experiment_id=scope.experiment, plugin_name=data_name)

        large = list_tags(data_provider.list_blob_sequences, LARGE)
        small = list_tags(data_provider.list_tensors, SMALL)
        notices: dict[Notice, None] = {}
        readable = [
            {run: dict(_readable(run, tags, notices)) for run, tags in listed.items()}
            for listed in (small, large)
        ]
        small, large = ({run: tags for run, tags in part.items() if tags} for part in readable)
        return cls(small, large, list(notices))

    @property
    def runs(self) -> set[str]:
        """Names of all runs."""
        return {*self.small, *self.large}

    def last_step(self, ref: TagRef) -> int:
        """Returns the last step of a blob sequence at the time of the listing."""
        return self.large[ref.run][ref.tag].last[0]

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
    run: str, tags: Mapping[str, Any], notices: dict[Notice, None]
) -> Iterator[tuple[str, Series]]:
    """Yields the tags that can be read, and adds a notice for each of the others."""
    for name, listing in tags.items():
        content = _parsed_or_damage(name, listing.plugin_content)
        if isinstance(content, DamagedRecordError):
            notices[Notice.of_damage(run, name, None, content)] = None
        elif is_newer(content):
            text = (
                f"Run {run} was written by a newer version of RNN-Viz; what this version "
                "does not know was skipped. Upgrade tb-rnnviz."
            )
            notices[Notice(run, None, None, text)] = None
        else:
            last = int(listing.max_step), valid_wall_time(listing.max_wall_time)
            yield name, Series(content, last)


@lru_cache(maxsize=1 << 14)
def _parsed_or_damage(name: str, content: bytes) -> dict[str, Any] | DamagedRecordError:
    """Returns the parsed content of a tag, or the reason why it is damaged."""
    try:
        return parse_listing(name, content)
    except DamagedRecordError as error:
        return error
