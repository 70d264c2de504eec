"""Matching of the units of two recordings."""

from tb_rnnviz.analysis.matching.assignment import Matching, match_units

__all__ = ["Matching", "match_units"]
