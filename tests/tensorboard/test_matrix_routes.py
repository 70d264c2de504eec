"""Routes of matrices, compared with the recording that was logged."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from tb_rnnviz import analysis
from tb_rnnviz.log_format import matrix as matrix_format
from tests.formats import unpack
from tests.planted_logs import planted_recording, write_planted_run

WHERE = "run=run1/rnnviz&probe=novel&matrix=attention"


def matrix_of(answer):
    """Returns header and values of an answer."""
    assert answer.status_code == 200, answer.text
    header, (blob,) = unpack(answer.data)
    rows, columns = (header[name]["end"] - header[name]["first"] for name in ("rows", "columns"))
    return header, np.frombuffer(zlib.decompress(blob), "<f4").reshape(rows, columns)


def test_the_index_lists_the_matrices_of_a_probe(client):
    (run,) = client("index").json["runs"]
    assert run["probes"][0]["matrices"] == [
        {"matrix": "attention", "rows": "", "columns": "tokens", "heads": 2}
    ]


def test_a_matrix_has_the_mean_of_its_heads_or_one_of_them(client):
    weights = planted_recording(seed=1).matrices["attention"][0]
    header, values = matrix_of(client(f"matrix?{WHERE}&step=1"))
    np.testing.assert_allclose(values, weights.mean(axis=0), atol=0.005)
    tokens = weights.shape[-1]
    names = ["one", "two", "three", "four"]
    assert header == {
        **{"version": 1, "kind": "matrix", "matrix": "attention", "step": 1},
        **{"sequence": 0, "sequences": 1, "head": None, "heads": 2, "recorded": [1, 4, tokens]},
        "rows": {
            **{"axis": "", "first": 0, "end": 4, "size": 4, "length": 4, "names": names},
        },
        "columns": {
            **{"axis": "tokens", "first": 0, "end": tokens, "size": tokens},
            **{"length": tokens, "names": None},
        },
    }
    for head in range(2):
        header, values = matrix_of(client(f"matrix?{WHERE}&step=1&head={head}"))
        np.testing.assert_allclose(values, weights[head], atol=0.005)
        assert header["head"] == head


def test_a_range_of_rows_and_columns_is_returned(client):
    weights = planted_recording(seed=2).matrices["attention"][0, 0]
    part = "&first_row=1&end_row=3&first_column=2&end_column=12"
    header, values = matrix_of(client(f"matrix?{WHERE}&step=last&head=0{part}"))
    np.testing.assert_allclose(values, weights[1:3, 2:12], atol=0.005)
    assert header["rows"]["names"] == ["two", "three"] and header["columns"]["first"] == 2


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        ("&step=0&head=2", 404, "Allowed: 0 to 1"),
        ("&step=0&head=-1", 404, "no head -1"),
        ("&step=0&sequence=1", 404, "no sequence 1"),
        ("&step=0&end_row=5", 404, "no rows from 0 to before 5"),
        ("&step=0&first_row=2&end_row=2", 404, "no rows"),
        ("&step=0&first_column=-1", 404, "no columns"),
        ("&step=9", 404, "step 9"),
        ("&step=0&head=none", 400, "an integer or 'mean'"),
    ],
)
def test_what_is_outside_is_refused(client, changes, status, reason):
    answer = client(f"matrix?{WHERE}{changes}")
    assert answer.status_code == status and reason in answer.text


def test_an_unknown_matrix_is_named_with_those_that_exist(client):
    answer = client("matrix?run=run1/rnnviz&probe=novel&step=0&matrix=none")
    assert answer.status_code == 404 and "matrix/novel/attention" in answer.text


def test_the_summary_has_the_numbers_of_every_step_and_head(client):
    answer = client(f"matrix_summary?{WHERE}").json
    assert (answer["steps"], answer["left_out"]) == ([0, 1, 2], [])
    for step in range(3):
        recording = planted_recording(seed=step)
        summary = analysis.attention_summary(recording.matrices["attention"])
        for name, series in answer["statistics"].items():
            expected = getattr(summary, name)[0]
            np.testing.assert_allclose(series[step], expected, rtol=1e-3)


def test_a_damaged_matrix_is_an_answer_with_its_location(serve, tmp_path, monkeypatch):
    def other_header(matrix, encoding):
        blobs = encode(matrix, encoding)
        return type(blobs)(blobs.kind, {**blobs.header, "sizes": [[4, 1 << 16]]}, blobs.blobs)

    encode = matrix_format.encode_matrix
    monkeypatch.setattr("tb_rnnviz.log_format.writer.encode_matrix", other_header)
    write_planted_run(tmp_path / "run1", steps=1)
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 0)
    answer = client(f"matrix?{WHERE}&step=0")
    assert answer.status_code == 404
    assert "matrix/novel/attention at step 0 is damaged" in answer.text
