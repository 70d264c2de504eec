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

    def test_the_sign_of_the_end_before_padding_is_a_next_token(self):
        ids, targets = [[1, 5, 6, 0, 0]], [[5, 6, 2, 0, 0]]
        assert Probe("teacher forcing", ids, targets=targets).target_kind == "next"

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
    with pytest.raises(ValueError, match="arrays of numbers.*or strings.*Received: .*dtype"):
        Probe("text", inputs)


class TestSignal:
    SERIES = np.arange(12.0).reshape(6, 2)

    @pytest.mark.parametrize(
        ("inputs", "lengths"),
        [
            (SERIES, (6,)),
            (SERIES.tolist(), (6,)),
            (np.stack([SERIES, SERIES]), (6, 6)),
            ([SERIES, SERIES[:3]], (6, 3)),
            (SERIES.astype(int), (6,)),
        ],
    )
    def test_one_window_or_several_keep_their_channels(self, inputs, lengths):
        probe = Probe("engine", inputs, channels=["speed", "heat"], rate=10.0)
        assert (probe.lengths, probe.axis, probe.tokens) == (lengths, "time", None)
        assert probe.is_signal and (probe.rate, probe.time_unit) == (10.0, "s")
        assert probe.axes["time"].values()["heat"][:6].tolist() == [1, 3, 5, 7, 9, 11]

    def test_a_single_channel_needs_no_axis(self):
        assert Probe("pulse", np.arange(5.0), channels=["pulse"]).lengths == (5,)
        assert Probe("pulse", np.zeros((3, 5)), channels=["pulse"]).lengths == (5, 5, 5)

    def test_missing_values_stay_missing(self):
        probe = Probe("engine", [[1.0, np.nan], [2.0, 3.0]], channels=["speed", "heat"])
        assert np.isnan(probe.axes["time"].values()["heat"]).tolist() == [True, False]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"channels": ["a", "b", "c"]}, r"array \(steps, 3\).*Received: shape \(6, 2\)"),
            ({"channels": ["a", "a"]}, "need different names"),
            ({"channels": ["a", "b"], "rate": 0}, "above 0. Received: 0"),
            ({"channels": ["a", "b"], "columns": {"a": np.zeros(6)}}, "column needs another name"),
            ({"channels": ["a", "b"], "targets": np.zeros(5)}, "another length"),
            (
                {"channels": ["a", "b"], "targets": SERIES, "target_names": ["x"]},
                "one name per number",
            ),
        ],
    )
    def test_what_does_not_fit_is_refused(self, options, message):
        with pytest.raises(ValueError, match=message):
            Probe("engine", self.SERIES, **options)

    def test_a_window_has_a_target_of_horizons_and_channels(self):
        windows, following = np.zeros((3, 6, 2)), np.ones((3, 4, 2))
        probe = Probe("engine", windows, channels=["a", "b"], targets=following)
        assert (probe.target_kind, probe.target_shape) == ("sequence numbers", (4, 2))
        assert probe.target_names[:3] == ["a, t + 1", "b, t + 1", "a, t + 2"]
        assert probe.targets[0].shape == (6, 8) and np.isnan(probe.targets[0][:-1]).all()

    def test_names_of_horizons_tell_a_target_of_a_window_from_one_of_each_step(self):
        windows, following = np.zeros((3, 6, 2)), np.ones((3, 6, 2))
        options = {"channels": ["a", "b"], "targets": following}
        assert Probe("engine", windows, **options).target_kind == "numbers"
        names = ([f"t + {k}" for k in range(1, 7)], ["a", "b"])
        probe = Probe("engine", windows, **options, target_names=names)
        assert probe.target_kind == "sequence numbers" and len(probe.target_names) == 12

    def test_a_tensor_that_needs_a_gradient_is_read(self):
        torch = pytest.importorskip("torch")
        series = torch.ones((2, 6, 2), requires_grad=True)
        probe = Probe("engine", series, channels=["a", "b"], targets=series + 1)
        assert probe.lengths == (6, 6) and probe.targets[0].max() == 2

    def test_sequences_of_different_channels_are_no_sequences_of_one_input(self):
        with pytest.raises(ValueError, match=r"\(3, 3\)\], which are several inputs"):
            Probe("engine", [np.zeros((6, 2)), np.zeros((4, 2)), np.zeros((3, 3))])

    def test_channels_of_different_lengths_and_strings_are_refused(self):
        with pytest.raises(ValueError, match=r"Received: parts of the sizes \[4, 6\]"):
            Probe("engine", [np.zeros(6), np.zeros(4)], channels=["a", "b"])
        with pytest.raises(ValueError, match="channels of a signal are numbers"):
            Probe("engine", [["1", "2"]], channels=["a", "b"])


class TestClasses:
    @pytest.mark.parametrize("labels", [[1, 0], ["good", "bad"], np.array([1, 0])])
    def test_labels_with_classes_are_the_targets(self, labels):
        probe = Probe("reviews", [[1, 2, 3], [4]], labels=labels, classes=["bad", "good"])
        assert probe.target_kind == "sequence" and probe.labels == ["good", "bad"]
        assert [row.tolist() for row in probe.targets] == [[-1, -1, 1], [0]]

    def test_labels_beside_targets_are_names(self):
        probe = Probe("tags", [[1, 2]], targets=[[0, 1]], labels=["first"], classes=["a", "b"])
        assert (probe.labels, probe.target_kind) == (["first"], "token")

    @pytest.mark.parametrize("labels", [[0, 2], ["good", "ugly"], [-1, 0]])
    def test_a_label_outside_the_classes_is_refused(self, labels):
        with pytest.raises(ValueError, match="is the name or the index of one of its 2 classes"):
            Probe("reviews", [[1], [2]], labels=labels, classes=["bad", "good"])


class TestPair:
    SOURCE, TARGET = [[1, 2, 3], [4, 5]], [[6, 7], [8]]
    TOKENS = [["a", "b", "c"], ["d", "e"]], [["x", "y"], ["z"]]

    def test_source_and_target_have_tokens_of_their_own(self):
        probe = Probe("pairs", (self.SOURCE, self.TARGET), tokens=self.TOKENS, targets=self.TARGET)
        assert (probe.axis, probe.tokens, probe.lengths) == ("target", self.TOKENS[1], (2, 1))
        assert probe.axes["source"].tokens == self.TOKENS[0]
        assert probe.beginning(2).axes["source"].tokens == [["a", "b"]]

    def test_inputs_by_name_have_axes_by_name(self):
        inputs = {"from": self.SOURCE, "to": self.TARGET}
        vocabulary = {"from": list(".abcdefgh"), "to": list(".ABCDEFGH")}
        probe = Probe("pairs", inputs, targets=self.TARGET, vocabulary=vocabulary)
        assert (probe.axis, probe.tokens) == ("to", [["F", "G"], ["H"]])
        assert probe.axes["from"].tokens == [["a", "b", "c"], ["d", "e"]]

    def test_tokens_of_another_length_are_refused(self):
        with pytest.raises(ValueError, match="source tokens of another length"):
            Probe("pairs", (self.SOURCE, self.TARGET), tokens=(self.TOKENS[1], self.TOKENS[1]))


class TestDataset:
    @pytest.fixture
    def data(self):
        return pytest.importorskip("tensorflow").data.Dataset

    @pytest.mark.parametrize("batch", [None, 2])
    def test_it_is_read_whole_with_its_targets(self, data, batch):
        ids = np.arange(12).reshape(3, 4)
        inputs, pairs = data.from_tensor_slices(ids), data.from_tensor_slices((ids, ids + 1))
        if batch:
            inputs, pairs = inputs.batch(batch), pairs.batch(batch)
        assert Probe("ids", inputs).lengths == (4, 4, 4)
        probe = Probe("pairs", pairs)
        assert [row.tolist() for row in probe.targets] == (ids + 1).tolist()

    @pytest.mark.parametrize("batch", [None, 1, 2])
    def test_a_class_or_a_number_for_each_sequence_is_read_in_batches(self, data, batch):
        ids, classes = np.arange(12).reshape(3, 4), np.array([2, 0, 1])
        windows = ids[..., None].astype(np.float32)
        pairs = [
            data.from_tensor_slices((ids, classes)),
            data.from_tensor_slices(({"ids": ids}, classes)),
            data.from_tensor_slices((windows, np.array([[0.5], [1.5], [2.5]]))),
        ]
        pairs = [pair.batch(batch) if batch else pair for pair in pairs]
        kinds = ["sequence", "sequence", "sequence numbers"]
        probes = [Probe("pairs", pair) for pair in pairs]
        assert [probe.target_kind for probe in probes] == kinds
        assert [rows[-1] for rows in probes[1].targets] == classes.tolist()
        assert [rows[-1].item() for rows in probes[2].targets] == [0.5, 1.5, 2.5]

    def test_ragged_tensors_and_texts(self, data):
        tf = pytest.importorskip("tensorflow")
        assert Probe("ragged", tf.ragged.constant([[1, 2, 3], [4]])).lengths == (3, 1)
        assert Probe("texts", data.from_tensor_slices(["the cat", "a dog"])).is_text

    def test_one_that_never_ends_is_refused(self, data):
        with pytest.raises(ValueError, match=r"dataset.take\(n\)"):
            Probe("endless", data.from_tensors([1, 2]).repeat())


def test_channels_of_different_lengths_are_no_series():
    with pytest.raises(ValueError, match="whose channels have one length"):
        Probe("engine", {"speed": np.ones(20), "heat": np.ones(19)}, channels=["speed", "heat"])


class Tensor(np.ndarray):
    """PyTorch tensor with gradients, without `numpy()` until it is detached."""

    def detach(self):
        return self.view(Detached)

    cpu = __array__ = numpy = None


class Detached(np.ndarray):
    def cpu(self):
        return self

    def numpy(self):
        return self.view(np.ndarray)


def test_tensors_with_gradients_are_inputs_also_in_lists_and_columns():
    series = [np.ones((3, 1)).view(Tensor), np.zeros((2, 1)).view(Tensor)]
    column = [np.arange(3.0).view(Tensor), np.arange(2.0).view(Tensor)]
    probe = Probe("engine", series, channels=["speed"], columns={"load": column}, targets=series)
    assert probe.lengths == (3, 2)
    assert probe.columns["load"].tolist() == [0, 1, 2, 0, 1]


@pytest.mark.parametrize("label", [0.5, np.nan, 2, -1, "c"])
def test_a_label_that_is_no_class_is_refused(label):
    with pytest.raises(ValueError, match="the name or the index of one of its 2 classes"):
        Probe("lines", [[1, 2]], labels=[label], classes=["a", "b"])
