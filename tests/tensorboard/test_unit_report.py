"""`/unit`: the association of one unit with every feature of the recording."""

from __future__ import annotations

import re
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from tb_rnnviz import analysis, load
from tb_rnnviz.core.finding import LAGS, AblationEffect
from tb_rnnviz.core.statistics import STATISTICS
from tb_rnnviz.features import Digit, LinePosition, Literal, Regex
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.recording import LayerActivity, Recording
from tb_rnnviz.report.standard_scores import with_standard_scores
from tb_rnnviz.tensorboard.unit_report import unit_report
from tests.formats import unpack
from tests.planted_logs import PLANTED, SPACE, TEXT, log_recording, planted_recording, write_step

FEATURES = [SPACE, Literal("letter e", "e"), Regex("vowel", "[aeiou]"), Digit("digit")]
FEATURES += [LinePosition("position")]
WHERE = {"run": "run1/rnnviz", "probe": "novel", "layer": "lstm"}
HIDDEN, GATE = WHERE | {"quantity": "hidden_state"}, WHERE | {"quantity": "forget_gate"}
QUIET = 2
"""A unit of noise that the digest does not name for the letter e."""

CAUSAL = {"effect": 0.31, "low": 0.2, "high": 0.44, "on": 0.33, "off": 0.02, "count": 160}
CAUSAL |= {"how": "mean", "tokens": 288}


def ask(client, unit, where=HIDDEN, step="last"):
    return client("unit", query_string=where | {"unit": unit, "step": step})


def by_feature(answer) -> dict:
    return {one["feature"]: one for one in answer["hypotheses"]}


@pytest.fixture
def client(serve, tmp_path):
    """Returns a client of two steps, the last one with an ablation effect."""

    def hold(report):
        effect = AblationEffect.from_json(CAUSAL)
        findings = [
            replace(finding, ablation=effect)
            if (finding.unit, finding.feature) == (PLANTED, "space")
            else finding
            for finding in report.digest.findings
        ]
        return report.with_digest(findings=tuple(findings))

    with RunWriter(tmp_path / "run1") as writer:
        write_step(writer, 0, planted_recording(seed=0), FEATURES)
        with writer.step(1):
            log_recording(writer, planted_recording(seed=1), FEATURES, add_evidence=hold)
    served = serve(tmp_path)
    served.wait_for("run1/rnnviz", 1)
    return served


def test_the_planted_unit_is_associated_with_spaces_before_every_other_feature(client):
    answer = ask(client, PLANTED).json
    assert (answer["version"], answer["step"], answer["unit"]) == (1, 1, PLANTED)
    told = [one["feature"] for one in answer["hypotheses"]]
    assert told[0] == "space"
    assert sorted(told) == ["letter e", "position", "space", "vowel"]  # no token is a digit
    first = answer["hypotheses"][0]
    assert (first["layer"], first["quantity"], first["unit"]) == ("lstm", "hidden_state", PLANTED)
    assert first["neighbours"] == [PLANTED - 1, PLANTED + 1]
    assert (first["count"], first["response"]["label"]) == (TEXT.count(" "), "reacting")
    assert first["q"] < 0.05 and first["effect"] > 1e5
    strength = [(one["q"] > 0.05, -abs(one["effect"])) for one in answer["hypotheses"]]
    assert strength == sorted(strength)


def test_findings_of_the_digest_are_returned_unchanged_with_their_ablation_effect(client):
    (digest,) = (d for d in client("digest?run=run1/rnnviz&probe=novel").json["steps"] if d["step"])
    answer = ask(client, PLANTED).json
    assert answer["tests"] == digest["tests"] == 6 * 24
    named = [
        one
        for one in digest["hypotheses"]
        if (one["quantity"], one["unit"]) == ("hidden_state", PLANTED)
    ]
    assert named
    for one in named:
        assert by_feature(answer)[one["feature"]] == {"causal": None} | one
    assert by_feature(answer)["space"]["causal"] == CAUSAL


def test_statistics_are_those_of_the_relevance_route(client):
    header, (blob,) = unpack(client("relevance", query_string=HIDDEN | {"step": 1}).data)
    shape = len(header["features"]), len(header["statistics"]), header["units"]
    rows = np.frombuffer(zlib.decompress(blob), "<f4").reshape(shape)
    for unit in range(12):
        for name, one in by_feature(ask(client, unit).json).items():
            row = rows[header["features"].index(name), :, unit]
            for column in STATISTICS:
                expected = row[header["statistics"].index(column)]
                if np.isnan(expected):
                    assert one[column] is None
                    assert name == "position" or column in ("within", "within_q")
                else:
                    assert one[column] == pytest.approx(expected, rel=1e-3), (name, column)


def test_response_and_peak_are_those_of_the_analysis_of_the_logged_activity(client, tmp_path):
    series = load(tmp_path / "run1")["lstm"]["hidden_state"][0][:, [QUIET]]
    vowels = np.array([token in "aeiou" for token in TEXT])
    one = by_feature(ask(client, QUIET).json)["vowel"]
    response = analysis.lagged_response(series, vowels, LAGS)
    assert one["response"]["label"] == response.label[0]
    assert one["response"]["mean"] == pytest.approx(response.mean[:, 0], rel=1e-2, abs=1e-6)
    for limit in ("low", "high"):
        expected = getattr(response, limit)[:, 0]
        assert one["response"][limit] == pytest.approx(expected, rel=1e-2), limit
    frequency = one["peak"]["frequency"]
    together, _ = analysis.coherence(series, vowels).at([frequency])
    assert one["peak"]["coherence"] == pytest.approx(together[0], rel=1e-4)
    assert one["causal"] is one["controlled"] is None


def test_numeric_features_and_gates_have_no_response(client):
    position = by_feature(ask(client, QUIET).json)["position"]
    assert position["response"] is position["auc"] is position["prominence"] is None
    assert position["effect"] is not None
    gate = ask(client, PLANTED, GATE).json["hypotheses"]
    assert gate[0]["feature"] == "space" and gate[0]["quantity"] == "forget_gate"
    assert all(one["response"] is None for one in gate)
    assert gate[0]["peak"]["coherence"] > 0.9


def test_statistics_are_computed_from_the_activity_without_small_tensors(serve, tmp_path):
    with RunWriter(tmp_path / "run1") as writer, writer.step(0):
        log_recording(writer, planted_recording(), FEATURES, summaries=False)
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 0)
    answer = ask(client, PLANTED).json
    assert answer["tests"] == 3 == len(answer["hypotheses"])  # numbers do not stand in the text
    series = load(tmp_path / "run1")["lstm"]["hidden_state"][0][:, [PLANTED]]
    for name, letters in (("space", " "), ("letter e", "e"), ("vowel", "aeiou")):
        one = by_feature(answer)[name]
        relevance = analysis.relevance(series, np.array([token in letters for token in TEXT]))
        (expected,) = with_standard_scores([relevance], series)
        for column in ("prominence", "difference", "score", "effect", "auc", "p"):
            assert one[column] == pytest.approx(getattr(expected, column)[0], rel=1e-5), column
        assert one["relevance"] is one["p_family"] is one["peak"] is None
    p = sorted(one["p"] for one in answer["hypotheses"])
    adjusted = analysis.joint_q([np.array(p)]).q[0]
    assert sorted(one["q"] for one in answer["hypotheses"]) == pytest.approx(adjusted, rel=1e-4)
    assert answer["hypotheses"][0]["response"]["label"] == "reacting"


def test_masked_tokens_and_sequences_are_treated_as_in_the_analysis(serve, tmp_path):
    tokens = [list("a bc d e f gh " * 6), list("x y zz " * 5)]
    lengths = [len(sequence) for sequence in tokens]
    mask = np.arange(max(lengths)) < np.array(lengths)[:, None]
    mask[0, :3] = False
    hidden = np.random.default_rng(0).normal(size=(2, max(lengths), 5)).astype(np.float32)
    hidden[~mask] = np.nan
    activity = LayerActivity("lstm", "GRUCell", {"hidden_state": hidden}, {}, mask, lengths)
    features = [SPACE, Literal("f", "f"), Literal("g", "g"), Literal("z", "z")]
    with RunWriter(tmp_path / "run1") as writer:
        recording = Recording([activity], lengths, tokens=tokens, probe="novel")
        write_step(writer, 0, recording, features)
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 0)
    recorded = load(tmp_path / "run1")["lstm"]
    values, consumed = recorded.consumed("hidden_state")
    lengths = recorded.mask.sum(axis=1).tolist()
    flat = [token for sequence in tokens for token in sequence]
    for unit in range(5):
        for name, one in by_feature(ask(client, unit).json).items():
            match = np.array([token == {"space": " "}.get(name, name) for token in flat])[consumed]
            assert one["count"] == match.sum()
            response = analysis.lagged_response(values[:, [unit]], match, LAGS, lengths)
            assert one["response"]["mean"] == pytest.approx(
                [None if np.isnan(m) else m for m in response.mean[:, 0]], rel=2e-2, abs=2e-2
            )


def test_a_unit_of_two_thousand_tokens_and_twelve_features_takes_less_than_100_ms(serve, tmp_path):
    text = (TEXT * 7)[:2000]
    features = [Literal(letter, letter) for letter in "abcdehiklnor"]
    with RunWriter(tmp_path / "run1") as writer:
        write_step(writer, 0, planted_recording(text, units=64), features)
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 0)
    taken = []
    for unit in range(6):
        start = time.perf_counter()
        assert len(ask(client, unit).json["hypotheses"]) == 12
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.1


@pytest.mark.parametrize(
    "change, code, message",
    [
        ({"unit": "12"}, 404, "no unit 12. Allowed: 0 to 11"),
        ({"unit": "-1"}, 404, "no unit -1. Allowed: 0 to 11"),
        ({"unit": "x"}, 400, "unit is an integer"),
        ({"step": "7"}, 404, r"nothing at step 7.*\[0, 1\]"),
        ({"step": "soon"}, 400, "integer or 'last'"),
        ({"quantity": "cell_state"}, 404, "no activity of.*It has: .*hidden_state"),
        ({"probe": "other"}, 404, "no text of 'other'.*text/novel"),
        ({"run": "run2"}, 404, "no run 'run2'. Allowed: .*run1/rnnviz"),
    ],
)
def test_missing_data_are_reported_with_what_exists(client, change, code, message):
    answer = client("unit", query_string=HIDDEN | {"unit": "0", "step": "0"} | change)
    assert answer.status_code == code
    assert re.search(message, answer.text), answer.text


def test_reads_do_not_wait_for_the_analysis_of_units(client, monkeypatch):
    begun, go_on = threading.Semaphore(0), threading.Event()

    def slow_report(*arguments):
        begun.release()
        assert go_on.wait(60)
        return unit_report(*arguments)

    monkeypatch.setattr("tb_rnnviz.tensorboard.analysis_service.unit_report", slow_report)
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(ask, client, unit) for unit in range(3)]
        assert begun.acquire(timeout=60)
        assert client("text", query_string=WHERE | {"step": 0}).status_code == 200
        assert not begun.acquire(timeout=0.3), "they are computed one after the other"
        go_on.set()
        assert [answer.result().json["unit"] for answer in asked] == [0, 1, 2]
