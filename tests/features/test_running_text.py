"""`RunningText`: positions of the tokens, and values of their characters."""

import numpy as np
import pytest

from tb_rnnviz.features.running_text import RunningText, in_spans, piecewise_constant


@pytest.mark.parametrize(
    ("tokens", "separator", "text", "spans"),
    [
        (["ab", "c"], "", "abc", ["ab", "c"]),
        (["ab", "c"], " ", "ab c", ["ab", "c"]),
        (["ab", "\n", "c", "d"], " ", "ab\nc d", ["ab", "\n", "c", "d"]),
        (["a", "", "b"], " ", "ab", ["a", "", "b"]),
        ([], " ", "", []),
    ],
)
def test_tokens_are_located_in_the_text(tokens, separator, text, spans):
    running = RunningText.of(tokens, separator)
    assert running.text == text
    located = [text[a:b] for a, b in zip(running.starts, running.ends, strict=True)]
    assert located == spans


def test_values_at_token_ends_are_those_of_the_last_characters():
    running = RunningText.of(["ab", "", "c"])
    assert running.at_token_ends([1, 2, 3]).tolist() == [2, 2, 3]
    assert RunningText.of(["", "a"]).at_token_ends([5], before=7).tolist() == [7, 5]


def test_a_token_overlaps_a_span_from_one_character_on():
    running = RunningText.of(["New", "York", "", "now"], " ")
    assert running.overlapping([(2, 5)]).tolist() == [True, True, False, False]
    assert running.overlapping([(3, 4), (6, 6)]).tolist() == [False] * 4


def test_spans_and_piecewise_constants_equal_loops():
    rng = np.random.default_rng(0)
    for _ in range(100):
        length = int(rng.integers(0, 9))
        spans = [sorted(rng.integers(0, length + 1, 2)) for _ in range(rng.integers(0, 4))]
        inside = [any(a <= i < b for a, b in spans) for i in range(length)]
        assert in_spans(length, spans).tolist() == inside
        positions = sorted(rng.integers(0, length, 3)) if length else []
        values = [int(v) for v in rng.integers(0, 5, len(positions))]
        expected = [0] * length
        for position, value in zip(positions, values, strict=True):
            expected[position:] = [value] * (length - position)
        assert piecewise_constant(length, zip(positions, values, strict=True)).tolist() == expected
