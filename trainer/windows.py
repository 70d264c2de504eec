"""Windows: the training text as batches of sequences, with random offsets."""

import keras
import numpy as np

from trainer.dataset import Ids, sequences


class Windows(keras.utils.PyDataset):
    """Batches of sequences with the next tokens as targets.

    Every epoch starts at another token, so that sequences are cut at other positions, and uses
    another order of the sequences.

    Args:
        ids: Integers (tokens,), more than `length`.
        length: Tokens of a sequence.
        batch_size: Sequences of a batch; the last one may have fewer.
        shuffle: If true, order and offset change every epoch; true by default.
        seed: Seed of order and offset; 0 by default.
    """

    def __init__(
        self, ids: Ids, length: int, batch_size: int, shuffle: bool = True, seed: int = 0
    ) -> None:
        super().__init__()
        self._ids, self._length, self._batch_size = ids, length, batch_size
        self._shuffle, self._random = shuffle, np.random.default_rng(seed)
        # As many as there are at every offset: Keras asks for the number of batches once.
        self._rows = max((len(ids) - length) // length, 1)
        self.on_epoch_end()

    def __len__(self) -> int:
        return -(-self._rows // self._batch_size)

    def __getitem__(self, index: int) -> tuple[Ids, Ids]:
        rows = self._order[index * self._batch_size : (index + 1) * self._batch_size]
        return self._inputs[rows], self._targets[rows]

    def on_epoch_end(self) -> None:
        """Draws the offset and the order of the next epoch."""
        spare = len(self._ids) - 1 - self._rows * self._length
        last_offset = min(spare, self._length - 1) if self._shuffle else 0
        offset = int(self._random.integers(last_offset + 1))
        self._inputs, self._targets = sequences(self._ids, self._length, offset)
        self._order = np.arange(self._rows)
        if self._shuffle:
            self._random.shuffle(self._order)
