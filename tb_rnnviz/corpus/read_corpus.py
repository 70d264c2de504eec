"""`read_corpus`: the ids of a corpus of any kind, sequence by sequence."""

from __future__ import annotations

import codecs
import glob
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tb_rnnviz.core.vocabulary import token_text
from tb_rnnviz.corpus.problems import Problems
from tb_rnnviz.corpus.token_store import TokenStore
from tb_rnnviz.corpus.tokenizer import Tokenizer

PART_BYTES = 1 << 20
"""Bytes of a file that are in memory at once."""


class UnreadableFile(Exception):
    """A file of a corpus that cannot be read to its end; its message is a sentence."""


def read_corpus(
    corpus: Any, vocabulary: list[str] | None, problems: Problems, directory: Path | None = None
) -> TokenStore:
    """Reads a corpus once, and keeps its ids on disk.

    Args:
        corpus: As for `survey`.
        vocabulary: Name of every id, for files and strings.
        problems: Takes the files and sequences that cannot be read.
        directory: Directory of the ids. Defaults to a temporary one.

    Returns:
        The ids; an integer array (steps,) is not copied.

    Raises:
        ValueError: If it is no corpus, or has no token.
        FileNotFoundError: If no file matches.
    """
    if isinstance(corpus, np.ndarray) and corpus.dtype.kind in "iu" and corpus.ndim == 1:
        store = TokenStore.of_array(corpus)
    else:
        store = TokenStore(directory)
        try:
            _read_into(store, corpus, vocabulary, problems)
        except BaseException:
            store.close()
            raise
    if not len(store):
        store.close()
        listed = f" {' '.join(problems.listed)}" if problems.listed else ""
        raise ValueError(f"The corpus has no token, so there is nothing to survey.{listed}")
    return store


def _read_into(
    store: TokenStore, corpus: Any, vocabulary: list[str] | None, problems: Problems
) -> None:
    paths = _paths(corpus)
    if paths is None:
        _read_sequences(corpus, vocabulary, store, problems)
    elif vocabulary is None:
        raise ValueError(
            "Files are read by the names of the ids. Pass survey(..., vocabulary=[...]), the name "
            "of every id."
        )
    else:
        _read_files(paths, Tokenizer(vocabulary), store, problems)


def _paths(corpus: Any) -> list[str] | None:
    """Returns the files of a corpus, or `None` if it is no path or list of paths."""
    parts = [corpus] if isinstance(corpus, (str, os.PathLike)) else corpus
    if not isinstance(parts, (list, tuple)) or not parts:
        return None
    if not all(isinstance(part, (str, os.PathLike)) for part in parts):
        return None
    files: dict[str, None] = {}
    for part in parts:
        pattern = os.path.expanduser(os.fsdecode(part))
        matches = (
            [pattern] if os.path.isfile(pattern) else sorted(glob.glob(pattern, recursive=True))
        )
        files |= dict.fromkeys(path for path in matches if not os.path.isdir(path))
    if not files:
        raise FileNotFoundError(
            "No file matches the corpus. Strings are paths of files or patterns such as "
            "'texts/*.txt'; pass a text as a list of its tokens. "
            f"Received: {[os.fsdecode(part)[:80] for part in parts[:5]]}"
        )
    return list(files)


def _read_files(
    paths: list[str], tokenizer: Tokenizer, store: TokenStore, problems: Problems
) -> None:
    """Reads files as streams; a file with an error is left out whole."""
    outside = 0
    for path in paths:
        left_out = 0
        try:
            for text in _text_parts(path, tokenizer):
                ids, others = tokenizer.encode(text)
                store.append(ids)
                left_out += others
        except UnreadableFile as error:
            store.drop_sequence()
            problems.add(str(error))
            continue
        store.end_sequence(is_stream=True)
        outside += left_out
    if outside:
        problems.add(f"{outside:,} tokens are outside the vocabulary and were left out.")


def _text_parts(path: str, tokenizer: Tokenizer) -> Iterator[str]:
    """Yields the text of a file in parts that end between two tokens."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    rest, position = "", 0
    try:
        with open(path, "rb") as file:
            while data := file.read(PART_BYTES):
                text = rest + decoder.decode(data)
                position += len(data)
                cut = len(text) if tokenizer.is_of_characters else _last_break(text)
                yield text[:cut]
                rest = text[cut:]
        yield rest + decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise UnreadableFile(
            f"{path} is not UTF-8 (byte 0x{byte:02x} near position {position + error.start}) and "
            "was left out. Save it in UTF-8."
        ) from error
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read and was left out: {error}.") from error


def _last_break(text: str) -> int:
    """Returns the position behind the last blank, or 0."""
    return max(text.rfind(" "), text.rfind("\n")) + 1


def _read_sequences(
    corpus: Any, vocabulary: list[str] | None, store: TokenStore, problems: Problems
) -> None:
    if hasattr(corpus, "numpy"):
        corpus = corpus.numpy()
    tokenizer = Tokenizer(vocabulary) if vocabulary is not None else None
    outside = unreadable = 0
    reason: Exception | None = None
    first_numbers: list[int] = []
    for item in _items(corpus):
        if isinstance(item, (int, np.integer)) and not isinstance(item, bool):
            first_numbers.append(int(item))  # the items are the ids of one stream
            if len(first_numbers) == 1 << 16:
                store.append(np.array(first_numbers))
                first_numbers.clear()
            continue
        try:
            for ids, others in _sequences(item, tokenizer):
                store.append(ids)
                store.end_sequence(is_stream=False)
                outside += others
        except (TypeError, ValueError) as error:
            store.drop_sequence()
            unreadable, reason = unreadable + 1, reason or error
    if first_numbers:
        store.append(np.array(first_numbers))
        store.end_sequence(is_stream=True)
    if unreadable:
        problems.add(f"{unreadable:,} sequences cannot be read and were left out: {reason}")
    if outside:
        problems.add(f"{outside:,} tokens are outside the vocabulary and were left out.")


def _items(corpus: Any) -> Iterator[Any]:
    """Yields the items of an iterable, a `tf.data.Dataset` or a Dask bag."""
    if hasattr(corpus, "to_delayed"):
        import dask

        for partition in corpus.to_delayed():
            yield from dask.compute(partition, scheduler="synchronous")[0]
        return
    if hasattr(corpus, "as_numpy_iterator"):
        corpus = corpus.as_numpy_iterator()
    if isinstance(corpus, (str, bytes, Mapping)) or not isinstance(corpus, Iterable):
        raise ValueError(
            "A corpus is a path, a pattern or a list of them; an integer array (steps,); an "
            "iterable of sequences of ids or tokens; a tf.data.Dataset or a Dask bag. "
            f"Received: {type(corpus).__name__}."
        )
    yield from corpus


def _sequences(item: Any, tokenizer: Tokenizer | None) -> Iterator[tuple[np.ndarray, int]]:
    """Yields the sequences of an item of a corpus, with the number of tokens left out."""
    if isinstance(item, tuple) and len(item) in (2, 3) and np.ndim(item[0]) > 0:
        item = item[0]  # inputs and targets
    if isinstance(item, (str, bytes)):
        if tokenizer is None:
            raise ValueError("a text needs survey(..., vocabulary=[...]).")
        yield tokenizer.encode(token_text(item))
        return
    array = np.asarray(item)
    if array.dtype.kind in "SUO" and array.ndim == 1 and len(array):
        if tokenizer is None:
            raise ValueError("tokens need survey(..., vocabulary=[...]).")
        yield tokenizer.encode_tokens([token_text(token) for token in array])
    elif array.dtype.kind in "iu" and array.ndim in (1, 2):
        yield from ((row, 0) for row in np.atleast_2d(array))
    elif array.size:
        raise ValueError(
            "a sequence is an array of ids (steps,), a list of tokens or a text. "
            f"Received: dtype {array.dtype}, shape {array.shape}."
        )
