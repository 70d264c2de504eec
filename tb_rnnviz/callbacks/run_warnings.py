"""Warnings and lines that a callback prints about its run."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from tb_rnnviz.callbacks.budget import print_line
from tb_rnnviz.callbacks.captured_step import StepOutcome
from tb_rnnviz.log_format.event_file import StepGap

UPLOAD = "upload"
"""Name under which lost uploads are reported once."""


class RunWarnings:
    """Warns once of each thing that goes wrong in a run.

    Args:
        log_dir: Directory of the run.
    """

    def __init__(self, log_dir: Any):
        self._run = repr(str(log_dir))
        self._reported: set[str] = set()
        self._has_nan = False

    def warn_of_missing(self, name: str, reason: str) -> None:
        """Warns that a part of a source, such as its attributions, is not recorded."""
        if name not in self._reported:
            self._reported.add(name)
            _warn(f"has no {name} of {self._run}, the rest is recorded: {reason}")

    def warn_of_outcome(self, outcome: StepOutcome) -> None:
        """Warns of what went wrong while a step was analysed and written."""
        for title, error in outcome.failures.items():
            if title not in self._reported:
                self._reported.add(title)
                _warn(
                    f"could not analyse {title} of {self._run} at step {outcome.step}, which is "
                    f"left out; the run goes on: {type(error).__name__}: {error}"
                )
        for name, reason in outcome.notes.items():
            self.warn_of_missing(name, reason)
        if outcome.gaps and UPLOAD not in self._reported:
            self._reported.add(UPLOAD)
            self._warn_of_lost_steps(outcome.gaps)
        if outcome.first_nan and not self._has_nan:
            _warn_of_first_nan(outcome.first_nan)
        self._has_nan = bool(outcome.first_nan)

    def warn_of_stop(self, part: str, error: BaseException) -> None:
        """Warns that a part is recorded no more."""
        reason = f"{type(error).__name__}: {error}"
        _warn(f"stops recording {part} of {self._run}, the run goes on: {reason}")

    def _warn_of_lost_steps(self, gaps: Sequence[StepGap]) -> None:
        steps = [step for gap in gaps for step in gap.steps]
        _warn(
            f"could not upload the steps {min(steps)} to {max(steps)} to {self._run}, which are "
            f"left out; the run goes on: {gaps[-1].reason}"
        )


def tell_replaced_steps(log_dir: Any, last: int | None, step: int) -> None:
    """Prints that recorded steps are replaced, if there are such.

    Args:
        log_dir: Directory of the run.
        last: Last step of the run, `None` if it has none.
        step: Step that is recorded now.
    """
    if last is None or step > last:
        return
    steps = f"step {step} was" if step == last else f"the steps {step} to {last} were"
    print_line(
        f"RNN-Viz: {steps} recorded before in {str(log_dir)!r}, and training goes on at "
        f"step {step}; {'it is' if step == last else 'they are'} replaced."
    )


def tell_continued_steps(log_dir: Any, last: int, step: int) -> None:
    """Prints that the steps of a run, up to `last`, are continued with `step`."""
    print_line(
        f"RNN-Viz: the run in {str(log_dir)!r} has steps up to {last}; they are continued with "
        f"step {step}."
    )


def _warn_of_first_nan(first_nan: Mapping[str, Mapping[str, Any]]) -> None:
    name, first = next(iter(first_nan.items()))
    _warn(
        f"found the first value that is not a number at step {first['step']}, in {name!r}: layer "
        f"{first['layer']!r}, quantity {first['quantity']!r}, unit {first['unit']}, token "
        f"{first['token']} ({first['text']!r})."
    )


def _warn(sentence: str) -> None:
    warnings.warn(f"RNN-Viz {sentence}", RuntimeWarning, stacklevel=3)
