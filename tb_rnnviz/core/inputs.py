"""Inputs of a probe, by sequence; and the one of them whose steps are the tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.core.vocabulary import token_text


def inputs_by_sequence(inputs: Any) -> list:
    """Returns the inputs of every sequence: an array, or a dict or tuple of arrays.

    Args:
        inputs: Arrays or lists (sequences, steps, …), one sequence (steps,), or a list of sequences
            of different lengths; or strings, a text for each sequence (sequences,). Several inputs
            are a dict or tuple of these, or a list of arrays that cannot be sequences of one input.

    Raises:
        ValueError: If something is no array of numbers or strings, or the inputs do not fit each
            other.
    """
    if isinstance(inputs, Mapping):
        parts = _parts(list(inputs.values()), list(inputs))
        return [dict(zip(inputs, sequence, strict=True)) for sequence in zip(*parts, strict=True)]
    if _are_several(inputs):
        return list(zip(*_parts(list(inputs), _several_name(inputs)), strict=True))
    return _sequences(inputs)


def of_channels(inputs: Any, channels: Sequence[str] | None) -> Any:
    """Returns signals with named channels as sequences (steps, channels).

    One signal is (steps, channels), or (steps,) with a single channel; several are
    (sequences, steps, channels), or (sequences, steps) with a single channel.

    Args:
        inputs: As the argument of `Probe`.
        channels: Names of the channels, `None` to return the inputs as they are.

    Example:
        >>> np.shape(of_channels(np.zeros((9, 2)), ["speed", "heat"]))
        (1, 9, 2)
        >>> np.shape(of_channels(np.zeros((3, 9)), ["speed"]))
        (3, 9, 1)
    """
    if channels is None or isinstance(inputs, (Mapping, tuple)):
        return inputs
    depth, width = _depth(inputs), len(channels)
    if depth > 3:
        return inputs
    rows = inputs if depth == 3 else [inputs]
    if depth == 2 and width == 1 and not all(np.shape(row) == (1,) for row in inputs):
        rows = inputs
    return [_signal(row, channels) for row in rows]


def _signal(values: Any, channels: Sequence[str]) -> np.ndarray:
    """Returns one signal as float32 (steps, channels)."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        sizes = sorted({np.size(part) for part in values})
        raise ValueError(
            "A signal is an array (steps, channels) with a value of every channel at each step, "
            f"NaN where it is missing. Received: parts of the sizes {sizes[:10]}"
        ) from error
    if array.dtype.kind not in "iufb":
        raise ValueError(
            "The channels of a signal are numbers. Received: "
            f"dtype {array.dtype}, such as {array.ravel()[:3].tolist()}"
        )
    if array.ndim == 1 and len(channels) == 1:
        array = array[:, None]
    if array.size and (array.ndim != 2 or array.shape[1] != len(channels)):
        raise ValueError(
            f"A signal of the channels {list(channels)} is an array (steps, {len(channels)}), or "
            "several of these. Received: "
            f"shape {array.shape}. Channels of one length each are joined by "
            "np.stack([first, second], axis=1)."
        )
    return array.astype(np.float32).reshape(len(array), len(channels))


def as_arrays(inputs: Any) -> Any:
    """Returns inputs with ragged tensors as lists, and a dataset as its parts.

    Args:
        inputs: Arrays, tensors or lists, or a structure of them; or a `tf.data.Dataset` of
            sequences or of batches of them, which is read to its end.

    Returns:
        The inputs; of a dataset of pairs (inputs, targets) this pair.

    Raises:
        ValueError: If a dataset never ends.
    """
    if isinstance(inputs, Mapping):
        return {key: as_arrays(part) for key, part in inputs.items()}
    if isinstance(inputs, tuple):
        return tuple(as_arrays(part) for part in inputs)
    if hasattr(inputs, "to_list") and hasattr(inputs, "ragged_rank"):
        return inputs.to_list()
    if hasattr(inputs, "as_numpy_iterator") and hasattr(inputs, "element_spec"):
        return _of_dataset(inputs)
    if _is_torch(inputs):
        return _of_torch(inputs)
    if isinstance(inputs, list) and any(map(_is_torch, inputs)):
        return [as_arrays(part) for part in inputs]
    return inputs


def _is_torch(values: Any) -> bool:
    return hasattr(values, "detach") and hasattr(values, "cpu")


def _of_torch(tensor: Any) -> Any:
    """Returns a tensor of PyTorch as an array, and a nested one as a list of arrays."""
    if getattr(tensor, "is_nested", False):
        return [_of_torch(part) for part in tensor.unbind()]
    tensor = tensor.detach().cpu()
    is_brain_float = str(tensor.dtype) == "torch.bfloat16"  # NumPy has no such type
    return (tensor.float() if is_brain_float else tensor).numpy()


def _of_dataset(dataset: Any) -> Any:
    """Returns the sequences of a dataset, by the structure of its elements."""
    if int(dataset.cardinality()) == -1:
        raise ValueError(
            "A probe is read whole, and this dataset never ends. Pass a part of it: dataset.take(n)"
        )
    elements = [_as_lists(element) for element in dataset]
    if not elements:
        return []
    return _joined_elements(elements)


def _as_lists(element: Any) -> Any:
    """Returns an element of a dataset with arrays and lists in the place of tensors."""
    if isinstance(element, Mapping):
        return {key: _as_lists(part) for key, part in element.items()}
    if isinstance(element, tuple):
        return tuple(map(_as_lists, element))
    return element.to_list() if hasattr(element, "ragged_rank") else np.asarray(element)


def _joined_elements(elements: Sequence) -> Any:
    """Joins the elements of a dataset, each a sequence or a batch of sequences."""
    first = elements[0]
    if isinstance(first, Mapping):
        return {key: _joined_elements([part[key] for part in elements]) for key in first}
    if isinstance(first, tuple):
        inputs, *others = (list(parts) for parts in zip(*elements, strict=True))
        sizes = _batch_sizes(inputs)
        joined = [_joined_elements(inputs)]
        # Targets are batches where the inputs are: labels (batch,) are no sequence.
        joined += [_joined_batches(part, sizes) or _joined_elements(part) for part in others]
        return tuple(joined)
    is_number = isinstance(first, np.ndarray) and first.dtype.kind == "f"
    is_batch = _depth(first) > (2 if is_number else 1)
    is_batch |= isinstance(first, np.ndarray) and first.dtype.kind in "OSU" and first.ndim == 1
    if is_batch:
        return [sequence for element in elements for sequence in element]
    is_text = isinstance(first, np.ndarray) and first.ndim == 0
    return [element.item() for element in elements] if is_text else list(elements)


def _batch_sizes(elements: Sequence) -> list[int] | None:
    """Returns the sizes of the batches of a dataset, `None` if there are none."""
    leaf = elements
    while isinstance(leaf[0], (Mapping, tuple)):
        first = leaf[0]
        key = next(iter(first)) if isinstance(first, Mapping) else 0
        leaf = [part[key] for part in leaf]
    joined = _joined_elements(leaf)
    is_batch = len(joined) == sum(map(_number_of, leaf)) and any(np.ndim(part) for part in leaf)
    return (
        [len(part) for part in leaf] if is_batch and _depth(leaf[0]) > _depth(joined[0]) else None
    )


def _number_of(part: Any) -> int:
    return len(part) if np.ndim(part) or isinstance(part, (list, tuple)) else 1


def _joined_batches(parts: Sequence, sizes: list[int] | None) -> list | None:
    """Returns the rows of batches of some sizes, `None` if the parts are none."""
    if sizes is None or [_number_of(part) for part in parts] != sizes:
        return None
    if any(isinstance(part, (Mapping, tuple)) for part in parts):
        return None
    return [row for part in parts for row in part]


def sequence_inputs(sequences: Sequence) -> dict[tuple, list[np.ndarray]]:
    """Returns the inputs that have steps, of ids, strings or channels, by path.

    Args:
        sequences: As `inputs_by_sequence` returns them.

    Example:
        >>> inputs = inputs_by_sequence({"ids": [[1, 2]], "weight": [0.5]})
        >>> list(sequence_inputs(inputs))
        [('ids',)]
    """
    rows = [dict(_leaves(sequence)) for sequence in sequences]
    columns = {key: [row[key] for row in rows] for key in (rows[0] if rows else ())}
    return {
        key: column
        for key, column in columns.items()
        if all(array.ndim for array in column) and _is_sequence(column)
    }


def step_arrays(
    sequences: Sequence, lengths: Sequence[int] | None, name: Any
) -> tuple[tuple, list[np.ndarray]]:
    """Returns path and arrays of the input whose steps are the tokens.

    It is the first input of ids or strings (steps,), or of channels (steps, channels); pictures,
    and values that belong to a whole sequence, are passed over.

    Args:
        sequences: As `inputs_by_sequence` returns them.
        lengths: Tokens of every sequence, `None` if they are not known yet.
        name: Key or index of the input, `None` to find it.

    Raises:
        ValueError: If there is no such input, or several that may be meant.
    """
    rows = [dict(_leaves(sequence)) for sequence in sequences]
    keys = list(rows[0]) if rows else []
    columns = {key: [row[key] for row in rows] for key in keys}
    shapes = {_label(key): column[0].shape for key, column in columns.items()}
    if name is not None:
        columns = {key: column for key, column in columns.items() if key[:1] == (name,)}
        if not columns:
            raise ValueError(
                f"`sequence` names the input whose steps are the tokens. Received: {name!r}, with "
                f"inputs of shapes {shapes}"
            )
    columns = {key: c for key, c in columns.items() if all(array.ndim for array in c)}
    if lengths is not None:
        fitting = {k: c for k, c in columns.items() if [len(array) for array in c] == list(lengths)}
        columns = fitting or columns
    if len(columns) == 1:
        return next(iter(columns.items()))
    likely = [key for key, column in columns.items() if _is_sequence(column)]
    likely = likely or [key for key, column in columns.items() if column[0].ndim <= 2]
    if not rows:
        return (), []
    if not likely or _is_ambiguous([columns[key] for key in likely]):
        raise ValueError(
            "Name the input whose steps are the tokens, Probe(..., sequence=...): a key or an "
            f"index. Received: inputs of shapes {shapes} in each sequence"
        )
    return likely[0], columns[likely[0]]


def texts_to_split(sequences: Sequence, name: Any) -> list[np.ndarray] | None:
    """Returns the text of every sequence, one string, if its tokens are unknown.

    A model splits a text into tokens. Other inputs of ids, strings or channels come first.

    Args:
        sequences: As `inputs_by_sequence` returns them.
        name: Key or index of the input, `None` to find it.

    Returns:
        The texts, `None` if the steps of another input are the tokens.

    Example:
        >>> texts_to_split(inputs_by_sequence(["the cat", "a dog"]), None)
        [array('the cat', dtype='<U7'), array('a dog', dtype='<U5')]
    """
    rows = [dict(_leaves(sequence)) for sequence in sequences]
    columns = {key: [row[key] for row in rows] for key in (rows[0] if rows else ())}
    if name is not None:
        columns = {key: column for key, column in columns.items() if key[:1] == (name,)}
    if any(_is_sequence(column) for column in columns.values()):
        return None
    texts = [c for c in columns.values() if all(a.dtype.kind == "U" and a.size == 1 for a in c)]
    return texts[0] if texts else None


def cut(sequence: Any, steps: int) -> Any:
    """Returns the first steps of every array of a sequence that has steps."""
    if isinstance(sequence, Mapping):
        return {key: cut(part, steps) for key, part in sequence.items()}
    if isinstance(sequence, np.ndarray):
        return sequence[:steps] if sequence.ndim else sequence
    return tuple(cut(part, steps) for part in sequence)


def lengths_of_beginning(lengths: Sequence[int] | np.ndarray, tokens: int) -> tuple[int, ...]:
    """Returns the lengths of the first sequences, up to a number of tokens.

    If the first sequence alone has more, it is cut.
    """
    number = max(1, int(np.searchsorted(np.cumsum(lengths), tokens, side="right")))
    return tuple(min(int(length), tokens) for length in lengths[:number])


def _is_sequence(column: Sequence[np.ndarray]) -> bool:
    """True for ids or strings with more than one step, and for channels."""
    is_ids = column[0].ndim == 1 and column[0].dtype.kind in "iubU"
    return column[0].ndim == 2 or (is_ids and max(map(len, column)) > 1)


def _is_ambiguous(columns: Sequence[Sequence[np.ndarray]]) -> bool:
    """True if matrices, which may be pictures, stand before ids of another length."""
    first = columns[0]
    others = (column for column in columns[1:] if column[0].ndim == 1)
    return first[0].ndim == 2 and any([*map(len, c)] != [*map(len, first)] for c in others)


def _leaves(sequence: Any, path: tuple = ()) -> Iterator[tuple[tuple, np.ndarray]]:
    if isinstance(sequence, np.ndarray):
        yield path, sequence
        return
    parts = sequence.items() if isinstance(sequence, Mapping) else enumerate(sequence)
    for key, part in parts:
        yield from _leaves(part, (*path, key))


def _label(path: tuple) -> str:
    return "/".join(map(str, path)) or "the input"


def _are_several(inputs: Any) -> bool:
    """True for a tuple of inputs, or a list of arrays that are no sequences of one."""
    if not isinstance(inputs, (list, tuple)) or len(inputs) < 2:
        return isinstance(inputs, tuple) and len(inputs) == 1 and _depth(inputs[0]) > 1
    depths = [_depth(part) for part in inputs]
    if isinstance(inputs, tuple):
        return max(depths) > 1
    are_arrays = all(isinstance(part, np.ndarray) for part in inputs)
    return are_arrays and max(depths) > 1 and len({part.shape[1:] for part in inputs}) > 1


def _several_name(inputs: Sequence) -> str:
    """Description of several inputs for the message of an error."""
    if isinstance(inputs, tuple):
        return "a tuple"
    shapes = [part.shape for part in inputs][:8]
    return (
        f"a list of arrays of the shapes {shapes}, which are several inputs, as the sequences of "
        "one input have the same channels"
    )


def _depth(values: Any) -> int:
    """Number of axes, of lists of different lengths too."""
    if isinstance(values, (list, tuple)):
        return 1 + max((_depth(part) for part in values), default=0)
    return np.ndim(values)


def _parts(inputs: Sequence, names: Any) -> list[list]:
    """Returns every input by sequence; an input may have a single number per sequence."""
    are_single = max(_depth(part) for part in inputs) == 1
    parts = [
        list(np.asarray(part)) if _depth(part) == 1 and not are_single else _sequences(part)
        for part in inputs
    ]
    parts = [[np.asarray(array) for array in part] for part in parts]
    counts = [len(part) for part in parts]
    if len(set(counts)) > 1:
        raise ValueError(
            f"Several inputs need the same number of sequences. Received: {counts} for {names}"
        )
    return parts


def _sequences(values: Any) -> list[np.ndarray]:
    """Returns an array for each sequence; its first axis are the steps, except a text."""
    if isinstance(values, (list, tuple)) and values and _depth(values) > 1:
        return _alike([_array(sequence) for sequence in values])
    array = _array(values)
    is_sequence = array.ndim == 0 or (array.ndim == 1 and array.dtype.kind != "U")
    return [array] if is_sequence else [np.asarray(sequence) for sequence in array]


def _alike(arrays: list[np.ndarray]) -> list[np.ndarray]:
    """Gives empty sequences the type and channels of the others."""
    full = next((array for array in arrays if array.size), arrays[0])
    return [array if array.size else np.zeros((0, *full.shape[1:]), full.dtype) for array in arrays]


def _array(values: Any) -> np.ndarray:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(
            f"A sequence is an array of ids, or of steps with the same number of channels: {error}"
        ) from error
    if array.dtype.kind in "iufb":
        return array
    strings = array.ravel().tolist()
    if array.ndim > 2 or not all(isinstance(string, (str, bytes)) for string in strings):
        raise ValueError(
            "Sequences are arrays of numbers, ids of tokens or channels; or strings, texts "
            "(sequences,) or tokens (sequences, steps). "
            f"Received: {type(values).__name__}, dtype {array.dtype}, shape {array.shape}"
        )
    return np.array([token_text(string) for string in strings], np.str_).reshape(array.shape)
