"""The same unit in another recording."""

from tb_rnnviz.analysis.matching.assignment import Matching, match_units

__all__ = ["Matching", "match_units"]
