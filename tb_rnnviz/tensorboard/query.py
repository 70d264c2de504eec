"""Parameters of a query, parsed and checked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tensorboard import errors
from werkzeug import wrappers

from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.recording import LAST
from tb_rnnviz.tensorboard.references import ProbeRef, RecordingRef

NO_CURSOR = "none"
"""Cursor before the first answer."""

_CURSOR = re.compile(r"[0-9a-f]{1,32}-[0-9]{1,16}:-?[0-9]{1,16}", re.ASCII)

MAX_SHOWN = 40
"""Maximum number of characters of a value that an error message repeats."""


class Query:
    """Query of a request.

    Methods raise InvalidArgumentError if a parameter is missing or not as described.

    Args:
        request: The request.
        required: Names of the parameters that must be there.

    Raises:
        InvalidArgumentError: if the query is not UTF-8, has a parameter twice, or lacks one.
    """

    def __init__(self, request: wrappers.Request, required: Sequence[str] = ()):
        try:
            repeated = [name for name, values in request.args.lists() if len(values) > 1]
        except UnicodeDecodeError:
            raise errors.InvalidArgumentError(
                "The query is not UTF-8. Percent-encode it."
            ) from None
        if repeated:
            raise errors.InvalidArgumentError(
                f"The query has {repeated} more than once. Give each parameter once."
            )
        self._values = request.args
        self.strings(*required)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def has_value(self, *names: str) -> bool:
        """Returns true if at least one of the parameters is there and not empty."""
        return any(self._values.get(name) for name in names)

    def string(self, name: str) -> str:
        """Returns a parameter."""
        return self.strings(name)[0]

    def strings(self, *names: str) -> list[str]:
        """Returns several parameters."""
        missing = [name for name in names if name not in self._values]
        if missing:
            raise errors.InvalidArgumentError(
                f"The query lacks {missing}. Needed: {list(names)}. Received: {list(self._values)}"
            )
        return [self._values[name] for name in names]

    def choice(self, name: str, allowed: list[str]) -> str:
        """Returns a parameter that has one of the allowed values."""
        value = self.string(name)
        if value not in allowed:
            raise errors.InvalidArgumentError(
                f"{name} is one of {allowed}. Received: {value[:MAX_SHOWN]!r}"
            )
        return value

    def integer(self, name: str, allowed: str = "an integer") -> int:
        """Returns an integer parameter, which an error describes as `allowed`."""
        text = self.string(name)
        try:
            value = int(text) if len(text) < 20 and text.isascii() else None
        except ValueError:
            value = None
        if value is None:
            raise errors.InvalidArgumentError(
                f"{name} is {allowed}. Received: {text[:MAX_SHOWN]!r}"
            )
        return value

    def step(self, name: str = "step") -> int | str:
        """Returns a step: an integer or `"last"`."""
        if self.string(name) == LAST:
            return LAST
        return self.integer(name, f"an integer or {LAST!r}")

    def count(self, name: str) -> int:
        """Returns a number that is not negative."""
        number = self.integer(name, "a number, 0 or more")
        if number < 0:
            raise errors.InvalidArgumentError(f"{name} is 0 or more. Received: {number}")
        return number

    def cursor(self, name: str) -> str:
        """Returns the cursor of an earlier answer, or `"none"`."""
        text = self.string(name)
        if text != NO_CURSOR and not _CURSOR.fullmatch(text):
            raise errors.InvalidArgumentError(
                f"{name} is {NO_CURSOR!r} or the cursor of an earlier answer. "
                f"Received: {text[:MAX_SHOWN]!r}"
            )
        return text

    def since(self) -> str | None:
        """Returns the cursor of the answer to continue, `None` if `since` is absent."""
        return self.cursor("since") if "since" in self else None

    def probe(self) -> ProbeRef:
        """Returns the probe that `run` and `probe` name."""
        return ProbeRef(*self.strings("run", "probe"))

    def recording(self) -> RecordingRef:
        """Returns the recording that `run`, `probe` and `step` name."""
        run, probe = self.strings("run", "probe")
        return RecordingRef(run, probe, self.step())

    def quantity(self) -> QuantityKey:
        """Returns the layer and quantity that `layer` and `quantity` name."""
        return QuantityKey(*self.strings("layer", "quantity"))
