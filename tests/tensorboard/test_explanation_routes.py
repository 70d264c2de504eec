"""Routes of explanations, compared with those that were logged."""

from __future__ import annotations

import numpy as np

from tests.planted_logs import PLANTED, planted_explanations, planted_recording

PROBE = "run=run1/rnnviz&probe=novel"


def test_the_index_has_the_steps_of_a_probe_that_are_explained(client):
    (run,) = client("index").json["runs"]
    assert run["probes"][0]["explained"] == run["probes"][0]["steps"]


def test_explanations_of_a_step_are_those_that_were_logged(client):
    answer = client(f"explanations?{PROBE}&step=1").json
    expected = planted_explanations(planted_recording(), 1)
    assert (answer["step"], answer["targets"], answer["note"]) == (1, 16, None)
    for got, planted in zip(answer["predictions"], expected.predictions, strict=True):
        assert (got["step"], got["reason"], got["gap"]) == (
            planted.step,
            planted.reason,
            planted.gap,
        )
        np.testing.assert_allclose(got["values"], planted.values[:, 0], rtol=0.01, atol=1e-6)
        assert got["units"] == {"lstm": [[PLANTED, 0.75], [2, -0.25]]}
    (reach,) = answer["reach"]
    assert reach["half_life"] == 4
    np.testing.assert_allclose(reach["by_lag"], expected.reach[0].by_lag, rtol=0.01)


def test_the_history_has_a_prediction_at_every_step(client):
    answer = client(f"explanation_history?{PROBE}&sequence=0&token=60").json
    assert answer["reach"][0]["half_life"] == [step + 3 for step in answer["steps"]]
    last = [each["values"][-1] for each in answer["predictions"]]
    np.testing.assert_allclose(last, [step + 1 for step in answer["steps"]], rtol=0.01)
    other = client(f"explanation_history?{PROBE}&sequence=0&token=61").json
    assert other["predictions"] == [None] * len(other["steps"])


def test_a_probe_without_explanations_is_not_found(client):
    answer = client("explanations?run=run1/rnnviz&probe=none&step=0")
    assert answer.status_code == 404
