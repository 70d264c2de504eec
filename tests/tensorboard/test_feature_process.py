"""The process that looks for typed features: started when needed, ended when late."""

from __future__ import annotations

import gc
import io

import numpy as np
import pytest
from tensorboard import errors

from tb_rnnviz.tensorboard import feature_worker as worker
from tb_rnnviz.tensorboard.feature_pipe import receive, send
from tb_rnnviz.tensorboard.feature_process import FeatureProcess
from tb_rnnviz.tensorboard.logged_text import LoggedText

DIGIT = "{name: digit, kind: digit}"


def text(tokens="a1 b2", key="key", **columns) -> LoggedText:
    table = sorted(set(tokens))
    ids = np.array([table.index(token) for token in tokens], np.uint32)
    arrays = {name: np.asarray(values, np.float32) for name, values in columns.items()}
    return LoggedText(key, [len(tokens)], table, ids, arrays)


@pytest.fixture
def looker():
    found = FeatureProcess()
    yield found
    found.close()


def test_values_are_those_of_the_feature_in_python(looker):
    found = looker.evaluate(text(), DIGIT)
    assert (found.name, found.kind, found.spec) == (
        "digit",
        "digit",
        {"name": "digit", "kind": "digit"},
    )
    assert found.values.tolist() == [False, True, False, False, True]
    assert found.note is found.tagger is None


def test_one_process_evaluates_many_features_and_texts(looker):
    looker.evaluate(text(), DIGIT)
    process = looker._process
    for number in range(worker.MAX_TEXTS + 2):
        tokens = f"{number}" * (number + 1)
        assert looker.evaluate(text(tokens, key=str(number)), DIGIT).values.sum() == number + 1
    assert looker.evaluate(text(), DIGIT).values.sum() == 2
    assert looker._process is process


def test_columns_are_those_of_the_current_text(looker):
    for values in ([1, 2], [3, 4]):
        found = looker.evaluate(text("ab", mine=values), "{name: m, kind: column, column: mine}")
        assert found.values.tolist() == values


def test_the_tagger_is_named_if_it_was_used(looker):
    tagged = looker.evaluate(text("the cat"), "{name: n, kind: not, of: {kind: pos, tags: [NN]}}")
    assert (tagged.tagger is None) == (tagged.values is None)
    assert looker.evaluate(text("the cat"), DIGIT).tagger is None


def test_a_killed_process_is_started_again(looker):
    looker.evaluate(text(), DIGIT)
    looker._process.kill()
    looker._process.wait()
    assert looker.evaluate(text(), DIGIT).values.sum() == 2


def test_a_process_beyond_its_time_limit_is_killed(looker):
    looker._seconds = 0.5
    hostile = "{name: slow, kind: regex, pattern: '(a+)+b'}"
    with pytest.raises(errors.InvalidArgumentError, match=r"more than 0\.5 s"):
        looker.evaluate(LoggedText("key", [1], ["a" * 40], np.array([0], np.uint32), {}), hostile)
    assert looker._process is None


def test_a_process_that_dies_twice_raises_an_error(looker, monkeypatch):
    monkeypatch.setattr("tb_rnnviz.tensorboard.feature_process._PROGRAM", "raise SystemExit(1)")
    with pytest.raises(errors.InvalidArgumentError, match="the process that does it ended"):
        looker.evaluate(text(), DIGIT)


def test_the_process_is_killed_when_its_owner_is_deleted():
    looker = FeatureProcess()
    looker.evaluate(text(), DIGIT)
    process = looker._process
    del looker
    gc.collect()
    assert process.poll() is not None


def test_the_worker_ends_with_its_input():
    sink = io.BytesIO()
    worker.serve(io.BytesIO(b""), sink)
    assert receive(io.BytesIO(sink.getvalue())) == ({"status": "ready"}, [])


@pytest.mark.parametrize("cut", [0, 5, -1])
def test_a_truncated_message_raises_an_error(cut):
    stream = io.BytesIO()
    send(stream, {"status": "evaluated"}, b"12", b"3")
    assert receive(io.BytesIO(stream.getvalue())) == ({"status": "evaluated"}, [b"12", b"3"])
    with pytest.raises(EOFError):
        receive(io.BytesIO(stream.getvalue()[:cut]))
