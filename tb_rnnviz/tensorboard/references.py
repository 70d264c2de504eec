"""References to recordings and tags of a run, as parsed from a query."""

from __future__ import annotations

from typing import Any, NamedTuple

from tb_rnnviz.log_format.tags import tag

ANSWER_VERSION = 1
"""Version of the answers of all routes; that of the log is another."""


class Scope(NamedTuple):
    """Scope of a request, which every call of TensorBoard's data provider takes.

    Attributes:
        context: Request context of TensorBoard.
        experiment: Experiment id of TensorBoard.
    """

    context: Any
    experiment: str


class TagRef(NamedTuple):
    """A tag of a run.

    Attributes:
        run: Name of the run.
        kind: Kind of the values, such as `"activity"`.
        names: Probe, layer and quantity, as far as the kind has them.
    """

    run: str
    kind: str
    names: tuple[str, ...]

    @property
    def tag(self) -> str:
        """Name of the tag."""
        return tag(self.kind, *self.names)


class ProbeRef(NamedTuple):
    """A probe of a run at all of its steps.

    Attributes:
        run: Name of the run.
        probe: Name of the probe.
    """

    run: str
    probe: str

    def tag(self, kind: str, key: tuple[str, ...] | None = None) -> TagRef:
        """Returns the tag of a kind of values, of the quantity or matrix that `key` names."""
        return TagRef(self.run, kind, (self.probe, *(key or ())))


class RecordingRef(NamedTuple):
    """A recording: a probe of a run at one step.

    Attributes:
        run: Name of the run.
        probe: Name of the probe.
        step: The step, or `"last"`.
    """

    run: str
    probe: str
    step: int | str

    def tag(self, kind: str, key: tuple[str, ...] | None = None) -> TagRef:
        """Returns the tag of a kind of values, of the quantity or matrix that `key` names.

        Example:
            >>> RecordingRef("run1", "novel", 3).tag("text")
            TagRef(run='run1', kind='text', names=('novel',))
        """
        return ProbeRef(self.run, self.probe).tag(kind, key)
