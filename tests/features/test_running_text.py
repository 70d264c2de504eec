"""The running text of a sequence, and what tokens have of its characters."""

import numpy as np
import pytest

from tb_rnnviz.features.running_text import Running, covered, levels


@pytest.mark.parametrize(
    ("tokens", "glue", "text", "spans"),
    [
        (["ab", "c"], "", "abc", ["ab", "c"]),
        (["ab", "c"], " ", "ab c", ["ab", "c"]),
        (["ab", "\n", "c", "d"], " ", "ab\nc d", ["ab", "\n", "c", "d"]),
        (["a", "", "b"], " ", "ab", ["a", "", "b"]),
        ([], " ", "", []),
    ],
)
def test_tokens_are_found_where_they_lie(tokens, glue, text, spans):
    running = Running.of(tokens, glue)
    assert running.text == text
    found = [text[a:b] for a, b in zip(running.starts, running.ends, strict=True)]
    assert found == spans


def test_what_holds_after_a_token_is_what_holds_at_its_last_character():
    running = Running.of(["ab", "", "c"])
    assert running.after([1, 2, 3]).tolist() == [2, 2, 3]
    assert Running.of(["", "a"]).after([5], before=7).tolist() == [7, 5]


def test_a_token_is_touched_by_one_character():
    running = Running.of(["New", "York", "", "now"], " ")
    assert running.touched([(2, 5)]).tolist() == [True, True, False, False]
    assert running.touched([(3, 4), (6, 6)]).tolist() == [False] * 4


def test_spans_and_levels_against_loops():
    rng = np.random.default_rng(0)
    for _ in range(100):
        length = int(rng.integers(0, 9))
        spans = [sorted(rng.integers(0, length + 1, 2)) for _ in range(rng.integers(0, 4))]
        inside = [any(a <= i < b for a, b in spans) for i in range(length)]
        assert covered(length, spans).tolist() == inside
        places = sorted(rng.integers(0, length, 3)) if length else []
        values = [int(v) for v in rng.integers(0, 5, len(places))]
        expected = [0] * length
        for place, value in zip(places, values, strict=True):
            expected[place:] = [value] * (length - place)
        assert levels(length, zip(places, values, strict=True)).tolist() == expected
