"""Steps read from event files: damaged indexes, replaced and deleted runs."""

from __future__ import annotations

import os
import shutil
import time

import pytest

from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.log_format.event_file import event_files
from tb_rnnviz.log_format.event_index import index_path
from tb_rnnviz.tensorboard.cached_data_provider import CachedDataProvider
from tb_rnnviz.tensorboard.log_responses import LogResponses
from tests.board import boards
from tests.log_format.providers import SCOPE, steps_of
from tests.planted_logs import (
    planted_recording,
    write_planted_recording,
    write_planted_run,
    write_step,
)

TEXT = "it was a day in april " * 2
WHERE = {"run": "run1/rnnviz", "probe": "novel"}
HIDDEN = WHERE | {"layer": "lstm", "quantity": "hidden_state"}


@pytest.fixture
def logs(tmp_path):
    write_planted_run(tmp_path / "logs" / "run1", steps=6, text=TEXT, units=6)
    return tmp_path / "logs"


def answers(client):
    """Bytes of every route that reads one step or all of them."""
    received = {}
    for step in range(6):
        for route in ("activity", "spectrum", "relevance"):
            received[route, step] = client(route, query_string=HIDDEN | {"step": step})
        received["text", step] = client("text", query_string=WHERE | {"step": step})
    received["digest", None] = client("digest", query_string=WHERE)
    received["units", None] = client("units", query_string=HIDDEN | {"what": "peaks"})
    received["life", None] = client("life", query_string=HIDDEN | {"unit": 2})
    assert {answer.status_code for answer in received.values()} == {200}
    return {key: answer.data for key, answer in received.items()}


def index_of(run):
    (path,) = event_files(run)
    return index_path(path)


def wait_until(condition, reload):
    for _ in range(100):
        reload()
        if condition():
            return
        time.sleep(0.1)
    raise TimeoutError("it never came")


def test_answers_are_the_same_without_an_index_and_with_a_cut_one(serve, logs):
    expected = answers(serve(logs))
    index = index_of(logs / "run1" / "rnnviz")
    index.write_bytes(index.read_bytes()[:-300])
    assert answers(serve(logs)) == expected
    index.unlink()
    assert answers(serve(logs)) == expected


def test_a_run_that_is_deleted_is_no_longer_listed(serve, logs):
    write_planted_run(logs / "run2", steps=2, text=TEXT, units=6)
    client = serve(logs, live=True)
    client.wait_for("run1/rnnviz", 5)
    client.wait_for("run2/rnnviz", 1)
    shutil.rmtree(logs / "run1")

    def is_gone():
        return [run["run"] for run in client("index").json["runs"]] == ["run2/rnnviz"]

    wait_until(is_gone, client.reload)
    for route, query in (("text", WHERE), ("activity", HIDDEN)):
        answer = client(route, query_string=query | {"step": "3"})
        assert answer.status_code == 404 and "run2/rnnviz" in answer.text
    assert client("digest", query_string=WHERE).status_code == 404


def test_a_step_of_an_event_file_that_vanishes_is_not_received(serve, logs):
    client = serve(logs)
    client.wait_for("run1/rnnviz", 5)
    (path,) = event_files(logs / "run1" / "rnnviz")
    path.unlink()
    for step in ("2", "last"):
        answer = client("text", query_string=WHERE | {"step": step})
        assert answer.status_code == 404


def test_an_event_file_that_is_replaced_shows_its_own_steps(serve, logs, tmp_path):
    write_planted_run(tmp_path / "other", steps=3, text="another text " * 4, units=6)
    client = serve(logs, live=True)
    client.wait_for("run1/rnnviz", 5)
    before = answers(client)["text", 1]
    (path,) = event_files(logs / "run1" / "rnnviz")
    (other,) = event_files(tmp_path / "other" / "rnnviz")
    os.replace(other, path)

    def is_replaced():
        return client.wait_for("run1/rnnviz", 0)["runs"][0]["probes"][0]["steps"] == [0, 1, 2]

    wait_until(is_replaced, client.reload)
    text = client("text", query_string=WHERE | {"step": "1"})
    assert text.status_code == 200 and text.data != before
    assert client("text", query_string=WHERE | {"step": "4"}).status_code == 404


def test_a_checksum_that_is_wrong_names_run_tag_and_step(serve, logs):
    (path,) = event_files(logs / "run1" / "rnnviz")
    data = bytearray(path.read_bytes())
    data[data.rindex(b"text/novel") + 300] ^= 1
    path.write_bytes(data)
    client = serve(logs)
    client.wait_for("run1/rnnviz", 4)
    answer = client("text", query_string=WHERE | {"step": "4"})
    assert answer.status_code == 200
    answer = client("text", query_string=WHERE | {"step": "5"})
    assert answer.status_code == 404
    assert "text/novel at step 5 is damaged" in answer.text and "checksum" in answer.text


@pytest.mark.parametrize("run", ["../logs/run1/rnnviz", "/etc", "run1/../run1/rnnviz", "\0"])
def test_a_run_is_compared_with_those_that_are_listed_and_is_no_path(serve, logs, run):
    client = serve(logs)
    client.wait_for("run1/rnnviz", 5)
    answer = client("text", query_string=WHERE | {"run": run, "step": "0"})
    assert answer.status_code == 404 and "Allowed: ['run1/rnnviz']" in answer.text


def test_runs_of_a_logdir_spec_have_every_step(logs, tmp_path):
    write_planted_run(tmp_path / "more" / "run9", steps=4, text=TEXT, units=6)
    with boards() as start:
        spec = f"--logdir_spec=mine:{logs},{tmp_path / 'more'}"
        board = start("", False, spec)
        responses = LogResponses(CachedDataProvider(board.data_provider, board.files))
        assert steps_of(responses, 5) == list(range(6))
        index = responses.index.whole(SCOPE)
        steps = {run["run"]: run["probes"][0]["steps"] for run in index["runs"]}
        assert steps == {"mine/run1/rnnviz": list(range(6)), "run9/rnnviz": list(range(4))}
        assert index["notices"] == []


@pytest.mark.parametrize("load_fast", [True, False])
def test_without_event_files_the_steps_are_those_of_the_data_provider_and_it_says_so(
    logs, load_fast
):
    with boards() as start:
        board = start(logs, load_fast, "--samples_per_plugin=rnnviz_activity=3,rnnviz=0")
        responses = LogResponses(CachedDataProvider(board.data_provider))
        steps = steps_of(responses, 5)
        assert len(steps) == 3
        (notice,) = responses.index.whole(SCOPE)["notices"]
        assert "only the steps that TensorBoard holds in memory" in notice


def test_an_event_file_that_may_not_be_read_is_named(logs, monkeypatch):
    with boards() as start:
        board = start(logs, True)
        data = CachedDataProvider(board.data_provider, board.files)

        def refuse(run):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(data._files, "index", refuse)
        responses = LogResponses(data)
        assert steps_of(responses, 5) == [5]
        (notice,) = responses.index.whole(SCOPE)["notices"]
        assert "cannot be read: Permission denied" in notice


def test_digests_since_an_answer_are_those_that_are_new(serve, tmp_path):
    with RunWriter(tmp_path / "run1") as writer:
        for step in range(3):
            write_step(writer, step, planted_recording(TEXT, units=6))
        client = serve(tmp_path, live=True)
        client.wait_for("run1/rnnviz", 2)
        whole = client("digest", query_string=WHERE).json
        first = client("digest", query_string=WHERE | {"since": "none"}).json
        assert first["steps"] == whole["steps"] and first["continues"] is False
        assert "cursor" not in whole

        def since(cursor):
            return client("digest", query_string=WHERE | {"since": cursor}).json

        nothing = since(first["cursor"])
        assert (nothing["steps"], nothing["continues"]) == ([], True)
        write_step(writer, 3, planted_recording(TEXT, units=6))
        client.reload()
        client.wait_for("run1/rnnviz", 3)
        more = since(first["cursor"])
        assert [digest["step"] for digest in more["steps"]] == [3] and more["continues"]
        assert since(more["cursor"])["steps"] == []
        of_another_process = since("0123456789ab-7:2")
        assert len(of_another_process["steps"]) == 4 and not of_another_process["continues"]
    with RunWriter(tmp_path / "run1") as writer, writer.step(1, replace=True):
        write_planted_recording(writer, 1, planted_recording(TEXT, units=6))
    client.reload()

    def is_replaced():
        return [digest["step"] for digest in since(more["cursor"])["steps"]] == [0, 1]

    wait_until(is_replaced, client.reload)


def test_digests_before_the_last_ones_are_brief(serve, logs):
    client = serve(logs)
    whole = client("digest", query_string=WHERE).json["steps"]
    answer = client("digest", query_string=WHERE | {"since": "none", "whole": 2}).json
    assert answer["steps"][-2:] == whole[-2:]
    assert [step.get("brief") for step in answer["steps"]] == [True] * 4 + [None] * 2
    for brief, step in zip(answer["steps"][:4], whole[:4], strict=True):
        assert "hypotheses" not in brief and "gallery" not in brief
        assert (brief["loss"], brief["ranges"]) == (step["loss"], step["ranges"])
        findings = [
            [finding[name] for name in ("feature", "layer", "quantity", "unit")]
            for finding in step["hypotheses"]
        ]
        assert [answer["findings"][number] for number in brief["listed"]] == findings
    for step in whole:
        (alone,) = client("digest", query_string=WHERE | {"step": step["step"]}).json["steps"]
        assert alone == step
    assert client("digest", query_string=WHERE | {"step": 9}).status_code == 404
    assert client("digest", query_string=WHERE | {"whole": -1}).status_code == 400


def test_digests_before_the_last_ones_come_in_pages(serve, logs):
    client = serve(logs)
    every = client("digest", query_string=WHERE | {"since": "none", "whole": 2}).json

    def page(since, before="none"):
        query = {"since": since, "whole": 2, "most": 3, "before": before}
        answer = client("digest", query_string=WHERE | query).json
        names = answer.get("findings", [])
        for step in answer["steps"]:
            if "listed" in step:
                step["listed"] = [names[number] for number in step["listed"]]
        return answer

    for step in every["steps"][:4]:
        step["listed"] = [every["findings"][number] for number in step["listed"]]
    last = page("none")
    assert (last["steps"], last["earlier"], last["continues"]) == (every["steps"][3:], 3, False)
    first = page(last["cursor"], last["before"])
    assert (first["steps"], first["earlier"], first["continues"]) == (every["steps"][:3], 0, True)
    assert first["before"] == "none"
    assert page(last["cursor"], "none")["steps"] == []
    assert page("none", last["before"])["steps"] == every["steps"][3:]
    of_another_process = page("0123456789ab-7:5", "0123456789ab-7:3")
    assert of_another_process["steps"] == every["steps"][3:]
    assert client("digest", query_string=WHERE | {"most": "few"}).status_code == 400


def test_an_index_that_has_not_changed_is_not_sent_again(serve, logs):
    client = serve(logs)
    client.wait_for("run1/rnnviz", 5)
    etag = client("index").headers["ETag"]
    answer = client("index", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (304, b"")
