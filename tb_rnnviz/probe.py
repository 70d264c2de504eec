"""`Probe`: fixed input that is read through a model at every recording."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.core.axis import SOURCE, TARGET, TIME, TOKENS, Axis
from tb_rnnviz.core.columns import checked_columns
from tb_rnnviz.core.inputs import (
    as_arrays,
    cut,
    inputs_by_sequence,
    lengths_of_beginning,
    of_channels,
    sequence_inputs,
    step_arrays,
    texts_to_split,
)
from tb_rnnviz.core.sequence_labels import labels_of_sequences
from tb_rnnviz.core.target_names import TargetNames, default_target_names
from tb_rnnviz.core.targets import (
    CLASSES,
    LABELS,
    NEXT,
    NUMBERS,
    SEQUENCE,
    SEQUENCE_LABELS,
    SEQUENCE_NUMBERS,
    TOKEN,
    Targets,
)
from tb_rnnviz.core.vocabulary import texts_of, vocabulary_names, whole_ids


class Probe:
    """Fixed input that is read through the model at every recording.

    A probe is text, a signal, many labelled sequences, or pairs of a source and a target. It is no
    probing classifier: nothing is trained on the activity.

    Args:
        name: Name of the probe in the log and in the tab.
        inputs: The sequences: an integer array (sequences, steps), a float array
            (sequences, steps, channels), one sequence of ids (steps,), or a list of arrays that
            may differ in length. With `channels`, also one signal (steps, channels). Or strings,
            if the model has a `TextVectorization` or `StringLookup` layer: a text for each sequence
            (sequences,), or tokens (sequences, steps). Tensors, ragged tensors and a
            `tf.data.Dataset` of inputs, or of pairs (inputs, targets), are read, too. A model with
            several inputs takes a dict by the names of the inputs or a tuple of these, a pair the
            tuple (source, target).
        tokens: The tokens, strings or UTF-8 bytes, one list per sequence (one list for a single
            sequence). For a pair a tuple (source tokens, target tokens); for a dict of inputs also
            a dict. Defaults to the names in `vocabulary`, or to the ids themselves; for texts, to
            the names in the vocabulary of the layer that splits them. A signal has none.
        targets: The id of the next token at every step, or the class of each token, in the shape of
            the tokens; negative without a target. Or one class per sequence, (sequences,), the
            target of its last step. Or numbers, such as a forecast, or labels of 0 and 1,
            (sequences, steps, k) or (sequences, k); a forecast by horizon also (sequences, steps,
            horizons, channels), or (sequences, horizons, channels) of each window. Defaults to
            `labels` if there are `classes`, or else to no targets.
        vocabulary: The name of every id: a list, index = id, or a dict from names to ids or from
            ids to names. Needed for the tokens that the model predicts. For a pair also a tuple
            of two. Defaults to that of the layer that reads the strings, or to none.
        labels: A name for each sequence; with `classes` and no `targets`, the class of each
            sequence, by name or index. Defaults to none.
        channels: A name for each channel of a signal. Defaults to "0", "1", …
        columns: Numbers or booleans by name, which features of kind `column` read: one array per
            sequence with a value per token, (steps,) each, or one value per sequence, (sequences,).
            They are stored with the text. Defaults to none.
        classes: The name of every class, if the model predicts classes and not tokens; as
            `vocabulary`. Defaults to `vocabulary` if the model has as many outputs.
        sequence: The input whose steps are the tokens, if there are several: a key of the dict, or
            an index of the tuple. Defaults to the first that may be it, and to the target of a
            pair.
        output: The output that the targets belong to, if the model has several: a name or an index.
            Defaults to none.
        rate: Steps of a signal per `time_unit`, such as 10.0. Defaults to none.
        time_unit: Unit of time of the rate, such as "s" or "day". Defaults to "s".
        target_names: A name for each number or label of the targets, such as "t + 1"; or a tuple
            of two lists, the names of the horizons and of the channels. They also tell that a
            window of 24 steps has one target of 24 horizons, and not one number at every step.
            Defaults to the names of the channels if there are as many, to "speed, t + 1", … of
            horizons x channels, or else to "0", "1", …

    Attributes:
        axes: The axes of the inputs by name: "tokens", or "time" of a signal; "source" and
            "target" of a pair; or the names of the inputs.
        axis: Name of the axis whose steps are the tokens.
        strings: The strings of each sequence that a layer of the model turns into ids, `None` if
            there are none.
        is_text: True if they are texts, which the layer splits into tokens.
        is_signal: True for a signal; it has no tokens.
        is_pair: True for pairs of a source and a target.
        needs_ids: True if there are strings whose ids are not known yet; see `with_ids`.
        sequences: Ids, strings or channels of each sequence whose steps are the tokens.
        lengths: Tokens of each sequence. `sequences`, `lengths` and `tokens` are empty for texts
            whose ids are not known, and `targets` and `columns` are not checked.
        tokens: The tokens of each sequence, `None` for a signal.

    Raises:
        ValueError: If there is no token, lengths do not fit each other, or it is not clear which
            input is the sequence.

    Example:
        >>> probe = Probe("novel", [1, 0, 1], vocabulary=["a", "b"])
        >>> probe.tokens, probe.lengths
        ([['b', 'a', 'b']], (3,))
        >>> Probe("engines", [[1, 0], [0]], columns={"fault": [True, False]}).columns
        {'fault': array([ True,  True, False])}
        >>> Probe("engine", np.zeros((9, 2)), channels=["speed", "heat"], rate=10.0)
        Probe('engine', 1 sequences, 9 steps of 2 channels)
        >>> Probe("reviews", [[3, 1], [2]], labels=["+", "-"], classes=["-", "+"]).targets
        [array([-1,  1]), array([0])]
        >>> pairs = Probe("words", ([[1, 2]], [[4]]), tokens=([["a", "b"]], [["c"]]))
        >>> pairs.axis, pairs.tokens, pairs.axes["source"].tokens
        ('target', [['c']], [['a', 'b']])
    """

    def __init__(
        self,
        name: str,
        inputs: Any,
        tokens: Any | None = None,
        targets: Any | None = None,
        vocabulary: Any | None = None,
        *,
        labels: Sequence | None = None,
        channels: Sequence[str] | None = None,
        columns: Mapping[str, Any] | None = None,
        classes: Sequence[str] | Mapping | None = None,
        sequence: str | int | None = None,
        output: str | int | None = None,
        rate: float | None = None,
        time_unit: str = "s",
        target_names: Sequence[str] | tuple[Sequence[str], Sequence[str]] | None = None,
    ):
        if not isinstance(name, str) or not name.strip():
            raise ValueError(f"A probe needs a name that is not empty. Received: name={name!r}")
        self.name = name
        self.output = output
        self.rate, self.time_unit = _checked_rate(name, rate), time_unit
        is_dataset = hasattr(inputs, "element_spec")
        inputs, targets, columns = map(as_arrays, (inputs, targets, columns))
        if is_dataset and isinstance(inputs, tuple) and len(inputs) in (2, 3):
            targets = inputs[1] if targets is None and labels is None else targets
            inputs = inputs[0]
        self.inputs = inputs_by_sequence(of_channels(inputs, channels))
        self.is_pair = is_pair(inputs, tokens)
        texts, names = self._by_input(tokens), self._by_input(vocabulary, are_names=True)
        if self.is_pair and sequence is None:
            sequence = 1
        self.classes = vocabulary_names(classes)
        classes_of_labels = self.classes if targets is None else None
        self.labels, label_targets = labels_of_sequences(
            name, labels, len(self.inputs), classes_of_labels
        )
        targets = label_targets if targets is None else targets
        self.sequences: list[np.ndarray] = []
        self.lengths: tuple[int, ...] = ()
        self.tokens: list[list[str]] | None = []
        self.channels: list[str] | None = None
        self.is_signal = False
        self.axes: dict[str, Axis] = {}
        self.axis = TOKENS
        self._target_names = TargetNames.of(target_names)
        self.strings = texts_to_split(self.inputs, sequence)
        self.needs_ids = self.is_text = self.strings is not None
        if self.is_text:
            self.vocabulary = vocabulary_names(names.get(None))
            self._token_texts = texts.get(None)
            self.targets: Any = targets
            self.columns = dict(columns or {})
            return
        names_of_steps = texts.get(sequence) or texts.get(None)
        lengths = _lengths_of(targets if names_of_steps is None else names_of_steps)
        key, self.sequences = step_arrays(self.inputs, lengths, sequence)
        names_of_steps = names_of_steps or texts.get(key[0] if key else None)
        self.vocabulary = vocabulary_names(names.get(key[0] if key else None, names.get(None)))
        if self.vocabulary is not None:
            self.sequences = [whole_ids(name, ids) for ids in self.sequences]
        self._set_lengths()
        kind = self.sequences[0].dtype.kind
        if kind == "U":
            self.strings, self.needs_ids = self.sequences, True
        self.is_signal = kind == "f" and names_of_steps is None and self.vocabulary is None
        self.channels = self._channels(channels)
        self.tokens = None if self.is_signal else self._tokens(names_of_steps)
        self._set_axes(key, texts, names)
        self._set_targets_and_columns(targets, columns)

    def _by_input(self, values: Any, are_names: bool = False) -> dict[Any, Any]:
        """Returns tokens or vocabularies by the key of their input, `None` for all."""
        if values is None:
            return {}
        first = self.inputs[0] if self.inputs else None
        if isinstance(first, Mapping) and isinstance(values, Mapping) and set(values) <= set(first):
            parts = dict(values)
        elif self.is_pair and isinstance(values, tuple) and len(values) == 2:
            parts = dict(enumerate(values))
        else:
            parts = {None: values}
        return parts if are_names else {key: self._texts(part) for key, part in parts.items()}

    def _set_axes(self, key: tuple, texts: Mapping, names: Mapping) -> None:
        """Sets the axes of the inputs, that of the tokens first."""
        self._main_input = key
        is_named = bool(key) and (self.is_pair or isinstance(key[0], str))
        self.axis = self._axis_name(key) if is_named else TIME if self.is_signal else TOKENS
        self.axes = {self.axis: self._axis_of(self.axis, self.sequences, self.tokens)}
        for other, arrays in sequence_inputs(self.inputs).items():
            name = self._axis_name(other)
            if other == key or not name:
                continue
            tokens = texts.get(other[0])
            vocabulary = vocabulary_names(names.get(other[0]))
            if tokens is not None:
                lengths = list(map(len, tokens))
                self._check_lengths(f"{name} tokens", lengths, list(map(len, arrays)))
            elif arrays[0].dtype.kind != "f":
                tokens = [[self._name_of(item, vocabulary) for item in row] for row in arrays]
            self.axes[name] = self._axis_of(name, arrays, tokens)

    def axis_of_input(self, path: tuple) -> str | None:
        """Returns the name of the axis of an input, `None` if it has no steps.

        Args:
            path: Keys and indices that lead to the input.
        """
        name = self.axis if path == self._main_input else self._axis_name(path)
        return name if name in self.axes else None

    def names_of(self, ids: np.ndarray) -> list[str]:
        """Returns the names of ids in the vocabulary, or the ids as text."""
        return [self._name_of(item, self.vocabulary) for item in ids]

    def _axis_name(self, key: tuple) -> str:
        """Name of the axis of an input, empty for the only one."""
        if not key:
            return ""
        return (SOURCE, TARGET)[key[0]] if self.is_pair else "/".join(map(str, key))

    def _axis_of(
        self, name: str, arrays: Sequence[np.ndarray], tokens: list[list[str]] | None
    ) -> Axis:
        lengths = tuple(map(len, arrays))
        if tokens is not None:
            return Axis(name, lengths, tokens)
        width = int(np.prod(arrays[0].shape[1:]))
        channels = self.channels if name == self.axis and self.channels else _numbered(width)
        series = [array.reshape(len(array), width).astype(np.float32) for array in arrays]
        return Axis(name, lengths, channels=tuple(channels), series=series)

    def _set_lengths(self) -> None:
        self.lengths = tuple(map(len, self.sequences))
        if not sum(self.lengths):
            raise ValueError(
                f"Probe {self.name!r} is empty: it needs at least one token. "
                f"Received: inputs with sequence lengths {list(self.lengths)}"
            )

    def _set_targets_and_columns(self, targets: Any, columns: Mapping[str, Any] | None) -> None:
        self._targets: Targets | None = None
        self.targets = None
        if targets is not None:
            try:
                shape = None if self._target_names is None else self._target_names.shape
                self._targets = Targets(targets, self.lengths, shape)
            except ValueError as error:
                raise ValueError(f"Probe {self.name!r}: {error}") from error
            self.targets = self._targets.rows
            _ = self.target_names  # names of another number are an error of the probe
        channels = self.channels if self.is_signal else None
        self.columns = checked_columns(self.name, columns, self.lengths, channels)

    def with_ids(self, ids: Sequence[np.ndarray], vocabulary: Sequence[str]) -> Probe:
        """Returns the probe with the ids that a layer of the model makes of its strings.

        Args:
            ids: Ids of each sequence, integers (steps,).
            vocabulary: Name of every id in the layer, index = id. Texts have these as tokens.

        Raises:
            ValueError: If there is no token, or lengths do not fit each other.

        Example:
            >>> ids = [np.array([2, 3]), np.array([1])]
            >>> probe = Probe("text", ["the cat", "a"])
            >>> probe = probe.with_ids(ids, ["", "[UNK]", "the", "cat"])
            >>> probe.tokens, probe.lengths
            ([['the', 'cat'], ['[UNK]']], (2, 1))
        """
        probe = copy.copy(self)
        probe.sequences, probe.needs_ids = list(ids), False
        names = texts_of(vocabulary)
        probe.vocabulary = self.vocabulary or names
        if self.is_text:
            probe._set_lengths()
            probe.tokens = [[names[index] for index in sequence] for sequence in ids]
            if self._token_texts is not None:
                probe.tokens = probe._tokens(self._token_texts)
            probe.axes, probe._main_input = {TOKENS: Axis(TOKENS, probe.lengths, probe.tokens)}, ()
            probe._set_targets_and_columns(self.targets, self.columns)
        return probe

    def _channels(self, channels: Sequence[str] | None) -> list[str] | None:
        width = int(np.prod(self.sequences[0].shape[1:]))
        if channels is None:
            return _numbered(width) if self.is_signal else None
        if len(channels) != width:
            raise ValueError(
                f"Probe {self.name!r} needs one name per channel of a series (steps, channels), "
                f"whose channels have one length. Received: {list(channels)} for {width} channels"
            )
        if isinstance(channels, (set, frozenset)):
            raise ValueError(
                f"Channels of probe {self.name!r} are a list, as a set has no order. "
                f"Received: a set of {len(channels)}"
            )
        names = texts_of(channels)
        if len(set(names)) < len(names):
            raise ValueError(f"Channels of probe {self.name!r} need different names: {names}")
        return names

    def _texts(self, tokens: Sequence) -> list[list[str]]:
        if len(self.inputs) == 1 and (not len(tokens) or np.ndim(tokens[0]) == 0):
            tokens = [tokens]
        return [texts_of(sequence) for sequence in tokens]

    def _tokens(self, tokens: list[list[str]] | None) -> list[list[str]]:
        if tokens is None:
            names = self.vocabulary
            return [[self._name_of(item, names) for item in items] for items in self.sequences]
        self._check_lengths("tokens", [len(sequence) for sequence in tokens], list(self.lengths))
        return tokens

    def _name_of(self, item: np.ndarray, vocabulary: Sequence[str] | None) -> str:
        if item.ndim and item.dtype.kind in "iu" and vocabulary is not None:
            return "".join(self._name_of(part, vocabulary) for part in item.ravel())
        if item.ndim:
            return " ".join(f"{value:.3g}" for value in item.ravel())
        if vocabulary is None or not np.issubdtype(item.dtype, np.integer):
            return str(item)
        if not 0 <= item < len(vocabulary):
            raise ValueError(
                f"Probe {self.name!r} holds the id {item}, which is outside its vocabulary. "
                f"Allowed: 0 to {len(vocabulary) - 1}. Encode the probe with the vocabulary "
                "that the model was trained with."
            )
        return vocabulary[int(item)]

    @property
    def target_kind(self) -> str | None:
        """Kind of the targets, `None` without targets.

        `"next"` are the next tokens, `"token"` a class of each token, such as a tag, and
        `"sequence"` one class per sequence; `"numbers"` and `"labels"` are some of each step,
        `"sequence numbers"` and `"sequence labels"` of each sequence.

        Example:
            >>> Probe("next", [1, 0, 1], targets=[0, 1, 1]).target_kind
            'next'
            >>> Probe("tags", [5, 3, 5], targets=[0, 1, 0]).target_kind
            'token'
            >>> Probe("sum", [5, 3, 5], targets=[5.0, 8.0, 13.0]).target_kind
            'numbers'
        """
        targets = self._targets
        if targets is None or self.targets is None:
            return None
        if targets.are_labels:
            return SEQUENCE_LABELS if targets.per_sequence else LABELS
        if not targets.are_classes:
            return SEQUENCE_NUMBERS if targets.per_sequence else NUMBERS
        if targets.per_sequence:
            return SEQUENCE
        pairs = zip(self.sequences, self.targets, strict=True)
        return NEXT if all(_are_next(ids, targets) for ids, targets in pairs) else TOKEN

    @property
    def target_names(self) -> list[str]:
        """Name of every number or label of the targets; empty for classes.

        Example:
            >>> ahead = np.zeros((9, 2, 1))  # steps, horizons, channels
            >>> Probe("engine", np.zeros((9, 1)), channels=["speed"], targets=ahead).target_names
            ['speed, t + 1', 'speed, t + 2']
        """
        if self._targets is None or self.target_kind in CLASSES:
            return []
        shape = self.target_shape
        if self._target_names is not None:
            try:
                return self._target_names.for_shape(shape)
            except ValueError as error:
                raise ValueError(f"Probe {self.name!r} {error}") from error
        return default_target_names(shape, self.channels, self.classes)

    @property
    def target_shape(self) -> tuple[int, ...]:
        """Shape of the numbers of one step or sequence, such as (horizons, channels).

        Empty for classes and without targets.
        """
        return () if self._targets is None else self._targets.shape

    def with_targets_of_sequences(self) -> Probe:
        """Returns the probe with a target for each sequence, and not for each step.

        For a model that forecasts as many steps as it has read.

        Example:
            >>> windows, following = np.zeros((2, 3, 1)), np.ones((2, 3, 1))
            >>> probe = Probe("engine", windows, channels=["speed"], targets=following)
            >>> probe = probe.with_targets_of_sequences()
            >>> probe.target_kind, probe.target_shape
            ('sequence numbers', (3, 1))
        """
        probe = copy.copy(self)
        if self._targets is not None:
            lengths = self.lengths
            values = [row.reshape(len(row), *self.target_shape) for row in self.targets]
            probe._targets = Targets(values, lengths, shape=values[0].shape)
            probe.targets = probe._targets.rows
        return probe

    def _check_lengths(self, argument: str, lengths: list[int], input_lengths: list[int]) -> None:
        if lengths != input_lengths:
            raise ValueError(
                f"Probe {self.name!r} has {argument} of another length than its inputs. "
                f"Received: {argument} of lengths {lengths}, inputs of lengths {input_lengths}"
            )

    def beginning(self, tokens: int) -> Probe:
        """Returns the first sequences, up to a number of tokens.

        If the first sequence alone has more, it is cut; a text is not.

        Example:
            >>> Probe("novel", [[1, 0, 1], [1, 1]]).beginning(2).lengths
            (2,)
        """
        first = copy.copy(self)
        tokens = max(tokens, self.lengths[0]) if self.is_text else tokens
        first.lengths = lengths_of_beginning(self.lengths, tokens)
        number = len(first.lengths)
        first.inputs = [cut(sequence, tokens) for sequence in self.inputs[:number]]
        first.sequences = [sequence[:tokens] for sequence in self.sequences[:number]]
        first.strings = self.strings and [cut(text, tokens) for text in self.strings[:number]]
        first.tokens = self.tokens and [sequence[:tokens] for sequence in self.tokens[:number]]
        first.axes = {name: axis.beginning([tokens] * number) for name, axis in self.axes.items()}
        if self.targets is not None:
            first.targets = [sequence[:tokens] for sequence in self.targets[:number]]
        first.labels = self.labels and self.labels[:number]
        first.columns = {
            name: column[: sum(first.lengths)] for name, column in self.columns.items()
        }
        return first

    def __repr__(self) -> str:
        if self.is_text and self.needs_ids:
            return f"Probe({self.name!r}, {len(self.inputs)} texts)"
        steps = "tokens" if self.channels is None else f"steps of {len(self.channels)} channels"
        return f"Probe({self.name!r}, {len(self.lengths)} sequences, {sum(self.lengths)} {steps})"


def is_pair(inputs: Any, tokens: Any) -> bool:
    """True for a tuple (source, target) with a tuple of their tokens.

    Example:
        >>> is_pair(([[1, 2]], [[3]]), ([["a", "b"]], [["c"]])), is_pair(([1, 2], [3]), None)
        (True, False)
    """
    if not all(isinstance(part, tuple) and len(part) == 2 for part in (inputs, tokens)):
        return False
    return all(len(part) and not isinstance(part[0], (str, bytes)) for part in tokens)


def _checked_rate(name: str, rate: float | None) -> float | None:
    if rate is None:
        return None
    is_number = isinstance(rate, (int, float, np.number)) and not isinstance(rate, bool)
    if not is_number or not 0 < rate < float("inf"):
        raise ValueError(
            f"`rate` of probe {name!r} is the number of steps per unit of time, above 0. "
            f"Received: {rate!r}"
        )
    return float(rate)


def _lengths_of(rows: Any) -> list[int] | None:
    """Returns the length of every row, `None` if there are no rows."""
    if rows is None or any(np.ndim(row) == 0 for row in rows):
        return None
    return [len(row) for row in rows]


def _numbered(width: int) -> list[str]:
    return [str(index) for index in range(width)]


def _are_next(ids: np.ndarray, targets: np.ndarray) -> bool:
    """True if the known targets of a sequence are its next tokens.

    Zeros at the end are padding: the last token before them may have a target that is no token of
    the sequence, such as a sign for its end.

    Example:
        >>> _are_next(np.array([1, 5, 6, 0, 0]), np.array([5, 6, 2, 0, 0]))
        True
        >>> _are_next(np.array([1, 5, 6, 0, 0]), np.array([5, 3, 2, 0, 0]))
        False
    """
    if ids.ndim != 1:
        return False
    tokens = len(np.trim_zeros(ids, "b")) or len(ids)
    targets = targets[: tokens - 1]
    is_known = targets >= 0
    return np.array_equal(targets[is_known], ids[1:tokens][is_known])
