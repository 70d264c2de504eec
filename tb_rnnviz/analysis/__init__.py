"""What the activity of units says: pure functions on arrays, NumPy and SciPy alone.

An activity is an array (steps, units), one quantity of one layer. Several sequences stand one
after the other without padding; `lengths` says where they end.
"""

from tb_rnnviz.analysis.pooling import pool_spectrum
from tb_rnnviz.analysis.relevance import Relevance, relevance
from tb_rnnviz.analysis.saturation import Saturation, saturation
from tb_rnnviz.analysis.spectrum import Peaks, Spectrum, spectrum
from tb_rnnviz.analysis.suggestion import Suggestion, suggest

__all__ = [
    "Peaks",
    "Relevance",
    "Saturation",
    "Spectrum",
    "Suggestion",
    "pool_spectrum",
    "relevance",
    "saturation",
    "spectrum",
    "suggest",
]
