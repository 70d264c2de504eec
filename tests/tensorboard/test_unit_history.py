"""`/life`: effect and q of one unit for every feature and step."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.log_format.relevance import RelevanceTable
from tb_rnnviz.log_format.text import RecordedText
from tests.planted_logs import PLANTED, write_learning_run

WHERE = "run=run1/rnnviz&probe=novel&layer=lstm&quantity=hidden_state"
HIDDEN = QuantityKey("lstm", "hidden_state")
FEATURES, STATISTICS = ["space", "newline", "digit"], ["effect", "auc", "q"]


def write_relevance(writer, step, array, features=FEATURES):
    with writer.step(step):
        writer.write_relevance("novel", HIDDEN, RelevanceTable(features, STATISTICS, array))
        writer.write_text("novel", RecordedText([["a"]]))


def planted(step):
    """Returns effect, AUC and q, (features, 3, units).

    Effect is feature + unit / 10 + 10 step, q is 1 / (1 + effect).
    """
    effect = np.arange(3)[:, None] + np.arange(4) / 10 + 10 * step
    return np.stack([effect, np.full_like(effect, 0.5), 1 / (1 + effect)], axis=1)


def test_effect_and_q_are_indexed_by_feature_and_step(serve, tmp_path):
    with RunWriter(tmp_path / "run1") as writer:
        for step in range(4):
            array = planted(step)
            array[2, :, 3] = np.nan if step == 1 else array[2, :, 3]
            write_relevance(writer, step, array)
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 3)
    answer = client(f"life?{WHERE}&unit=3").json
    assert (answer["version"], answer["unit"], answer["left_out"]) == (1, 3, [])
    assert (answer["steps"], answer["features"]) == ([0, 1, 2, 3], FEATURES)
    for name, column in (("effect", 0), ("q", 2)):
        for feature in range(3):
            expected = [planted(step)[feature, column, 3] for step in range(4)]
            history = answer[name][feature]
            if feature == 2:
                assert history.pop(1) is None and expected.pop(1)
            assert history == pytest.approx(expected, rel=1e-3)


def test_the_history_of_a_learning_unit_shows_when_it_becomes_significant(serve, tmp_path):
    write_learning_run(tmp_path / "run1", steps=4)
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 3)
    answer = client(f"life?{WHERE}&unit={PLANTED}").json
    assert answer["features"] == ["space", "none"]
    assert [q <= 0.05 for q in answer["q"][0]] == [False, False, True, True]
    assert min(answer["effect"][0][2:]) > 1e5 > max(map(abs, answer["effect"][0][:2]))
    assert answer["q"][1] == [1] * 4


def test_steps_with_other_features_are_listed_as_left_out(serve, tmp_path):
    with RunWriter(tmp_path / "run1") as writer:
        for step in range(3):
            features = FEATURES[: 2 if step == 1 else 3]
            write_relevance(writer, step, planted(step)[: len(features)], features)
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 2)
    answer = client(f"life?{WHERE}&unit=0").json
    assert (answer["steps"], answer["left_out"]) == ([0, 2], [1])
    assert answer["effect"] == [[0, 20], [1, 21], [2, 22]]


@pytest.mark.parametrize(
    "query, code, message",
    [
        (f"{WHERE}&unit=12", 404, "no unit 12. Allowed: 0 to 11"),
        (f"{WHERE}&unit=-1", 404, "no unit -1. Allowed: 0 to 11"),
        (f"{WHERE}&unit=first", 400, "unit is an integer"),
        (WHERE, 400, "lacks.*unit"),
        (f"{WHERE}x&unit=0", 404, "no relevance of.*It has: .*novel/lstm/hidden_state"),
    ],
)
def test_missing_data_are_reported_with_what_exists(client, query, code, message):
    answer = client(f"life?{query}")
    assert answer.status_code == code
    assert re.search(message, answer.text), answer.text
