"""Logged recording: activity, tokens and columns of the text of one step of a run."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import tb_rnnviz as rv
from tb_rnnviz.features import Feature, Text
from tb_rnnviz.log_format.reader import load_text
from tb_rnnviz.recording import LayerActivity, Recording
from tb_rnnviz.tensorboard.logged_text import LoggedText
from trainer.errors import UserError


@dataclass(frozen=True, eq=False)
class LoggedRecording:
    """One step of a probe in a log.

    Attributes:
        log_dir: Directory of the run.
        recording: Activity and tokens.
        text: The tokens with the columns that features read, such as `probability`.
        masks: Matches of the logged features by name, booleans (tokens,).
    """

    log_dir: Path
    recording: Recording
    text: Text
    masks: dict[str, NDArray[np.bool_]]

    def __str__(self) -> str:
        return f"{self.log_dir}, {self.recording.probe!r} at step {self.recording.step}"

    def layer(self, path: str, quantity: str) -> LayerActivity:
        """Returns a layer that has a quantity.

        Raises:
            UserError: If the layer or the quantity was not recorded.
        """
        try:
            layer = self.recording[path]
            layer[quantity]
        except KeyError as error:
            raise UserError(f"{self}: {error.args[0]}") from error
        return layer

    def values(self, feature: Feature) -> NDArray:
        """Returns the values of a feature, (tokens,).

        Raises:
            UserError: If the feature cannot be matched in this text.
        """
        try:
            return np.asarray(feature.values(self.text))
        except (ImportError, LookupError, ValueError) as error:
            raise UserError(
                f"{self}: the feature {feature.name!r} cannot be looked for: {error}"
            ) from error


def read_recording(
    log_dir: Path, probe: str | None, step: int | str, default_probe: str
) -> LoggedRecording:
    """Reads a recording from the event files of a run.

    Args:
        log_dir: Directory of the run.
        probe: Name of the probe. Defaults to `default_probe`, or to the only one of the run if it
            lacks that.
        step: A step, or `"last"`.
        default_probe: Name of the probe that is read by default.

    Raises:
        UserError: If there is no such recording, or it has no tokens.
    """
    recording = _load(log_dir, probe, step, default_probe)
    if recording.probe is None or recording.step is None or recording.tokens is None:
        raise UserError(f"{log_dir}: the recording has no tokens.")
    text = load_text(log_dir, recording.probe, recording.step)
    columns = LoggedText.of(text).columns
    return LoggedRecording(log_dir, recording, Text(recording.tokens, columns), text.features())


def _load(log_dir: Path, probe: str | None, step: int | str, default_probe: str) -> Recording:
    try:
        return rv.load(log_dir, probe or default_probe, step)
    except (OSError, ValueError) as error:
        if probe is None and isinstance(error, ValueError):
            with suppress(ValueError):
                return rv.load(log_dir, None, step)
        raise UserError(str(error)) from error
