"""Routes of words, compared with NumPy on the activity that was logged."""

from __future__ import annotations

import json
import struct
import zlib
from urllib.parse import urlencode

import numpy as np
import pytest

from tb_rnnviz import analysis
from tb_rnnviz.log_format import RunWriter
from tests.planted_logs import one_layer, write_signal_run, write_step
from tests.tensorboard.conftest import serving

VOWELS, CONSONANTS, SPACES = list("aeiou"), list("bcdfgh"), list(" .")
GROUPS = [VOWELS, CONSONANTS, SPACES]
UNITS, LENGTHS = 12, (700, 500)


def sequences(step: int):
    """Units 0-3 move at vowels, 4-7 at consonants, 8-11 at spaces, up or down."""
    random = np.random.default_rng(step)
    words = [word for group in GROUPS for word in group]
    texts = [[words[k] for k in random.integers(0, len(words), n)] for n in LENGTHS]
    changes = random.normal(0, 0.05, (2, max(LENGTHS), UNITS))
    for text, change in zip(texts, changes, strict=True):
        for t, word in enumerate(text):
            own = next(k for k, group in enumerate(GROUPS) if word in group)
            change[t, 4 * own : 4 * own + 4] += [1, -1, 1, -1]
    mask = np.arange(max(LENGTHS)) < np.array(LENGTHS)[:, None]
    mask[0, 5] = False
    hidden = np.zeros_like(changes)
    for t in range(max(LENGTHS)):
        hidden[:, t] = 0.3 * hidden[:, t - 1] * (t > 0) + changes[:, t]
    hidden = hidden.astype(np.float32)
    return one_layer(texts, {"hidden_state": hidden}, {}, mask)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    logs = tmp_path_factory.mktemp("words")
    with RunWriter(logs / "a") as writer:
        for step in (0, 1):
            write_step(writer, step, sequences(step))
    with RunWriter(logs / "flat") as writer:
        equal = {"hidden_state": np.zeros((1, 20, 5), np.float32)}
        write_step(writer, 0, one_layer([list("abcde" * 4)], equal, {}))
        nothing = {"hidden_state": np.full((1, 20, 5), np.nan, np.float32)}
        write_step(writer, 1, one_layer([list("abcde" * 4)], nothing, {}))
    write_signal_run(logs / "signal")
    with serving(True) as start:
        served = start(logs)
        served.wait_for("a/rnnviz", 1, "novel")
        served.wait_for("flat/rnnviz", 1, "novel")
        yield served


def ask(client, route, run="a", step=0, **more):
    query = {"run": f"{run}/rnnviz", "probe": "novel", "step": step, "layer": "lstm"}
    return client(f"{route}?{urlencode(query | {'quantity': 'hidden_state'} | more)}")


def logged(step=0):
    """Responses of the logged states by `analysis.word_responses`, and the words."""
    recording = sequences(step)
    layer = recording["lstm"]
    mask = layer.mask
    words = [word for text in recording.tokens for word in text]
    table = list(dict.fromkeys(words))
    ids = np.array([table.index(word) for word in words])
    states = np.concatenate([layer["hidden_state"][k, :n] for k, n in enumerate(LENGTHS)])
    is_read = np.concatenate([mask[k, :n] for k, n in enumerate(LENGTHS)])
    lengths = [int(mask[k, :n].sum()) for k, n in enumerate(LENGTHS)]
    responses = analysis.word_responses(states[is_read], ids[is_read], lengths=lengths)
    return responses, table, states


def decoded(answer):
    assert answer.status_code == 200, answer.text
    _, first, _ = struct.unpack_from("<3I", answer.data)
    header = json.loads(answer.data[12 : 12 + first])
    values = np.frombuffer(zlib.decompress(answer.data[12 + first :]), "<f4")
    return header, values.reshape(len(header["words"]), header["units"])


def test_responses_are_the_mean_changes_of_the_logged_states(client):
    header, mean = decoded(ask(client, "words"))
    expected, table, _ = logged()
    names = [table[word] for word in expected.words]
    assert sorted(header["words"]) == sorted(names) and header["units"] == UNITS
    order = [header["words"].index(name) for name in names]
    np.testing.assert_allclose(mean[order], expected.mean, atol=0.01)
    assert [header["count"][k] for k in order] == expected.count.tolist()
    assert header["count"] == sorted(header["count"], reverse=True)
    assert header["tokens"] == header["all_tokens"] == sum(LENGTHS) - 1


def test_clusters_are_the_planted_ones_and_stable(client):
    header, _ = decoded(ask(client, "words"))
    answer = ask(client, "word_clusters", clusters=3).json
    assert answer["clusters"] == 3 and answer["fewest"] >= 3
    assert answer["stability"] > 0.9 > answer["null"]
    for group, first in zip(GROUPS, (0, 4, 8), strict=True):
        of_words = {answer["words"][header["words"].index(word)] for word in group}
        assert of_words == set(answer["units"][first : first + 4]) and len(of_words) == 1
    assert np.array(answer["strength"]).shape == (3, 3)


def test_clusters_keep_the_numbers_of_another_step(client):
    own = ask(client, "word_clusters", clusters=3, resamples=0).json
    later = ask(client, "word_clusters", step=1, clusters=3, like_run="a/rnnviz", like_step=0).json
    assert later["units"] == own["units"] and later["step"] == 1
    assert own["stability"] is None and later["stability"] > 0.9
    for step in (0, 1):  # nothing to cluster, no state
        alone = ask(client, "word_clusters", clusters=3, like_run="flat/rnnviz", like_step=step)
        assert alone.json["units"] == own["units"]
    missing = ask(client, "word_clusters", clusters=3, like_run="a/rnnviz", like_step=99)
    assert missing.status_code == 404
    _, mean = decoded(ask(client, "words", step=1))
    rows, columns = np.array(later["words"]) == 1, np.array(later["units"]) == 2
    assert later["strength"][1][2] == pytest.approx(mean[np.ix_(rows, columns)].mean(), abs=1e-3)


def test_the_spread_of_a_word_of_a_unit_and_of_a_token(client):
    expected, table, states = logged()
    header, mean = decoded(ask(client, "words"))
    word = header["ids"][0]
    row = table.index(header["words"][0])
    expected_row = expected.words.tolist().index(row)
    answer = ask(client, "word_spread", of="word", index=word).json
    np.testing.assert_allclose(answer["mean"], mean[0], atol=1e-3)
    np.testing.assert_allclose(answer["quantiles"], expected.quantiles[:, expected_row], atol=0.02)
    assert answer["word"] == word and answer["actual"] is None
    of_unit = ask(client, "word_spread", of="unit", index=4).json
    np.testing.assert_allclose(of_unit["mean"], mean[:, 4], atol=1e-3)
    assert np.shape(of_unit["quantiles"]) == (5, len(table)) and of_unit["word"] is None
    of_token = ask(client, "word_spread", of="token", index=40).json
    np.testing.assert_allclose(of_token["actual"], states[40] - states[39], atol=0.03)
    first_of_second = ask(client, "word_spread", of="token", index=LENGTHS[0]).json
    np.testing.assert_allclose(first_of_second["actual"], states[LENGTHS[0]], atol=0.02)


@pytest.mark.parametrize(
    ("more", "status", "reason"),
    [
        ({"of": "word", "index": 9999}, 404, "No responses to the word 9999"),
        ({"of": "unit", "index": 12}, 404, "unit is from 0 to 11"),
        ({"of": "token", "index": 5}, 404, "is padding"),
        ({"of": "token", "index": 1200}, 404, "token is from 0 to 1199"),
        ({"of": "layer", "index": 0}, 400, "of is one of"),
    ],
)
def test_what_has_no_spread_is_refused(client, more, status, reason):
    answer = ask(client, "word_spread", **more)
    assert answer.status_code == status and reason in answer.text


def test_states_without_responses_are_refused(client):
    answer = ask(client, "word_clusters", "flat", clusters=2)
    assert answer.status_code == 400 and "two words and two units" in answer.text
    answer = ask(client, "words", "flat", 1)
    assert answer.status_code == 404 and "No state of lstm is finite" in answer.text


def test_a_signal_has_no_words(client):
    index = client("index").json
    run = next(one for one in index["runs"] if one["run"].startswith("signal"))
    probe = run["probes"][0]
    layer = probe["layers"][0]["layer"]
    query = {"run": run["run"], "probe": probe["probe"], "step": 0, "layer": layer}
    answer = client(f"words?{urlencode(query | {'quantity': 'hidden_state'})}")
    assert answer.status_code == 400 and "a signal, which has no words" in answer.text


def test_more_clusters_than_units_are_as_many_as_can_be(client):
    answer = ask(client, "word_clusters", clusters=40, resamples=0).json
    assert answer["clusters"] == 12
    answer = ask(client, "word_clusters", clusters=41)
    assert answer.status_code == 400 and "from 2 to 40" in answer.text
