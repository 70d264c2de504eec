"""The corpus of a study as ids: what is learnt from, what decides when to stop, what counts."""

import hashlib
from dataclasses import dataclass

from trainer.corpus import read_corpus
from trainer.dataset import Ids, sequences
from trainer.errors import UserError
from trainer.study.config import StudyCorpus
from trainer.tokenizers import Tokenizer

CONTEXT = 1000
"""A held-out text is read in sequences of about this many characters, so that little is cut."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """A text that models are measured on.

    Args:
        ids: Integers (characters,).

    Example:
        >>> import numpy as np
        >>> text = HeldOut(np.arange(2102))
        >>> text.inputs.shape, text.targets[-1, -1]
        ((3, 700), np.int64(2100))
    """

    ids: Ids

    @property
    def _pair(self) -> tuple[Ids, Ids]:
        rows = -(-(len(self.ids) - 1) // CONTEXT)
        return sequences(self.ids, (len(self.ids) - 1) // rows)

    @property
    def inputs(self) -> Ids:
        """(sequences, steps)."""
        return self._pair[0]

    @property
    def targets(self) -> Ids:
        """The same one character later, (sequences, steps)."""
        return self._pair[1]

    @property
    def scored(self) -> Ids:
        """The ids that are read or predicted: the first, and all targets."""
        return self.ids[: self.targets.size + 1]


@dataclass(frozen=True, eq=False)
class Text:
    """A corpus in three parts.

    Args:
        tokenizer: The characters of the training text.
        training: Ids (characters,).
        validation: What follows it.
        test: The end of the corpus.
    """

    tokenizer: Tokenizer
    training: Ids
    validation: HeldOut
    test: HeldOut

    @property
    def digest(self) -> str:
        """The same for the same text in the same parts."""
        state = hashlib.sha256("\0".join(self.tokenizer.vocabulary).encode())
        for ids in (self.training, self.validation.ids, self.test.ids):
            state.update(len(ids).to_bytes(8, "big") + ids.tobytes())
        return state.hexdigest()


def read_text(corpus: StudyCorpus) -> Text:
    """Reads and splits a corpus.

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
    held_out = HeldOut(ids[train : train + validation]), HeldOut(ids[train + validation :])
    return Text(tokenizer, ids[:train], *held_out)
