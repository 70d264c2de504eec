"""`rv.find`: the findings that the callback logs and the tab shows."""

from __future__ import annotations

import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.core.names import HIDDEN_STATE, is_state
from tb_rnnviz.core.statistics import EVIDENCE
from tb_rnnviz.features import Literal, Shift
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.recording import Recording
from tb_rnnviz.report.find import SHOWN_ROWS, Findings
from tests.callbacks.runs import VOCABULARY, compiled_model, digests, fit
from tests.planted_logs import (
    PLANTED,
    SPACE,
    TEXT,
    log_recording,
    planted_recording,
    write_planted_run,
)

AFTER_E = Shift("after e", Literal("e", "e"), 1)
HOSTILE = Literal("<img src=x onerror=alert(1)>\n", " ")


def as_logged(findings):
    """The JSON of findings without ablation effects."""
    return [
        {key: value for key, value in finding.to_json().items() if key != "causal"}
        for finding in findings
    ]


@pytest.mark.parametrize(
    "options", [{}, {"suggestions": 5}, {"band": (0.1, 0.3)}, {"features": [SPACE, HOSTILE]}]
)
def test_findings_are_those_of_the_digest_of_the_same_recording(tmp_path, options):
    recording = planted_recording()
    features = options.get("features")
    rest = {key: value for key, value in options.items() if key != "features"}
    with RunWriter(tmp_path) as writer, writer.step(0):
        report = log_recording(writer, recording, features, **rest)
    assert as_logged(rv.find(recording, **options)) == report.digest.to_json()["hypotheses"]


@pytest.mark.parametrize("corpus", [None, list("ab. a b" * 20)])
def test_findings_are_those_that_the_callback_logs(tmp_path, corpus):
    model = compiled_model()
    ids = np.random.default_rng(0).integers(0, 4, 301)
    read = rv.Probe("novel", ids[:-1], targets=ids[1:], vocabulary=VOCABULARY)
    fit(model, rv.RNNVizCallback(tmp_path, [read], corpus=corpus), epochs=2)
    *_, last = digests(tmp_path).values()
    logged = [
        {key: value for key, value in entry.items() if key != "causal"}
        for entry in last["hypotheses"]
    ]
    assert logged
    assert as_logged(rv.find(rv.record(model, read), corpus=corpus)) == logged


def test_the_default_features_follow_from_the_content_of_the_text(tmp_path):
    code = "def f(x):\n    return 'ab'  # a\n" * 12
    vocabulary = sorted(set(code))
    ids = [vocabulary.index(character) for character in code]
    model = compiled_model(vocabulary=len(vocabulary))
    probe = rv.Probe("novel", ids[:-1], targets=ids[1:], vocabulary=vocabulary)
    recording = rv.record(model, probe)
    watch = rv.RNNVizCallback(tmp_path, [probe])
    watch.record(model, 0)
    watch.on_train_end()
    digest = digests(tmp_path)[0]
    assert digest["content"]["kind"] == "source code"
    assert digest["content"]["language"] == "python"
    assert digest["features"][0]["name"] == "inside a comment"
    assert as_logged(rv.find(recording)) == [
        {key: value for key, value in entry.items() if key != "causal"}
        for entry in digest["hypotheses"]
    ]
    named = {finding.feature for finding in rv.find(recording, content="prose")}
    assert named and not named & {"inside a comment", "keyword"}
    with pytest.raises(ValueError, match="`content` is a kind of text"):
        rv.find(recording, content="klingon")


def test_a_loaded_recording_has_the_planted_finding_first(tmp_path):
    write_planted_run(tmp_path, steps=1)
    finding = rv.find(rv.load(tmp_path))[0]
    assert isinstance(finding, rv.Finding)
    assert (finding.feature, finding.quantity, finding.unit) == ("space", HIDDEN_STATE, PLANTED)
    assert finding.is_significant and finding.response.label == "reacting"


def test_findings_are_significant_and_sorted_by_evidence_then_by_size():
    findings = rv.find(planted_recording(), [SPACE, AFTER_E, HOSTILE], suggestions=12)
    assert findings and all(finding.is_significant for finding in findings)
    strengths = [
        (EVIDENCE.index(finding.evidence), not is_state(finding.quantity), -finding.strength)
        for finding in findings
    ]
    assert strengths == sorted(strengths)


def test_features_are_read_from_a_file(tmp_path):
    path = tmp_path / "features.yaml"
    path.write_text("- {name: blank, kind: literal, text: ' '}\n", encoding="utf-8")
    assert {finding.feature for finding in rv.find(planted_recording(), path)} == {"blank"}


def test_a_feature_reads_a_column_that_is_passed():
    numbers = np.array([token == " " for token in TEXT], float)
    features = [rv.features.Column("blank", "blank")]
    finding = rv.find(planted_recording(), features, columns={"blank": numbers.tolist()})[0]
    assert (finding.feature, finding.unit) == ("blank", PLANTED)


def test_generated_text_has_findings():
    generation = rv.generate(compiled_model(), [0], steps=40, vocabulary=list("ab ."))
    assert isinstance(rv.find(generation.recording), Findings)
    with pytest.raises(TypeError, match="Received: Generation. Pass its `recording`."):
        rv.find(generation)


@pytest.mark.parametrize(
    ("recording", "error", "message"),
    [
        (np.zeros((4, 3)), TypeError, "must be a Recording.*Received: ndarray"),
        (None, TypeError, "Received: NoneType"),
        (Recording([], [3]), ValueError, "this recording has none. Record a Probe with `tokens`"),
    ],
)
def test_what_is_no_recording_with_tokens_is_refused(recording, error, message):
    with pytest.raises(error, match=message):
        rv.find(recording)


@pytest.mark.parametrize(
    ("features", "error", "message"),
    [
        (SPACE, ValueError, "`features` are a list of features.*Received: Literal"),
        (3, ValueError, "`features` are a list of features.*Received: 3"),
        (["space"], ValueError, r"Received: \['str'\]"),
        ([{"name": "space", "kind": "literal"}], ValueError, r"Received: \['dict'\]"),
        ([SPACE, SPACE], ValueError, r"names of their own.*\['space', 'space'\]"),
        ("nowhere.yaml", FileNotFoundError, "no file of features at nowhere.yaml"),
    ],
)
def test_what_is_no_list_of_features_is_refused(features, error, message):
    with pytest.raises(error, match=message):
        rv.find(planted_recording(), features)


def test_no_feature_gives_no_finding():
    assert repr(rv.find(planted_recording(), [])) == "0 findings"


def test_a_notebook_shows_a_table_with_text_escaped():
    table = rv.find(planted_recording(), [SPACE, HOSTILE])._repr_html_()
    assert table.count("<tr>") == 1 + 4
    assert "<td>space</td><td>lstm</td><td>hidden_state</td><td>5</td>" in table
    assert "<img" not in table and "&lt;img" in table


def test_a_terminal_shows_a_table_with_one_line_per_finding():
    findings = rv.find(planted_recording(), [SPACE, HOSTILE])
    caption, head, first, *rest = repr(findings).splitlines()
    assert caption == "4 findings" and head.split()[:4] == ["feature", "layer", "quantity", "unit"]
    assert first.split()[:4] == ["space", "lstm", "hidden_state", "5"]
    assert len(rest) == 3


def test_a_long_table_is_cut_and_says_how_many_more_there_are():
    finding = rv.find(planted_recording())[0]
    findings = Findings([finding] * (SHOWN_ROWS + 3))
    assert repr(findings).splitlines()[-1] == "and 3 more"
    assert findings._repr_html_().endswith("<p>and 3 more</p>")


def test_a_slice_of_findings_is_a_table_too():
    findings = rv.find(planted_recording())
    assert repr(findings[:1]).startswith("1 finding\n")
    assert isinstance(findings[0], rv.Finding)
