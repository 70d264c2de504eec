"""`/matching`: the units of one recording matched with those of another."""

from __future__ import annotations

import numpy as np
import pytest

from tb_rnnviz.log_format import RunWriter
from tests.planted_logs import TEXT, planted_recording, write_step

ORDER = np.array([3, 1, 0, 2, 5, 4])


def write(log_dir, change=lambda hidden: hidden, text=TEXT):
    """Writes two steps, the second with its units in another order."""
    with RunWriter(log_dir) as writer:
        for step, order in enumerate((np.arange(6), ORDER)):
            recording = planted_recording(text, units=6)
            hidden = recording["lstm"]["hidden_state"]
            hidden[:] = change(hidden)[..., order]
            write_step(writer, step, recording)


@pytest.fixture
def matching(serve, tmp_path):
    write(tmp_path / "run1")
    write(tmp_path / "flipped", lambda hidden: -hidden)
    write(tmp_path / "other", text=TEXT.replace("cold", "warm"))
    client = serve(tmp_path)
    for run in ("run1", "flipped", "other"):
        client.wait_for(f"{run}/rnnviz", 1)

    def ask(**more):
        query = {"run": "run1/rnnviz", "probe": "novel", "step": 0, "other_run": "run1/rnnviz"}
        query |= {"other_step": 1, "layer": "lstm", "quantity": "hidden_state"}
        return client("matching", query_string=query | more)

    return ask


def test_units_of_one_run_are_matched_with_their_sign(matching):
    answer = matching().json
    assert answer["signed"] is True
    assert answer["partner"] == np.argsort(ORDER).tolist()
    assert answer["correlation"] == pytest.approx(np.ones(6), abs=1e-3)
    assert min(answer["margin"]) > 0.3 and answer["quality"] > 0.99
    assert (answer["step"], answer["other_step"]) == (0, 1)
    assert (answer["tokens"], answer["other_units"]) == (len(TEXT), 6)


def test_units_of_two_runs_are_matched_by_magnitude(matching):
    answer = matching(other_run="flipped/rnnviz").json
    assert answer["signed"] is False
    assert answer["partner"] == np.argsort(ORDER).tolist()
    assert answer["correlation"] == pytest.approx(-np.ones(6), abs=1e-3)


def test_recordings_of_different_tokens_are_rejected(matching):
    answer = matching(other_run="other/rnnviz")
    assert answer.status_code == 400
    assert "matched on the same tokens" in answer.text


def test_other_layer_names_the_layer_in_the_other_run(matching):
    answer = matching(other_layer="lstm_1")
    assert answer.status_code == 404
    assert "lstm_1" in answer.text
