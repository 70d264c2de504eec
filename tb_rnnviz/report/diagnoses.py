"""Diagnoses of the doctor for a recorded layer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.axis import with_noun_of
from tb_rnnviz.core.diagnosis import Diagnosis
from tb_rnnviz.recording import LayerActivity

LISTED_UNITS = 50
"""Units of a diagnosis that a digest lists at most."""


def diagnose(layer: LayerActivity) -> list[Diagnosis]:
    """Diagnoses of a layer, the worst first.

    A layer whose activity is out of core is not examined.
    """
    quantities = {name: layer.consumed(name)[0] for name in layer}
    if not all(isinstance(activity, np.ndarray) for activity in quantities.values()):
        return []
    case = analysis.Case(layer.path, quantities, layer.roles, lengths=layer.consumed_lengths)
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
