"""Features of interest: what to look for in a text, one value per token.

A kind of feature is one file: a frozen dataclass with `@register("its kind")`.
"""

from tb_rnnviz.features.defaults import DEFAULT_FEATURES
from tb_rnnviz.features.feature import Feature, feature_from, kinds, register
from tb_rnnviz.features.literal import Literal
from tb_rnnviz.features.load import load_features
from tb_rnnviz.features.pos import PartOfSpeech
from tb_rnnviz.features.regex import Regex
from tb_rnnviz.features.stop_words import StopWords
from tb_rnnviz.features.text import Text

__all__ = [
    "DEFAULT_FEATURES",
    "Feature",
    "Literal",
    "PartOfSpeech",
    "Regex",
    "StopWords",
    "Text",
    "feature_from",
    "kinds",
    "load_features",
    "register",
]
