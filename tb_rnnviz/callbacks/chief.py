"""Who records where several processes train one model: the first one, and nobody waits for it."""

from __future__ import annotations

from typing import Any

import keras


def is_chief(model: keras.Model) -> bool:
    """Whether this process is the one that records.

    It is wherever there is one process: `MirroredStrategy` trains on several devices in one.

    Args:
        model: The model that is trained.

    Returns:
        True in the chief worker of `tf.distribute`, in process 0 of JAX, which is what
        `keras.distribution` counts too, and in rank 0 of `torch.distributed`.
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        strategy = getattr(model, "distribute_strategy", None) or tf.distribute.get_strategy()
        return bool(strategy.extended.should_save_summary)
    if backend == "jax":
        import jax

        return jax.process_index() == 0
    if backend == "torch":
        import torch.distributed

        ranks = torch.distributed.is_available() and torch.distributed.is_initialized()
        return not ranks or torch.distributed.get_rank() == 0
    return True


def check_reachable(model: keras.Model) -> None:
    """Refuses weights that no process can read alone: a pass would wait for the others forever.

    Raises:
        ValueError: if a weight is spread over the devices of several processes.
    """
    if keras.backend.backend() != "jax":
        return
    spread = [v.path for v in model.variables if not _is_local(v.value)]
    if spread:
        raise ValueError(
            f"The weights {spread[:3]}{' and others' if spread[3:] else ''} lie on the devices of "
            "several processes, and recording runs in one. Train with a copy of the weights in "
            "every process, or record a saved model afterwards with rv.record()."
        )


def _is_local(value: Any) -> bool:
    return bool(getattr(value, "is_fully_addressable", True))
