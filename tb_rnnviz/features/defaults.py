"""Default features, which need neither tagger nor lexicon."""

from tb_rnnviz.features.capital_letter import CapitalLetter
from tb_rnnviz.features.feature import Feature
from tb_rnnviz.features.literal import Literal
from tb_rnnviz.features.regex import Regex
from tb_rnnviz.features.running_text import LINE_BREAK

DEFAULT_FEATURES: tuple[Feature, ...] = (
    Literal("space", " "),
    Regex("line end", LINE_BREAK, over="text"),
    Regex("end of sentence", "[.!?]"),
    CapitalLetter("capital letter"),
    Regex("digit", r"\d+"),
    Regex("punctuation", r"[^\w\s▁]"),
)
