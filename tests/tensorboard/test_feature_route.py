"""`/feature`: values of a typed feature, and the units associated with it."""

from __future__ import annotations

import base64
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from tb_rnnviz import analysis, load
from tb_rnnviz.core.statistics import STATISTICS
from tb_rnnviz.features import Literal
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.log_format.text import RecordedText
from tb_rnnviz.recording import LayerActivity, Recording
from tb_rnnviz.report.standard_scores import with_standard_scores
from tests.planted_logs import PLANTED, TEXT, planted_recording, write_step

SPACE = "{name: space, kind: literal, text: ' '}"
HOSTILE = "{name: slow, kind: regex, over: text, pattern: '([a-z ]+)+[0-9]'}"
WHERE = {"run": "run1/rnnviz", "probe": "novel", "step": "last"}
HIDDEN = WHERE | {"layer": "lstm", "quantity": "hidden_state"}


def ask(client, typed, where=HIDDEN, **more):
    return client("feature", query_string={**where, "feature": typed, **more})


def values_of(answer) -> np.ndarray:
    """Returns the values of an answer, decoded as `/feature` describes."""
    values = answer["values"]
    data = base64.b64decode(values["data"])
    if values["type"] == "float32":
        return np.frombuffer(data, "<f4")
    return np.unpackbits(np.frombuffer(data, "u1"), count=values["tokens"]).astype(bool)


def test_the_planted_unit_is_the_strongest_for_a_typed_feature(client):
    answer = ask(client, SPACE).json
    assert (answer["step"], answer["name"], answer["kind"]) == (2, "space", "literal")
    assert (answer["count"], answer["note"], answer["tests"]) == (TEXT.count(" "), None, 24)
    first = answer["units"][0]
    assert (first["layer"], first["quantity"], first["unit"]) == ("lstm", "hidden_state", PLANTED)
    assert first["neighbours"] == [PLANTED - 1, PLANTED + 1]
    assert first["q"] < 0.05 and (first["evidence"], first["kind"]) == ("echo", "echo")
    assert len(answer["units"]) == 1, "only significant units are listed"
    assert first["response"]["label"] == "reacting"
    assert first["peak"]["coherence"] > 0.9
    assert values_of(answer).tolist() == [token == " " for token in TEXT]


def test_statistics_are_those_of_the_analysis_of_the_logged_activity(client, logs):
    answer = ask(client, "{name: e, kind: regex, pattern: '[ aeiou]'}", top=50).json
    recorded = load(logs / "run1")
    mask = np.array([token in " aeiou" for token in TEXT])
    state = recorded["lstm"]["hidden_state"][0]
    aspects = [
        analysis.relevance(values, mask, tokens=list(TEXT))
        for values in (state, analysis.swing(state))
    ]
    q = analysis.joint_q([aspect.p for aspect in aspects]).q[0]
    within_q = analysis.joint_q([aspect.within_p for aspect in aspects]).q[0]
    (level,) = with_standard_scores(aspects[:1], state)
    expected = replace(level, q=q, within_q=within_q)
    significant = np.flatnonzero(expected.q <= 0.05)
    assert sorted(unit["unit"] for unit in answer["units"]) == significant.tolist() != []
    assert {unit["aspect"] for unit in answer["units"]} == {"level"}
    for unit in answer["units"]:
        for name in STATISTICS:
            number = getattr(expected, name)[unit["unit"]]
            assert unit[name] == (None if np.isnan(number) else pytest.approx(number, rel=1e-5)), (
                name
            )
    strength = [(unit["q"] > 0.05, -abs(unit["effect"])) for unit in answer["units"]]
    assert strength == sorted(strength)


def test_without_a_quantity_all_are_tested_and_q_covers_all(client):
    unrecorded = "{name: space, kind: regex, pattern: ' '}"
    answer = ask(client, unrecorded, WHERE, top=2).json
    assert answer["tests"] == 36, "levels of both quantities, and the swing of the state"
    assert [(u["quantity"], u["unit"]) for u in answer["units"][:2]] == [
        ("hidden_state", PLANTED),
        ("forget_gate", PLANTED),
    ]
    assert len(answer["units"]) == 2
    alone = ask(client, unrecorded).json["units"][0]
    assert answer["units"][0]["p"] == alone["p"]
    assert answer["units"][0]["q"] != alone["q"], "q is over the tests of the answer"


def test_no_unit_is_tested_if_top_is_zero(client):
    answer = ask(client, SPACE, top=0).json
    assert (answer["count"], answer["tests"], answer["units"]) == (TEXT.count(" "), 0, [])
    assert ask(client, SPACE, top=1).json["tests"] == 24
    assert ask(client, SPACE, top=-1).status_code == 400


@pytest.mark.parametrize(
    "typed",
    [
        '{"name": "space", "kind": "literal", "text": " "}',
        'name: space\nkind: literal\ntext: " "\n',
        '- {name: space, kind: literal, text: " "}',
        '{name: space, kind: or, of: [{kind: literal, text: " "}, {kind: digit}]}',
        '{name: space, kind: not, of: {kind: regex, pattern: "\\\\S"}}',
    ],
)
def test_a_feature_is_accepted_as_json_or_yaml_of_any_kind(client, typed):
    answer = ask(client, typed).json
    assert answer["count"] == TEXT.count(" ")
    assert answer["units"][0]["unit"] == PLANTED


def test_numeric_features_return_numbers_instead_of_bits(client):
    answer = ask(client, "{name: position, kind: line_position}").json
    assert values_of(answer).tolist() == list(range(1, len(TEXT) + 1))
    assert (answer["tests"], answer["units"]) == (24, [])
    assert answer["note"] == "no unit is significant"


def test_the_probability_column_is_that_of_the_token_itself(serve, tmp_path):
    with RunWriter(tmp_path / "run1") as writer:
        with writer.step(0):
            recording = planted_recording()
            writer.write_activity("novel", recording)
            probability = np.linspace(0, 1, len(TEXT), dtype=np.float32)
            text = RecordedText(recording.tokens, predictions={"probability": probability})
            writer.write_text("novel", text)
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 0)
    answer = ask(client, "{name: sure, kind: probability}").json
    column = values_of(answer)
    assert np.isnan(column[0])
    np.testing.assert_array_equal(column[1:], probability[:-1])
    assert answer["count"] == len(TEXT) - 1
    likely = "{name: sure, kind: range, of: {kind: column, column: probability}, low: 0.5}"
    assert ask(client, likely).json["count"] == (probability[:-1] >= 0.5).sum()


@pytest.mark.parametrize(
    "typed, note",
    [
        ("{name: none, kind: literal, text: '!'}", "matches no token"),
        ("{name: all, kind: regex, pattern: '(?s).'}", "matches every token"),
        ("{name: one, kind: frequency}", None),
        ("{name: p, kind: probability}", "has the same value at every token"),
        ("{name: s, kind: surprise}", "no column 'surprise'; it has 'probability'"),
        ("{name: mine, kind: column, column: ../../etc/passwd}", "no column '../../etc/passwd'"),
        ("{name: c, kind: inside_comment, language: nosuch}", "no lexer 'nosuch'"),
        ("{name: a, kind: not, of: {kind: frequency}}", "gives numbers"),
    ],
)
def test_a_feature_that_cannot_be_tested_has_the_note_of_a_digest(client, typed, note):
    answer = ask(client, typed)
    assert answer.status_code == 200
    if note is None:
        assert answer.json["note"] is None and answer.json["units"]
    else:
        assert note in answer.json["note"]
        assert answer.json["units"] == [] and answer.json["tests"] == 0


@pytest.mark.parametrize(
    "typed, message",
    [
        ("", "A feature is a mapping"),
        ("configs/features.yaml", "A feature is a mapping.*configs/features.yaml"),
        ("/etc/passwd", "A feature is a mapping"),
        ("[]", "0 entries"),
        (f"[{SPACE}, {SPACE}]", "one feature at a time.*2"),
        ("{name: a", "no YAML"),
        ("{name: a, kind: regex, pattern: [}", "no YAML"),
        ("!!python/object/apply:os.system [ls]", "no YAML"),
        ("{name: a, kind: or, of: [&x {kind: digit}, *x]}", "aliases"),
        ("{name: a}", "needs a `kind`, one of"),
        ("{name: a, kind: nosuch}", "no feature of kind 'nosuch'. The kinds are `and`"),
        ("{kind: digit}", "needs `name`"),
        ("{name: a, kind: digit, path: /etc/passwd}", "does not know `path`"),
        ("{name: '', kind: digit}", "must be a string that is not empty"),
        ("{name: a, kind: regex, pattern: '('}", "no regular expression"),
        ("{name: a, kind: regex, pattern: a, over: file}", "must be one of token, text"),
        ("{name: a, kind: pos, tags: [XX]}", "no Penn tags"),
        ("[" * 900, "nested too deeply"),
        ("{name: a, kind: not, of: " + "{kind: not, of: " * 500 + "}" * 501, "nested too deeply"),
        ("{name: a, kind: shift, of: {kind: digit}, by: 1.5}", "number of tokens"),
        ('{"name": "\\ud800", "\\ud800": 1, "kind": "digit"}', "does not know"),
        ("name: " + "a" * 10_000, "at most 10000 characters.*10006"),
    ],
)  # fmt: skip
def test_an_invalid_feature_is_rejected_with_a_message(client, typed, message):
    answer = ask(client, typed)
    assert answer.status_code == 400, answer.text
    assert re.search(message, answer.text, re.DOTALL), answer.text
    assert len(answer.text) < 1000


def test_an_endless_regular_expression_is_stopped_and_the_next_feature_evaluated(client):
    assert ask(client, SPACE).status_code == 200
    start = time.monotonic()
    answer = ask(client, HOSTILE)
    assert answer.status_code == 400
    assert "took more than 2 s on this text and was stopped" in answer.text
    assert time.monotonic() - start < 10
    hidden = f"{{name: deep, kind: not, of: {{kind: and, of: [{{kind: digit}}, {HOSTILE}]}}}}"
    assert "was stopped" in ask(client, hidden).text
    assert ask(client, "{name: a, kind: literal, text: a}").json["count"] == TEXT.count("a")


def test_other_routes_answer_while_a_feature_is_evaluated(client):
    assert ask(client, SPACE).status_code == 200
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(ask, client, HOSTILE)
        time.sleep(0.2)
        assert client("index").status_code == 200
        assert not slow.done()
        assert slow.result().status_code == 400


def test_concurrent_features_are_all_evaluated(client):
    letters = sorted(set(TEXT) - {" "})
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(
            lambda letter: ask(
                client, json.dumps({"name": "x", "kind": "literal", "text": letter})
            ),
            letters,
        )
        counts = [answer.json["count"] for answer in answers]
    assert counts == [TEXT.count(letter) for letter in letters]


def test_sequences_and_masked_tokens_are_tested_as_in_the_analysis(serve, tmp_path):
    random = np.random.default_rng(0)
    tokens = [list("a bc d e f gh " * 6), list("x y zz " * 5)]
    lengths = [len(sequence) for sequence in tokens]
    mask = np.arange(max(lengths)) < np.array(lengths)[:, None]
    hidden = random.normal(size=(2, max(lengths), 5)).astype(np.float32)
    mask[0, :3] = False
    hidden[~mask] = np.nan
    activity = LayerActivity("gru", "GRUCell", {"hidden_state": hidden}, {}, mask, lengths)
    with RunWriter(tmp_path / "run1") as writer:
        write_step(writer, 0, Recording([activity], lengths, tokens=tokens, probe="novel"))
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 0)
    answer = ask(client, SPACE, WHERE).json
    flat = [token for sequence in tokens for token in sequence]
    assert answer["count"] == flat.count(" ")
    recorded = load(tmp_path / "run1")["gru"]
    values, consumed = recorded.consumed("hidden_state")
    spaces = np.array([token == " " for token in flat])[consumed]
    lengths = recorded.mask.sum(axis=1).tolist()
    expected = analysis.relevance(values, spaces, lengths=lengths)
    for unit in answer["units"]:
        assert unit["effect"] == pytest.approx(expected.effect[unit["unit"]], rel=1e-5)
        assert unit["q"] == pytest.approx(expected.q[unit["unit"]], rel=1e-5)
        assert unit["count"] == spaces.sum()


def test_a_recorded_feature_has_the_same_list_when_it_is_typed(serve, tmp_path):
    features = (Literal("space", " "), *(Literal(f"letter {one}", one) for one in "aeiourst"))
    with RunWriter(tmp_path / "run1") as writer:
        write_step(writer, 2, planted_recording(), features)
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 2)
    (digest,) = client("digest", query_string=WHERE).json["steps"]
    recorded = [entry for entry in digest["hypotheses"] if entry["feature"] == "space"]
    answer = ask(client, SPACE.replace("space", "gap"), WHERE, top=50).json
    assert recorded and answer["tests"] == digest["tests"]
    shown = ("layer", "quantity", "unit", "aspect", "q", "within_q", "effect", "evidence", "kind")
    lists = [
        [[entry[key] for key in shown] for entry in part] for part in (answer["units"], recorded)
    ]
    assert lists[0] == lists[1]
    alone = ask(client, "{name: either, kind: regex, pattern: '[ q]'}", WHERE, top=50).json
    assert alone["tests"] < digest["tests"], "q of a feature that was not recorded is over it alone"
    assert answer["recorded"] and not alone["recorded"]
