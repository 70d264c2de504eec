"""What is found in a recording: features, relevance, rhythm, memory, what is wrong with a layer."""

from tb_rnnviz.report.errors import Baseline, baseline_of, kinds_of_errors
from tb_rnnviz.report.match_features import given_to
from tb_rnnviz.report.numbers import pieces
from tb_rnnviz.report.report import report
from tb_rnnviz.report.types import (
    Report,
    highest_scores,
)

__all__ = [
    "Baseline",
    "Report",
    "baseline_of",
    "given_to",
    "highest_scores",
    "kinds_of_errors",
    "pieces",
    "report",
]
