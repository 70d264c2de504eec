"""When a unit's role appears in training, and in how many runs it does."""

from tb_rnnviz.analysis.emergence.onset import Emergence, emergence
from tb_rnnviz.analysis.emergence.replication import Replication, replication

__all__ = ["Emergence", "Replication", "emergence", "replication"]
