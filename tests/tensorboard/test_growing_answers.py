"""`since`: answers over all steps that continue an earlier answer."""

from __future__ import annotations

import shutil
import time
import zlib

import numpy as np
import pytest

from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.tensorboard.scalars import new_points
from tests.formats import unpack
from tests.planted_logs import planted_recording, write_planted_recording, write_step

TEXT = "it was a day in april " * 2
RUN = {"run": "run1/rnnviz"}
PEAKS = RUN | {"probe": "novel", "layer": "lstm", "quantity": "hidden_state", "what": "peaks"}
LIFE = RUN | {"probe": "novel", "layer": "lstm", "quantity": "hidden_state", "unit": 3}
SUMMARY = RUN | {"probe": "novel", "matrix": "attention"}
QUERIES = {
    "index": {},
    "units": PEAKS,
    "scalars": RUN,
    "life": LIFE,
    "matrix_summary": SUMMARY,
}


ATTEMPTS = 200
"""Times that TensorBoard is asked for what was written again."""


class Reader:
    """Reader of answers that continues each from the one before, as the tab does."""

    def __init__(self, client):
        self._client = client
        self._cursors, self._series = {}, {}
        self.received = {}

    def reload(self):
        """Makes TensorBoard read what is new."""
        self._client.reload()

    def read(self, route):
        """Returns the steps with their values, by series, of a continued answer."""
        answer = self._ask(route, since=self._cursors.get(route, "none"))
        self._cursors[route] = answer["cursor"]
        earlier, self._series[route] = self._series.get(route, {}), {}
        self.received[route] = series_of(route, answer)
        for name, (after, points) in self.received[route].items():
            before = {} if after is None else earlier[name]
            same = {step: value for step, value in before.items() if step <= (after or 0)}
            self._series[route][name] = same | points
        return self._series[route]

    def read_whole(self, route):
        """Returns the same of an answer that has everything."""
        answer = self._ask(route)
        assert "cursor" not in answer
        return {name: points for name, (_, points) in series_of(route, answer).items()}

    def new_steps(self, route):
        """Returns the steps that the last answer had."""
        return sorted({step for _, points in self.received[route].values() for step in points})

    def _ask(self, route, **query):
        answer = self._client(route, query_string=QUERIES[route] | query)
        assert answer.status_code == 200, answer.text
        if route == "index" and "since" in query:
            return expanded(answer.json)
        if route != "units":
            return answer.json
        header, (blob,) = unpack(answer.data)
        shape = len(header["steps"]), len(header["rows"]), header["units"]
        values = np.frombuffer(zlib.decompress(blob), "<f4").reshape(shape)
        return header | {"values": [step.tobytes() for step in values]}


def expanded(index):
    """Returns an index with a list of steps in the place of their ranges."""
    for run in index["runs"]:
        for probe in run["probes"]:
            entries = [[each, 1, 1] if type(each) is int else each for each in probe["steps"]]
            probe["steps"] = [first + k * by for first, count, by in entries for k in range(count)]
    return index


def series_of(route, answer):
    """Returns `after` and the values by step of each series of an answer."""
    if route == "units":
        return {"units": (answer.get("after"), points_of(answer, "values"))}
    if route == "life":
        return {"life": (answer.get("after"), points_of(by_step(answer), "effect", "q"))}
    if route == "matrix_summary":
        statistics = answer["statistics"]
        points = points_of(answer | statistics, *sorted(statistics))
        return {"matrix_summary": (answer.get("after"), points)}
    inner, name = ("probes", "probe") if route == "index" else ("tags", "tag")
    values = ("written",) if route == "index" else ("values", "wall_times")
    return {
        (run["run"], entry[name]): (entry.get("after"), points_of(entry, *values))
        for run in answer["runs"]
        for entry in run[inner]
    }


def by_step(life):
    """Returns a life of a unit with a tuple of the features at each step."""
    return life | {name: list(zip(*life[name], strict=True)) for name in ("effect", "q")}


def points_of(entry, *names):
    columns = [entry[name] for name in names]
    assert all(len(column) == len(entry["steps"]) for column in columns)
    return dict(zip(entry["steps"], zip(*columns, strict=True), strict=True))


def check_continued(reader, is_reached):
    """Reads on until whole and continued answers have what was written."""
    for route in QUERIES:
        for _ in range(ATTEMPTS):
            reader.reload()
            whole = reader.read_whole(route)
            if is_reached(next(iter(whole.values()))) and reader.read(route) == whole:
                break
            time.sleep(0.05)
        else:
            raise TimeoutError(f"{route}: {reader.read(route)} instead of {whole}")


def recording(seed=0):
    return planted_recording(TEXT, units=6, seed=seed)


def reader_of_run(serve, folder, steps):
    """Returns a reader of a run that has these steps."""
    with RunWriter(folder / "run1") as writer:
        for step in range(steps):
            write_step(writer, step, recording(step))
    client = serve(folder, live=True)
    client.wait_for("run1/rnnviz", steps - 1)
    return Reader(client)


@pytest.mark.parametrize("route", QUERIES)
def test_an_answer_since_an_earlier_one_has_the_steps_after_it_alone(serve, tmp_path, route):
    with RunWriter(tmp_path / "run1") as writer:
        for step in range(3):
            write_step(writer, step, recording(step))
        client = serve(tmp_path, live=True)
        client.wait_for("run1/rnnviz", 2)
        reader = Reader(client)
        assert reader.read(route) == reader.read_whole(route)
        assert reader.new_steps(route) == [0, 1, 2]
        reader.read(route)
        assert reader.new_steps(route) == []
        write_step(writer, 3, recording(3))
        client.reload()
        client.wait_for("run1/rnnviz", 3)
        assert reader.read(route) == reader.read_whole(route)
        assert reader.new_steps(route) == [3]
        reader._cursors[route] = "0123456789ab-7:2"
        reader.read(route)
        assert reader.new_steps(route) == [0, 1, 2, 3]


def test_steps_that_were_written_again_replace_those_of_an_earlier_answer(serve, tmp_path):
    reader = reader_of_run(serve, tmp_path, steps=4)
    before = {route: reader.read(route) for route in QUERIES}
    with RunWriter(tmp_path / "run1") as writer:
        with writer.step(1, replace=True):
            write_planted_recording(writer, 1, recording(9))
        write_step(writer, 2, recording(10))
    check_continued(reader, lambda points: 3 not in points)
    for route, series in before.items():
        for name, points in series.items():
            now = reader.read(route)[name]
            assert now[0] == points[0] and now[2] != points[2]


def test_a_run_that_was_trained_again_replaces_an_earlier_answer(serve, tmp_path):
    reader = reader_of_run(serve, tmp_path, steps=3)
    before = reader.read("index")["run1/rnnviz", "novel"]
    for route in QUERIES:
        reader.read(route)
    shutil.rmtree(tmp_path / "run1")
    with RunWriter(tmp_path / "run1") as writer:
        for step in range(4):
            write_step(writer, step, recording(20 + step))
    check_continued(reader, lambda points: 3 in points)
    assert not set(before.values()) & set(reader.read("index")["run1/rnnviz", "novel"].values())


def test_points_of_a_resumed_training_are_new_although_their_steps_are_not():
    points = [(0, 1.0), (1, 2.0), (2, 3.0)]
    assert new_points(points, None) == 0
    assert new_points(points, (2, 3.0)) == 3
    assert new_points(points[:2], (2, 3.0)) == 2
    assert new_points([(0, 1.0), (1, 7.0), (2, 8.0), (3, 9.0)], (2, 3.0)) == 1
