"""`/emergence`: the first step from which on a unit is significant."""

from __future__ import annotations

from tb_rnnviz.features import Literal
from tb_rnnviz.log_format import RunWriter
from tests.planted_logs import PLANTED, SPACE, planted_recording, write_learning_run, write_step

WHERE = "run=run1/rnnviz&probe=novel&layer=lstm&quantity=hidden_state"


def test_a_unit_planted_at_step_two_emerges_at_step_two(serve, tmp_path):
    write_learning_run(tmp_path / "run1", steps=5)
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 4)
    answer = client(f"emergence?{WHERE}").json
    assert (answer["steps"], answer["left_out"]) == ([0, 1, 2, 3, 4], [])
    space, none = answer["features"]
    assert space["feature"] == "space"
    assert {"unit": PLANTED, "step": 2} in space["units"]
    assert space["first"] == min(entry["step"] for entry in space["units"])
    assert none == {"feature": "none", "first": None, "units": []}


def test_steps_with_other_features_are_listed_as_left_out(serve, tmp_path):
    with RunWriter(tmp_path / "run1") as writer:
        write_step(writer, 0, planted_recording(), [SPACE])
        write_step(writer, 1, planted_recording(), [SPACE, Literal("a", "a")])
        write_step(writer, 2, planted_recording(), [SPACE])
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 2)
    answer = client(f"emergence?{WHERE}").json
    assert (answer["steps"], answer["left_out"]) == ([0, 2], [1])
    assert answer["features"][0]["first"] == 0
