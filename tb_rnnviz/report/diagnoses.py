"""Diagnoses of the doctor for a recorded layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.axis import with_noun_of
from tb_rnnviz.core.diagnosis import Diagnosis
from tb_rnnviz.core.explanations import GradientReach
from tb_rnnviz.core.statistics import MEMORY
from tb_rnnviz.recording import LayerActivity

LISTED_UNITS = 50
"""Units of a diagnosis that a digest lists at most."""


def diagnose(
    layer: LayerActivity,
    reach: Sequence[GradientReach] = (),
    memory: Mapping[str, Any] | None = None,
    distance: int | None = None,
) -> list[Diagnosis]:
    """Diagnoses of a layer, the worst first.

    A layer whose activity is out of core is not examined.

    Args:
        layer: The layer.
        reach: Reach of the loss gradient by its states, as far as it was measured.
        memory: Its median memory time scales, an entry of `memory` in a digest.
        distance: Tokens from the beginning of a typical sequence to its only target; `None` if
            there are more targets.
    """
    quantities = {name: layer.consumed(name)[0] for name in layer}
    if not all(isinstance(activity, np.ndarray) for activity in quantities.values()):
        return []
    by_gate, by_state = ((memory or {}).get(name) for name in MEMORY)
    case = analysis.Case(
        layer.path,
        quantities,
        layer.roles,
        lengths=layer.consumed_lengths,
        reach={each.quantity: each.by_lag for each in reach},
        memory=by_state if by_gate is None else by_gate,
        distance=distance,
    )
    return [
        replace(
            diagnosis,
            units=diagnosis.units[:LISTED_UNITS],
            concerned=len(diagnosis.units) or layer.units,
            evidence=with_noun_of(layer.axis, diagnosis.evidence),
            why=with_noun_of(layer.axis, diagnosis.why),
            advice=with_noun_of(layer.axis, diagnosis.advice),
        )
        for diagnosis in analysis.examine(case)
    ]
