"""Notices about data of the log that were left out, for the user and for the tab."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from tb_rnnviz.log_format.damaged_record import DamagedRecordError


class Notice(NamedTuple):
    """Notice about data that were left out.

    Attributes:
        run: Name of the run.
        tag: Tag of the data, `None` for several tags.
        step: Step of the data, `None` for every step.
        text: A sentence for the user, which names run, tag and step.
    """

    run: str
    tag: str | None
    step: int | None
    text: str

    @classmethod
    def of_damage(cls, run: str, tag: str, step: int | None, error: DamagedRecordError) -> Notice:
        """Returns the notice about a damaged record; without a step, about metadata."""
        damage = "has damaged metadata" if step is None else f"is damaged at step {step}"
        return cls(run, tag, step, f"Run {run}: {tag} {damage} and was skipped. {error.reason}")

    def to_json(self) -> dict[str, Any]:
        """Returns the JSON object that the routes send."""
        return self._asdict()


def skipped_entry(notices: Sequence[Notice]) -> str:
    """Returns the JSON of the notices as a further entry, empty without notices."""
    return f', "skipped": {json.dumps([each.to_json() for each in notices])}' if notices else ""
