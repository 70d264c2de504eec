"""Names of quantities, and keys that equal plain tuples."""

from __future__ import annotations

import pytest

from tb_rnnviz.core.names import CELL_STATE, HIDDEN_STATE, QuantityKey, is_gate, is_state


@pytest.mark.parametrize(
    ("quantity", "state", "gate"),
    [
        (HIDDEN_STATE, True, False),
        (CELL_STATE, True, False),
        ("forget_gate", False, True),
        ("candidate", False, False),
        ("state", False, False),
    ],
)
def test_the_end_of_a_name_tells_states_and_gates(quantity, state, gate):
    assert (is_state(quantity), is_gate(quantity)) == (state, gate)


def test_a_quantity_key_equals_the_plain_tuple():
    key = QuantityKey("lstm", HIDDEN_STATE)
    assert {("lstm", "hidden_state"): 1}[key] == 1
    assert key.layer == "lstm" and key.quantity == "hidden_state"
