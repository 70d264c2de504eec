"""Process that evaluates typed features, killed if one takes too long."""

from __future__ import annotations

import gc
import io
import subprocess
import sys

import numpy as np
import pytest
from tensorboard import errors

from tb_rnnviz import features
from tb_rnnviz.tensorboard import feature_worker
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
def process():
    process = FeatureProcess()
    yield process
    process.close()


def test_values_are_those_of_the_feature_in_python(process):
    result = process.evaluate(text(), DIGIT)
    assert (result.name, result.kind, result.spec) == (
        "digit",
        "digit",
        {"name": "digit", "kind": "digit"},
    )
    assert result.values.tolist() == [False, True, False, False, True]
    assert result.note is result.tagger is None


def test_one_process_evaluates_many_features_and_texts(process):
    process.evaluate(text(), DIGIT)
    child = process._process
    for number in range(feature_worker.MAX_TEXTS + 2):
        tokens = f"{number}" * (number + 1)
        assert process.evaluate(text(tokens, key=str(number)), DIGIT).values.sum() == number + 1
    assert process.evaluate(text(), DIGIT).values.sum() == 2
    assert process._process is child


def test_columns_are_those_of_the_current_text(process):
    for values in ([1, 2], [3, 4]):
        result = process.evaluate(text("ab", mine=values), "{name: m, kind: column, column: mine}")
        assert result.values.tolist() == values


def test_the_tagger_is_named_if_it_was_used(process):
    tagged = process.evaluate(text("the cat"), "{name: n, kind: not, of: {kind: pos, tags: [NN]}}")
    assert (tagged.tagger is None) == (tagged.values is None)
    assert process.evaluate(text("the cat"), DIGIT).tagger is None


def test_a_killed_process_is_started_again(process):
    process.evaluate(text(), DIGIT)
    process._process.kill()
    process._process.wait()
    assert process.evaluate(text(), DIGIT).values.sum() == 2


def test_a_process_beyond_its_time_limit_is_killed(process):
    process._seconds = 0.5
    hostile = "{name: slow, kind: regex, pattern: '(a+)+b'}"
    with pytest.raises(errors.InvalidArgumentError, match=r"more than 0\.5 s"):
        process.evaluate(LoggedText("key", [1], ["a" * 40], np.array([0], np.uint32), {}), hostile)
    assert process._process is None


def test_a_process_that_dies_twice_raises_an_error(process, monkeypatch):
    monkeypatch.setattr("tb_rnnviz.tensorboard.feature_process._PROGRAM", "raise SystemExit(1)")
    with pytest.raises(errors.InvalidArgumentError, match="the process that does it ended"):
        process.evaluate(text(), DIGIT)


def test_the_process_is_killed_when_its_owner_is_deleted():
    process = FeatureProcess()
    process.evaluate(text(), DIGIT)
    child = process._process
    del process
    gc.collect()
    assert child.poll() is not None


def test_the_worker_ends_with_its_input():
    sink = io.BytesIO()
    feature_worker.serve(io.BytesIO(b""), sink)
    assert receive(io.BytesIO(sink.getvalue())) == ({"status": "ready"}, [])


@pytest.mark.parametrize("cut", [0, 5, -1])
def test_a_truncated_message_raises_an_error(cut):
    stream = io.BytesIO()
    send(stream, {"status": "evaluated"}, b"12", b"3")
    assert receive(io.BytesIO(stream.getvalue())) == ({"status": "evaluated"}, [b"12", b"3"])
    with pytest.raises(EOFError):
        receive(io.BytesIO(stream.getvalue()[:cut]))


def test_memory_that_a_feature_lacks_is_told_in_a_sentence(monkeypatch):
    def values(feature, text):
        raise MemoryError

    monkeypatch.setattr(features.Digit, "values", values)
    source, sink = io.BytesIO(), io.BytesIO()
    send(source, {"do": "read text", "text": "key", "lengths": [1], "table": ["1"]}, bytes(4))
    send(source, {"do": "evaluate", "text": "key", "feature": DIGIT, "limit": 5, "columns": []})
    source.seek(0)
    monkeypatch.setattr(feature_worker, "limit_memory", lambda size: None)
    feature_worker.serve(source, sink)
    sink.seek(0)
    answers = [receive(sink)[0] for _ in range(3)]
    assert answers[-1]["status"] == "rejected"
    assert "more than 1024 MiB of memory" in answers[-1]["message"]


@pytest.mark.skipif(not feature_worker.STATISTICS.exists(), reason="the system tells no sizes")
def test_the_memory_of_a_process_is_limited():
    program = (
        "from tb_rnnviz.tensorboard.feature_worker import MEMORY_BYTES, limit_memory\n"
        "limit_memory(MEMORY_BYTES)\n"
        "size = len(bytes(MEMORY_BYTES // 2))\n"
        "try:\n    bytes(2 * MEMORY_BYTES)\nexcept MemoryError:\n    print('limited')\n"
        "limit_memory(None)\n"
        "print(len(bytes(MEMORY_BYTES + 1)) > MEMORY_BYTES)\n"
    )
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert output.stdout.split() == ["limited", "True"], output.stderr
