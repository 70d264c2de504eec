"""Running text of subword tokens, line breaks, and capital letters of any script."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_rnnviz.features import DEFAULT_FEATURES, Regex, Text, feature_from

DEFAULTS = {feature.name: feature for feature in DEFAULT_FEATURES}

ALPHABET = st.characters(blacklist_categories=["Cc", "Cs", "Cn", "Co", "Zs", "Zl", "Zp"])
WORD = st.text(ALPHABET.filter(lambda c: c not in "▁#@�" and not c.isspace()), min_size=1)
WORDS = st.lists(WORD.filter(lambda w: "</w>" not in w), min_size=2, max_size=6)


def gpt2_characters():
    """Character of every byte by definition: printable, or from U+0100 on."""
    characters, following = {}, 0x100
    for byte in range(256):
        if 33 <= byte <= 126 or 161 <= byte <= 172 or 174 <= byte <= 255:
            characters[byte] = chr(byte)
        else:
            characters[byte], following = chr(following), following + 1
    return characters


def cut(draw, sequence):
    """Cuts a string or bytes into pieces at drawn positions."""
    ends = draw(st.sets(st.integers(1, max(1, len(sequence) - 1)), max_size=5))
    bounds = [0, *sorted(end for end in ends if end < len(sequence)), len(sequence)]
    return [sequence[a:b] for a, b in zip(bounds, bounds[1:], strict=False)]


@st.composite
def sentencepiece(draw):
    words = draw(WORDS)
    return [piece for word in words for piece in cut(draw, "▁" + word)], " ".join(words)


@st.composite
def wordpiece(draw):
    words = ["trick", *draw(WORDS)]
    tokens = ["tr", "##ick"]
    for word in words[1:]:
        first, *rest = cut(draw, word)
        tokens += [first, *("##" + piece for piece in rest)]
    return tokens, " ".join(words)


@st.composite
def continued(draw):
    words = ["Rostov", *draw(WORDS)]
    tokens = ["Ro@@", "stov"]
    for word in words[1:]:
        *rest, last = cut(draw, word)
        tokens += [*(piece + "@@" for piece in rest), last]
    return tokens, " ".join(words)


@st.composite
def word_ends(draw):
    words = draw(WORDS)
    tokens = []
    for word in words:
        *rest, last = cut(draw, word)
        tokens += [*rest, last + "</w>"]
    return tokens, " ".join(words)


@st.composite
def gpt2(draw):
    characters = gpt2_characters()
    text = " ".join(draw(WORDS))
    pieces = cut(draw, text.encode())
    return ["".join(characters[byte] for byte in piece) for piece in pieces], text


@st.composite
def plain_characters(draw):
    text = " ".join(draw(WORDS))
    return list(text), text


@given(
    st.one_of(sentencepiece(), wordpiece(), continued(), word_ends(), gpt2(), plain_characters())
)
def test_the_running_text_of_any_tokens_is_their_text(tokens_and_text):
    tokens, text = tokens_and_text
    (running,) = Text([tokens]).running
    assert running.text == text
    assert "".join(running.token_texts()).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (["▁Count", "▁Ro", "stov", "."], "Count Rostov."),
        (["the", "tr", "##ick"], "the trick"),
        (["The", "Ġquick", "Ġfox", "Ċ", "Ã", "©"], "The quick fox\né"),
        (["###", "Title"], "### Title"),
        (["Ġorġ", "u", "Marija"], "Ġorġ u Marija"),
        (["człowiek", "się", "boi"], "człowiek się boi"),
        (list("C#\ta  b"), "C#\ta  b"),
        (["ab", "\r\n", "c"], "ab\r\nc"),
    ],
)
def test_subword_markers_are_read_and_nothing_else_is(tokens, text):
    assert Text([tokens]).running[0].text == text


def test_words_of_subwords_are_found():
    tokens = ["▁Count", "▁Ro", "stov", "▁ran"]
    feature = Regex("Rostov", r"Count\s+Rostov", over="text")
    assert feature.values(Text([tokens])).tolist() == [True, True, True, False]
    starts = feature_from({"name": "start", "kind": "word_start"})
    assert starts.values(Text([tokens])).tolist() == [True, True, False, True]
    assert starts.values(Text([["The", "Ġtr", "ick"]])).tolist() == [True, True, False]
    assert starts.values(Text([["the", "tr", "##ick"]])).tolist() == [True, True, False]
    assert Text([tokens]).words == ("Count", "Rostov", "Rostov", "ran")


def test_single_tokens_match_by_their_text_or_as_they_are():
    text = Text([["In", "Ġ1812", "Ġfox", "Ċ", "Ġ"]])
    assert DEFAULTS["digit"].values(text).tolist() == [False, True, False, False, False]
    for literal, matches in (("fox", 2), ("Ġfox", 2), ("\n", 3), (" ", 4)):
        values = feature_from({"name": "x", "kind": "literal", "text": literal}).values(text)
        assert values.nonzero()[0].tolist() == [matches]
    assert DEFAULTS["line end"].values(text).nonzero()[0].tolist() == [3]
    assert not DEFAULTS["punctuation"].values(Text([["▁", "▁a"]])).any()


RUSSIAN = "Все счастливые семьи похожи друг на друга , каждая несчастливая семья несчастлива"
CHINESE = "我 喜欢 吃 苹果 和 香蕉 还 有 葡萄 汁"
HEBREW = "בראשית ברא אלהים את השמים ואת הארץ והארץ היתה תהו"


@pytest.mark.parametrize(
    ("text", "matches"), [(RUSSIAN, ["Все"]), (CHINESE, []), (HEBREW, []), ("Ġfox Ġjumps", [])]
)
def test_capital_letters_are_those_of_the_script(text, matches):
    tokens = text.split()
    values = DEFAULTS["capital letter"].values(Text([tokens]))
    assert [token for token, value in zip(tokens, values, strict=True) if value] == matches


LINES = [["ab", "\r\n", "cd"], [*"ab\r\ncd"], ["ab", "\r", "cd"], ["ab\r\n", "cd"]]


@pytest.mark.parametrize("tokens", LINES, ids=repr)
def test_a_line_ends_with_carriage_return_and_newline_together_or_alone(tokens):
    text = Text([tokens])
    ends = DEFAULTS["line end"].values(text)
    assert [bool(re.search("[\r\n]", token)) for token in tokens] == ends.tolist()
    position = feature_from({"name": "x", "kind": "line_position"}).values(text)
    rest = feature_from({"name": "x", "kind": "line_rest"}).values(text)
    assert position[-1] == 2 and rest[-1] == 0
    assert position[ends].tolist() == [0.0] * ends.sum()
    breaks = [token for token in tokens if re.search("[\r\n]", token)]
    indented = Text([[*tokens, *breaks, "  ", "x"]])
    assert feature_from({"name": "x", "kind": "indentation"}).values(indented)[-1] == 2


def test_a_blank_line_with_carriage_returns_closes_a_quotation():
    quotes = feature_from({"name": "x", "kind": "inside_quotes"})
    assert not quotes.values(Text([list('"a\r\n\r\nb')]))[-1]
    assert quotes.values(Text([list('"a\r\nb')]))[-1]
    assert len(Text([list("a\r\rb")]).sentences[0]) == 2
