"""Retest of a finding card on recordings for which the answer is known."""

from __future__ import annotations

import numpy as np
import pytest
import yaml

from tb_rnnviz.features import LinePosition, Literal
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.recording import LayerActivity, Recording
from tests.planted_logs import PLANTED, SPACE, TEXT, planted_recording, write_step
from trainer.__main__ import main

EFFECT = 20.0
"""Effect of a unit that separates spaces from the rest, with little noise."""

CARD = {
    "rnnviz_finding": 1,
    "feature": {"name": "space", "kind": "literal", "text": " "},
    "run": "run1",
    "probe": "novel",
    "step": 0,
    "layer": "lstm",
    "quantity": "hidden_state",
    "unit": PLANTED,
    "evidence": {"count": 56, "effect": EFFECT, "auc": 1.0, "q": 3.0e-9, "family_p": 0.001,
                 "lag": 0, "peak_frequency": 0.19, "causal": {"effect": 0.3}},
}  # fmt: skip


def card(folder, **changes):
    """Writes a finding card; keys whose value is None are left out."""
    content = {key: value for key, value in (CARD | changes).items() if value is not None}
    path = folder / "finding.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return path


def logged(folder, unit=PLANTED, *, sign=1.0, units=12, text=TEXT, seed=1, features=(SPACE,)):
    """A run in which one unit follows the spaces, with some noise."""
    random = np.random.default_rng(seed)
    spaces = np.array([token == " " for token in text])
    hidden = random.normal(0, 0.1, (1, len(text), units)).astype(np.float32)
    if unit is not None:
        hidden[0, :, unit] += sign * np.where(spaces, 1.0, -1.0)
    write(folder, hidden, text, features)
    return folder


def write(folder, hidden, text, features=(SPACE,), step=0):
    mask = np.ones(hidden.shape[:2], bool)
    layer = LayerActivity("lstm", "LSTM", {"hidden_state": hidden}, {}, mask, [len(text)])
    recording = Recording([layer], [len(text)], tokens=[list(text)], probe="novel")
    with RunWriter(folder) as writer:
        write_step(writer, step, recording, features)


@pytest.fixture
def retested(capsys, tmp_path):
    """Runs the command; returns its exit code and its output in one line."""

    def retested(log_dir, *words, **changes):
        arguments = ["retest", card(tmp_path, **changes), log_dir, *words, "--color", "never"]
        code = main([str(word) for word in arguments])
        output = capsys.readouterr()
        return code, " ".join((output.out + output.err).split())

    return retested


def test_a_finding_is_confirmed_by_the_same_unit(retested, tmp_path):
    code, output = retested(logged(tmp_path / "a"))
    assert code == 0
    assert f"The finding stands: unit {PLANTED} is associated with 'space' here, too." in output
    assert "q over 12 units" in output and "'novel' at step 0" in output


def test_a_finding_is_not_confirmed_if_no_unit_is_associated_with_the_feature(retested, tmp_path):
    code, output = retested(logged(tmp_path / "a", unit=None))
    assert code == 1
    assert output.endswith("The finding does not stand.")
    assert "Same unit: the effect is" in output and "Best unit: the effect is" in output


def test_a_finding_is_not_confirmed_on_shuffled_activity(retested, tmp_path):
    hidden = planted_recording()["lstm"]["hidden_state"]
    shuffled = np.random.default_rng(0).permutation(hidden, axis=1)
    write(tmp_path / "a", shuffled, TEXT)
    code, output = retested(tmp_path / "a")
    assert code == 1 and "q is" in output and "family-wise p is" in output


def test_a_finding_is_confirmed_by_the_best_unit(retested, tmp_path):
    code, output = retested(logged(tmp_path / "a", unit=7))
    assert code == 0 and "The finding stands: 'space' is carried by unit 7 here." in output


def test_a_requested_unit_decides_alone(retested, tmp_path):
    log_dir = logged(tmp_path / "a", unit=7)
    assert retested(log_dir, "--unit", PLANTED)[0] == 1
    assert retested(log_dir, "--unit", 7)[0] == 0


def test_an_effect_of_the_other_sign_is_confirmed_by_the_best_unit_only(retested, tmp_path):
    log_dir = logged(tmp_path / "a", sign=-1.0)
    code, output = retested(log_dir, "--unit", PLANTED)
    assert code == 1 and "and had the other sign, +20" in output
    assert retested(log_dir)[0] == 0


def test_a_unit_must_reach_half_of_the_effect(retested, tmp_path):
    log_dir = logged(tmp_path / "a")
    assert retested(log_dir, evidence={"effect": 39.0})[0] == 0
    code, output = retested(log_dir, evidence={"effect": 42.0})
    assert code == 1 and "less than half of +42" in output


def test_the_swing_of_a_unit_is_tested_if_the_card_is_of_its_swing(retested, tmp_path):
    random = np.random.default_rng(3)
    text = "".join(" a"[index % 2] * int(random.integers(20, 80)) for index in range(24))
    hidden = random.normal(0, 0.1, (1, len(text), 12)).astype(np.float32)
    hidden[0, :, PLANTED] *= np.where([token == " " for token in text], 9, 1)
    write(tmp_path / "a", hidden, text)
    assert retested(tmp_path / "a", evidence={"effect": 3.0}, aspect="swing")[0] == 0
    assert retested(tmp_path / "a", evidence={"effect": 3.0})[0] == 1


def test_a_unit_beyond_the_layer_is_not_confirmed(retested, tmp_path):
    code, output = retested(logged(tmp_path / "a", unit=None), unit=40)
    assert code == 1 and "there is no unit 40 here, lstm has 12" in output


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_matched_unit_decides_if_the_source_is_passed(retested, tmp_path, sign):
    """The same unit there and here has another index, and perhaps the other sign."""
    first = logged(tmp_path / "first", PLANTED)
    second = logged(tmp_path / "second", unit=8, sign=sign, seed=2)
    code, output = retested(second, "--from", first)
    assert code == 0
    assert f"unit {PLANTED} is unit 8 here, and is associated with 'space'" in output
    assert f"correlation {'+' if sign > 0 else '-'}0.9" in output


def test_a_matched_unit_without_the_feature_outweighs_the_best_unit(retested, tmp_path):
    """Unit 1 also does something else, here nothing but that; unit 2 has the spaces."""
    random = np.random.default_rng(3)
    here = random.normal(0, 0.1, (1, len(TEXT), 4)).astype(np.float32)
    spaces = np.where([token == " " for token in TEXT], 1.0, -1.0)
    here[0, :, 1] += random.normal(0, 1, len(TEXT))
    here[0, :, 2] += spaces
    there = here.copy()
    there[0, :, 1] += spaces
    write(tmp_path / "there", there, TEXT)
    write(tmp_path / "here", here, TEXT)
    assert retested(tmp_path / "here", unit=1)[0] == 0  # carried by unit 2
    code, output = retested(tmp_path / "here", "--from", tmp_path / "there", unit=1)
    assert code == 1 and "Unit 1 is unit 1 here" in output and "Matched unit: the effect" in output


def test_recordings_of_other_tokens_are_not_matched(refused, tmp_path):
    first = logged(tmp_path / "first")
    second = logged(tmp_path / "second", text=TEXT[::-1])
    message = refused("retest", card(tmp_path), second, "--from", first)
    assert "Units are matched on the same tokens" in message


def test_names_are_printed_without_markup(retested, tmp_path):
    feature = CARD["feature"] | {"name": "[bold]"}
    code, output = retested(logged(tmp_path / "a"), feature=feature, run="[red]run")
    assert code == 0 and "'[bold]' and hidden_state of lstm" in output and "of [red]run" in output


class TestFeatureByName:
    ALONE = {"name": "space"}

    def test_is_read_from_the_log(self, retested, tmp_path):
        code, output = retested(logged(tmp_path / "a"), feature=self.ALONE)
        assert code == 0 and "'space' is what the log here calls so" in output

    def test_is_read_from_a_file(self, retested, tmp_path):
        log_dir = logged(tmp_path / "a", features=(Literal("other", "t"),))
        (tmp_path / "features.yaml").write_text('- {name: space, kind: literal, text: " "}\n')
        options = ("--features", tmp_path / "features.yaml")
        assert retested(log_dir, *options, feature=self.ALONE)[0] == 0
        code, output = retested(log_dir, feature=self.ALONE)
        assert code == 2 and "has no mask of that name. It has: ['other']" in output
        code, output = retested(log_dir, *options, feature={"name": "comma"})
        assert code == 2 and "has no feature 'comma'. It has: ['space']" in output


def test_a_numeric_feature_has_no_auc(retested, tmp_path):
    random = np.random.default_rng(0)
    lines = random.integers(2, 30, 40)
    text = "".join("a" * (length - 1) + "\n" for length in lines)
    hidden = random.normal(0, 0.1, (1, len(text), 4)).astype(np.float32)
    read = np.concatenate([np.arange(1, length + 1) % length for length in lines])
    hidden[0, :, 2] += read / 8
    write(tmp_path / "a", hidden, text, features=(LinePosition("place"),))
    feature = {"name": "place", "kind": "line_position"}
    code, output = retested(tmp_path / "a", feature=feature, unit=2, evidence={"effect": 9.0})
    assert code == 0 and "unit 2 is associated with 'place'" in output
    code, output = retested(tmp_path / "a", feature={"name": "place"}, unit=2)
    assert code == 2 and "--features FILE" in output


def test_features_read_the_columns_of_the_log(retested, tmp_path):
    """The probability of a token is the one that it had before it was read."""
    logged(tmp_path / "a")
    feature = {"name": "sure", "kind": "range", "of": {"kind": "probability"}, "low": 0.4}
    code, output = retested(tmp_path / "a", feature=feature)
    assert code == 1 and f"{len(TEXT) - 1:,} of {len(TEXT):,} tokens" in output


def test_the_probe_and_the_step_can_be_chosen(retested, tmp_path):
    logged(tmp_path / "a")
    write(tmp_path / "a", logged_noise(), TEXT, step=3)
    assert retested(tmp_path / "a")[0] == 1
    assert retested(tmp_path / "a", "--step", 0)[0] == 0
    assert retested(tmp_path / "a", "--step", 0, probe="elsewhere")[0] == 0  # the only one
    code, output = retested(tmp_path / "a", "--probe", "elsewhere")
    assert code == 2 and "No probe 'elsewhere'" in output and "['novel']" in output
    code, output = retested(tmp_path / "a", "--step", 9)
    assert code == 2 and "No step 9" in output and "[0, 3]" in output


def logged_noise():
    return np.random.default_rng(5).normal(0, 0.1, (1, len(TEXT), 12)).astype(np.float32)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rnnviz_finding": None}, "is no finding: it has no key rnnviz_finding"),
        ({"rnnviz_finding": 2}, "is a finding of version 2, and this program reads version 1"),
        ({"unit": None}, "unit is missing"),
        ({"unit": -1}, "unit: Input should be greater than or equal to 0. Received: -1"),
        ({"evidence": {"auc": 0.9}}, "evidence.effect is missing"),
        ({"feature": {"kind": "literal", "text": " "}}, "A feature has a name"),
        ({"feature": {"name": "x", "kind": "literall"}}, "no feature of kind 'literall'"),
        ({"layer": "gru"}, "No layer 'gru'. Recorded: ['lstm']"),
        ({"quantity": "cell_state"}, "has no quantity 'cell_state'. Recorded: ['hidden_state']"),
        ({"feature": {"name": "x", "kind": "literal", "text": "@"}}, "'x' matches no token"),
        ({"feature": {"name": "x", "kind": "column", "column": "y"}}, "no column 'y'"),
    ],
)
def test_a_card_that_cannot_be_tested_is_refused(refused, tmp_path, changes, message):
    log_dir = logged(tmp_path / "a")
    assert message in refused("retest", card(tmp_path, **changes), log_dir)


@pytest.mark.parametrize(
    ("text", "message"),
    [("[", "is no YAML"), ("- a", "is no finding"), ("", "is no finding"), (None, "Cannot read")],
)
def test_a_file_that_is_no_card_is_refused(refused, tmp_path, text, message):
    path = tmp_path / "finding.yaml"
    if text is not None:
        path.write_text(text)
    assert message in refused("retest", path, tmp_path)


def test_a_directory_without_recordings_is_refused(refused, tmp_path):
    assert "No RNN-Viz run in" in refused("retest", card(tmp_path), tmp_path / "none")


def test_a_requested_unit_beyond_the_layer_is_refused(refused, tmp_path):
    log_dir = logged(tmp_path / "a")
    assert "has no unit 12. Allowed: 0 to 11" in refused(
        "retest", card(tmp_path), log_dir, "--unit", 12
    )
