"""Features of words and passages: lists, edges, capitals, quotations, patterns over the text."""

import pytest

from tb_rnnviz.features import (
    Capitalised,
    Digit,
    InsideQuotes,
    Regex,
    Text,
    WordEnd,
    WordList,
    WordStart,
)


def matched(feature, text):
    """The text with a dot for every character that does not match."""
    values = feature.values(Text([list(text)]))
    return "".join(c if value else "." for c, value in zip(text, values, strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a "b c" d', '.."b c...'),
        ("„a“ «b» “c”", "„a..«b..“c."),
        ('"a\n\n"b" c', '"a.."b...'),
        ('"a\nb', '"a\nb'),
        ("it's 'so'", "........."),
        ("”a»", "..."),
    ],
)
def test_inside_quotes_from_the_opening_mark_up_to_the_closing_one(text, expected):
    assert matched(InsideQuotes("q"), text) == expected


def test_words_as_tokens_inside_quotes():
    text = Text([["He", "said", '"', "No", '"', "."]])
    assert InsideQuotes("q").values(text).tolist() == [False, False, True, True, False, False]


def test_edges_of_words():
    text = "I don't know_it: 5th-rate 'x'"
    assert matched(WordStart("s"), text) == "I.d.....k........5.........x."
    assert matched(WordEnd("e"), text) == "I.....t.......t.........e..x."


def test_edges_of_words_as_tokens():
    text = Text([["The", " cats", "!", " un", "done"]])
    assert WordStart("s").values(text).tolist() == [True, True, False, True, False]
    assert WordEnd("e").values(text).tolist() == [True, True, False, False, True]


def test_capitals_and_digits():
    assert matched(Capitalised("c"), "Anna, an Élan and iPod") == "Anna.....Élan........."
    assert matched(Digit("d"), "5th of ٣, ²") == "5......٣..."


def test_words_of_a_list():
    assert matched(WordList("w", ("the", "n't")), "The other didn't") == "The..........n't"
    assert matched(WordList("w", ("the",), ignore_case=False), "The the") == "....the"


def test_a_pattern_over_the_text_reaches_over_tokens():
    feature = Regex("name", r"Count \w+", over="text")
    assert matched(feature, "a Count Rostov!") == "..Count Rostov."
    words = Text([["a", "Count", "Rostov", "."], ["Count"], ["Ilya"]])
    assert feature.values(words).tolist() == [False, True, True, False, False, False]


def test_a_pattern_that_finds_nothing_but_places_matches_no_token():
    assert matched(Regex("edge", r"\b", over="text"), "a b") == "..."
    assert matched(Regex("end", r"(?<=\.)\s", over="text"), "a. b c") == ".. ..."
