"""A recording as it stands in a log: activity, and what is known of every token."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import tb_rnnviz as rv
from tb_rnnviz.features import Feature, Text
from tb_rnnviz.log_format.reader import load_text
from tb_rnnviz.recording import Recording
from tb_rnnviz.tensorboard.logged_text import LoggedText
from trainer.errors import UserError


@dataclass(frozen=True, eq=False)
class Recorded:
    """One step of a probe.

    Attributes:
        log_dir: Where it stands.
        recording: Activity and tokens.
        text: The tokens with the columns that features read, such as `probability`.
        masks: By feature, booleans (tokens,): where the log says that it matches.
    """

    log_dir: Path
    recording: Recording
    text: Text
    masks: dict[str, NDArray[np.bool_]]

    def __str__(self) -> str:
        return f"{self.log_dir}, {self.recording.probe!r} at step {self.recording.step}"

    def activity(
        self, layer: str, quantity: str
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_], list[int]]:
        """Activity (consumed tokens, units), mask (tokens,), and tokens of each sequence.

        Raises:
            UserError: if the layer or the quantity was not recorded.
        """
        try:
            recorded = self.recording[layer]
            activity, mask = recorded.consumed(quantity)
        except KeyError as error:
            raise UserError(f"{self}: {error.args[0]}") from error
        return activity, mask, [int(tokens) for tokens in recorded.mask.sum(axis=1) if tokens]

    def values(self, feature: Feature) -> NDArray:
        """The feature's value at every token, (tokens,).

        Raises:
            UserError: if the feature cannot be looked for in this text.
        """
        try:
            return np.asarray(feature.values(self.text))
        except (ImportError, LookupError, ValueError) as error:
            raise UserError(
                f"{self}: the feature {feature.name!r} cannot be looked for: {error}"
            ) from error


def read_recorded(log_dir: Path, wanted: str | None, step: int | str, usual: str) -> Recorded:
    """Reads a recording from the event files of a run.

    Args:
        log_dir: The run's directory.
        wanted: The probe; `None` for the usual one, or else the only one there is.
        step: A step, or `"last"`.
        usual: The probe to take where none is wanted.

    Raises:
        UserError: if there is no such recording.
    """
    recording = _load(log_dir, wanted, step, usual)
    text = load_text(log_dir, recording.probe, recording.step)
    columns = LoggedText.of(text).columns
    return Recorded(log_dir, recording, Text(recording.tokens, columns), text.features())


def _load(log_dir: Path, wanted: str | None, step: int | str, usual: str) -> Recording:
    try:
        return rv.load(log_dir, wanted or usual, step)
    except (OSError, ValueError) as error:
        if wanted is None and isinstance(error, ValueError):
            with suppress(ValueError):
                return rv.load(log_dir, None, step)
        raise UserError(str(error)) from error
