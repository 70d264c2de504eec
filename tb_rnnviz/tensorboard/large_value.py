"""Blob sequence at one step, in TensorBoard's memory or in an event file."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from tb_rnnviz.log_format.run_index import RunIndex
from tb_rnnviz.log_format.stored_series import StoredValue


class ProvidedValue(NamedTuple):
    """Blob sequence that TensorBoard's data provider holds.

    Attributes:
        keys: Keys of the blobs, header first.
        wall_time: Time of writing in seconds, `None` if unknown.
    """

    keys: tuple[str, ...]
    wall_time: float | None

    @property
    def key(self) -> Hashable:
        """Hashable that no other value has."""
        return self


class FileValue(NamedTuple):
    """Blob sequence in an event file.

    Attributes:
        run_index: Index of the run, which reads it.
        value: Its position.
        wall_time: Time of writing in seconds, `None` if no clock shows it.
    """

    run_index: RunIndex
    value: StoredValue
    wall_time: float | None

    @property
    def key(self) -> Hashable:
        """Hashable that no other value has."""
        return self.value.key


LargeValue = ProvidedValue | FileValue
