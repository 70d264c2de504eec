"""Features: properties of the tokens of a text, a boolean or a number per token.

A kind of feature is one file: a frozen dataclass with `@register("its kind")`.
"""

from tb_rnnviz.features.brackets import BracketDepth, InsideBrackets
from tb_rnnviz.features.capital_letter import CapitalLetter
from tb_rnnviz.features.capitalised import Capitalised
from tb_rnnviz.features.column import Column, Probability, Surprisal
from tb_rnnviz.features.defaults import DEFAULT_FEATURES
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
from tb_rnnviz.features.sentence import SentencePosition
from tb_rnnviz.features.shift import Shift
from tb_rnnviz.features.source_code import InsideComment, InsideString
from tb_rnnviz.features.stop_words import StopWords
from tb_rnnviz.features.text import Text
from tb_rnnviz.features.token_columns import MissingColumn
from tb_rnnviz.features.word_edge import WordEnd, WordStart
from tb_rnnviz.features.word_list import WordList

__all__ = [
    "DEFAULT_FEATURES",
    "And",
    "BracketDepth",
    "CapitalLetter",
    "Capitalised",
    "Column",
    "Digit",
    "Feature",
    "Frequency",
    "Indentation",
    "InsideBrackets",
    "InsideComment",
    "InsideQuotes",
    "InsideString",
    "LinePosition",
    "LineRest",
    "Literal",
    "MissingColumn",
    "Not",
    "Or",
    "PartOfSpeech",
    "Probability",
    "Range",
    "Regex",
    "SentencePosition",
    "Shift",
    "StopWords",
    "Surprisal",
    "Text",
    "WordEnd",
    "WordList",
    "WordStart",
    "feature_from",
    "kinds",
    "load_features",
    "register",
]
