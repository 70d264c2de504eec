"""Keras' backends: compiled functions, NumPy arrays, random states."""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any

import keras
import numpy as np


def to_arrays(tensors: Any) -> Any:
    """Converts nested tensors to NumPy arrays, without a copy where that is possible.

    `None` stays `None`.
    """
    return keras.tree.map_structure(_to_array, tensors)


def _to_array(tensor: Any) -> np.ndarray | None:
    if tensor is None:
        return None
    if keras.backend.backend() == "tensorflow":
        with suppress(TypeError, ValueError, BufferError):
            return np.asarray(memoryview(tensor))
    return keras.ops.convert_to_numpy(tensor)


@contextmanager
def untouched_seeds(model: keras.Model) -> Iterator[None]:
    """Restores random states at the end of the `with` block.

    An inference pass may draw numbers: Keras' seed generators advance whenever a recurrent layer
    with dropout is called, and on Torch dropout draws from the global generator.
    """
    seeds = [v for v in model.variables if v.name == "seed_generator_state"]
    before = [np.array(value_of(seed)) for seed in seeds]
    with _forked_generator():
        try:
            yield
        finally:
            for seed, value in zip(seeds, before, strict=True):
                if not np.array_equal(value_of(seed), value):
                    seed.assign(value)


def value_of(variable: keras.Variable) -> np.ndarray:
    """Returns the value of a variable, without NumPy's warning of variables."""
    if keras.backend.backend() == "tensorflow":
        return variable.value.numpy()
    return keras.ops.convert_to_numpy(variable.value)


def _forked_generator() -> AbstractContextManager:
    if keras.backend.backend() != "torch":
        return nullcontext()
    import torch

    return torch.random.fork_rng()


def is_reachable(tensors: Any) -> bool:
    """True if tensors may leave the function that is being traced.

    A tensor of a loop that the model runs itself may not.
    """
    if keras.backend.backend() == "torch":
        return True
    try:
        keras.tree.map_structure(keras.ops.copy, tensors)
    except Exception:  # each backend has an error of its own for this
        return False
    return True


def trace_state() -> Any:
    """Returns an object that is equal for tensors of the same trace.

    Tensors of a loop or branch belong to a trace of their own, and may not leave it.
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        return id(tf.compat.v1.get_default_graph())
    if backend == "jax":
        from jax.extend.core import get_opaque_trace_state

        return get_opaque_trace_state()
    return None


def gradients_of(function: Callable, at: Any) -> tuple[Any, Any]:
    """Differentiates a function, inside or outside a compiled one.

    Args:
        function: Takes nested tensors and returns a scalar, and more tensors.
        at: The tensors, nested.

    Returns:
        The derivatives of the scalar, nested as `at`, zero where it does not depend; and the
        further tensors.
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(at)
            scalar, others = function(at)
        zero = tf.UnconnectedGradients.ZERO
        return tape.gradient(scalar, at, unconnected_gradients=zero), others
    if backend == "jax":
        import jax

        return jax.grad(function, has_aux=True)(at)
    import torch

    with torch.enable_grad():
        leaves = [leaf.detach().requires_grad_() for leaf in keras.tree.flatten(at)]
        scalar, others = function(keras.tree.pack_sequence_as(at, leaves))
        slopes = torch.autograd.grad(scalar, leaves, allow_unused=True)
    filled = [
        torch.zeros_like(leaf) if slope is None else slope
        for leaf, slope in zip(leaves, slopes, strict=True)
    ]
    detached = keras.tree.map_structure(lambda tensor: tensor.detach(), others)
    return keras.tree.pack_sequence_as(at, filled), detached


_inlining = threading.RLock()


@contextmanager
def _inlined_functions() -> Iterator[None]:
    """Runs functions decorated with `tf.function` as a part of the one that is traced.

    One that was traced before would not run the layers again, and tensors of another function could
    not be returned. Control flow over tensors is converted, as the decorator does it.
    """
    import tensorflow as tf

    decorated = type(tf.function(lambda: None))
    call = decorated.__call__
    autograph, thread = tf.__internal__.autograph, threading.get_ident()
    context = autograph.control_status_ctx()
    enabled = type(context)(status=type(context.status).ENABLED)

    def inlined(self, *args, **kwargs):
        if threading.get_ident() != thread:
            return call(self, *args, **kwargs)
        function = self.python_function
        if not getattr(self, "_autograph", True):
            return function(*args, **kwargs)
        with enabled:
            return autograph.tf_convert(function, enabled)(*args, **kwargs)

    with _inlining:
        decorated.__call__ = inlined
        try:
            yield
        finally:
            decorated.__call__ = call


class StepsUnknownError(ValueError):
    """Raised in a trace of any length that records less than one of a fixed length."""


class _ForShapes:
    """TensorFlow function, traced for any shape or, if that fails, for each shape.

    A Python loop over the steps, `for t in range(x.shape[1])`, needs their number.
    """

    def __init__(self, function: Callable):
        import tensorflow as tf

        self._of_any_shape = tf.function(function, autograph=False, reduce_retracing=True)
        self._of_each_shape = tf.function(function, autograph=False)
        self._is_traced_by_shape = False

    def __call__(self, *args: Any) -> Any:
        if not self._is_traced_by_shape:
            try:
                return self._of_any_shape(*args)
            except (TypeError, ValueError):
                self._is_traced_by_shape = True
        # A concrete function is not counted by TensorFlow's warning of repeated traces.
        return self._of_each_shape.get_concrete_function(*args)(*args)


def compiles_each_shape() -> bool:
    """Returns true if functions are compiled anew for every shape."""
    return keras.backend.backend() == "jax"


def compiled(model: keras.Model, function: Callable) -> Callable:
    """Compiles a function of tensors that runs the model, the way its backend does.

    Args:
        model: The model whose variables the function reads.
        function: Takes and returns nested tensors; changes nothing.

    Returns:
        The compiled function; it recompiles only for new shapes.

    Raises:
        ValueError: if the backend is not one of tensorflow, jax and torch.
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":

        @functools.wraps(function)  # TensorFlow reads the signature
        def inlined(*args):
            with _inlined_functions():
                return function(*args)

        return _ForShapes(inlined)
    if backend == "jax":
        return _compiled_jax(weakref.ref(model), function)
    if backend == "torch":
        import torch

        return torch.no_grad()(function)
    raise ValueError(
        f"RNN-Viz records on Keras' backends tensorflow, jax and torch. Received: {backend!r}"
    )


def _compiled_jax(model: Callable[[], keras.Model], function: Callable) -> Callable:
    import jax

    def stateless(values, *args):
        mapping = list(zip(model().variables, values, strict=True))
        with keras.StatelessScope(state_mapping=mapping):
            return function(*args)

    jitted = jax.jit(stateless)

    def call(*args):
        return jitted([variable.value for variable in model().variables], *args)

    return call
