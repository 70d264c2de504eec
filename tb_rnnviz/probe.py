"""`Probe`: fixed input that is read through a model at every recording."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.core.inputs import (
    cut,
    inputs_by_sequence,
    lengths_of_beginning,
    step_arrays,
    texts_to_split,
)
from tb_rnnviz.core.vocabulary import texts_of, vocabulary_names

NEXT, TOKEN, SEQUENCE = "next", "token", "sequence"
"""Values of `Probe.target_kind`."""


TOKEN_DATA = (
    *("tokens", "target", "probability", "expected", "expected_probability", "surprise"),
    "error",
)
"""Names of the arrays that the log stores with a text; a column has another name."""


class Probe:
    """Fixed input that is read through the model at every recording.

    A probe is no probing classifier: nothing is trained on the activity.

    Args:
        name: Name of the probe in the log and in the tab.
        inputs: The sequences: an integer array (sequences, steps), a float array
            (sequences, steps, channels), one sequence of ids (steps,), or a list of arrays that
            may differ in length. Or strings, if the model has a `TextVectorization` or
            `StringLookup` layer: a text for each sequence (sequences,), or tokens
            (sequences, steps). A model with several inputs takes a dict or a tuple of these; the
            first of ids, channels or tokens has the tokens, or else the first of texts.
        tokens: The tokens, strings or UTF-8 bytes, one list per sequence (one list for a single
            sequence). Defaults to the names in `vocabulary`, or to the ids themselves; for texts,
            to the names in the vocabulary of the layer that splits them.
        targets: The id of the next token at every step, or the class of each token, in the shape of
            the tokens; negative without a target. Or one class per sequence, (sequences,), the
            target of its last step. Defaults to no targets.
        vocabulary: The name of every id: a list, index = id, or a dict from names to ids or from
            ids to names. Needed for the tokens that the model predicts. Defaults to that of the
            layer that reads the strings, or to none.
        labels: A name for each sequence. Defaults to none.
        channels: A name for each channel of numeric inputs. Defaults to none.
        columns: Numbers or booleans by name, which features of kind `column` read: one array per
            sequence with a value per token, (steps,) each, or one value per sequence, (sequences,).
            They are stored with the text. Defaults to none.
        classes: The name of every class, if the model predicts classes and not tokens; as
            `vocabulary`. Defaults to `vocabulary` if the model has as many outputs.
        sequence: The input whose steps are the tokens, if there are several: a key of the dict, or
            an index of the tuple. Defaults to the first that may be it.
        output: The output that the targets belong to, if the model has several: a name or an index.
            Defaults to none.

    Attributes:
        strings: The strings of each sequence that a layer of the model turns into ids, `None` if
            there are none.
        is_text: True if they are texts, which the layer splits into tokens.
        needs_ids: True if there are strings whose ids are not known yet; see `with_ids`.
        sequences: Ids, strings or channels of each sequence whose steps are the tokens.
        lengths: Tokens of each sequence. `sequences`, `lengths` and `tokens` are empty for texts
            whose ids are not known, and `targets` and `columns` are not checked.

    Raises:
        ValueError: If there is no token, lengths do not fit each other, or it is not clear which
            input is the sequence.

    Example:
        >>> probe = Probe("novel", [1, 0, 1], vocabulary=["a", "b"])
        >>> probe.tokens, probe.lengths
        ([['b', 'a', 'b']], (3,))
        >>> Probe("engines", [[1, 0], [0]], columns={"fault": [True, False]}).columns
        {'fault': array([ True,  True, False])}
    """

    def __init__(
        self,
        name: str,
        inputs: Any,
        tokens: Sequence | None = None,
        targets: Any | None = None,
        vocabulary: Sequence[str] | Mapping | None = None,
        *,
        labels: Sequence[str] | None = None,
        channels: Sequence[str] | None = None,
        columns: Mapping[str, Any] | None = None,
        classes: Sequence[str] | Mapping | None = None,
        sequence: str | int | None = None,
        output: str | int | None = None,
    ):
        if not isinstance(name, str) or not name.strip():
            raise ValueError(f"A probe needs a name that is not empty. Received: name={name!r}")
        self.name = name
        self.output = output
        self.inputs = inputs_by_sequence(inputs)
        self.vocabulary = vocabulary_names(vocabulary)
        self.classes = vocabulary_names(classes)
        self.labels = None if labels is None else texts_of(labels)
        if self.labels is not None and len(self.labels) != len(self.inputs):
            raise ValueError(
                f"Probe {name!r} needs one label per sequence. Received: {len(self.labels)} "
                f"labels, {len(self.inputs)} sequences"
            )
        texts = None if tokens is None else self._texts(tokens)
        self.sequences: list[np.ndarray] = []
        self.lengths: tuple[int, ...] = ()
        self.tokens: list[list[str]] = []
        self.channels: list[str] | None = None
        self.strings = texts_to_split(self.inputs, sequence)
        self.needs_ids = self.is_text = self.strings is not None
        if self.is_text:
            self._token_texts = texts
            self.targets, self.columns = targets, dict(columns or {})
            return
        lengths = None if texts is None else [len(sequence) for sequence in texts]
        self.sequences = step_arrays(self.inputs, lengths, sequence)
        self._set_lengths()
        if self.sequences[0].dtype.kind == "U":
            self.strings, self.needs_ids = self.sequences, True
        self.channels = self._channels(channels)
        self.tokens = self._tokens(texts)
        self._set_targets_and_columns(targets, columns)

    def _set_lengths(self) -> None:
        self.lengths = tuple(map(len, self.sequences))
        if not sum(self.lengths):
            raise ValueError(
                f"Probe {self.name!r} is empty: it needs at least one token. "
                f"Received: inputs with sequence lengths {list(self.lengths)}"
            )

    def _set_targets_and_columns(self, targets: Any, columns: Mapping[str, Any] | None) -> None:
        self._has_classes = targets is not None and self._are_per_sequence(targets)
        self.targets = None if targets is None else self._targets(targets)
        self.columns = self._columns(columns)

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
            probe._set_targets_and_columns(self.targets, self.columns)
        return probe

    def _channels(self, channels: Sequence[str] | None) -> list[str] | None:
        if channels is None:
            return None
        width = int(np.prod(self.sequences[0].shape[1:]))
        if len(channels) != width:
            raise ValueError(
                f"Probe {self.name!r} needs one name per channel. Received: {list(channels)} for "
                f"{width} channels"
            )
        return texts_of(channels)

    def _texts(self, tokens: Sequence) -> list[list[str]]:
        if len(self.inputs) == 1 and (not len(tokens) or np.ndim(tokens[0]) == 0):
            tokens = [tokens]
        return [texts_of(sequence) for sequence in tokens]

    def _tokens(self, tokens: list[list[str]] | None) -> list[list[str]]:
        if tokens is None:
            return [[self._name_of(item) for item in items] for items in self.sequences]
        self._check_lengths("tokens", [len(sequence) for sequence in tokens])
        return tokens

    def _name_of(self, item: np.ndarray) -> str:
        if item.ndim:
            channels = self.channels or [""] * item.size
            values = zip(channels, item.ravel(), strict=True)
            return " ".join(
                f"{name}={value:.3g}" if name else f"{value:.3g}" for name, value in values
            )
        if self.vocabulary is None or not np.issubdtype(item.dtype, np.integer):
            return str(item)
        if not 0 <= item < len(self.vocabulary):
            raise ValueError(
                f"Probe {self.name!r} holds the id {item}, which is outside its vocabulary. "
                f"Allowed: 0 to {len(self.vocabulary) - 1}. Encode the probe with the vocabulary "
                "that the model was trained with."
            )
        return self.vocabulary[item]

    def _are_per_sequence(self, targets: Any) -> bool:
        """True for one class per sequence, (sequences,) or (sequences, 1)."""
        if len(targets) != len(self.lengths) or self.lengths == (1,) * len(targets):
            return False
        return all(np.shape(target) in ((), (1,)) for target in targets)

    def _targets(self, targets: Any) -> list[np.ndarray]:
        if self._has_classes:
            classes = np.asarray(targets).reshape(-1)
            targets = [
                np.where(np.arange(length) == length - 1, target, -1)
                for length, target in zip(self.lengths, classes, strict=True)
            ]
        targets = inputs_by_sequence(list(targets))
        self._check_lengths("targets", [len(sequence) for sequence in targets])
        if any(not np.issubdtype(sequence.dtype, np.integer) for sequence in targets):
            raise ValueError(
                f"Targets of probe {self.name!r} are ids of tokens or classes, integers. "
                f"Received: targets of dtype {targets[0].dtype}"
            )
        return targets

    def _columns(self, columns: Mapping[str, Any] | None) -> dict[str, np.ndarray]:
        """Returns the columns by name, (tokens,), sequences one after the other."""
        if columns is None:
            return {}
        if not isinstance(columns, Mapping):
            raise ValueError(
                f"`columns` of probe {self.name!r} map names to values, such as "
                f"{{'fault': array}}. Received: {type(columns).__name__}"
            )
        return {name: self._column(name, values) for name, values in columns.items()}

    def _column(self, name: str, values: Any) -> np.ndarray:
        if not isinstance(name, str) or not name or name in TOKEN_DATA or ":" in name:
            raise ValueError(
                f"The name of a column of probe {self.name!r} is a text without a colon, and none "
                f"of {list(TOKEN_DATA)}, which belong to the predictions. Received: {name!r}"
            )
        if len(self.lengths) == 1 and np.ndim(values) == 1 and len(values) == self.lengths[0]:
            values = [values]
        sequences = [np.asarray(value) for value in values]
        if len(sequences) == len(self.lengths) and all(not value.ndim for value in sequences):
            sequences = [
                np.full(length, value)
                for length, value in zip(self.lengths, sequences, strict=True)
            ]
        shapes = [value.shape for value in sequences]
        if shapes != [(length,) for length in self.lengths]:
            raise ValueError(
                f"The column {name!r} of probe {self.name!r} has one value per sequence, or one "
                f"per token: {len(self.lengths)} sequences of the lengths {list(self.lengths)}. "
                f"Received: {len(sequences)} values of the shapes {shapes[:20]}"
            )
        column = np.concatenate(sequences)
        if column.dtype.kind not in "biuf":
            raise ValueError(
                f"The column {name!r} of probe {self.name!r} holds numbers or booleans. "
                f"Received: dtype {column.dtype}"
            )
        return column if column.dtype == bool else column.astype(np.float64)

    @property
    def target_kind(self) -> str | None:
        """Kind of the targets, `None` without targets.

        `"next"` are the next tokens, `"token"` a class of each token, such as a tag, and
        `"sequence"` one class per sequence.

        Example:
            >>> Probe("next", [1, 0, 1], targets=[0, 1, 1]).target_kind
            'next'
            >>> Probe("tags", [5, 3, 5], targets=[0, 1, 0]).target_kind
            'token'
        """
        if self.targets is None:
            return None
        if self._has_classes:
            return SEQUENCE
        pairs = zip(self.sequences, self.targets, strict=True)
        return NEXT if all(_are_next(ids, targets) for ids, targets in pairs) else TOKEN

    def _check_lengths(self, argument: str, lengths: list[int]) -> None:
        if tuple(lengths) != self.lengths:
            raise ValueError(
                f"Probe {self.name!r} has {argument} of another length than its inputs. "
                f"Received: {argument} of lengths {lengths}, inputs of lengths "
                f"{list(self.lengths)}"
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
        first.tokens = [sequence[:tokens] for sequence in self.tokens[:number]]
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
        return f"Probe({self.name!r}, {len(self.lengths)} sequences, {sum(self.lengths)} tokens)"


def _are_next(ids: np.ndarray, targets: np.ndarray) -> bool:
    """True if the known targets of a sequence are its next tokens."""
    is_known = targets[:-1] >= 0
    return ids.ndim == 1 and np.array_equal(targets[:-1][is_known], ids[1:][is_known])
