"""Content of a summary value: the strings of a blob sequence, or an array."""

from __future__ import annotations

import math

import numpy as np
from tensorboard.compat.proto import summary_pb2, types_pb2
from tensorboard.util import tensor_util

from tb_rnnviz.log_format.damaged_record import DamagedRecordError

MAX_ELEMENTS = 1 << 26
"""Largest number of elements of a tensor that is read."""

_UNREADABLE = (ValueError, TypeError, OverflowError, MemoryError)
"""Errors with which TensorBoard refuses a tensor whose content is damaged."""


def strings_of(value: summary_pb2.Summary.Value) -> list[bytes]:
    """Returns the strings of a blob sequence, header first.

    Raises:
        DamagedRecordError: if it is no blob sequence.
    """
    tensor = value.tensor
    if tensor.dtype != types_pb2.DT_STRING or len(tensor.tensor_shape.dim) != 1:
        raise DamagedRecordError("It is no list of blobs.")
    strings = list(tensor.string_val)
    if not strings:
        raise DamagedRecordError("It has no header.")
    return strings


def array_of(value: summary_pb2.Summary.Value, *, is_text: bool) -> np.ndarray:
    """Returns the array of a small tensor: numbers, or one string.

    Args:
        value: The value.
        is_text: True if the value is one string.

    Raises:
        DamagedRecordError: if it is not.
    """
    sizes = [max(0, dimension.size) for dimension in value.tensor.tensor_shape.dim]
    if math.prod(sizes) > MAX_ELEMENTS:
        raise DamagedRecordError(f"It has an array of shape {tuple(sizes)}.")
    try:
        array = np.asarray(tensor_util.make_ndarray(value.tensor))
    except _UNREADABLE as error:
        raise DamagedRecordError(f"TensorBoard cannot read it: {error}.") from error
    check_array(array, is_text=is_text)
    return array


def check_array(array: np.ndarray, *, is_text: bool) -> None:
    """Checks that an array holds numbers or, if `is_text` is true, one string.

    Raises:
        DamagedRecordError: if it does not.
    """
    has_text = array.dtype == object and array.size == 1
    if has_text != is_text or not (has_text or array.dtype.kind in "fiu"):
        raise DamagedRecordError(f"It has an array of type {array.dtype} and shape {array.shape}.")
