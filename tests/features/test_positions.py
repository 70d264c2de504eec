"""Positions in line, sentence and brackets, and frequency, against loops."""

import numpy as np
import pytest

from tb_rnnviz.features import (
    BracketDepth,
    Frequency,
    Indentation,
    InsideBrackets,
    LinePosition,
    LineRest,
    SentencePosition,
    Text,
)

CODE = "def f(a):\n    if a:\n\treturn [a]\n\n  # )(\nx"


def values(feature, text):
    return feature.values(Text([list(text)])).tolist()


@pytest.mark.parametrize("text", [CODE, "", "\n", "\n\n", "a", "ab\n"])
def test_line_position_and_rest_count_characters(text):
    read, position = "", []
    for character in text:
        read += character
        position.append(len(read.rpartition("\n")[2]))
    rest = [len(text[i + 1 :].partition("\n")[0]) for i in range(len(text))]
    assert values(LinePosition("p"), text) == position
    assert values(LineRest("r"), text) == rest


def test_line_position_and_rest_add_up_to_the_length_of_the_line():
    total = np.add(values(LinePosition("p"), CODE), values(LineRest("r"), CODE))
    lines = CODE.split("\n")
    expected = [len(lines[CODE[: i + 1].count("\n")]) for i in range(len(CODE))]
    assert total.tolist() == expected


@pytest.mark.parametrize("tab", [4, 8])
def test_indentation_expands_tabs(tab):
    per_line = [0, 4, tab, 0, 2, 0]
    lines = [CODE[:i].count("\n") for i in range(len(CODE))]
    assert values(Indentation("i", tab), CODE) == [per_line[line] for line in lines]


def test_positions_of_words_equal_those_of_their_last_characters():
    text = Text([["if", "x", ":", "\n", "  ", "return", "x"]])
    assert Indentation("i").values(text).tolist() == [0, 0, 0, 0, 2, 2, 2]
    text = Text([["my", "cat", "\n", "ran"]])
    assert LinePosition("p").values(text).tolist() == [2, 6, 0, 3]


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("a(b)c", [0, 1, 1, 0, 0]),
        ("([{}])", [1, 2, 3, 2, 1, 0]),
        (")a(", [0, 0, 1]),
        ("([)]", [1, 2, 0, 0]),
        ("((", [1, 2]),
    ],
)
def test_bracket_depth_counts_open_brackets(text, depth):
    assert values(BracketDepth("d"), text) == depth
    assert values(InsideBrackets("i"), text) == [d > 0 for d in depth]


def test_brackets_can_be_chosen():
    assert values(BracketDepth("d", "<>"), "<(>") == [1, 1, 0]


def test_sentence_position_counts_words():
    text = 'He ran. "No!" I\n\nyes'
    expected = {"He": 1, "ran": 2, ".": 2, '"': 0, "No": 1, "!": 1, "I": 1, "yes": 1}
    positions = SentencePosition("p").values(Text([list(text)]))
    for word, position in expected.items():
        assert positions[text.index(word)] == position, word
    assert positions[2] == 1 and positions[7] == 2
    assert values(SentencePosition("p"), "  a b") == [0, 0, 1, 1, 2]


def test_frequency_is_relative_to_the_whole_text():
    text = Text([list("aab"), list("b")])
    assert Frequency("f").values(text).tolist() == [0.5, 0.5, 0.5, 0.5]
