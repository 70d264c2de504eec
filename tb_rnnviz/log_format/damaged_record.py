"""Error of a record of the log whose content is damaged, and its location."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple


class DamagedRecordError(ValueError):
    """Error of a record that is complete on disk and does not fit the format.

    Args:
        reason: The damage, as a sentence.
        source: File of the record, or run of TensorBoard; `None` if unknown.
        tag: Tag of the record, `None` if unknown.
        step: Step of the record, `None` if unknown, or if the metadata of the tag are damaged.

    Attributes:
        reason: The damage, as a sentence.
        source: File of the record, or run of TensorBoard; `None` if unknown.
        tag: Tag of the record, `None` if unknown.
        step: Step of the record, `None` if unknown.

    Example:
        >>> print(DamagedRecordError("Its header is no JSON.", source="f", tag="text/a", step=3))
        f: text/a at step 3 is damaged. Its header is no JSON.
    """

    def __init__(
        self,
        reason: str,
        *,
        source: str | None = None,
        tag: str | None = None,
        step: int | None = None,
    ):
        self.reason, self.source, self.tag, self.step = reason, source, tag, step
        origin = "" if source is None else f"{source}: "
        name = "A record" if tag is None else tag
        at_step = "" if step is None else f" at step {step}"
        super().__init__(f"{origin}{name}{at_step} is damaged. {reason}")


class RecordLocation(NamedTuple):
    """Location of a record.

    Attributes:
        source: File of the record, or run of TensorBoard.
        tag: Tag of the record.
        step: Step of the record, `None` for the metadata of the tag.
    """

    source: str
    tag: str
    step: int | None

    @contextmanager
    def added(self) -> Iterator[None]:
        """Adds the location to a `DamagedRecordError` of the block that has none."""
        try:
            yield
        except DamagedRecordError as error:
            if error.source is not None:
                raise
            raise DamagedRecordError(error.reason, **self._asdict()) from error
