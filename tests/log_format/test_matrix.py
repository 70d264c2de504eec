"""Matrices in the log: written, cut, loaded; damaged headers and blobs."""

from __future__ import annotations

import json

import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.core.matrix_axes import MatrixAxes, axis_of_lengths, stored_sizes
from tb_rnnviz.core.statistics import MATRIX_STATISTICS
from tb_rnnviz.log_format import DamagedRecordError, RunWriter
from tb_rnnviz.log_format import matrix as matrix_format
from tb_rnnviz.log_format.codec import ENCODINGS
from tb_rnnviz.log_format.matrix import EncodedMatrix, LoggedMatrix, encode_matrix
from tb_rnnviz.log_format.matrix_summary import decode_matrix_summary
from tests.planted_logs import planted_recording, write_planted_run, write_step

AXES = MatrixAxes("target", "source", (3, 2), (4, 4))


def padded(heads=(2,)):
    """Returns weights of two sequences, the second one row shorter."""
    array = np.random.default_rng(0).dirichlet(np.ones(4), (2, *heads, 3)).astype(np.float32)
    array[1, ..., 2:, :] = np.nan
    return array


@pytest.mark.parametrize("heads", [(), (2,)], ids=["without heads", "heads"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_matrix_is_decoded_with_its_axes(heads, encoding):
    array = padded(heads)
    header, *blobs = encode_matrix(LoggedMatrix.of(array, AXES), encoding).strings()
    encoded = EncodedMatrix(header)
    assert len(blobs) == 2 * (heads[0] if heads else 1)
    assert (encoded.axes, encoded.sizes) == (AXES, [[3, 4], [2, 4]])
    np.testing.assert_allclose(encoded.decode(blobs), array, atol=0.005)
    one = encoded.decode_head(1, blobs[encoded.index(1, 0)])
    np.testing.assert_allclose(one, array[1, 0, :2] if heads else array[1, :2], atol=0.005)


def test_values_that_are_no_numbers_are_kept():
    array = padded()
    array[0, 0, 0, :3] = np.nan, np.inf, -np.inf
    array[1] = np.nan
    header, *blobs = encode_matrix(LoggedMatrix.of(array, AXES)).strings()
    np.testing.assert_allclose(EncodedMatrix(header).decode(blobs), array, atol=0.005)


def test_a_large_matrix_is_cut_to_its_beginning(monkeypatch):
    monkeypatch.setattr(matrix_format, "MAX_SEQUENCES", 1)
    monkeypatch.setattr(matrix_format, "MAX_COLUMNS", 3)
    array, names = padded(), ("a", "b", "c", "d")
    axes = MatrixAxes("target", "", (3, 2), (4, 4), None, names)
    logged = LoggedMatrix.of(array, axes)
    assert logged.left_out == (
        "the log stores the first 1 of 2 sequences, the first 3 of 4 columns of a matrix"
    )
    header, *blobs = encode_matrix(logged).strings()
    encoded = EncodedMatrix(header)
    assert encoded.recorded == [2, 3, 4]
    assert encoded.axes == MatrixAxes("target", "", (3,), (3,), None, names[:3])
    np.testing.assert_allclose(encoded.decode(blobs), array[:1, ..., :3], atol=0.005)


def test_matrices_are_loaded_from_a_log(tmp_path):
    write_planted_run(tmp_path, steps=2)
    recorded, loaded = planted_recording(seed=1), rv.load(tmp_path)
    assert list(loaded.matrices) == ["attention"]
    np.testing.assert_allclose(
        loaded.matrices["attention"], recorded.matrices["attention"], atol=0.005
    )
    assert loaded.matrix_axes == recorded.matrix_axes
    first = rv.load(tmp_path, step=0).matrices["attention"]
    np.testing.assert_allclose(first, planted_recording(seed=0).matrices["attention"], atol=0.005)


def test_a_step_without_room_for_matrices_has_none(tmp_path):
    with RunWriter(tmp_path) as writer:
        write_step(writer, 0, planted_recording(), keep=["hidden_state"])
        write_step(writer, 1, planted_recording(), keep=["hidden_state", "matrices"])
    assert rv.load(tmp_path, step=0).matrices == {}
    assert list(rv.load(tmp_path, step=1).matrices) == ["attention"]


def test_a_damaged_matrix_is_missing_and_named_in_a_warning(tmp_path, monkeypatch):
    monkeypatch.setattr(matrix_format, "encode_block", lambda block, encoding: b"no zlib")
    write_planted_run(tmp_path, steps=1)
    with pytest.warns(UserWarning, match="matrix/novel/attention at step 0 is damaged"):
        loaded = rv.load(tmp_path)
    assert loaded.matrices == {} and list(loaded["lstm"])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sizes": [[3, 4]]}, "1 sequences"),
        ({"sizes": [[3, 4], [2, -1]]}, "sizes"),
        ({"sizes": [[1, 1 << 16], [1 << 16, 1]]}, "array of shape"),
        ({"heads": 0}, "heads"),
        ({"heads": 1 << 40}, "heads"),
        ({"row_lengths": "x"}, "row_lengths"),
        ({"rows": 3}, "rows"),
        ({"encoding": "int4"}, "encoding"),
        ({"row_names": [1]}, "row_names"),
        ({"heads": 3}, "4 blobs, its header 6"),
        ({"sizes": [[3, 400], [2, 4]]}, "bytes"),
    ],
)
def test_a_damaged_header_is_refused(changes, reason):
    header, *blobs = encode_matrix(LoggedMatrix.of(padded(), AXES)).strings()
    damaged = json.dumps(json.loads(header) | changes).encode()
    with pytest.raises(DamagedRecordError, match=reason):
        EncodedMatrix(damaged).decode(blobs)


def test_a_summary_has_the_rows_that_its_content_names():
    content = {"statistics": list(MATRIX_STATISTICS)}
    array = np.zeros((4, 2))
    assert decode_matrix_summary(content, array).array is array
    with pytest.raises(DamagedRecordError, match="4 rows"):
        decode_matrix_summary(content, array[:3])


def test_sizes_end_at_the_last_value_of_any_head():
    array = np.full((3, 2, 4, 5), np.nan)
    array[0, 1, 2, 1] = 0
    array[1] = 1
    assert stored_sizes(array).tolist() == [[3, 2], [4, 5], [0, 0]]
    assert stored_sizes(np.zeros((2, 0, 3))).tolist() == [[0, 0], [0, 0]]


def test_an_axis_is_found_by_the_lengths_of_every_sequence():
    axes = {"source": [4, 4], "target": [3, 2], "other": [3, 2]}
    assert axis_of_lengths([3, 0], axes) == "target"
    assert axis_of_lengths([3, 3], axes) == ""
    assert axis_of_lengths([4], axes) == ""
