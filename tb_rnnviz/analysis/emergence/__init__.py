"""Emergence of associations during training, and their replication over runs."""

from tb_rnnviz.analysis.emergence.onset import Emergence, emergence
from tb_rnnviz.analysis.emergence.replication import Replication, replication

__all__ = ["Emergence", "Replication", "emergence", "replication"]
