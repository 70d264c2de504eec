"""Memory time scales of units, estimated in three ways that need not agree."""

from tb_rnnviz.analysis.memory.autocorrelation import autocorrelation_time
from tb_rnnviz.analysis.memory.context_length import context_length
from tb_rnnviz.analysis.memory.profile import MemoryProfile, memory_profile
from tb_rnnviz.analysis.memory.time_constant import time_constant

__all__ = [
    "MemoryProfile",
    "autocorrelation_time",
    "context_length",
    "memory_profile",
    "time_constant",
]
