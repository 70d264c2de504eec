"""RNV007: cell states that grow without end."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.rule import Symptom, counted, rule

LIMIT = 20.0


@rule(
    "RNV007",
    "warning",
    "exploding cell state",
    why="Beyond a few units tanh of the cell state is one whatever the cell state, so that the "
    "unit shows nothing new and its gradient vanishes; in float16 it ends as infinity.",
    advice="Regularise or clip the cell state, shorten sequences, or lower the bias of the retain "
    "gate.",
)
def exploding(case: Case) -> Iterator[Symptom]:
    """Finds units whose cell state exceeds 20 in magnitude, and says whether it grows."""
    values = case.quantities.get("cell_state")
    if values is None or not len(values):
        return
    size = np.abs(np.where(np.isfinite(values), values, 0.0))
    units = tuple(np.flatnonzero(size.max(axis=0) > LIMIT).tolist())
    if not units:
        return
    place, unit = np.unravel_index(np.argmax(size), size.shape)
    ends = np.cumsum(case.lengths)
    token = np.arange(len(values)) - np.repeat(ends - case.lengths, case.lengths)
    late = token >= np.repeat(case.lengths / 2, case.lengths)
    early_size = size[~late][:, list(units)].max(initial=0.0)
    grows = late.any() and size[late][:, list(units)].max(initial=0.0) > 1.5 * early_size
    trend = "and is larger in the second half of sequences" if grows else "and does not grow on"
    yield Symptom(
        "cell_state",
        units,
        f"The cell state of {counted(units, values.shape[1])} exceeds {LIMIT:g}; it reaches "
        f"{size[place, unit]:.3g} in unit {unit} at token {token[place]} {trend}.",
    )
