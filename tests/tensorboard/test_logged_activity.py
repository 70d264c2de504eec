"""Activity in the log that is decoded a few units at a time."""

from __future__ import annotations

import numpy as np
import pytest

from tb_rnnviz import analysis
from tb_rnnviz.log_format import codec
from tb_rnnviz.log_format.activity import EncodedActivity, encode_activity
from tb_rnnviz.tensorboard.bytes_cache import BytesCache
from tb_rnnviz.tensorboard.logged_activity import LoggedActivity


@pytest.fixture(params=[40, 200, 1 << 20], ids=["pieces of time", "pieces", "whole"])
def logged(request, monkeypatch):
    """Returns an activity, its values, its mask, and the indices of the read chunks."""
    monkeypatch.setattr(codec, "CHUNK_BYTES", request.param)
    random = np.random.default_rng(0)
    values = random.normal(size=(90, 7)).astype(np.float32)
    values[50, 3], values[51, 3] = np.nan, np.inf
    mask = np.arange(90) % 30 > 1
    mask[60:] = False
    header, *blobs = encode_activity(values, mask, [30, 30, 30]).strings()
    read = []

    def blob(index):
        read.append(index)
        return blobs[index]

    encoded = EncodedActivity(header)
    whole = encoded.decode(blobs)[0]
    cache = BytesCache(1 << 20)
    return LoggedActivity(encoded, blob, cache, "key"), whole[mask], mask, read


def test_slices_are_those_of_the_decoded_array(logged):
    activity, whole, mask, _ = logged
    assert activity.shape == whole.shape == (56, 7) and len(activity) == 56
    assert activity.mask.tolist() == mask.tolist()
    assert activity.lengths == [28, 28]
    for first in range(8):
        for end in range(first, 9):
            np.testing.assert_array_equal(activity[:, first:end], whole[:, first:end])
    np.testing.assert_array_equal(activity[3:9, 2:6], whole[3:9, 2:6])
    np.testing.assert_array_equal(activity.columns([6, 0, 3]), whole[:, [6, 0, 3]])


def test_chunks_are_read_and_decoded_once(logged):
    activity, _, _, read = logged
    _ = activity[:, :]
    once = len(read)
    _ = activity[:, :]
    assert len(read) == once == len(set(read))


def test_relevance_is_that_of_the_decoded_array(logged):
    activity, whole, _, _ = logged
    feature = np.random.default_rng(1).random(56) < 0.3
    result = analysis.relevance(activity, feature, lengths=activity.lengths)
    expected = analysis.relevance(whole, feature, lengths=activity.lengths)
    for name in ("prominence", "effect", "auc", "p", "q", "p_family"):
        np.testing.assert_allclose(getattr(result, name), getattr(expected, name), rtol=1e-6)


def test_an_activity_without_units_is_empty():
    header, *blobs = encode_activity(np.zeros((4, 0), np.float32), np.ones(4, bool), [4]).strings()
    encoded = EncodedActivity(header)
    activity = LoggedActivity(encoded, blobs.__getitem__, BytesCache(1), "key")
    assert activity[:, :].shape == (4, 0)
