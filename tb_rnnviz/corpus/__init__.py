"""Corpora: mergeable statistics of the units of a model over all of their tokens."""

from tb_rnnviz.corpus.run_survey import survey
from tb_rnnviz.corpus.survey import Survey

__all__ = ["Survey", "survey"]
