"""`Shard`: part of a corpus that is read by itself, and the rows of its batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.corpus.token_store import TokenStore

ROW_TOKENS = 2048
"""Tokens of a stream that a row of a batch counts."""

CONTEXT_TOKENS = 4096
"""Tokens before a shard that features see."""


class Piece(NamedTuple):
    """Part of a sequence in a shard, by positions in the arrays of the shard.

    Attributes:
        start: First token; those before `begin` are context.
        begin: First token that is counted.
        end: End of the piece.
        is_whole: True if it is read from the initial state in one row.
    """

    start: int
    begin: int
    end: int
    is_whole: bool


class Row(NamedTuple):
    """Tokens that the model reads from its initial state, by positions in the shard.

    Attributes:
        start: First token.
        begin: First token that is counted; those before it warm up the state.
        end: End of the row.
    """

    start: int
    begin: int
    end: int


@dataclass(frozen=True)
class Shard:
    """Part of a corpus.

    Attributes:
        index: Number of the shard.
        ids: Ids, int64 (tokens,), those of contexts included.
        positions: Position of each in the corpus, int64 (tokens,).
        pieces: The parts of sequences that it consists of.
        outside: Number of counted tokens that are outside the vocabulary and left out.
        span: End of the shard in the corpus, by position.
    """

    index: int
    ids: NDArray[np.int64]
    positions: NDArray[np.int64]
    pieces: tuple[Piece, ...]
    outside: int = 0
    span: int = 0

    @property
    def tokens(self) -> int:
        """Number of tokens that are counted."""
        return sum(piece.end - piece.begin for piece in self.pieces)

    def rows(self, warm_up: int) -> list[Row]:
        """Returns the rows of the shard.

        A row of a stream begins `warm_up` tokens early, or at the beginning of the stream, and all
        rows but the last of a stream have one length.

        Args:
            warm_up: Tokens before a row that are read and not counted.
        """
        rows = []
        for piece in self.pieces:
            begin = piece.begin
            while begin < piece.end:
                start = piece.start if piece.is_whole else max(begin - warm_up, piece.start)
                end = piece.end if piece.is_whole else start + warm_up + ROW_TOKENS
                rows.append(Row(start, begin, min(end, piece.end)))
                begin = rows[-1].end
        return rows


class Span(NamedTuple):
    """Part of a sequence by positions in the corpus; see `Piece`."""

    start: int
    begin: int
    end: int
    is_whole: bool


def plan_shards(store: TokenStore, shard_tokens: int) -> list[list[Span]]:
    """Cuts a corpus into shards.

    Streams are cut; short ones and sequences that stay whole share a shard.

    Args:
        store: The ids.
        shard_tokens: Tokens of a shard. A longer sequence that stays whole is one shard.
    """
    shards: list[list[Span]] = [[]]
    room = shard_tokens
    first = 0
    for end, is_stream in zip(store.ends, store.streams, strict=True):
        begin = first
        while begin < end:
            if room <= 0 or (shards[-1] and not is_stream and end - begin > room):
                shards.append([])
                room = shard_tokens
            cut = min(end, begin + room) if is_stream else end
            start = max(first, begin - CONTEXT_TOKENS)
            shards[-1].append(Span(start, begin, cut, not is_stream))
            room -= cut - begin
            begin = cut
        first = end
    return [shard for shard in shards if shard]


def read_shard(store: TokenStore, index: int, spans: list[Span], limit: int | None) -> Shard:
    """Reads the ids of a shard.

    Args:
        store: The ids.
        index: Number of the shard.
        spans: Its parts.
        limit: Number of ids of the vocabulary; others are left out. `None` for no limit.
    """
    ids, positions, pieces, outside, start = [], [], [], 0, 0
    for span in spans:
        part = store.ids(span.start, span.end)
        inside = part >= 0
        if limit is not None:
            inside &= part < limit
        context = span.begin - span.start
        skipped = int(np.count_nonzero(~inside[:context]))
        outside += int(np.count_nonzero(~inside[context:]))
        ids.append(part[inside])
        positions.append(span.start + np.flatnonzero(inside))
        end = start + len(ids[-1])
        pieces.append(Piece(start, start + context - skipped, end, span.is_whole))
        start = end
    arrays = np.concatenate(ids), np.concatenate(positions)
    return Shard(index, *arrays, tuple(pieces), outside, spans[-1].end)


class Batch(NamedTuple):
    """Rows that the model reads at once.

    Attributes:
        rows: The rows; the last of them may be repeated.
        ids: Ids, int64 (rows, steps); a shorter row repeats its last id.
    """

    rows: list[Row]
    ids: NDArray[np.int64]


def batches(shard: Shard, rows: list[Row], most_rows: int, block: int) -> Iterator[Batch]:
    """Yields the rows in batches of few shapes.

    Lengths are powers of two, or multiples of the block, and numbers of rows are powers of two.

    Args:
        shard: The shard.
        rows: Its rows.
        most_rows: Rows of a batch at most.
        block: Steps that the model reads at once.
    """
    order = sorted(range(len(rows)), key=lambda index: rows[index].start - rows[index].end)
    for first in range(0, len(order), most_rows):
        part = [rows[index] for index in order[first : first + most_rows]]
        longest = part[0].end - part[0].start
        steps = 1 << max(longest - 1, 15).bit_length() if longest <= block else longest
        steps = min(steps, block) if longest <= block else -(-longest // block) * block
        size = 1 << (len(part) - 1).bit_length()
        ids = np.empty((size, steps), np.int64)
        for index, row in enumerate(part):
            length = row.end - row.start
            ids[index, :length] = shard.ids[row.start : row.end]
            ids[index, length:] = ids[index, length - 1]
        ids[len(part) :] = ids[len(part) - 1]
        yield Batch(part, ids)
