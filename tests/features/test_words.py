"""Features of words and passages: lists, edges, capitals, quotations, patterns."""

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
    """Returns the text with a dot for every character that does not match."""
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
def test_inside_quotes_matches_from_the_opening_mark_to_before_the_closing_one(text, expected):
    assert matched(InsideQuotes("q"), text) == expected


def test_inside_quotes_with_words_as_tokens():
    text = Text([["He", "said", '"', "No", '"', "."]])
    assert InsideQuotes("q").values(text).tolist() == [False, False, True, True, False, False]


def test_word_start_and_word_end_match_the_edges_of_words():
    text = "I don't know_it: 5th-rate 'x'"
    assert matched(WordStart("s"), text) == "I.d.....k........5.........x."
    assert matched(WordEnd("e"), text) == "I.....t.......t.........e..x."


def test_word_start_and_word_end_with_words_as_tokens():
    text = Text([["The", " cats", "!", " un", "done"]])
    assert WordStart("s").values(text).tolist() == [True, True, False, True, False]
    assert WordEnd("e").values(text).tolist() == [True, True, False, False, True]


def test_capitalised_and_digit_match_words_and_characters():
    assert matched(Capitalised("c"), "Anna, an Élan and iPod") == "Anna.....Élan........."
    assert matched(Digit("d"), "5th of ٣, ²") == "5......٣..."


def test_word_list_matches_its_words():
    assert matched(WordList("w", ("the", "n't")), "The other didn't") == "The..........n't"
    assert matched(WordList("w", ("the",), ignore_case=False), "The the") == "....the"


def test_a_pattern_over_the_text_matches_across_tokens():
    feature = Regex("name", r"Count \w+", over="text")
    assert matched(feature, "a Count Rostov!") == "..Count Rostov."
    words = Text([["a", "Count", "Rostov", "."], ["Count"], ["Ilya"]])
    assert feature.values(words).tolist() == [False, True, True, False, False, False]


def test_empty_matches_of_a_pattern_match_no_token():
    assert matched(Regex("edge", r"\b", over="text"), "a b") == "..."
    assert matched(Regex("end", r"(?<=\.)\s", over="text"), "a. b c") == ".. ..."
