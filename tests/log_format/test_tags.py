"""Tags of the log and their metadata."""

from __future__ import annotations

import json

import pytest

from tb_rnnviz.log_format import DamagedRecordError
from tb_rnnviz.log_format.tags import (
    LARGE,
    metadata,
    parse_content,
    parse_listing,
    tag,
    valid_wall_time,
)

TEXT = {"version": 1, "kind": "text", "probe": "a/b", "generated": False}
ACTIVITY = {
    "version": 1,
    "kind": "activity",
    "probe": "novel",
    "layer": "lstm",
    "quantity": "hidden_state",
    "cell": "LSTMCell",
    "units": 3,
    "role": None,
    "place": [0, 0],
}


def test_names_with_slashes_and_percent_signs_make_different_tags():
    names = ["a/b", "a%2Fb", "a b", "a", "ü"]
    assert len({tag("text", name) for name in names}) == len(names)
    assert all(tag("text", name).count("/") == 1 for name in names)


def test_content_is_parsed_as_it_was_written():
    proto = metadata(LARGE, {key: value for key, value in TEXT.items() if key != "version"})
    assert parse_content(proto.plugin_data.content) == TEXT
    assert proto.plugin_data.plugin_name == LARGE and proto.data_class != 0


@pytest.mark.parametrize(
    "change",
    [{"kind": "unknown"}, {"kind": 1}, {"version": None}, {"probe": 3}, {"generated": "no"}],
)
def test_content_that_lacks_a_required_entry_is_damaged(change):
    with pytest.raises(DamagedRecordError, match=next(iter(change))):
        parse_content(json.dumps(TEXT | change).encode())


def test_newer_content_is_parsed_whatever_it_holds():
    assert parse_content(b'{"version": 99, "kind": "dream"}') == {"version": 99, "kind": "dream"}


def test_content_of_another_tag_is_damaged():
    content = json.dumps(TEXT).encode()
    assert parse_listing(tag("text", "a/b"), content) == TEXT
    with pytest.raises(DamagedRecordError, match="describe 'text/a%2Fb'"):
        parse_listing(tag("text", "a"), content)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"role": 3}, "metadata.role"),
        ({"units": 10**12}, "metadata.units"),
        ({"place": 0}, "metadata.place"),
        ({"place": [[], "a"]}, "metadata.place"),
        ({"layer": ["lstm"]}, "metadata.layer"),
        ({"layer": "\ud800"}, "metadata.layer"),
    ],
)
def test_activity_whose_metadata_do_not_fit_is_damaged(change, reason):
    with pytest.raises(DamagedRecordError, match=reason):
        parse_content(json.dumps(ACTIVITY | change).encode())


def test_activity_without_a_role_is_damaged():
    content = {key: value for key, value in ACTIVITY.items() if key != "role"}
    with pytest.raises(DamagedRecordError, match=r"lacks \['role'\]"):
        parse_content(json.dumps(content).encode())


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b"null", b"[]"])
def test_metadata_that_are_no_json_object_are_damaged(content):
    with pytest.raises(DamagedRecordError, match="metadata"):
        parse_content(content)


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -float("inf"), 1e300])
def test_a_time_that_no_clock_shows_is_unknown(seconds):
    assert valid_wall_time(seconds) is None
