"""Catalog of the runs and tags that TensorBoard lists."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from tensorboard import errors
from tensorboard.data import provider

from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.run_index import RunIndex
from tb_rnnviz.log_format.tags import LARGE, SMALL, is_newer, parse_listing, valid_wall_time
from tb_rnnviz.tensorboard.notice import Notice
from tb_rnnviz.tensorboard.references import Scope, TagRef
from tb_rnnviz.tensorboard.run_files import RunFiles

Last = tuple[int | None, float | None]
"""Last step and its time in seconds."""


class Series(NamedTuple):
    """Listing of a tag.

    Attributes:
        content: Content of its metadata.
        last: Last step that TensorBoard has and its time, both `None` if unknown.
        version: Hashable that changes with the values, `None` if unknown.
    """

    content: Mapping[str, Any]
    last: Last
    version: Hashable = None

    @property
    def state(self) -> Hashable:
        """Hashable that is equal for equal values."""
        return self.last, self.version


Tags = Mapping[str, Series]
"""Listings by tag."""


class RunListing(NamedTuple):
    """All tags of a run.

    Attributes:
        small: Tags of small tensors, as far as they can be read.
        large: Tags of blob sequences, as far as they can be read.
        notices: Notices about what is left out.
        run_index: Index of the event files, `None` if the data provider reads them.
        state: Serial of the index, and last step and time of each tag in TensorBoard.
    """

    small: Tags
    large: Tags
    notices: list[Notice]
    run_index: RunIndex | None = None
    state: tuple[int, Mapping[str, Last]] | None = None

    @classmethod
    def provided(
        cls, run: str, small: Mapping[str, Any], large: Mapping[str, Any], reason: str
    ) -> RunListing:
        """Lists what a data provider holds of a run.

        Args:
            run: Name of the run.
            small: Listings of small tensors by tag.
            large: Listings of blob sequences by tag.
            reason: Why the event files are not read, as a clause.
        """
        notices: dict[Notice, None] = {}
        readable_small, readable_large = (
            dict(_readable(run, {tag: _provided(series) for tag, series in tags.items()}, notices))
            for tags in (small, large)
        )
        text = (
            f"Run {run}: only the steps that TensorBoard holds in memory are shown, because "
            f"{reason}."
        )
        return cls(readable_small, readable_large, [*notices, Notice(run, None, None, text)])

    @classmethod
    def of_files(cls, run: str, index: RunIndex, provided: Mapping[str, Last]) -> RunListing:
        """Lists what the event files of a run have.

        Args:
            run: Name of the run.
            index: Index of its event files.
            provided: Last step and time of each tag in TensorBoard.
        """
        serial, listed = index.serial, index.tags()
        notices: dict[Notice, None] = {}
        by_name: dict[str, dict[str, _Listed]] = {SMALL: {}, LARGE: {}}
        for tag, entry in listed.items():
            last = provided.get(tag, (None, None))
            by_name[entry.plugin][tag] = _Listed(entry.content, last, entry.key)
        small, large = (dict(_readable(run, by_name[name], notices)) for name in (SMALL, LARGE))
        damage = [
            Notice(run, None, None, f"Run {run}: {Path(error.source or '').name}: {error.reason}")
            for error in index.damage
        ]
        return cls(small, large, [*notices, *damage], index, (serial, provided))


@dataclass(eq=False)
class RunCatalog:
    """All tags of all runs.

    Attributes:
        small: Tags of small tensors by run, as far as they can be read.
        large: Tags of blob sequences by run, as far as they can be read.
        files: Index of the event files by run. Runs without one are read by the data provider.
        notices: Notices about tags that cannot be read and are left out.
        listings: The same by run.
        serial: Number that no other catalog has.
    """

    small: Mapping[str, Tags]
    large: Mapping[str, Tags]
    files: Mapping[str, RunIndex]
    notices: list[Notice]
    listings: Mapping[str, RunListing]
    serial: int = field(default_factory=count().__next__)

    @classmethod
    def read(
        cls,
        data_provider: provider.DataProvider,
        scope: Scope,
        files: RunFiles,
        previous: RunCatalog | None = None,
    ) -> RunCatalog:
        """Lists the tags of the runs that a data provider lists, from their event files.

        Small tensors are listed after the blob sequences: a step whose text is listed, which is
        written last, is then in the listing of everything else.

        Args:
            data_provider: The data provider.
            scope: Scope of the request.
            files: Event files of the runs.
            previous: An earlier catalog, whose listings of unchanged runs are taken over.
        """

        def list_tags(list_series: Callable, data_name: str) -> Mapping[str, Mapping[str, Any]]:
            return list_series(scope.context, experiment_id=scope.experiment, plugin_name=data_name)

        large = list_tags(data_provider.list_blob_sequences, LARGE)
        small = list_tags(data_provider.list_tensors, SMALL)
        listings: dict[str, RunListing] = {}
        for run, index in files.indexes(dict.fromkeys([*large, *small])).items():
            if not isinstance(index, RunIndex):
                reason = (
                    "its event files are not in a directory that RNN-Viz can open"
                    if index is None
                    else f"its event files cannot be read: {index.strerror or index}"
                )
                listings[run] = RunListing.provided(
                    run, small.get(run, {}), large.get(run, {}), reason
                )
                continue
            provided = {
                tag: (int(series.max_step), valid_wall_time(series.max_wall_time))
                for tags in (small, large)
                for tag, series in tags.get(run, {}).items()
            }
            earlier = None if previous is None else previous.listings.get(run)
            if earlier is not None and earlier.state == (index.serial, provided):
                listings[run] = earlier
            else:
                listings[run] = RunListing.of_files(run, index, provided)
        return cls(
            {run: listing.small for run, listing in listings.items() if listing.small},
            {run: listing.large for run, listing in listings.items() if listing.large},
            {run: listing.run_index for run, listing in listings.items() if listing.run_index},
            [notice for listing in listings.values() for notice in listing.notices],
            listings,
        )

    @property
    def runs(self) -> set[str]:
        """Names of all runs."""
        return {*self.small, *self.large}

    def generation(self, ref: TagRef) -> str | None:
        """Returns the generation of the values of a blob sequence.

        The name stays while values are only appended, and changes with any other; `None`
        if it is unknown, because the data provider reads the run.
        """
        version = self.large[ref.run][ref.tag].version
        return version[0] if isinstance(version, tuple) else None

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


class _Listed(NamedTuple):
    """Listing of a tag whose content is not parsed yet."""

    content: bytes
    last: Last
    version: Hashable


def _provided(listing: Any) -> _Listed:
    last = int(listing.max_step), valid_wall_time(listing.max_wall_time)
    return _Listed(listing.plugin_content, last, None)


def _readable(
    run: str, tags: Mapping[str, _Listed], notices: dict[Notice, None]
) -> Iterator[tuple[str, Series]]:
    """Yields the tags that can be read, and adds a notice for each of the others."""
    for name, listing in tags.items():
        content = _parsed_or_damage(name, listing.content)
        if isinstance(content, DamagedRecordError):
            notices[Notice.of_damage(run, name, None, content)] = None
        elif is_newer(content):
            text = (
                f"Run {run} was written by a newer version of RNN-Viz; what this version "
                "does not know was skipped. Upgrade tb-rnnviz."
            )
            notices[Notice(run, None, None, text)] = None
        else:
            yield name, Series(content, listing.last, listing.version)


@lru_cache(maxsize=1 << 14)
def _parsed_or_damage(name: str, content: bytes) -> dict[str, Any] | DamagedRecordError:
    """Returns the parsed content of a tag, or the reason why it is damaged."""
    try:
        return parse_listing(name, content)
    except DamagedRecordError as error:
        return error
