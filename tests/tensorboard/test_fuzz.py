"""Fuzzed queries: a route answers, or rejects the query with a message."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tb_rnnviz.tensorboard.routes import all_routes

FEATURE = "{name: space, kind: literal, text: ' '}"
VALID = {
    "run": "run1/rnnviz",
    "probe": "novel",
    "step": "0",
    "layer": "lstm",
    "quantity": "hidden_state",
    "other_run": "run1/rnnviz",
    "other_step": "0",
    "other_layer": "lstm",
    "unit": "0",
    "what": "peaks",
    "feature": FEATURE,
    "top": "5",
    "matrix": "attention",
    "sequence": "0",
    "head": "1",
    "token": "40",
    "first_row": "0",
    "end_row": "2",
    "first_column": "3",
    "end_column": "5",
    "since": "none",
    "whole": "2",
    "most": "2",
    "before": "none",
    "fitted": '[["run1/rnnviz", [0, 2]]]',
    "method": "pca",
    "clusters": "3",
    "mode": "abs",
    "resamples": "0",
    "like_run": "run1/rnnviz",
    "like_step": "0",
    "of": "word",
    "index": "0",
}
"""A valid value of every parameter."""

ROUTES = {
    name: {parameter: VALID[parameter] for parameter in (*route.required, *route.optional)}
    for name, route in all_routes().items()
}
OPTIONAL = {
    (name, parameter) for name, route in all_routes().items() for parameter in route.optional
}
ODD = [
    "", " ", "-1", "0x0", "1e9", "1.5", "NaN", "٣", "9" * 30, "-" + "9" * 18, "last ", "LAST",
    "\0", "\ufffd\U0001f600\u202e", "../../etc/passwd", "%2e%2e/", "<script>", "' OR 1=1 --",
    "a" * 9_000, "{{7*7}}", "[0]", "null",
]  # fmt: skip


@pytest.mark.parametrize("route", ROUTES)
def test_odd_values_are_rejected_with_a_message(client, route):
    query = ROUTES[route]
    assert client(route, query_string=query).status_code == 200
    assert client(route, method="HEAD", query_string=query).status_code == 200
    assert client(route, method="POST", query_string=query).status_code == 405
    cases = [(name, odd) for name in query for odd in ODD]
    with ThreadPoolExecutor(8) as pool:
        queries = (query | {name: odd} for name, odd in cases)
        answers = pool.map(lambda odd_query: client(route, query_string=odd_query), queries)
    for case, answer in zip(cases, answers, strict=True):
        assert answer.status_code in (400, 404), case
        assert answer.content_type.startswith("text/plain") and " " in answer.text


@pytest.mark.parametrize("route", ROUTES)
def test_missing_and_repeated_parameters_are_rejected_with_a_message(client, route):
    query = ROUTES[route]
    for name in query:
        without = {key: value for key, value in query.items() if key != name}
        answer = client(route, query_string=without)
        if (route, name) not in OPTIONAL:
            assert answer.status_code == 400 and name in answer.text
        twice = "&".join(f"{key}={quote(value)}" for key, value in [*query.items(), (name, "1")])
        assert client(f"{route}?{twice}").status_code == 400
    assert client(f"{route}?run=%ff%fe&x=1&x=2").status_code == 400
    assert client(route, environ_overrides={"QUERY_STRING": "run=\xff"}).status_code == 400


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    route=st.sampled_from(sorted(ROUTES)),
    changes=st.dictionaries(
        st.sampled_from(sorted({name for query in ROUTES.values() for name in query})),
        st.text(max_size=30) | st.integers().map(str),
        max_size=3,
    ),
)
def test_no_query_causes_a_server_error(client, route, changes):
    changes = {key: value.encode("utf-8", "replace").decode() for key, value in changes.items()}
    answer = client(route, query_string=ROUTES[route] | changes)
    assert answer.status_code in (200, 400, 404), answer.text[:200]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    typed=st.text(max_size=60)
    | st.text(alphabet="{}[]:,'\"&*!|>-% \n\tname kdoftx0.", max_size=60)
    | st.builds(
        "{{name: a, kind: {}, {}: {}}}".format,
        st.sampled_from(["regex", "range", "shift", "indentation", "inside_brackets", "pos", "or"]),
        st.sampled_from(["pattern", "low", "by", "tab", "brackets", "tags", "of", "over"]),
        st.text(alphabet="()[]{}*+?.\\|^$a0-9:'\" e", max_size=12)
        | st.integers().map(str)
        | st.floats().map(str),
    )
)
def test_no_typed_feature_causes_a_server_error(client, typed):
    typed = typed.encode("utf-8", "replace").decode()
    answer = client("feature", query_string=ROUTES["feature"] | {"feature": typed})
    assert answer.status_code in (200, 400), answer.text[:200]
    assert "process that does it ended" not in answer.text
