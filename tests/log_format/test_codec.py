"""Codec of activity: any array is decoded within the stated error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tb_rnnviz.log_format import codec

ANY_FLOAT = st.floats(width=32, allow_nan=True, allow_infinity=True)
ACTIVITY = arrays.arrays(
    np.float32,
    arrays.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=30),
    elements=ANY_FLOAT,
)
ERROR = {"int8": 0.5 / codec.LEVELS, "float16": 2.0**-11}


@pytest.mark.parametrize("encoding", codec.ENCODINGS)
@settings(deadline=None, max_examples=150)
@given(activity=ACTIVITY, data=st.data())
def test_decoding_returns_the_activity_within_the_stated_error(encoding, activity, data):
    tokens, units = activity.shape
    mask = data.draw(arrays.arrays(bool, tokens))
    header, blobs = codec.encode(activity, mask, encoding)
    decoded, is_recorded = codec.decode(header, blobs)

    assert decoded.shape == activity.shape
    if units:
        np.testing.assert_array_equal(is_recorded, mask)
        assert np.isnan(decoded[~mask]).all()
    before, after = activity[mask].astype(float), decoded[mask].astype(float)
    finite = np.isfinite(before)
    np.testing.assert_array_equal(before[~finite], after[~finite])
    magnitude = np.abs(before).max(axis=0, initial=0, where=finite)
    tiny = np.finfo(np.float32).tiny
    allowed = magnitude * ERROR[encoding] * (1 + 1e-5) + tiny
    error = np.abs(np.where(finite, before, 0) - np.where(finite, after, 0))
    assert (error <= allowed).all()


@pytest.mark.parametrize("encoding", codec.ENCODINGS)
def test_chunks_are_below_one_mebibyte_and_have_whole_time_axes(encoding):
    activity = np.random.default_rng(0).normal(size=(3000, 900)).astype(np.float32)
    header, blobs = codec.encode(activity, None, encoding)
    size = 1 if encoding == "int8" else 2
    for chunk in header["chunks"]:
        (first, end), (begin, stop) = chunk["units"], chunk["tokens"]
        assert (end - first) * (stop - begin) * size <= codec.CHUNK_BYTES
        assert (begin, stop) == (0, 3000)
    decoded, _ = codec.decode(header, blobs)
    assert np.abs(decoded - activity).max() <= np.abs(activity).max() * ERROR[encoding] * 1.001


def test_a_time_axis_longer_than_a_chunk_is_split():
    activity = np.linspace(-1, 1, codec.CHUNK_BYTES + 10, dtype=np.float32)[:, None]
    header, blobs = codec.encode(activity)
    assert len(blobs) == 2
    np.testing.assert_allclose(codec.decode(header, blobs)[0], activity, atol=0.5 / codec.LEVELS)


def test_zero_is_decoded_as_exactly_zero():
    activity = np.array([[0.0, 0.0], [0.3, 0.0]], np.float32)
    decoded, _ = codec.decode(*codec.encode(activity))
    assert decoded[0].tolist() == [0.0, 0.0] and decoded[1, 1] == 0.0


def test_an_unknown_encoding_raises_an_error_that_lists_the_known_ones():
    with pytest.raises(ValueError, match="'int4'.*int8.*float16"):
        codec.encode(np.zeros((1, 1), np.float32), None, "int4")
