"""`/units`: numbers of every unit at every step."""

from __future__ import annotations

import re
import zlib

import numpy as np
import pytest

from tb_rnnviz import analysis
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.statistics import PEAK
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.log_format.text import RecordedText
from tb_rnnviz.log_format.unit_rows import ROWS, UnitRows
from tests.formats import unpack
from tests.planted_logs import PLANTED, TEXT, planted_recording, write_step

PROBE = "run=run1/rnnviz&probe=novel&layer=lstm"
HIDDEN, GATE = f"{PROBE}&quantity=hidden_state", f"{PROBE}&quantity=forget_gate"
GATE_KEY = QuantityKey("lstm", "forget_gate")


def units_of(client, where, what):
    """Returns header and array (steps, rows, units) of an answer."""
    answer = client(f"units?{where}&what={what}")
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/octet-stream"
    header, (blob,) = unpack(answer.data)
    shape = len(header["steps"]), len(header["rows"]), header["units"]
    return header, np.frombuffer(zlib.decompress(blob), "<f4").reshape(shape)


def test_the_planted_gate_is_saturated_on_both_sides_at_every_step(client):
    header, values = units_of(client, GATE, "saturation")
    assert header == {
        "version": 1,
        "kind": "units",
        "what": "saturation",
        "steps": [0, 1, 2],
        "left_out": [],
        "rows": ["left", "right"],
        "units": 12,
    }
    spaces = TEXT.count(" ") / len(TEXT)
    np.testing.assert_allclose(values[:, 1, PLANTED], spaces, rtol=1e-6)
    np.testing.assert_allclose(values[:, 0, PLANTED], 1 - spaces, rtol=1e-6)
    assert not np.delete(values, PLANTED, axis=2).any()


def test_peaks_are_those_of_the_analysis_by_row(client):
    header, values = units_of(client, HIDDEN, "peaks")
    assert header["rows"] == list(PEAK) == list(ROWS["peaks"])
    for step in header["steps"]:
        recorded = planted_recording(seed=step)["lstm"]["hidden_state"][0]
        peaks = analysis.spectrum(recorded, band=(0.0, 0.5)).peaks
        for row, name in enumerate(PEAK):
            np.testing.assert_allclose(values[step, row], getattr(peaks, name), rtol=1e-5)


def test_memory_has_the_rows_that_the_log_names(client):
    header, values = units_of(client, GATE, "memory")
    assert header["rows"] == ["gate", "autocorrelation"]
    for step in header["steps"]:
        layer = planted_recording(seed=step)["lstm"]
        time = analysis.time_constant(layer["forget_gate"][0])
        np.testing.assert_allclose(values[step, 0], time, rtol=1e-5)


def test_ranges_leave_out_half_a_percent_at_either_end(client):
    header, values = units_of(client, HIDDEN, "ranges")
    assert header["rows"] == ["low", "high"]
    for step in header["steps"]:
        recorded = planted_recording(seed=step)["lstm"]["hidden_state"][0]
        expected = np.quantile(recorded, [0.005, 0.995], axis=0)
        np.testing.assert_allclose(values[step], expected, rtol=1e-5)


def test_ranges_of_a_log_without_them_are_computed_from_its_activity(serve, tmp_path):
    """As a log of the version before has none."""
    recording = planted_recording()
    with RunWriter(tmp_path / "run1") as writer, writer.step(3):
        writer.write_activity("novel", recording, None)
        writer.write_text("novel", RecordedText(recording.texts()))
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 3)
    header, values = units_of(client, HIDDEN, "ranges")
    expected = np.quantile(recording["lstm"]["hidden_state"][0], [0.005, 0.995], axis=0)
    assert (header["steps"], header["rows"]) == ([3], ["low", "high"])
    np.testing.assert_allclose(values[0], expected, atol=0.01)


def test_values_are_indexed_by_step_row_and_unit(serve, tmp_path):
    planted = np.arange(3)[:, None, None] * 100 + np.arange(2)[:, None] * 10 + np.arange(5.0)
    planted[1, 1, 4] = np.nan
    with RunWriter(tmp_path / "run1") as writer:
        for step, array in enumerate(planted):
            with writer.step(step):
                writer.write_unit_rows(
                    "saturation", "novel", GATE_KEY, UnitRows(["left", "right"], array)
                )
                writer.write_text("novel", RecordedText([["a"]]))
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 2)
    _, values = units_of(client, GATE, "saturation")
    np.testing.assert_array_equal(values, planted.astype(np.float32))


def test_steps_of_another_network_are_listed_as_left_out(serve, tmp_path):
    with RunWriter(tmp_path / "run1") as writer:
        for step, units in enumerate((8, 12, 12)):
            write_step(writer, step, planted_recording(units=units))
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 2)
    header, values = units_of(client, GATE, "saturation")
    assert (header["steps"], header["left_out"], header["units"]) == ([1, 2], [0], 12)
    assert values.shape == (2, 2, 12)


def test_a_step_written_later_is_returned(serve, tmp_path):
    with RunWriter(tmp_path / "run1") as writer:
        write_step(writer, 0, planted_recording())
        client = serve(tmp_path, live=True)
        client.wait_for("run1/rnnviz", 0)
        assert units_of(client, GATE, "saturation")[0]["steps"] == [0]
        write_step(writer, 1, planted_recording(seed=1))
        client.reload()
        client.wait_for("run1/rnnviz", 1)
        assert units_of(client, GATE, "saturation")[0]["steps"] == [0, 1]


@pytest.mark.parametrize(
    "query, code, message",
    [
        (f"{PROBE}&quantity=nothing&what=ranges", 404, "no activity of 'novel/lstm/nothing'"),
        (f"{HIDDEN}&what=saturation", 404, "no saturation.*'saturation/novel/lstm/forget_gate'"),
        (f"{HIDDEN}&what=memory", 404, "no memory.*'memory/novel/lstm/forget_gate'"),
        (
            f"{HIDDEN}&what=relevance",
            400,
            "what is one of.*'saturation', 'peaks', 'ranges', 'memory'",
        ),
        (HIDDEN, 400, "lacks.*what"),
        ("run=run9&probe=novel&layer=lstm&quantity=a&what=peaks", 404, "no run 'run9'.*run1"),
    ],
)
def test_missing_data_are_reported_with_what_exists(client, query, code, message):
    answer = client(f"units?{query}")
    assert answer.status_code == code
    assert re.search(message, answer.text), answer.text
