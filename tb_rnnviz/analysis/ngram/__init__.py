"""N-gram language models, the baselines of a recurrent one."""

from tb_rnnviz.analysis.ngram.kneser_ney import KneserNey

__all__ = ["KneserNey"]
