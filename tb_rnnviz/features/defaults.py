"""Default features, which need neither tagger nor lexicon."""

from tb_rnnviz.features.feature import Feature
from tb_rnnviz.features.literal import Literal
from tb_rnnviz.features.regex import Regex

DEFAULT_FEATURES: tuple[Feature, ...] = (
    Literal("space", " "),
    Literal("line end", "\n"),
    Regex("end of sentence", "[.!?]"),
    Regex("capital letter", r"[^\W\d_a-z]\w*"),
    Regex("digit", r"\d+"),
    Regex("punctuation", r"[^\w\s]"),
)
