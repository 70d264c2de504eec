"""Stateful batches: the training text for truncated backpropagation through time."""

import keras

from trainer.dataset import Ids
from trainer.errors import UserError


class StatefulBatches(keras.utils.PyDataset):
    """Batches whose sequences continue those of the previous batch.

    The text is split into `batch_size` streams of equal length. Batch k contains the characters
    k T to (k + 1) T of every stream, T being the length, so that a stateful layer reads each
    stream from its beginning to its end. The order is always the same.

    Args:
        ids: Integers (characters,).
        batch_size: Number of streams.
        length: Characters of each stream in a batch, T.

    Raises:
        UserError: if a stream is shorter than one batch.

    Example:
        >>> import numpy as np
        >>> batches = StatefulBatches(np.arange(11), batch_size=2, length=2)
        >>> [inputs.tolist() for inputs, targets in (batches[0], batches[1])]
        [[[0, 1], [5, 6]], [[2, 3], [7, 8]]]
    """

    def __init__(self, ids: Ids, batch_size: int, length: int) -> None:
        super().__init__()
        stream = (len(ids) - 1) // batch_size
        if stream < length:
            raise UserError(
                f"The training text of {len(ids)} characters gives batch_size={batch_size} "
                f"streams of {stream}, which is less than seq_length={length}. Give a longer "
                "corpus, or a smaller batch_size or seq_length in the grid."
            )
        size = stream * batch_size
        self._inputs = ids[:size].reshape(batch_size, stream)
        self._targets = ids[1 : size + 1].reshape(batch_size, stream)
        self._length = length

    def __len__(self) -> int:
        return self._inputs.shape[1] // self._length

    def __getitem__(self, index: int) -> tuple[Ids, Ids]:
        steps = slice(index * self._length, (index + 1) * self._length)
        return self._inputs[:, steps], self._targets[:, steps]
