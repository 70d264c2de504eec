"""Error analysis: causes of a model's errors, and comparison with baselines."""

from tb_rnnviz.analysis.errors.anatomy import Anatomy, Slice, error_anatomy
from tb_rnnviz.analysis.errors.bracket_gain import BracketGain, bracket_gain
from tb_rnnviz.analysis.errors.oracles import Oracles, error_oracles
from tb_rnnviz.analysis.errors.shared_errors import shared_errors
from tb_rnnviz.analysis.errors.token_gain import TokenGain, token_gain

__all__ = [
    "Anatomy",
    "BracketGain",
    "Oracles",
    "Slice",
    "TokenGain",
    "bracket_gain",
    "error_anatomy",
    "error_oracles",
    "shared_errors",
    "token_gain",
]
