"""Records whose content is damaged: one clear error, everything else is whole."""

from __future__ import annotations

import json
import struct
import tracemalloc
import warnings
import zlib

import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.log_format import DamagedRecordError, RunWriter
from tb_rnnviz.log_format.activity import EncodedActivity, encode_activity
from tb_rnnviz.log_format.codec import MAX_UNITS, MAX_VALUES
from tb_rnnviz.log_format.inflate import inflate, inflate_up_to
from tb_rnnviz.log_format.spectrum import PooledSpectrum, decode_spectrum, encode_spectrum
from tb_rnnviz.log_format.text import EncodedText, RecordedText, encode_text
from tb_rnnviz.log_format.tfrecord import frame, masked_crc, read_frames
from tests.damage import bomb, damage, read_events, write_records
from tests.planted_logs import write_planted_run

MUTATIONS = 150
MAX_BYTES = 32 << 20
"""Bytes that loading a small damaged log may allocate."""


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    """Events of a log of two steps."""
    log_dir = tmp_path_factory.mktemp("log")
    write_planted_run(log_dir, steps=2, text="it was a day in april " * 2, units=6)
    return read_events(log_dir / "rnnviz")


def written(run, events, change=None):
    """Writes events; `change(value, event)` may change values before."""
    for event in events:
        for value in event.summary.value:
            if change is not None:
                change(value, event)
    write_records(run, [event.SerializeToString() for event in events])
    return run


def copies(events):
    return [type(event).FromString(event.SerializeToString()) for event in events]


def damaging(tag, step, string, index=0):
    """Returns a change that replaces a string of a tag at a step."""

    def change(value, event):
        if value.tag == tag and event.step == step:
            value.tensor.string_val[index] = string

    return change


def test_load_of_any_damaged_record_returns_the_rest_or_one_clear_error(events, tmp_path):
    for seed in range(MUTATIONS):
        records, case = damage(events, seed)
        write_records(tmp_path / "log", records)
        tracemalloc.start()
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                for step in ("last", 0, 1):
                    recording = rv.load(tmp_path / "log", probe="novel", step=step)
                    assert recording.probe == "novel", case
        except ValueError as error:
            assert (
                type(error) is DamagedRecordError
                or "log holds" in str(error)
                or ("No step" in str(error) or "No probe" in str(error))
            ), case
        finally:
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert peak < MAX_BYTES, case
        assert all("skipped" in str(warning.message) for warning in caught), case


def test_a_damaged_activity_is_missing_and_named_in_one_warning(events, tmp_path):
    tag = "activity/novel/lstm/forget_gate"
    run = written(tmp_path, copies(events), damaging(tag, 1, b"not zlib", index=1))
    with pytest.warns(UserWarning) as caught:
        recording = rv.load(tmp_path)
    assert list(recording["lstm"]) == ["hidden_state"] and recording.step == 1
    (warning,) = caught
    (file,) = run.glob("*tfevents*")
    assert f"{file}: {tag} at step 1 is damaged. A blob is no zlib stream" in str(warning.message)
    assert warning.filename == __file__


def test_last_is_the_last_step_whose_text_is_whole(events, tmp_path):
    written(tmp_path, copies(events), damaging("text/novel", 1, b"{"))
    with pytest.warns(UserWarning, match="text/novel at step 1 is damaged"):
        assert rv.load(tmp_path).step == 0


def test_a_damaged_text_that_is_asked_for_is_an_error_with_its_location(events, tmp_path):
    written(tmp_path, copies(events), damaging("text/novel", 1, b'{"lengths": 3}'))
    with pytest.raises(rv.DamagedRecordError, match="lacks") as caught:
        rv.load(tmp_path, step=1)
    error = caught.value
    assert (error.tag, error.step) == ("text/novel", 1) and "tfevents" in error.source
    assert isinstance(error, ValueError)


def test_an_event_that_is_no_event_is_named_by_its_number(events, tmp_path):
    records = [event.SerializeToString() for event in events]
    records.insert(2, b"\xff\xff\xff")
    write_records(tmp_path, records)
    with pytest.warns(UserWarning, match="Record 2 of the file is no event"):
        assert rv.load(tmp_path).step == 1


def test_a_run_with_an_event_that_is_no_event_is_continued(events, tmp_path):
    records = [event.SerializeToString() for event in events]
    write_records(tmp_path / "rnnviz", [*records[:2], b"\xff\xff\xff", *records[2:]])
    with RunWriter(tmp_path) as writer:
        assert writer.next_step(0) == 2


def test_damaged_metadata_cost_their_tag_only(events, tmp_path):
    def change(value, event):
        if value.tag == "activity/novel/lstm/forget_gate" and value.HasField("metadata"):
            value.metadata.plugin_data.content = b"[" * 100_000

    written(tmp_path, copies(events), change)
    with pytest.warns(UserWarning, match="Its metadata is nested too deeply"):
        assert list(rv.load(tmp_path)["lstm"]) == ["hidden_state"]


def test_a_record_that_announces_more_than_the_file_has_is_not_read(tmp_path):
    length = struct.pack("<Q", 1 << 40)
    path = tmp_path / "records"
    head = length + struct.pack("<I", masked_crc(length))
    path.write_bytes(b"".join(frame(b"first")) + head + b"short")
    tracemalloc.start()
    with path.open("rb") as file:
        assert list(read_frames(file)) == [b"first"]
    assert tracemalloc.get_traced_memory()[1] < MAX_BYTES
    tracemalloc.stop()


def test_a_blob_is_inflated_to_the_announced_size_only():
    assert inflate(zlib.compress(b"abc"), 3) == b"abc"
    with pytest.raises(DamagedRecordError, match="holds 3 bytes, its header announces 4"):
        inflate(zlib.compress(b"abc"), 4)
    with pytest.raises(DamagedRecordError, match="inflates to more than the 2 bytes"):
        inflate(zlib.compress(b"abc"), 2)
    with pytest.raises(DamagedRecordError, match="no whole zlib stream"):
        inflate(zlib.compress(b"abc")[:-2], 3)
    with pytest.raises(DamagedRecordError, match="no whole zlib stream"):
        inflate_up_to(zlib.compress(b"abc") + b"more", 3)


def test_a_bomb_is_not_inflated():
    blob = bomb()
    tracemalloc.start()
    for size in (1000, 1 << 40):
        with pytest.raises(DamagedRecordError):
            inflate(blob, size)
    header, _ = encode_activity(np.ones((5, 3)), np.ones(5, bool), [5]).strings()
    with pytest.raises(DamagedRecordError, match="more than the 27 bytes"):
        EncodedActivity(header).decode([blob])
    assert tracemalloc.get_traced_memory()[1] < MAX_BYTES
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"units": 10**9}, "header.units"),
        ({"tokens": 10**9}, "header.tokens"),
        ({"units": MAX_UNITS, "tokens": 1 + MAX_VALUES // MAX_UNITS}, "announces"),
        ({"units": 4}, "3 units, its header 4"),
        ({"lengths": [4]}, "sequences have 4 tokens, its header 5"),
        ({"lengths": [7, -2]}, "header.lengths"),
        ({"encoding": "float64"}, "header.encoding"),
        ({"chunks": []}, "0 units, its header 3"),
        ({"chunks": [{"units": [0, 3], "tokens": [0, 4]}]}, "not all units and tokens"),
        ({"chunks": [{"units": [0, 3], "tokens": [0, 5]}] * 2}, "not all units and tokens"),
        ({"chunks": [{"units": [0, 3]}]}, r"lacks \['tokens'\]"),
        ({"chunks": 3}, "header.chunks"),
    ],
)
def test_a_header_of_an_activity_that_does_not_fit_is_damaged(change, reason):
    header, _ = encode_activity(np.ones((5, 3)), np.ones(5, bool), [5]).strings()
    changed = json.dumps(json.loads(header) | change).encode()
    with pytest.raises(DamagedRecordError, match=reason):
        EncodedActivity(changed)


def test_an_announced_size_is_compared_with_the_blob_before_memory_is_allocated():
    header, blob = encode_activity(np.ones((5, 3)), np.ones(5, bool), [5]).strings()
    size = 1 << 14
    chunks = [{"units": [0, size], "tokens": [0, 1 << 11]}]
    large = {"units": size, "tokens": 1 << 11, "lengths": [1 << 11], "chunks": chunks}
    changed = json.dumps(json.loads(header) | large).encode()
    tracemalloc.start()
    with pytest.raises(DamagedRecordError, match="cannot hold them"):
        EncodedActivity(changed).decode([blob])
    assert tracemalloc.get_traced_memory()[1] < MAX_BYTES
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"lengths": [10**9]}, "header.lengths"),
        ({"lengths": [2, 2]}, "tokens' has the shape \\[3\\], its text 4 tokens"),
        ({"labels": ["one"]}, "1 labels for 2 sequences"),
        ({"labels": [1, 2]}, "header.labels"),
        ({"arrays": []}, "names 0 arrays"),
        ({"arrays": [{"name": "x", "dtype": "uint32", "shape": [3]}]}, "lacks the array 'tokens'"),
        ({"arrays": [{"name": "tokens", "dtype": "float32", "shape": [3]}]}, "of type float32"),
        ({"arrays": [{"name": "tokens", "dtype": "object", "shape": [3]}]}, "dtype"),
        ({"arrays": [{"name": "tokens", "dtype": "uint32", "shape": [-3]}]}, "shape"),
    ],
)
def test_a_header_of_a_text_that_does_not_fit_is_damaged(change, reason):
    text = RecordedText([["a", "b"], ["a"]], labels=["one", "two"])
    header, *blobs = encode_text(text).strings()
    with pytest.raises(DamagedRecordError, match=reason):
        EncodedText([json.dumps(json.loads(header) | change).encode(), *blobs])


@pytest.mark.parametrize("table", [b"{}", b'["a", 3]', b'["a"', b'["a"]', b"\xff"])
def test_a_table_that_does_not_fit_the_tokens_is_damaged(table):
    header, _, *arrays = encode_text(RecordedText([["a", "b"]])).strings()
    text = EncodedText([header, zlib.compress(table), *arrays])
    with pytest.raises(DamagedRecordError):
        text.tokens()
    with pytest.raises(DamagedRecordError):
        text.check()


def test_frequencies_of_a_spectrum_are_those_of_its_bins():
    spectrum = PooledSpectrum(np.array([0.25, 0.5]), np.ones((2, 1)), 8)
    header, blob = encode_spectrum(spectrum).strings()
    changed = json.dumps(json.loads(header) | {"frequency": [0.5]}).encode()
    with pytest.raises(DamagedRecordError, match="1 frequencies, its header 2 bins"):
        decode_spectrum([changed, blob])


@pytest.mark.parametrize("decode", [decode_spectrum, EncodedText])
def test_a_value_without_strings_has_no_header(decode):
    with pytest.raises(DamagedRecordError, match="It has no header"):
        decode([])
