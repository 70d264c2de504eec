"""Tags of the log and their metadata."""

from __future__ import annotations

import json

import pytest

from tb_rnnviz.log_format.tags import LARGE, metadata, parse_content, parse_listing, tag

TEXT = {"version": 1, "kind": "text", "probe": "a/b", "generated": False}


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
    assert parse_content(json.dumps(TEXT | change).encode()) is None


def test_newer_content_is_parsed_whatever_it_holds():
    assert parse_content(b'{"version": 99, "kind": "dream"}') == {"version": 99, "kind": "dream"}


def test_content_of_another_tag_is_damaged():
    content = json.dumps(TEXT).encode()
    assert parse_listing(tag("text", "a/b"), content) == TEXT
    assert parse_listing(tag("text", "a"), content) is None
