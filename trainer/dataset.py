"""Dataset: a corpus as ids, split into training and validation text."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.baseline import NGram
from trainer.config import Config
from trainer.corpus import read_corpus
from trainer.errors import UserError
from trainer.tokenizers import Tokenizer

VALIDATION_SEQUENCES = 4
"""Length of validation sequences, in training sequences: little context is cut."""

Ids = NDArray[np.int32]


@dataclass(frozen=True)
class Dataset:
    """A corpus as ids, split into training and validation text.

    Args:
        tokenizer: Tokenizer with the vocabulary of the training text.
        training: Ids (tokens,) of the training text.
        validation: Ids (tokens,) of the validation text, the end of the corpus.
        seq_length: Tokens of a training sequence.
    """

    tokenizer: Tokenizer
    training: Ids
    validation: Ids
    seq_length: int

    def validation_sequences(self) -> tuple[Ids, Ids]:
        """Returns inputs and targets of the validation text, each (sequences, steps)."""
        length = min(VALIDATION_SEQUENCES * self.seq_length, len(self.validation) - 1)
        return sequences(self.validation, length)

    def baseline(self, order: int) -> float:
        """Computes the loss of an n-gram model on the validation targets.

        Args:
            order: Length of the n-grams.

        Returns:
            Cross-entropy in nats per token.
        """
        scored = self.validation_sequences()[1].size
        ngram = NGram(order, len(self.tokenizer)).fit(self.training)
        return ngram.loss(self.validation[: scored + 1], skip=1)


def sequences(ids: Ids, length: int, offset: int = 0) -> tuple[Ids, Ids]:
    """Splits ids into input sequences and targets, which are one token later.

    Args:
        ids: Integers (tokens,).
        length: Tokens of a sequence; an incomplete sequence at the end is dropped.
        offset: Tokens to leave out at the beginning; 0 by default.

    Returns:
        Inputs and targets, each (sequences, length).

    Example:
        >>> inputs, targets = sequences(np.arange(8), 3)
        >>> inputs.tolist(), targets.tolist()
        ([[0, 1, 2], [3, 4, 5]], [[1, 2, 3], [4, 5, 6]])
    """
    rows = (len(ids) - 1 - offset) // length
    end = offset + rows * length
    return ids[offset:end].reshape(rows, length), ids[offset + 1 : end + 1].reshape(rows, length)


def prepare_dataset(config: Config, tokenizer: Tokenizer | None = None) -> Dataset:
    """Reads, tokenises and splits the corpus of an experiment.

    Args:
        config: The experiment.
        tokenizer: Tokenizer of a saved model; by default one is fitted to the training text.

    Returns:
        The dataset.

    Raises:
        UserError: if the corpus cannot be read or is too short.
    """
    kind = tokenizer.kind if tokenizer else config.tokens.kind
    tokens = Tokenizer.split(kind, read_corpus(config.corpus))
    if config.corpus.flip_input:
        tokens.reverse()
    length = config.training.seq_length
    held_out = round(len(tokens) * config.corpus.validation_proportion)
    train = len(tokens) - held_out
    if train < length + 1 or held_out < length + 1:
        raise UserError(
            f"The corpus is too short: {len(tokens)} {kind}s give {train} to learn from and "
            f"{held_out} to validate with; each needs more than training.seq_length={length}. Give "
            "a longer corpus, a shorter training.seq_length or another "
            f"corpus.validation_proportion (now {config.corpus.validation_proportion})."
        )
    if tokenizer is None:
        tokenizer = Tokenizer.fit(kind, tokens[:train], config.tokens.word_frequency_threshold)
    ids = tokenizer.encode(tokens)
    return Dataset(tokenizer, ids[:train], ids[train:], length)


def read_ids(text: str, tokenizer: Tokenizer, config: Config, what: str) -> Ids:
    """Encodes a text of the user, in the order in which the model reads.

    Args:
        text: The text.
        tokenizer: The tokenizer of the model.
        config: The experiment; `corpus.flip_input` decides on the order.
        what: Name of the text in error messages, such as "The prompt".

    Returns:
        Ids (tokens,).

    Raises:
        UserError: if the text is empty or contains a token outside the vocabulary.
    """
    ids = tokenizer.encode_known(text, what)
    return ids[::-1] if config.corpus.flip_input else ids
