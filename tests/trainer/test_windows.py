import numpy as np
import pytest

from trainer.windows import Windows


def rows(windows):
    batches = [windows[index] for index in range(len(windows))]
    return tuple(np.concatenate(parts) for parts in zip(*batches, strict=True))


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("tokens", [6, 9, 10, 11, 57])
def test_every_epoch_has_as_many_sequences_and_targets_come_next(tokens, shuffle):
    windows = Windows(np.arange(tokens), 5, 3, shuffle)
    sizes = set()
    for _ in range(10):
        inputs, targets = rows(windows)
        sizes.add(inputs.shape)
        np.testing.assert_array_equal(targets, inputs + 1)
        assert targets.max() < tokens and len(np.unique(inputs)) == inputs.size
        windows.on_epoch_end()
    assert sizes == {(max((tokens - 5) // 5, 1), 5)}


def test_epochs_differ_only_if_shuffled():
    for shuffle in (True, False):
        windows = Windows(np.arange(100), 5, 4, shuffle)
        first = rows(windows)[0]
        windows.on_epoch_end()
        assert np.array_equal(first, rows(windows)[0]) is not shuffle


def test_the_same_seed_gives_the_same_order():
    first, second = (rows(Windows(np.arange(100), 5, 4, seed=7))[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)
