"""The training text for truncated backpropagation through time: states go on, gradients end."""

import keras

from trainer.dataset import Ids
from trainer.errors import UserError


class Streams(keras.utils.PyDataset):
    """Batches that go on where the one before ended.

    The text is cut into `batch_size` equal streams. Batch k holds characters k T to (k + 1) T of
    every stream, T the length, so that a stateful layer reads each stream from its beginning to
    its end. The order is always the same.

    Args:
        ids: Integers (characters,).
        batch_size: Streams.
        length: Characters of a batch of each stream, T.

    Raises:
        UserError: if a stream is shorter than one batch.

    Example:
        >>> import numpy as np
        >>> streams = Streams(np.arange(11), batch_size=2, length=2)
        >>> [inputs.tolist() for inputs, targets in (streams[0], streams[1])]
        [[[0, 1], [5, 6]], [[2, 3], [7, 8]]]
    """

    def __init__(self, ids: Ids, batch_size: int, length: int) -> None:
        super().__init__()
        of_each = (len(ids) - 1) // batch_size
        if of_each < length:
            raise UserError(
                f"The training text of {len(ids)} characters gives batch_size={batch_size} "
                f"streams of {of_each}, which is less than seq_length={length}. Give a longer "
                "corpus, or a smaller batch_size or seq_length in the grid."
            )
        size = of_each * batch_size
        self._inputs = ids[:size].reshape(batch_size, of_each)
        self._targets = ids[1 : size + 1].reshape(batch_size, of_each)
        self._length = length

    def __len__(self) -> int:
        return self._inputs.shape[1] // self._length

    def __getitem__(self, index: int) -> tuple[Ids, Ids]:
        part = slice(index * self._length, (index + 1) * self._length)
        return self._inputs[:, part], self._targets[:, part]
