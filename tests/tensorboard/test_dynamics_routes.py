"""Routes of dynamics, compared with what was logged and with the projection."""

from __future__ import annotations

import json
import struct
import zlib
from urllib.parse import quote

import numpy as np

from tests.planted_logs import planted_dynamics, planted_recording

PROBE = "run=run1/rnnviz&probe=novel"
FITTED = quote(json.dumps([["run1/rnnviz", [0, 2]]]))
QUANTITY = f"{PROBE}&layer=lstm&quantity=hidden_state&fitted={FITTED}"


def projected(client, step: int, components: int = 3) -> np.ndarray:
    """Reads the points of the states at a step from the route of the projection."""
    data = client(f"projection?{QUANTITY}&step={step}").data
    ends, parts, at = [], [], 4
    (count,) = struct.unpack_from("<I", data, 0)
    for _ in range(count):
        ends.append(struct.unpack_from("<I", data, at)[0])
        at += 4
    for size in ends:
        parts.append(data[at : at + size])
        at += size
    return np.frombuffer(zlib.decompress(parts[2]), "<f4").reshape(-1, components)


def test_the_index_has_the_steps_of_a_probe_with_dynamics(client):
    (run,) = client("index").json["runs"]
    assert run["probes"][0]["dynamics"] == run["probes"][0]["steps"]


def test_points_lie_on_the_axes_of_the_projection(client):
    answer = client(f"dynamics?{QUANTITY}&step=1").json
    (planted,) = planted_dynamics(planted_recording(seed=1), 1)
    assert (answer["step"], answer["counts"]) == (1, {"stable": 1, "unstable": 1, "slow": 1})
    assert answer["lyapunov"] == [-0.05, -0.25] and answer["growth"] == 0.25
    stable, unstable, slow = answer["points"]
    states = projected(client, 1)
    for point, expected in zip((stable, unstable, slow), states, strict=False):
        np.testing.assert_allclose(point["at"], expected, atol=0.05)
    assert stable["ends"] == [] and slow["eigenvalues"] == [] and slow["speed"] == 1e-4
    np.testing.assert_allclose(stable["time_constants"], [11, 6], rtol=1e-3)
    assert unstable["time_constants"][0] is None and unstable["eigenvalues"][0] == [1.5, 0]
    ((low, high),) = np.array(unstable["ends"])
    np.testing.assert_allclose((low + high) / 2, unstable["at"], atol=1e-3)
    assert 0 < np.linalg.norm(high - low) <= planted.spread / 2 + 1e-3


def test_a_quantity_that_is_no_state_has_points_without_a_position(client):
    query = QUANTITY.replace("hidden_state", "forget_gate")
    answer = client(f"dynamics?{query}&step=1").json
    assert [point["at"] for point in answer["points"]] == [None] * 3


def test_the_history_has_every_step(client):
    answer = client(f"dynamics_history?{PROBE}").json
    (layer,) = answer["layers"]
    steps = answer["steps"]
    assert layer["unstable"] == [int(step > 0) for step in steps]
    np.testing.assert_allclose(layer["time_constant"], [step + 10 for step in steps], rtol=1e-3)
    np.testing.assert_allclose(layer["lyapunov"], [-0.1 / (step + 1) for step in steps], rtol=1e-3)


def test_a_layer_or_probe_without_dynamics_is_not_found(client):
    assert client(f"dynamics_history?{PROBE.replace('novel', 'none')}").status_code == 404
    other = QUANTITY.replace("layer=lstm", "layer=gru")
    assert client(f"dynamics?{other}&step=1").status_code == 404
