"""Ownership of a run: chief process, takeover after an interrupted training."""

from __future__ import annotations

import threading
import weakref
from typing import Any, Protocol

import keras

from tb_rnnviz.log_format.directories import LogPath


def is_chief(model: keras.Model) -> bool:
    """Tells whether this process is the one that records.

    A single process always is: `MirroredStrategy` trains on several devices in one process.

    Args:
        model: The model that is trained.

    Returns:
        True in the chief worker of `tf.distribute`, in process 0 of JAX, which
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


def check_local_weights(model: keras.Model) -> None:
    """Refuses weights that no process can read alone.

    A pass would wait for the other processes forever.

    Raises:
        ValueError: If a weight is spread over the devices of several processes.
    """
    if keras.backend.backend() != "jax":
        return
    spread = [variable.path for variable in model.variables if not _is_local(variable.value)]
    if spread:
        raise ValueError(
            f"The weights {spread[:3]}{' and others' if spread[3:] else ''} lie on the devices of "
            "several processes, and recording runs in one. Train with a copy of the weights in "
            "every process, or record a saved model afterwards with rv.record()."
        )


def _is_local(value: Any) -> bool:
    return bool(getattr(value, "is_fully_addressable", True))


class RunOwner(Protocol):
    """Callback that owns the writer of a run."""

    log_dir: LogPath
    params: dict | None

    def hand_over(self) -> None:
        """Lets another callback write the run."""


class _Ownership:
    """Owner of a run and the thread in which it trains."""

    def __init__(self, owner: RunOwner):
        self._owner = weakref.ref(owner)
        self._thread = weakref.ref(threading.current_thread())

    @property
    def owner(self) -> RunOwner | None:
        """The owner, `None` if nothing refers to it any more."""
        return self._owner()

    @property
    def may_train(self) -> bool:
        """True if another thread may still be training with the owner."""
        thread = self._thread()
        return thread is not None and thread.is_alive() and thread is not threading.current_thread()


_ownerships: dict[LogPath, _Ownership] = {}


def take_over(owner: RunOwner) -> None:
    """Ends an owner of the same directory whose training was interrupted.

    Keras does not tell callbacks that their `fit` was interrupted. A `fit` that begins in a thread
    has no other one running beside it there, and callbacks of one `fit` share their parameters, so
    an owner with other parameters is left over. So is the owner of a thread that has ended.
    """
    key = owner.log_dir.resolve()
    ownership = _ownerships.get(key)
    previous = None if ownership is None else ownership.owner
    if ownership is not None and previous is not None and previous is not owner:
        shares_fit = owner.params is not None and previous.params is owner.params
        if shares_fit or ownership.may_train:
            return
        previous.hand_over()
    _ownerships[key] = _Ownership(owner)
