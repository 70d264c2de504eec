"""Features: properties of the tokens of a text, a boolean or a number per token.

A kind of feature is one file: a frozen dataclass with `@register("its kind")`.
"""

from tb_rnnviz.features.brackets import BracketDepth, InsideBrackets
from tb_rnnviz.features.capital_letter import CapitalLetter
from tb_rnnviz.features.capitalised import Capitalised
from tb_rnnviz.features.channels import (
    Change,
    Fall,
    Missing,
    Peak,
    Rise,
    Threshold,
    reads_recent_values,
    reads_the_present,
)
from tb_rnnviz.features.column import Column, Probability, Surprisal
from tb_rnnviz.features.content import check_content, named_content, recognise_content
from tb_rnnviz.features.defaults import DEFAULT_FEATURES, default_features
from tb_rnnviz.features.digit import Digit
from tb_rnnviz.features.feature import Feature, feature_from, kinds, register
from tb_rnnviz.features.frequency import Frequency
from tb_rnnviz.features.line_position import Indentation, LinePosition, LineRest
from tb_rnnviz.features.literal import Literal
from tb_rnnviz.features.load import load_features
from tb_rnnviz.features.logic import And, Not, Or
from tb_rnnviz.features.pos import PartOfSpeech
from tb_rnnviz.features.quotes import InsideQuotes
from tb_rnnviz.features.range import Range
from tb_rnnviz.features.regex import Regex
from tb_rnnviz.features.same_token import SameToken
from tb_rnnviz.features.sentence import SentencePosition
from tb_rnnviz.features.sequence_position import SequencePosition
from tb_rnnviz.features.shift import Shift
from tb_rnnviz.features.source_code import Identifier, InsideComment, InsideString, Keyword
from tb_rnnviz.features.stop_words import StopWords
from tb_rnnviz.features.tag_depth import TagDepth
from tb_rnnviz.features.text import Text
from tb_rnnviz.features.token_columns import MissingColumn
from tb_rnnviz.features.word_edge import WordEnd, WordStart
from tb_rnnviz.features.word_list import WordList
from tb_rnnviz.features.word_position import WordPosition

__all__ = [
    "DEFAULT_FEATURES",
    "And",
    "BracketDepth",
    "CapitalLetter",
    "Capitalised",
    "Change",
    "Column",
    "Digit",
    "Fall",
    "Feature",
    "Frequency",
    "Identifier",
    "Indentation",
    "InsideBrackets",
    "InsideComment",
    "InsideQuotes",
    "InsideString",
    "Keyword",
    "LinePosition",
    "LineRest",
    "Literal",
    "Missing",
    "MissingColumn",
    "Not",
    "Or",
    "PartOfSpeech",
    "Peak",
    "Probability",
    "Range",
    "Regex",
    "Rise",
    "SameToken",
    "SentencePosition",
    "SequencePosition",
    "Shift",
    "StopWords",
    "Surprisal",
    "TagDepth",
    "Text",
    "Threshold",
    "WordEnd",
    "WordList",
    "WordPosition",
    "WordStart",
    "check_content",
    "default_features",
    "feature_from",
    "kinds",
    "load_features",
    "named_content",
    "reads_recent_values",
    "reads_the_present",
    "recognise_content",
    "register",
]
