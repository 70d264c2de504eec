"""Validation of the callback's arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tb_rnnviz.core.axis import axis_name
from tb_rnnviz.core.columns import TOKEN_DATA
from tb_rnnviz.features import Feature
from tb_rnnviz.log_format import ENCODINGS
from tb_rnnviz.probe import Probe
from tb_rnnviz.recording import GENERATED


def checked_probes(probes: Probe | Sequence[Probe], prompt: Any | None) -> tuple[Probe, ...]:
    """Returns the probes as a tuple.

    There is at least one, unless there is a prompt, and each has a unique name.

    Raises:
        ValueError: If something is no probe, a name is taken, or there is nothing to record.
    """
    probes = (probes,) if isinstance(probes, Probe) else tuple(probes)
    wrong = [type(probe).__name__ for probe in probes if not isinstance(probe, Probe)]
    if wrong:
        raise ValueError(
            f"`probes` are tb_rnnviz.Probe objects. Received: {wrong}. "
            "Wrap the inputs: Probe('name', inputs)."
        )
    names = [probe.name for probe in probes]
    if len(set(names)) < len(names) or GENERATED in names:
        raise ValueError(
            f"Probes need names of their own, and {GENERATED!r} is taken by the text that the "
            f"model writes. Received: {names}"
        )
    of_axes = {axis_name(probe.name, axis): probe.name for probe in probes for axis in probe.axes}
    taken = sorted(set(of_axes) & set(names))
    if taken:
        raise ValueError(
            f"The name {taken[0]!r} is that of an axis of the probe {of_axes[taken[0]]!r} in the "
            f"log. Give the other probe another name. Received: {names}"
        )
    if not probes and prompt is None:
        raise ValueError(
            "There is nothing to record: give at least one probe, or a prompt to generate from."
        )
    return probes


def check_columns(features: Sequence[Feature], probes: Sequence[Probe]) -> None:
    """Checks that a probe has each column that a feature of kind `column` reads.

    Columns of the model's predictions are not checked; the digest tells if they are missing.

    Raises:
        ValueError: If no probe has a column, with the columns that there are.
    """
    columns = {name for probe in probes for name in probe.columns}
    for feature in features:
        missing = sorted(feature.columns_read - columns - set(TOKEN_DATA))
        if missing:
            raise ValueError(
                f"The feature {feature.name!r} reads the column {missing[0]!r}, which no probe "
                f"has: give Probe(..., columns={{{missing[0]!r}: array}}), or leave the feature "
                f"out. Columns of the probes: {sorted(columns)}"
            )


def check_options(every: str | int, band: tuple[float, float], encoding: str) -> None:
    """Checks the options that have a range.

    Raises:
        ValueError: If an option is out of range, with the allowed values.
    """
    if every != "epoch" and (not isinstance(every, int) or every < 1):
        raise ValueError(f"`every` is 'epoch' or a number of batches. Received: {every!r}")
    low, high = band
    if not 0 <= low <= high <= 0.5:
        raise ValueError(
            "`band` is a lowest and a highest frequency in cycles per token, "
            f"0 <= lowest <= highest <= 0.5. Received: band={band!r}"
        )
    if encoding not in ENCODINGS:
        raise ValueError(f"Unknown encoding {encoding!r}. Allowed: {list(ENCODINGS)}")
