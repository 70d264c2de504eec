"""Rules of the doctor: layers that they apply to, and layers that they do not."""

import re
from pathlib import Path

import numpy as np
import pytest

from tb_rnnviz.analysis import Case, examine, rules
from tb_rnnviz.analysis.doctor import rule

STEPS, UNITS = 200, 6
PAGE = Path(__file__).parents[2] / "docs" / "analysis" / "doctor.md"


def healthy():
    """Activity of an LSTM without a diagnosis."""
    rng = np.random.default_rng(0)
    return {
        "hidden_state": rng.uniform(-0.9, 0.9, (STEPS, UNITS)),
        "cell_state": rng.normal(0, 2, (STEPS, UNITS)),
        "forget_gate": rng.uniform(0, 1, (STEPS, UNITS)),
        "output_gate": rng.uniform(0, 1, (STEPS, UNITS)),
    }


ROLES = {"hidden_state": None, "forget_gate": "retain", "output_gate": "expose"}


def diagnoses(quantities=None, **options):
    case = Case("lstm", healthy() if quantities is None else quantities, ROLES, **options)
    return examine(case)


def with_hidden(unit, values):
    quantities = healthy()
    quantities["hidden_state"][:, unit] = values
    return quantities


def only(results, code):
    """Returns the only diagnosis, which must have a code."""
    assert [diagnosis.code for diagnosis in results] == [code]
    (diagnosis,) = results
    assert diagnosis.layer == "lstm"
    assert diagnosis.evidence and diagnosis.why and diagnosis.advice
    return diagnosis


def test_a_healthy_layer_has_no_diagnosis():
    assert diagnoses() == ()


def test_values_that_are_not_finite_name_the_first():
    quantities = healthy()
    quantities["hidden_state"][150:, 1] = np.nan
    quantities["cell_state"][110, 4] = np.inf
    quantities["forget_gate"][30, 2] = np.nan
    diagnosis = only(diagnoses(quantities, lengths=[100, 100]), "RNV001")
    assert (diagnosis.severity, diagnosis.quantity, diagnosis.units) == (
        "error",
        "cell_state",
        (1, 2, 4),
    )
    assert "inf in the cell_state of unit 4 at token 10 of sequence 1" in diagnosis.evidence


def test_dead_units_are_diagnosed():
    diagnosis = only(diagnoses(with_hidden(2, 1e-4)), "RNV002")
    assert (diagnosis.quantity, diagnosis.units) == ("hidden_state", (2,))
    assert "1 of 6 units (2) stay within 0.001 of zero at all 200 tokens" in diagnosis.evidence


@pytest.mark.parametrize("value", [0.4, -1.0])
def test_constant_units_are_diagnosed(value):
    diagnosis = only(diagnoses(with_hidden(5, value)), "RNV003")
    assert diagnosis.units == (5,) and f"unit 5 stays at {value:.3g}" in diagnosis.evidence


def test_saturated_units_are_diagnosed_from_95_percent_of_the_tokens():
    values = np.where(np.random.default_rng(1).random(STEPS) < 0.5, -0.99, 0.99)
    values[:8] = 0
    diagnosis = only(diagnoses(with_hidden(0, values)), "RNV004")
    assert diagnosis.units == (0,) and "96 %" in diagnosis.evidence
    values[:12] = 0
    assert diagnoses(with_hidden(0, values)) == ()


def test_saturation_is_skipped_if_states_exceed_one():
    values = np.linspace(3, 5, STEPS)
    assert diagnoses(with_hidden(0, values)) == ()


@pytest.mark.parametrize("sign", [1, -2])
def test_duplicate_units_are_diagnosed_with_either_sign(sign):
    quantities = healthy()
    quantities["hidden_state"][:, 4] = sign * 0.4 * quantities["hidden_state"][:, 1]
    diagnosis = only(diagnoses(quantities), "RNV005")
    assert (diagnosis.severity, diagnosis.units) == ("note", (1, 4))
    assert "2 of 6 units are in 1 groups" in diagnosis.evidence and "(1, 4)" in diagnosis.evidence


def test_duplicate_units_are_listed_by_group():
    quantities = healthy()
    states = quantities["hidden_state"]
    states[:, 2], states[:, 5], states[:, 3] = states[:, 0], states[:, 0], states[:, 1]
    diagnosis = only(diagnoses(quantities), "RNV005")
    assert "(0, 2, 5), (1, 3)" in diagnosis.evidence


@pytest.mark.parametrize(
    ("gate", "value", "expected"),
    [
        ("forget_gate", 0.02, "shut at 99 % of the tokens or more: the units forget at once"),
        ("forget_gate", 0.98, "open at 99 % of the tokens or more: the units never forget"),
        ("output_gate", 0.02, "the units show nothing"),
    ],
)
def test_stuck_gates_are_diagnosed_from_99_percent_of_the_tokens(gate, value, expected):
    quantities = healthy()
    quantities[gate][:, 3] = value
    quantities[gate][0, 3] = 0.5
    diagnosis = only(diagnoses(quantities), "RNV006")
    assert (diagnosis.quantity, diagnosis.units) == (gate, (3,))
    assert expected in diagnosis.evidence
    quantities[gate][:4, 3] = 0.5
    assert diagnoses(quantities) == ()


@pytest.mark.parametrize(
    ("growing", "expected"), [(True, "larger in the second half"), (False, "does not grow")]
)
def test_exploding_cell_states_are_diagnosed_with_their_trend(growing, expected):
    quantities = healthy()
    values = np.tile(np.linspace(0, 50, 100), 2) if growing else np.full(STEPS, -50.0)
    quantities["cell_state"][:, 1] = values
    diagnosis = only(diagnoses(quantities, lengths=[100, 100]), "RNV007")
    assert diagnosis.units == (1,)
    assert "reaches 50 in unit 1 at token" in diagnosis.evidence and expected in diagnosis.evidence


def test_padding_that_changes_the_state_is_diagnosed():
    alone = np.random.default_rng(0).normal(size=(3, UNITS))
    assert diagnoses(padded=(alone, alone + 1e-6)) == ()
    behind = alone.copy()
    behind[1, [0, 5]] += 0.25
    diagnosis = only(diagnoses(padded=(alone, behind)), "RNV008")
    assert (diagnosis.severity, diagnosis.units) == ("error", (0, 5))
    assert "in 1 of 3 sequences; the largest change is 0.25" in diagnosis.evidence


def test_a_state_carried_over_shuffled_batches_is_diagnosed():
    assert diagnoses(stateful=True) == () and diagnoses(stateful=True, shuffled=False) == ()
    assert diagnoses(shuffled=True) == ()
    diagnosis = only(diagnoses(stateful=True, shuffled=True), "RNV009")
    assert (diagnosis.quantity, diagnosis.units) == (None, ())
    begins = np.array([[0.0, 0.0], [0.0, 0.3]])
    diagnosis = only(diagnoses(stateful=True, shuffled=True, initial_state=begins), "RNV009")
    assert "1 of 2 sequences begin with a state" in diagnosis.evidence


def test_diagnoses_are_sorted_by_severity():
    quantities = healthy()
    quantities["hidden_state"][:, 0] = quantities["hidden_state"][:, 1]
    quantities["hidden_state"][:, 2] = 0
    quantities["cell_state"][0, 0] = np.nan
    assert [f.code for f in diagnoses(quantities)] == ["RNV001", "RNV002", "RNV005"]


@pytest.mark.parametrize("steps", [0, 1, 19])
def test_rules_about_units_are_skipped_below_20_tokens(steps):
    assert diagnoses({name: np.zeros((steps, UNITS)) for name in healthy()}) == ()


def test_a_layer_without_finite_values_has_one_diagnosis():
    results = diagnoses({name: np.full((STEPS, UNITS), np.nan) for name in healthy()})
    assert only(results, "RNV001").units == tuple(range(UNITS))


def test_rules_without_their_quantity_are_skipped():
    assert diagnoses({}) == ()
    assert diagnoses({"candidate": np.zeros((STEPS, 3))}) == ()


def test_rules_apply_to_single_precision_and_to_other_cells():
    gru = {"hidden_state": healthy()["hidden_state"].astype(np.float32)}
    gru["update_gate"] = np.full((STEPS, UNITS), 0.95, np.float32)
    (diagnosis,) = examine(Case("gru", gru, {"update_gate": "retain"}))
    assert diagnosis.units == tuple(range(UNITS)) and "never forget" in diagnosis.evidence


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"quantities": {"a": np.zeros(3)}}, "`a` must have two axes"),
        ({"quantities": {"a": np.zeros((3, 1)), "b": np.zeros((4, 1))}}, "same number of steps"),
        ({"quantities": {"a": np.zeros((3, 1))}, "lengths": [2]}, "add up to the 3 steps"),
        ({"padded": (np.zeros((1, 2)), np.zeros((1, 3)))}, r"\(1, 2\) and \(1, 3\)"),
        ({"initial_state": np.zeros(2)}, "`initial_state` must have two axes"),
    ],
)
def test_invalid_cases_raise_an_error(options, message):
    with pytest.raises(ValueError, match=message):
        Case(**{"layer": "lstm", "quantities": {}} | options)


@pytest.mark.parametrize(
    ("half_life", "memory", "applies"), [(3, 40.0, True), (20, 40.0, False), (3, np.inf, False)]
)
def test_a_gradient_that_fades_before_the_memory_is_diagnosed(half_life, memory, applies):
    reach = {
        "hidden_state": 0.2 ** np.arange(50.0),
        "cell_state": 0.5 ** (np.arange(50) / half_life),
    }
    reach["cell_state"] *= 0.999
    reach["cell_state"][0] = 1
    results = diagnoses(reach=reach, memory=memory)
    if not applies:
        assert results == ()
        return
    diagnosis = only(results, "RNV010")
    assert diagnosis.quantity == "cell_state"
    assert "one half 3 tokens before its target" in diagnosis.evidence
    assert "forgets half of its state in 27.7 tokens" in diagnosis.evidence


def test_a_gradient_that_fades_before_the_beginning_of_a_sequence_is_diagnosed():
    reach = {"hidden_state": 0.9 ** np.arange(100.0)}
    assert diagnoses(reach=reach) == diagnoses(reach=reach, distance=60) == ()
    diagnosis = only(diagnoses(reach=reach, distance=99), "RNV010")
    assert "99 tokens before it the gradient is 3e-05 of that at the end" in diagnosis.evidence


def test_a_gradient_that_grows_is_diagnosed():
    assert diagnoses(reach={"hidden_state": 1.02 ** np.arange(50.0)}) == ()
    diagnosis = only(diagnoses(reach={"hidden_state": 1.1 ** np.arange(50.0)}), "RNV011")
    assert "49 tokens before its target it is 107 times that" in diagnosis.evidence


def test_codes_are_unique():
    with pytest.raises(ValueError, match="RNV001 belongs to 'not a number' already"):
        rule("RNV001", "error", "other", why="", advice="")
    with pytest.raises(ValueError, match="one of error, warning, note. Received: 'bad'"):
        rule("RNV999", "bad", "other", why="", advice="")


def test_codes_are_stable():
    assert {each.code: each.title for each in rules()} == {
        "RNV001": "not a number",
        "RNV002": "dead unit",
        "RNV003": "constant unit",
        "RNV004": "saturated unit",
        "RNV005": "duplicate units",
        "RNV006": "stuck gate",
        "RNV007": "exploding cell state",
        "RNV008": "padding leaks into the state",
        "RNV009": "state carried over shuffled batches",
        "RNV010": "vanishing gradient",
        "RNV011": "exploding gradient",
    }


def test_the_docs_have_a_section_on_every_rule():
    sections = re.findall(r"^## (RNV\d{3}): (.+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert sections == [(each.code, each.title) for each in rules()]
