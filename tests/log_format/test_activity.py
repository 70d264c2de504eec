"""Activity in the log: header and chunks, whole or some units at a time."""

from __future__ import annotations

import numpy as np
import pytest

from tb_rnnviz.log_format import codec
from tb_rnnviz.log_format.activity import EncodedActivity, encode_activity


@pytest.fixture
def values():
    return np.random.default_rng(0).normal(size=(90, 7)).astype(np.float32)


@pytest.fixture
def mask():
    return np.arange(90) % 30 > 1


@pytest.mark.parametrize("encoding", codec.ENCODINGS)
def test_activity_is_decoded_with_lengths_and_mask(values, mask, encoding):
    header, *blobs = encode_activity(values, mask, [30, 60], encoding).strings()
    encoded = EncodedActivity(header)
    assert (encoded.tokens, encoded.units, encoded.lengths) == (90, 7, [30, 60])
    activity, is_recorded = encoded.decode(blobs)
    np.testing.assert_array_equal(is_recorded, mask)
    np.testing.assert_allclose(activity[mask], values[mask], atol=0.5 / codec.LEVELS * 4)
    assert np.isnan(activity[~mask]).all()


@pytest.mark.parametrize("chunk_bytes", [40, 200, 1 << 20], ids=["time cut", "units cut", "whole"])
def test_units_are_decoded_from_their_own_chunks(values, mask, monkeypatch, chunk_bytes):
    monkeypatch.setattr(codec, "CHUNK_BYTES", chunk_bytes)
    header, *blobs = encode_activity(values, mask, [90]).strings()
    encoded = EncodedActivity(header)
    whole, _ = encoded.decode(blobs)
    assert [unit for first, end in encoded.chunks for unit in range(first, end)] == list(range(7))
    for (first, end), indices in encoded.chunks.items():
        chunks = [blobs[index] for index in indices]
        part, is_recorded = encoded.decode_units((first, end), chunks)
        np.testing.assert_array_equal(part, whole[:, first:end])
        np.testing.assert_array_equal(is_recorded, mask)
        assert encoded.chunks_of(first) == encoded.chunks_of(end - 1) == indices


@pytest.mark.parametrize("unit", [-1, 7])
def test_a_missing_unit_has_no_chunks(values, mask, unit):
    header, *_ = encode_activity(values, mask, [90]).strings()
    assert EncodedActivity(header).chunks_of(unit) == []
