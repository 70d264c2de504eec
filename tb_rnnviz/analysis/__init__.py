"""Statistics of the activity of recurrent units: pure functions on arrays.

An activity is an array (steps, units), one quantity of one layer. Sequences are concatenated
without padding; `lengths` lists the number of tokens of each. Linear probes, co-clusters and
t-SNE need scikit-learn, everything else NumPy and SciPy alone.
"""

from tb_rnnviz.analysis.attention_summary import AttentionSummary, attention_summary
from tb_rnnviz.analysis.causal_effect import CausalEffect, causal_effect
from tb_rnnviz.analysis.co_clusters import CoClusters, co_clusters
from tb_rnnviz.analysis.coherence import Coherence, coherence
from tb_rnnviz.analysis.confounds import remove_confounds
from tb_rnnviz.analysis.context import Context, context
from tb_rnnviz.analysis.decision_time import decision_time
from tb_rnnviz.analysis.doctor import Case, Diagnosis, Rule, examine, rules
from tb_rnnviz.analysis.emergence import Emergence, Replication, emergence, replication
from tb_rnnviz.analysis.errors import (
    Anatomy,
    BracketGain,
    Oracles,
    Slice,
    TokenGain,
    bracket_gain,
    error_anatomy,
    error_oracles,
    shared_errors,
    token_gain,
)
from tb_rnnviz.analysis.jacobian import jacobian
from tb_rnnviz.analysis.joint_q import JointQ, joint_q
from tb_rnnviz.analysis.lagged_correlation import LaggedCorrelation, lagged_correlation
from tb_rnnviz.analysis.lagged_response import LaggedResponse, lagged_response
from tb_rnnviz.analysis.linear_probe import LinearProbe, linear_probe
from tb_rnnviz.analysis.matching import Matching, match_units
from tb_rnnviz.analysis.memory import (
    MemoryProfile,
    autocorrelation_time,
    context_length,
    memory_profile,
    time_constant,
)
from tb_rnnviz.analysis.ngram import KneserNey
from tb_rnnviz.analysis.pattern_matches import Match, Matches, match, pattern_units
from tb_rnnviz.analysis.pool_spectrum import pool_spectrum
from tb_rnnviz.analysis.project import Projection, project
from tb_rnnviz.analysis.relevance import Relevance, relevance, relevances
from tb_rnnviz.analysis.saturation import Saturation, saturation
from tb_rnnviz.analysis.spectrum import Peaks, Spectrum, spectrum
from tb_rnnviz.analysis.state_geometry import StateGeometry, state_geometry
from tb_rnnviz.analysis.still_held import still_held
from tb_rnnviz.analysis.suggestion import Suggestion, suggest, with_neighbours
from tb_rnnviz.analysis.swing import swing
from tb_rnnviz.analysis.token_deviations import token_deviations
from tb_rnnviz.analysis.unit_kinds import KINDS, UnitKinds, counter_resets, on_states, unit_kinds
from tb_rnnviz.analysis.word_responses import WordResponses, word_responses

__all__ = [
    "Anatomy",
    "AttentionSummary",
    "BracketGain",
    "Case",
    "CausalEffect",
    "CoClusters",
    "Coherence",
    "Context",
    "Diagnosis",
    "Emergence",
    "JointQ",
    "KINDS",
    "KneserNey",
    "LaggedCorrelation",
    "LaggedResponse",
    "LinearProbe",
    "Match",
    "Matches",
    "Matching",
    "MemoryProfile",
    "Oracles",
    "Peaks",
    "Projection",
    "Relevance",
    "Replication",
    "Rule",
    "Saturation",
    "Slice",
    "Spectrum",
    "StateGeometry",
    "Suggestion",
    "TokenGain",
    "UnitKinds",
    "WordResponses",
    "attention_summary",
    "autocorrelation_time",
    "bracket_gain",
    "causal_effect",
    "co_clusters",
    "coherence",
    "context",
    "context_length",
    "counter_resets",
    "decision_time",
    "emergence",
    "error_anatomy",
    "error_oracles",
    "examine",
    "jacobian",
    "joint_q",
    "lagged_correlation",
    "lagged_response",
    "linear_probe",
    "match",
    "match_units",
    "memory_profile",
    "on_states",
    "pattern_units",
    "pool_spectrum",
    "project",
    "relevance",
    "relevances",
    "remove_confounds",
    "replication",
    "rules",
    "saturation",
    "shared_errors",
    "spectrum",
    "state_geometry",
    "still_held",
    "suggest",
    "swing",
    "time_constant",
    "token_deviations",
    "token_gain",
    "unit_kinds",
    "with_neighbours",
    "word_responses",
]
