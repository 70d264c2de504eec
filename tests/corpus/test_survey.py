"""A survey equals brute force over the recording of the whole corpus."""

from __future__ import annotations

import warnings

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz import analysis, features
from tb_rnnviz.corpus import run_survey

layers = keras.layers
NAMES = [*"abcdefgh .", "x"]
V = len(NAMES)
RNG = np.random.default_rng(0)
IDS = RNG.integers(0, V, 9000)
FEATURES = [
    features.Literal("dot", "."),
    features.Shift("after a dot", {"kind": "literal", "text": "."}, by=1),
    features.WordPosition("position in the word"),
]


def network(**embedding):
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((None,)),
            layers.Embedding(V, 4, **embedding),
            layers.LSTM(6, return_sequences=True, name="a"),
            layers.GRU(5, return_sequences=True, name="b"),
            layers.Dense(V),
        ]
    )


@pytest.fixture(scope="module")
def model():
    return network()


@pytest.fixture(scope="module")
def survey(model):
    return rv.survey(model, IDS, vocabulary=NAMES, features=FEATURES, shard_tokens=4000, threads=1)


@pytest.fixture(scope="module")
def recording(model):
    return rv.record(model, IDS)


def values_of(recording, layer, quantity):
    """Returns the activity of the first sequence, float64 (steps, units)."""
    return recording[layer][quantity][0].astype(np.float64)


def quantities(recording):
    return [(layer, name) for layer in recording.layers for name in recording[layer]]


def assert_same(a, b):
    """Asserts that all arrays of two surveys are equal bit for bit."""
    mine, others = a._statistics.arrays(), b._statistics.arrays()
    assert mine.keys() == others.keys()
    for name, array in mine.items():
        np.testing.assert_array_equal(array, others[name], err_msg=name)


def test_moments_and_quantiles_are_those_of_the_whole_corpus(survey, recording):
    assert survey.tokens == len(IDS) and not survey.problems
    for layer, quantity in quantities(recording):
        values, part = values_of(recording, layer, quantity), survey[layer][quantity]
        assert part.count.tolist() == [len(IDS)] * values.shape[1]
        np.testing.assert_allclose(part.mean, values.mean(axis=0), atol=1e-6)
        np.testing.assert_allclose(part.variance, values.var(axis=0), rtol=1e-4)
        np.testing.assert_allclose(part.minimum, values.min(axis=0), atol=1e-6)
        for share in (0, 0.05, 0.5, 0.95, 1):
            error = np.abs(part.quantile(share) - np.quantile(values, share, axis=0))
            assert (error <= part.quantile_error + 1e-6).all()


@pytest.mark.parametrize("change", [True, False])
def test_responses_are_those_of_the_whole_corpus(survey, recording, change):
    for layer, quantity in quantities(recording):
        expected = analysis.word_responses(recording[layer][quantity][0], IDS, change=change)
        response = survey.response(layer, quantity, change=change)
        assert response.words.tolist() == expected.words.tolist()
        assert response.names == [NAMES[word] for word in expected.words]
        np.testing.assert_array_equal(response.count, expected.count)
        np.testing.assert_array_equal(response.sampled, expected.count)
        for name in ("mean", "low", "high"):
            np.testing.assert_allclose(getattr(response, name), getattr(expected, name), atol=1e-6)


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_associations_are_those_of_the_whole_corpus(survey, recording, feature):
    mask = feature.values(features.Text([[NAMES[i] for i in IDS]]))
    for layer, quantity in quantities(recording):
        expected = analysis.relevance(values_of(recording, layer, quantity), mask, tokens=IDS)
        result = survey.association(feature, layer, quantity)
        assert (result.count, result.total) == (expected.count, expected.total)
        close = {"rtol": 1e-3, "atol": 1e-5}
        np.testing.assert_allclose(result.effect, expected.effect, **close)
        np.testing.assert_allclose(result.difference, expected.difference, **close)
        np.testing.assert_allclose(result.within, expected.within, **close)
        np.testing.assert_allclose(result.auc, expected.auc, atol=0.005)


def test_errors_by_the_jackknife_are_those_of_independent_steps(survey):
    result = survey.association("after a dot", "a", "hidden_state")
    share = result.count / result.total
    theory = np.sqrt(1 / (len(IDS) * share * (1 - share)) + result.effect**2 / (2 * len(IDS)))
    assert 0.5 < np.median(result.effect_error / theory) < 2
    assert ((result.p >= 0) & (result.p <= 1)).all() and (result.q >= result.p).all()
    assert 0.2 < np.nanmedian(result.auc_error / (theory / np.sqrt(4 * np.pi))) < 4


def test_contexts_are_the_strongest_steps_and_their_text(survey, recording):
    text = "".join(NAMES[i] for i in IDS)
    for layer, quantity, unit in (("a", "hidden_state", 3), ("b", "update_gate", 0)):
        values = recording[layer][quantity][0][:, unit]
        for kind, sign in (("highest", -1), ("lowest", 1)):
            contexts = survey.contexts(layer, quantity, unit, kind)
            order = np.argsort(sign * values, kind="stable")[:20]
            np.testing.assert_allclose(contexts.values, values[order], atol=1e-6)
            assert len(set(contexts.positions) & set(order)) >= 19
            for position, shown, index in zip(
                contexts.positions, contexts.text, contexts.index, strict=True
            ):
                assert shown == text[max(position - 40, 0) : position + 21]
                assert shown[index] == text[position]


def test_random_contexts_and_those_at_a_quantile_are_steps_of_the_corpus(survey, recording):
    values = recording["a"]["cell_state"][0][:, 1]
    contexts = survey.contexts("a", "cell_state", 1, "random")
    assert len(set(contexts.positions)) == 20
    np.testing.assert_allclose(contexts.values, values[contexts.positions], atol=1e-6)
    median = survey.contexts("a", "cell_state", 1, 0.5)
    assert np.abs(median.values - np.median(values)).max() < 0.05 * np.ptp(values)


def test_echo_is_the_variance_that_the_token_explains(survey, recording):
    values = values_of(recording, "a", "input_gate")
    means = np.array([values[IDS == word].mean(axis=0) for word in range(V)])
    expected = means[IDS].var(axis=0) / values.var(axis=0)
    np.testing.assert_allclose(survey["a"]["input_gate"].echo, expected, rtol=1e-3)


def test_four_threads_give_the_same_bits(model, survey):
    other = rv.survey(model, IDS, vocabulary=NAMES, features=FEATURES, shard_tokens=4000, threads=4)
    assert_same(survey, other)


def test_a_survey_is_the_same_from_its_file(survey, tmp_path):
    survey.save(tmp_path / "survey.npz")
    loaded = rv.Survey.load(tmp_path / "survey.npz")
    assert_same(survey, loaded)
    assert loaded.tokens == survey.tokens and loaded.vocabulary == NAMES
    assert (
        loaded.contexts("a", "hidden_state", 0).text == survey.contexts("a", "hidden_state", 0).text
    )
    assert [feature.spec() for feature in loaded.features] == [f.spec() for f in FEATURES]


def test_merging_two_surveys_is_surveying_both_corpora(model):
    sequences = [RNG.integers(0, V, n) for n in (30, 700, 1, 250, 400)]
    parts = [
        rv.survey(model, part, vocabulary=NAMES, features=FEATURES[:2])
        for part in (sequences[:2], sequences[2:])
    ]
    merged = parts[0].merge(parts[1])
    whole = rv.survey(model, sequences, vocabulary=NAMES, features=FEATURES[:2])
    assert merged.tokens == whole.tokens == sum(map(len, sequences))
    for layer, quantity in (("a", "cell_state"), ("b", "hidden_state")):
        mine, other = merged[layer][quantity], whole[layer][quantity]
        np.testing.assert_allclose(mine.mean, other.mean, atol=1e-6)
        np.testing.assert_allclose(mine.variance, other.variance, rtol=1e-5)
        np.testing.assert_allclose(mine.quantile(0.9), other.quantile(0.9), atol=1e-5)
        mine, other = (s.response(layer, quantity) for s in (merged, whole))
        np.testing.assert_allclose(mine.mean, other.mean, atol=1e-6)
        np.testing.assert_allclose(mine.high, other.high, atol=1e-6)
        mine, other = (s.association("after a dot", layer, quantity) for s in (merged, whole))
        np.testing.assert_allclose(mine.within, other.within, rtol=1e-4)
        np.testing.assert_allclose(mine.auc, other.auc, atol=0.01)
        mine, other = (s.contexts(layer, quantity, 2, "lowest") for s in (merged, whole))
        assert mine.positions.tolist() == other.positions.tolist() and mine.text == other.text


def test_sequences_are_read_whole_from_the_initial_state(model):
    sequences = [RNG.integers(0, V, n) for n in (3, 40, 1, 17, 300)]
    survey = rv.survey(model, iter(sequences), shard_tokens=64)
    values = [rv.record(model, ids)["a"]["cell_state"][0] for ids in sequences]
    np.testing.assert_allclose(
        survey["a"]["cell_state"].mean, np.concatenate(values).mean(axis=0), atol=1e-6
    )
    expected = analysis.word_responses(
        np.concatenate(values), np.concatenate(sequences), lengths=list(map(len, sequences))
    )
    response = survey.response("a", "cell_state")
    np.testing.assert_allclose(response.mean, expected.mean, atol=1e-6)


def test_masked_tokens_are_left_out():
    model = network(mask_zero=True)
    sequences = np.array([[1, 2, 3, 0, 0], [4, 5, 0, 0, 0]])
    survey = rv.survey(model, sequences)
    state = rv.record(model, sequences)["a"]["hidden_state"]
    part = survey["a"]["hidden_state"]
    assert part.count.tolist() == [5] * 6
    np.testing.assert_allclose(part.mean, state[sequences > 0].mean(axis=0), atol=1e-6)
    assert 0 not in survey.response("a", "hidden_state").words


def test_a_model_that_needs_whole_sequences_reads_them_so():
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((None,)),
            layers.Embedding(V, 3),
            layers.Bidirectional(layers.GRU(4, return_sequences=True), name="both"),
        ]
    )
    sequences = [RNG.integers(0, V, n) for n in (12, 30, 12)]
    survey = rv.survey(model, sequences)
    values = [rv.record(model, ids) for ids in sequences]
    for path in survey:
        states = np.concatenate([part[path]["hidden_state"][0] for part in values])
        np.testing.assert_allclose(
            survey[path]["hidden_state"].mean, states.mean(axis=0), atol=1e-6
        )


def test_only_the_most_frequent_words_are_counted(model, recording):
    survey = rv.survey(model, IDS, words=4, features=FEATURES[1:2], vocabulary=NAMES)
    values = values_of(recording, "a", "cell_state")
    expected = analysis.word_responses(values, IDS, most=4)
    response = survey.response("a", "cell_state")
    assert response.words.tolist() == expected.words.tolist()
    np.testing.assert_allclose(response.mean, expected.mean, atol=1e-6)
    own = np.isin(IDS, expected.words)
    mask = FEATURES[1].values(features.Text([[NAMES[i] for i in IDS]]))
    within = analysis.relevance(values[own], mask[own], tokens=IDS[own]).within
    result = survey.association(FEATURES[1], "a", "cell_state").within
    np.testing.assert_allclose(result, within, rtol=1e-3)


def test_layers_and_quantities_can_be_chosen(model):
    survey = rv.survey(model, IDS[:300], layers="b", quantities="update_gate")
    assert {path: list(survey[path]) for path in survey} == {"b": ["update_gate"]}
    with pytest.raises(KeyError, match="Surveyed: \\['b'\\]"):
        survey["a"]
    with pytest.raises(KeyError, match="update_gate"):
        survey["b"]["hidden_state"]
    with pytest.raises(KeyError, match="features="):
        survey.association("dot", "b", "update_gate")


def test_an_interrupted_survey_goes_on_where_it_was(model, tmp_path, monkeypatch):
    options = {"vocabulary": NAMES, "shard_tokens": 1000, "threads": 1}
    whole = rv.survey(model, IDS[:4000], **options)
    read, shards = run_survey.ShardReader.read, []

    def interrupted(self, shard):
        shards.append(shard.index)
        if len(shards) == 3:
            raise KeyboardInterrupt
        return read(self, shard)

    monkeypatch.setattr(run_survey.ShardReader, "read", interrupted)
    with pytest.raises(KeyboardInterrupt):
        rv.survey(model, IDS[:4000], log_dir=tmp_path, **options)
    survey = rv.survey(model, IDS[:4000], log_dir=tmp_path, **options)
    assert shards == [0, 1, 2, 2, 3]
    assert_same(whole, survey)
    assert [path.name for path in (tmp_path / "survey").iterdir()] == ["survey.npz"]
    assert_same(whole, rv.Survey.load(tmp_path / "survey" / "survey.npz"))


def test_a_shard_that_cannot_be_read_is_listed_and_the_rest_is_whole(model, monkeypatch):
    read = run_survey.ShardReader.read

    def failing(self, shard):
        if shard.index == 1:
            raise OSError("the disk is gone")
        return read(self, shard)

    monkeypatch.setattr(run_survey.ShardReader, "read", failing)
    with pytest.warns(UserWarning, match="the disk is gone"):
        survey = rv.survey(model, IDS[:3000], shard_tokens=1000)
    assert survey.tokens == 2000
    assert survey.problems == [
        "The 1,000 tokens of shard 1, at positions 0 to 1,999, could not be read: "
        "OSError: the disk is gone"
    ]
    monkeypatch.setattr(run_survey.ShardReader, "read", lambda self, shard: 1 / 0)
    with pytest.warns(UserWarning), pytest.raises(ValueError, match="No part of the corpus"):
        rv.survey(model, IDS[:3000])


def test_a_survey_that_cannot_be_written_is_returned(model, tmp_path):
    (tmp_path / "survey").write_text("a file where the folder would be")
    with pytest.warns(UserWarning, match="could not be written"):
        survey = rv.survey(model, IDS[:300], log_dir=tmp_path)
    assert survey.tokens == 300 and "could not be written" in survey.problems[-1]


def test_ids_outside_the_vocabulary_are_left_out_and_counted(model):
    ids = IDS[:500].copy()
    ids[[10, 20]] = [V, -1]
    with pytest.warns(UserWarning, match="2 ids are outside"):
        survey = rv.survey(model, ids)
    values = rv.record(model, np.delete(ids, [10, 20]))["a"]["hidden_state"][0]
    assert survey.tokens == 498 and len(survey.problems) == 1
    np.testing.assert_allclose(survey["a"]["hidden_state"].mean, values.mean(axis=0), atol=1e-6)


def test_features_of_columns_are_left_out_and_listed(model):
    with pytest.warns(UserWarning, match="'sure' reads the column probability"):
        survey = rv.survey(
            model, IDS[:99], features=[features.Probability("sure"), FEATURES[0]], vocabulary=NAMES
        )
    assert [feature.name for feature in survey.features] == ["dot"]


def test_files_are_streams_and_unreadable_ones_are_listed(model, tmp_path):
    texts = ["ab cd. " * 40, "hgf . e"]
    for name, text in zip("ab", texts, strict=True):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "c.txt").write_bytes(b"abc \xff")
    with pytest.warns(UserWarning, match="is not UTF-8 \\(byte 0xff"):
        survey = rv.survey(model, str(tmp_path / "*.txt"), vocabulary=NAMES)
    ids = [np.array([NAMES.index(c) for c in text]) for text in texts]
    values = [rv.record(model, part)["b"]["hidden_state"][0] for part in ids]
    assert survey.tokens == sum(map(len, texts)) and len(survey.problems) == 1
    np.testing.assert_allclose(
        survey["b"]["hidden_state"].mean, np.concatenate(values).mean(axis=0), atol=1e-6
    )


def test_a_survey_warns_of_nothing_when_all_is_well(model):
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        assert rv.survey(model, [[0, 1, 2]], top=3).problems == []


@pytest.mark.parametrize(
    ("corpus", "options", "message"),
    [
        ([], {}, "has no token"),
        ([[]], {}, "has no token"),
        (np.array([V, V + 1]), {}, "nothing to survey"),
        (7, {}, "Received: int"),
        ([[0.5]], {}, "array of ids"),
        ([["a", "b"]], {}, "vocabulary="),
        ([[0]], {"shard_tokens": 0}, "`shard_tokens` must be an integer of at least 1"),
        ([[0]], {"top": 1.5}, "`top`"),
        ([[0]], {"seed": -1}, "`seed`"),
        ([[0]], {"layers": "c"}, "c"),
        ([[0]], {"quantities": "no_gate"}, "no_gate"),
        ([[0]], {"features": "dot.yaml"}, "dot.yaml"),
    ],
)
@pytest.mark.filterwarnings("ignore:The survey is incomplete")
def test_bad_input_is_an_error_that_says_what_is_allowed(model, corpus, options, message):
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        rv.survey(model, corpus, **options)


def test_files_that_do_not_exist_and_files_that_are_no_survey_are_errors(model, tmp_path):
    with pytest.raises(FileNotFoundError, match="No file matches"):
        rv.survey(model, "no/such/*.txt", vocabulary=NAMES)
    with pytest.raises(FileNotFoundError, match="no survey"):
        rv.Survey.load(tmp_path / "survey.npz")
    (tmp_path / "survey.npz").write_bytes(b"PK nothing")
    with pytest.raises(ValueError, match="no survey, or damaged"):
        rv.Survey.load(tmp_path / "survey.npz")


def test_surveys_that_differ_are_not_merged(model, survey):
    other = rv.survey(model, IDS[:100], vocabulary=NAMES, layers="a")
    with pytest.raises(ValueError, match="same layers"):
        survey.merge(other)
    with pytest.raises(ValueError, match="1.5|float"):
        survey.merge(1.5)
    with pytest.raises(ValueError, match="integer from 0 to 5"):
        survey.contexts("a", "hidden_state", 6)
    with pytest.raises(ValueError, match="highest"):
        survey.contexts("a", "hidden_state", 0, "strongest")
    with pytest.raises(ValueError, match="from 0 to 1"):
        survey["a"]["hidden_state"].quantile(95)
