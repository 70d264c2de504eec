"""Baselines that look a few tokens back: n-grams."""

from tb_rnnviz.analysis.ngram.kneser_ney import KneserNey

__all__ = ["KneserNey"]
