"""Contract of every kind of feature, and the tokens that the simple kinds match."""

import subprocess
import sys
from dataclasses import FrozenInstanceError, dataclass

import numpy as np
import pytest

from tb_rnnviz.features import (
    Feature,
    Literal,
    PartOfSpeech,
    Regex,
    StopWords,
    Text,
    feature_from,
    kinds,
    register,
)

SPACE = {"kind": "literal", "text": " "}

BOOLEAN = [
    {"name": "space", "kind": "literal", "text": " "},
    {"name": "end", "kind": "regex", "pattern": "[.!?]"},
    {"name": "the", "kind": "regex", "pattern": "The cats", "over": "text"},
    {"name": "nouns", "kind": "pos", "tags": ["NN", "NNS"]},
    {"name": "stop words", "kind": "stop_words"},
    {"name": "cats", "kind": "word_list", "words": ["cats"]},
    {"name": "The", "kind": "word_list", "words": ["The"], "ignore_case": False},
    {"name": "capitalised", "kind": "capitalised"},
    {"name": "capital letter", "kind": "capital_letter"},
    {"name": "digit", "kind": "digit"},
    {"name": "start", "kind": "word_start"},
    {"name": "end of a word", "kind": "word_end"},
    {"name": "quotes", "kind": "inside_quotes"},
    {"name": "brackets", "kind": "inside_brackets", "brackets": "()"},
    {"name": "comment", "kind": "inside_comment"},
    {"name": "string", "kind": "inside_string"},
    {"name": "keyword", "kind": "keyword", "language": "c"},
    {"name": "name", "kind": "identifier"},
    {"name": "repeated", "kind": "same_token", "back": 3},
    {"name": "no space", "kind": "not", "of": SPACE},
    {"name": "blank", "kind": "or", "of": [SPACE, {"kind": "literal", "text": "\n"}]},
    {"name": "both", "kind": "and", "of": [{"kind": "word_start"}, {"kind": "capitalised"}]},
    {"name": "after a space", "kind": "shift", "of": SPACE, "by": 1},
    {"name": "deep", "kind": "range", "of": {"kind": "bracket_depth", "name": "depth"}, "low": 1},
    {"name": "high", "kind": "threshold", "channel": "wave", "above": 0.5},
    {"name": "rising", "kind": "rise", "channel": "wave"},
    {"name": "falling", "kind": "fall", "channel": "wave"},
    {"name": "crest", "kind": "peak", "channel": "wave"},
    {"name": "no value", "kind": "missing", "channel": "gaps"},
]
NUMERIC = [
    {"name": "depth", "kind": "bracket_depth"},
    {"name": "indentation", "kind": "indentation", "tab": 4},
    {"name": "position", "kind": "line_position"},
    {"name": "rest", "kind": "line_rest"},
    {"name": "position in the sentence", "kind": "sentence_position"},
    {"name": "position in the word", "kind": "word_position"},
    {"name": "position in the sequence", "kind": "sequence_position", "period": 3},
    {"name": "depth of elements", "kind": "tag_depth"},
    {"name": "frequency", "kind": "frequency"},
    {"name": "surprise", "kind": "surprise"},
    {"name": "probability", "kind": "probability"},
    {"name": "mine", "kind": "column", "column": "mine"},
    {"name": "change", "kind": "change", "channel": "wave"},
]
SPECS = BOOLEAN + NUMERIC
STORY = """ The cats (2) ran. "No" 'go' <if># I"""
COLUMNS = {name: np.arange(len(STORY) + 2) / 50 for name in ("surprise", "probability", "mine")}
COLUMNS["wave"] = np.sin(np.arange(len(STORY) + 2))
COLUMNS["gaps"] = np.where(COLUMNS["wave"] > 0, COLUMNS["wave"], np.nan)
OF_COLUMNS = {"frequency", "surprise", "probability", "column"} | {
    *("threshold", "rise", "fall", "peak", "missing", "change"),
}
"""Kinds that read more than the tokens of a sequence."""


def required(spec):
    """Returns the keys that a kind needs: all but the optional ones."""
    optional = {"over", "ignore_case", "brackets", "tab", "low", "language", "back", "period"}
    return [key for key in spec if key not in optional]


def matched(feature, tokens):
    text = Text([tokens])
    values = feature.values(text)
    assert values.dtype == bool and values.shape == (len(tokens),)
    return [token for token, value in zip(tokens, values, strict=True) if value]


def test_every_kind_is_tested_here():
    assert {spec["kind"] for spec in SPECS} == set(kinds())


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec["kind"])
class TestContract:
    def test_returns_the_mapping_that_made_it(self, spec):
        feature = feature_from(spec)
        assert feature.spec() == spec
        assert feature_from(feature.spec()) == feature
        assert (feature.name, feature.kind) == (spec["name"], spec["kind"])
        assert hash(feature) == hash(feature_from(spec))

    def test_is_immutable(self, spec):
        with pytest.raises(FrozenInstanceError):
            feature_from(spec).name = "other"

    def test_returns_a_value_per_token_of_all_sequences(self, spec, pattern):
        pytest.importorskip("gensim")
        text = Text([list(STORY), [], list("No")], COLUMNS)
        values = feature_from(spec).values(text)
        assert values.shape == (len(text.flat),)
        assert values.dtype == (bool if spec in BOOLEAN else np.float64)
        assert len(np.unique(values)) > 1
        for nothing in ([], [[]]):
            empty = feature_from(spec).values(Text(nothing, dict.fromkeys(COLUMNS, [])))
            assert empty.shape == (0,) and empty.dtype == values.dtype

    def test_sequences_are_independent(self, spec, pattern):
        if spec["kind"] in OF_COLUMNS:
            pytest.skip("reads more than the sequence")
        pytest.importorskip("gensim")
        feature = feature_from(spec)
        first, second = list(STORY + "("), list(STORY + '"')
        parts = [feature.values(Text([part])) for part in (first, second)]
        np.testing.assert_array_equal(feature.values(Text([first, second])), np.concatenate(parts))

    def test_tokens_may_be_words(self, spec, pattern):
        pytest.importorskip("gensim")
        text = Text([["The", "(", "cats", ")", "", "\n"]], dict.fromkeys(COLUMNS, np.arange(6)))
        assert feature_from(spec).values(text).shape == (6,)

    def test_a_missing_key_is_an_error_that_names_it(self, spec):
        for key in required(spec):
            with pytest.raises(ValueError, match=f"needs .*`{key}`"):
                feature_from({k: v for k, v in spec.items() if k != key})

    def test_an_unknown_key_is_an_error_that_lists_the_known_ones(self, spec):
        with pytest.raises(ValueError, match="does not know `colour`. Its keys are `kind`, `name`"):
            feature_from({**spec, "colour": "red"})

    @pytest.mark.parametrize("name", ["", None, 7])
    def test_a_missing_name_is_an_error(self, spec, name):
        with pytest.raises(ValueError, match="`name` of a feature .* must be a string"):
            feature_from({**spec, "name": name})


def test_literal_matches_equal_tokens_only():
    assert matched(Literal("a", "a"), ["a", "A", " a", "ab", "a"]) == ["a", "a"]
    assert matched(Literal("newline", "\n"), ["\n", "\\n"]) == ["\n"]


def test_regex_matches_whole_tokens():
    assert matched(Regex("end", "[.!?]"), [".", "?!", "a.", "!"]) == [".", "!"]
    assert matched(Regex("any", "(?s).*"), ["", "\n", "a"]) == ["", "\n", "a"]


def test_stop_words_match_in_any_case():
    pytest.importorskip("gensim")
    tokens = ["The", "cat", "AND", "the", "prince", "."]
    assert matched(StopWords("stop words"), tokens) == ["The", "AND", "the"]
    assert matched(StopWords("stop words"), list("The cat")) == ["T", "h", "e"]


def test_parts_of_speech_match_words_of_a_tag(any_tagger):
    nouns = PartOfSpeech("nouns", ("NN", "NNS"))
    assert matched(nouns, ["The", "cats", "saw", "a", "house", "."]) == ["cats", "house"]
    assert matched(nouns, list("The cats ran")) == list("cats")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            {"name": "x", "kind": "literally"},
            "'literally'. The kinds are `and`, `bracket_depth`,.* `literal`, .*`word_start`",
        ),
        ({"name": "x", "kind": ["pos"]}, "no feature of kind"),
        ({"name": "x"}, "needs a `kind`, one of `and`"),
        ("space", "is a mapping.*'space'"),
        ({"name": "x", "kind": "literal", "text": False}, r"`text`.*False \(bool\).*quotes"),
        ({"name": "x", "kind": "literal", "text": ""}, "not empty"),
        ({"name": "x", "kind": "regex", "pattern": 5}, "`pattern`.*string"),
        (
            {"name": "x", "kind": "regex", "pattern": "a[b"},
            r"'x'.*unterminated.*position 1.*'a\[b'",
        ),
        ({"name": "x", "kind": "pos", "tags": "VB, VBG"}, "must list Penn tags.*'VB, VBG'"),
        ({"name": "x", "kind": "pos", "tags": []}, "must list Penn tags"),
        ({"name": "x", "kind": "pos", "tags": ["VB", "verb"]}, r"\['verb'\].*VB, VBD"),
        ({"name": "x", "kind": "regex", "pattern": "a", "over": "line"}, "token, text.*'line'"),
        ({"name": "x", "kind": "word_list", "words": "he"}, "must list words.*'he'"),
        ({"name": "x", "kind": "word_list", "words": ["he", False]}, "must list words.*quotes"),
        ({"name": "x", "kind": "word_list", "words": ["he"], "ignore_case": 1}, "true or false"),
        ({"name": "x", "kind": "bracket_depth", "brackets": "(]["}, r"pairs.*'\(\]\['"),
        ({"name": "x", "kind": "inside_brackets", "brackets": '""'}, "all different"),
        ({"name": "x", "kind": "indentation", "tab": 0}, "at most 1000. Received: 0"),
        ({"name": "x", "kind": "indentation", "tab": 2_000_000_000}, "at most 1000. Received: 20"),
        (
            {"name": "x", "kind": "shift", "of": {"kind": "digit"}, "by": 10**12},
            "at most 1000000000, an integer",
        ),
        ({"name": "x", "kind": "inside_string", "language": None}, "`language`.*string"),
        ({"name": "x", "kind": "column", "column": 3}, "`column`.*string"),
        ({"name": "x", "kind": "and", "of": []}, "must list features"),
        ({"name": "x", "kind": "or", "of": {"kind": "digit"}}, "must list features"),
        ({"name": "x", "kind": "and", "of": [{"kind": "digits"}]}, "no feature of kind 'digits'"),
        ({"name": "x", "kind": "not", "of": "space"}, "is a mapping.*'space'"),
        ({"name": "x", "kind": "shift", "of": SPACE, "by": 1.5}, "integer. Received: 1.5"),
        ({"name": "x", "kind": "range", "of": SPACE}, "`low`, `high` or both"),
        ({"name": "x", "kind": "range", "of": SPACE, "low": 2, "high": 1}, "low=2, high=1"),
    ],
)
def test_an_invalid_feature_is_an_error(spec, message):
    with pytest.raises(ValueError, match=message):
        feature_from(spec)


def test_a_kind_can_be_registered_once():
    with pytest.raises(ValueError, match="'literal' are made by Literal already"):
        register("literal")(Regex)
    assert Regex.kind == "regex"


def test_a_custom_kind_may_return_numbers(monkeypatch):
    monkeypatch.setattr("tb_rnnviz.features.feature._KINDS", {})

    @register("position")
    @dataclass(frozen=True)
    class Position(Feature):
        scale: float = 1.0

        def values(self, text):
            return self.scale * np.concatenate([np.arange(n) for n in text.lengths])

    position = feature_from({"name": "position", "kind": "position"})
    assert position.values(Text([list("ab"), list("c")])).tolist() == [0, 1, 0]
    assert position.spec() == {"name": "position", "kind": "position"}
    assert Position("p", 2.0).spec() == {"name": "p", "kind": "position", "scale": 2.0}


def test_stop_words_without_gensim_say_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "gensim.parsing.preprocessing", None)
    with pytest.raises(ImportError, match=r"'stop words'.*pip install .tb-rnnviz\[text\]"):
        StopWords("stop words").values(Text([["the"]]))


def test_importing_features_loads_no_language_library():
    code = (
        "import sys, tb_rnnviz.features;"
        "names = {'gensim', 'nltk', 'textblob', 'yaml', 'pygments', 'tensorflow', 'keras'};"
        "print(*names & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
