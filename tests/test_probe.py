"""Probes: inputs, tokens, vocabularies and targets of every kind."""

import numpy as np
import pytest

from tb_rnnviz.probe import Probe


def tokens_with(vocabulary):
    return Probe("text", [1, 2, 0], vocabulary=vocabulary).tokens[0]


@pytest.mark.parametrize(
    "vocabulary",
    [
        ["a", "the", "cat"],
        {"a": 0, "the": 1, "cat": 2},
        {"cat": 2, "a": 0, "the": 1},
        {0: "a", 1: "the", 2: "cat"},
        {np.int64(2): "cat", 1: b"the", 0: np.str_("a")},
        [b"a", b"the", "cat"],
        np.array([b"a", b"the", b"cat"]),
    ],
)
def test_a_vocabulary_is_read_in_both_directions(vocabulary):
    assert tokens_with(vocabulary) == ["the", "cat", "a"]


def test_an_id_without_a_name_is_named_by_itself():
    assert tokens_with({"the": 1, "cat": 2}) == ["the", "cat", "0"]
    assert tokens_with({2: "cat"}) == ["1", "cat", "0"]


@pytest.mark.parametrize(
    ("vocabulary", "message"),
    [
        ({"a", "b", "c"}, "set has no order"),
        (frozenset("abc"), "set has no order"),
        ({"a": "b"}, "maps tokens to ids"),
        ({"a": 0, "b": -1}, "maps tokens to ids"),
        ({"a": 0, "b": 1.5}, "maps tokens to ids"),
        ({"a": 0, "b": 10**12}, "maps tokens to ids"),
        ({"a": 0, "b": 0}, "one token per id"),
    ],
)
def test_what_does_not_tell_the_ids_is_refused(vocabulary, message):
    with pytest.raises(ValueError, match=message):
        tokens_with(vocabulary)


def test_bytes_are_decoded_wherever_names_are_given():
    probe = Probe("text", [[1, 2]], tokens=[[b"the", "café".encode()]], labels=[b"first"])
    assert probe.tokens == [["the", "café"]] and probe.labels == ["first"]
    assert Probe("text", [1, 2], tokens=[b"the", b"\xc3"]).tokens == [["the", "\\xc3"]]
    assert Probe("text", [1, 2], tokens=np.array([b"the", b"cat"])).tokens == [["the", "cat"]]
    assert Probe("signal", np.zeros((1, 2, 1)), channels=[b"speed"]).channels == ["speed"]


@pytest.mark.parametrize("inputs", [[[1, 2, 3], [], [4]], [[], [1]], [[[1.0, 2.0]], []]])
def test_a_sequence_may_be_empty(inputs):
    probe = Probe("ragged", inputs)
    assert probe.lengths == tuple(map(len, inputs))
    assert len({(array.dtype, array.shape[1:]) for array in probe.sequences}) == 1


IMAGE, CAPTION = np.zeros((2, 8, 8, 3), "float32"), np.arange(10).reshape(2, 5)
STATIC, SIGNAL = np.zeros((2, 4), "float32"), np.zeros((2, 7, 3), "float32")


class TestSequenceOfSeveralInputs:
    @pytest.mark.parametrize(
        ("inputs", "lengths"),
        [
            ([IMAGE, CAPTION], (5, 5)),
            ((IMAGE, CAPTION), (5, 5)),
            ({"image": IMAGE, "caption": CAPTION}, (5, 5)),
            ((STATIC, CAPTION), (5, 5)),
            ((STATIC, SIGNAL), (7, 7)),
            ((np.array([3, 5]), CAPTION), (5, 5)),
            ((np.array([[3], [5]]), CAPTION), (5, 5)),
            ((CAPTION, CAPTION[:, :3]), (5, 5)),
            (([[1, 2, 3], [4]], [[1], [2, 3]]), (3, 1)),
            (([1, 2, 3], [4, 5, 6]), (3, 3)),
        ],
    )
    def test_it_is_found(self, inputs, lengths):
        assert Probe("pair", inputs).lengths == lengths

    def test_it_is_asked_for_if_several_may_be_meant(self):
        picture = np.zeros((2, 28, 28))
        with pytest.raises(ValueError, match=r"sequence=.*0': \(28, 28\), '1': \(5,\)"):
            Probe("pair", (picture, CAPTION))
        assert Probe("pair", (picture, CAPTION), sequence=1).lengths == (5, 5)
        assert Probe("pair", {"a": picture, "b": CAPTION}, sequence="a").lengths == (28, 28)
        with pytest.raises(ValueError, match="`sequence` names the input.*'c'"):
            Probe("pair", {"a": picture, "b": CAPTION}, sequence="c")
        with pytest.raises(ValueError, match="sequence="):
            Probe("pictures", (IMAGE, IMAGE))

    def test_tokens_tell_it(self):
        tokens = [["a", "b", "c"]] * 2
        assert Probe("pair", (CAPTION, CAPTION[:, :3]), tokens=tokens).lengths == (3, 3)


class TestTargets:
    def test_next_tokens_may_be_unknown_in_between(self):
        assert Probe("next", [1, 2, 3], targets=[2, -1, 4]).target_kind == "next"
        assert Probe("next", [[1, 2], [3, 4]], targets=[[2, 0], [4, 0]]).target_kind == "next"

    def test_other_targets_of_each_token_are_its_class(self):
        assert Probe("tags", [5, 3, 5], targets=[0, 1, 0]).target_kind == "token"
        assert Probe("signal", SIGNAL, targets=np.zeros((2, 7), int)).target_kind == "token"

    @pytest.mark.parametrize("targets", [[1, 0, 1], np.array([[1], [0], [1]]), [[1], [0], [1]]])
    def test_one_class_per_sequence_is_the_target_of_its_last_step(self, targets):
        probe = Probe("classes", [[1, 2, 3], [4, 5], [6]], targets=targets)
        assert probe.target_kind == "sequence"
        assert [target.tolist() for target in probe.targets] == [[-1, -1, 1], [-1, 0], [1]]

    def test_without_targets_there_is_no_kind(self):
        assert Probe("plain", [1, 2]).target_kind is None


def test_strings_are_the_tokens_and_texts_wait_for_a_model_that_splits_them():
    for inputs in ([["the", "cat"], ["a"]], [[b"the", b"cat"], [b"a"]]):
        probe = Probe("tokens", inputs)
        assert probe.tokens == [["the", "cat"], ["a"]] and probe.lengths == (2, 1)
        assert probe.needs_ids and not probe.is_text
    for inputs in (
        ["the cat", "a"],
        np.array([["the cat"], ["a"]]),
        np.array(["the cat", b"a"], object),
    ):
        probe = Probe("texts", inputs, targets=[1, 0], columns={"fault": [0, 1]})
        assert probe.is_text and repr(probe) == "Probe('texts', 2 texts)"
        probe = probe.with_ids([np.array([2, 3]), np.array([1])], ["", "[UNK]", "the", "cat"])
        assert probe.tokens == [["the", "cat"], ["[UNK]"]] and not probe.needs_ids
        assert [targets.tolist() for targets in probe.targets] == [[-1, 1], [0]]
        assert probe.columns["fault"].tolist() == [0, 0, 1] and probe.target_kind == "sequence"
        assert probe.beginning(1).lengths == (2,)
    assert Probe("pair", (["the cat"], [[1, 2]])).tokens == [["1", "2"]]
    assert Probe("named", {"text": ["the cat"], "ids": [[1, 2]]}, sequence="text").is_text


@pytest.mark.parametrize("inputs", [[None, "a"], np.array([[["a"]]]), [["a", None]]])
def test_inputs_that_are_neither_numbers_nor_strings_are_refused(inputs):
    with pytest.raises(ValueError, match="arrays of numbers.*or strings.*Received: dtype"):
        Probe("text", inputs)
