"""`Budget`: what may be said in it."""

from __future__ import annotations

import pytest

import tb_rnnviz as rv


def test_a_budget_may_be_given_as_a_mapping():
    assert rv.Budget.of({"bytes": 10, "time": 0.5}) == rv.Budget(10, 0.5)
    assert rv.Budget.of(None) == rv.Budget()


@pytest.mark.parametrize(
    "limits, sentence",
    [
        ({"bytes": 0}, "more than 0.*0"),
        ({"bytes": "10 MB"}, "`bytes` is a number.*'10 MB'"),
        ({"bytes": True}, "`bytes` is a number.*True"),
        ({"bytes": float("nan")}, "more than 0.*nan"),
        ({"time": 0}, "above 0 and at most 1.*0"),
        ({"time": 3}, "above 0 and at most 1.*3"),
    ],
)
def test_a_limit_out_of_range_is_refused(limits, sentence):
    with pytest.raises(ValueError, match=sentence):
        rv.Budget(**limits)
