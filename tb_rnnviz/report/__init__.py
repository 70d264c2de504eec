"""Report of a recording: findings, diagnoses, memory, spectra and errors."""

from tb_rnnviz.report.association_screen import association_screen
from tb_rnnviz.report.errors import Baseline, classify_errors, n_gram_baseline
from tb_rnnviz.report.first_nan import first_nan
from tb_rnnviz.report.match_features import (
    as_features,
    content_of,
    default_features_of,
    match_features,
    text_of,
    token_probability,
)
from tb_rnnviz.report.report import report
from tb_rnnviz.report.types import Report, highest_scores
from tb_rnnviz.report.value_range import unit_slices

__all__ = [
    "Baseline",
    "Report",
    "as_features",
    "content_of",
    "default_features_of",
    "association_screen",
    "classify_errors",
    "first_nan",
    "highest_scores",
    "match_features",
    "n_gram_baseline",
    "report",
    "text_of",
    "token_probability",
    "unit_slices",
]
