"""Corpus split of a study: training, validation and test text as ids."""

import hashlib
from dataclasses import dataclass

from trainer.corpus import read_corpus
from trainer.dataset import Ids, sequences
from trainer.errors import UserError
from trainer.study.config import StudyCorpus
from trainer.tokenizers import Tokenizer

SEQUENCE_LENGTH = 1000
"""Approximate length of the sequences of held-out texts, in characters."""


@dataclass(frozen=True, eq=False)
class HeldOutText:
    """A text that models are evaluated on.

    Args:
        ids: Integers (characters,).

    Example:
        >>> import numpy as np
        >>> text = HeldOutText(np.arange(2102))
        >>> text.inputs.shape, text.targets[-1, -1]
        ((3, 700), np.int64(2100))
    """

    ids: Ids

    @property
    def _pair(self) -> tuple[Ids, Ids]:
        rows = -(-(len(self.ids) - 1) // SEQUENCE_LENGTH)
        return sequences(self.ids, (len(self.ids) - 1) // rows)

    @property
    def inputs(self) -> Ids:
        """Inputs, (sequences, steps)."""
        return self._pair[0]

    @property
    def targets(self) -> Ids:
        """Targets, the inputs one character later, (sequences, steps)."""
        return self._pair[1]

    @property
    def scored(self) -> Ids:
        """Ids that are read or predicted: the first one, and all targets."""
        return self.ids[: self.targets.size + 1]


@dataclass(frozen=True, eq=False)
class CorpusSplit:
    """A corpus split into training, validation and test text, in this order.

    Args:
        tokenizer: Tokenizer with the characters of the training text.
        training: Ids (characters,) of the training text.
        validation: Validation text.
        test: Test text, the end of the corpus.
    """

    tokenizer: Tokenizer
    training: Ids
    validation: HeldOutText
    test: HeldOutText

    @property
    def digest(self) -> str:
        """Digest of the vocabulary and the texts."""
        state = hashlib.sha256("\0".join(self.tokenizer.vocabulary).encode())
        for ids in (self.training, self.validation.ids, self.test.ids):
            state.update(len(ids).to_bytes(8, "big") + ids.tobytes())
        return state.hexdigest()


def read_corpus_split(corpus: StudyCorpus) -> CorpusSplit:
    """Reads and splits the corpus of a study.

    Raises:
        UserError: if the corpus cannot be read, or a part of it would be empty.
    """
    characters = read_corpus(corpus)
    if corpus.flip_input:
        characters = characters[::-1]
    validation = round(len(characters) * corpus.validation_proportion)
    test = round(len(characters) * corpus.test_proportion)
    train = len(characters) - validation - test
    if min(train, validation, test) < 2:
        raise UserError(
            f"The corpus gives {train} characters to learn from, {validation} for validation and "
            f"{test} to test with; each needs 2 at least. Give a longer corpus, or other shares: "
            f"corpus.validation_proportion is {corpus.validation_proportion}, "
            f"corpus.test_proportion is {corpus.test_proportion}."
        )
    tokenizer = Tokenizer.fit("character", characters[:train])
    ids = tokenizer.encode(characters)
    held_out = HeldOutText(ids[train : train + validation]), HeldOutText(ids[train + validation :])
    return CorpusSplit(tokenizer, ids[:train], *held_out)
