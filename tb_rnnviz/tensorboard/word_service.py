"""Service of the words of a text: responses of units, and clusters of both."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tensorboard import errors

from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.numbers import json_number
from tb_rnnviz.tensorboard.bytes_cache import BytesCache
from tb_rnnviz.tensorboard.cached_data_provider import CachedDataProvider
from tb_rnnviz.tensorboard.container import array_container
from tb_rnnviz.tensorboard.logged_activity import LoggedActivity, check_tokens
from tb_rnnviz.tensorboard.logged_text import LoggedText
from tb_rnnviz.tensorboard.recorded_words import RecordedWords, read_words
from tb_rnnviz.tensorboard.recording_reader import RecordingBlobs, RecordingReader
from tb_rnnviz.tensorboard.references import ANSWER_VERSION, RecordingRef, Scope
from tb_rnnviz.tensorboard.state_projection import read_rows
from tb_rnnviz.tensorboard.word_clusters import cluster_words, renumbered

WORD_BYTES = 16 << 20
"""Bytes of responses in a cache of their own; activities would displace them."""


class WordService:
    """Computes answers about words; safe to share between threads.

    Args:
        data: Reads of the data provider.
        recordings: Reader of single recordings.
    """

    def __init__(self, data: CachedDataProvider, recordings: RecordingReader):
        self._data, self._recordings = data, recordings
        self._words: BytesCache[RecordedWords] = BytesCache(WORD_BYTES)

    def responses(self, scope: Scope, recording: RecordingRef, key: QuantityKey) -> bytes:
        """Returns the mean change of every unit at every word, see `/words`.

        Raises:
            InvalidArgumentError: if the probe is a signal.
            NotFoundError: if the log has no such activity, or no state is finite.
        """
        words = self._read(scope, recording, key)

        def make() -> tuple[bytes, int]:
            header = {
                "version": ANSWER_VERSION,
                "kind": "words",
                "step": words.step,
                "units": words.mean.shape[1],
                "words": words.names,
                "ids": words.ids.tolist(),
                "count": words.count.tolist(),
                "tokens": words.tokens,
                "all_tokens": words.all_tokens,
            }
            answer = array_container(header, words.mean)
            return answer, len(answer)

        return self._data.cache.get_or_make(("words", words.key), make)

    def spread(
        self,
        scope: Scope,
        recording: RecordingRef,
        key: QuantityKey,
        of: str,
        index: int,
    ) -> dict[str, Any]:
        """Returns quantiles of the changes at one word or of one unit, see `/word_spread`.

        Args:
            scope: Scope of the request.
            recording: The recording.
            key: Layer and quantity.
            of: `"word"`, `"unit"`, or `"token"` for its word.
            index: Index of the word in the table of the text, of the unit, or of the token.

        Raises:
            InvalidArgumentError: if the probe is a signal.
            NotFoundError: if the recording has no such word, unit or token.
        """
        words = self._read(scope, recording, key)
        word, actual = index, None
        if of == "token":
            word, actual = self._change_at(scope, recording, key, index)
        if of == "unit":
            _check("unit", index, words.mean.shape[1])
            mean, quantiles = words.mean[:, index], words.quantiles[:, :, index]
        else:
            rows = np.flatnonzero(words.ids == word)
            if not len(rows):
                raise errors.NotFoundError(
                    f"No responses to the word {word}: it is not among the {len(words.ids)} most "
                    "frequent words, or its states are not finite."
                )
            mean, quantiles = words.mean[rows[0]], words.quantiles[:, rows[0]]
        return {
            "step": words.step,
            "word": None if of == "unit" else word,
            "mean": [json_number(value, 4) for value in mean],
            "quantiles": [[json_number(value, 4) for value in row] for row in quantiles],
            "actual": None if actual is None else [json_number(value, 4) for value in actual],
        }

    def clusters(
        self,
        scope: Scope,
        recording: RecordingRef,
        key: QuantityKey,
        clusters: int,
        *,
        mode: str = "abs",
        resamples: int | None = None,
        like: RecordingRef | None = None,
    ) -> dict[str, Any]:
        """Clusters words and units, see `/word_clusters`.

        Args:
            scope: Scope of the request.
            recording: The recording.
            key: Layer and quantity.
            clusters: Number of clusters; as many as there can be if that is less.
            mode: Mode of `analysis.co_clusters`.
            resamples: Number of resamples for the stability, see `cluster_words`.
            like: Recording whose numbers of clusters are taken, by the words and, in the same
                run, the units that the clusters share.

        Raises:
            InvalidArgumentError: if the probe is a signal, or there is nothing to cluster.
            NotFoundError: if the log has no such activity, or no recording `like`.
        """
        words = self._read(scope, recording, key)
        result = cluster_words(words, clusters, mode, resamples)
        if like is not None and self.key_or_none(scope, like, key) is not None:
            with suppress(errors.NotFoundError, errors.InvalidArgumentError):
                other = cluster_words(self._read(scope, like, key), clusters, mode, 0)
                result = renumbered(result, other, same_units=like.run == recording.run)
        return {
            "step": words.step,
            "clusters": len(result.strength),
            "words": result.words.tolist(),
            "units": result.units.tolist(),
            "strength": [[json_number(value, 4) for value in row] for row in result.strength],
            "stability": json_number(result.stability, 3),
            "null": json_number(result.null, 3),
            "fewest": result.fewest,
        }

    def key(self, scope: Scope, recording: RecordingRef, key: QuantityKey) -> object:
        """Returns what answers about a recording depend on.

        Raises:
            NotFoundError: if the log has no such activity.
        """
        return _key(self._recordings.locate(scope, recording, key), key)

    def key_or_none(self, scope: Scope, recording: RecordingRef, key: QuantityKey) -> object | None:
        """Returns the same, `None` if the recording has no such activity.

        Raises:
            NotFoundError: if the log has no such recording.
        """
        blobs = self._recordings.locate(scope, recording)
        return _key(blobs, key) if key in blobs.activities else None

    def _read(self, scope: Scope, recording: RecordingRef, key: QuantityKey) -> RecordedWords:
        blobs = self._recordings.locate(scope, recording, key)

        def make() -> tuple[RecordedWords, int]:
            text, activity = self._text(scope, blobs, key)
            words = read_words(blobs, key, text, activity)
            if not len(words.ids):
                raise errors.NotFoundError(
                    f"No state of {key.layer} is finite at step {blobs.step}, so that no word "
                    "has a response."
                )
            return words, words.mean.nbytes + words.quantiles.nbytes

        return self._words.get_or_make(_key(blobs, key), make)

    def _text(
        self, scope: Scope, blobs: RecordingBlobs, key: QuantityKey
    ) -> tuple[LoggedText, LoggedActivity]:
        text = self._recordings.text(scope, blobs)
        if text.is_signal:
            raise errors.InvalidArgumentError(
                "The probe is a signal, which has no words. Ask for a probe of tokens."
            )
        activity = self._recordings.activity(scope, blobs, key)
        with blobs.location("activity", key).added():
            check_tokens(len(text.ids), activity)
        return text, activity

    def _change_at(
        self, scope: Scope, recording: RecordingRef, key: QuantityKey, token: int
    ) -> tuple[int, NDArray]:
        """Returns the word of a token, and the change of every unit there."""
        blobs = self._recordings.locate(scope, recording, key)
        text, activity = self._text(scope, blobs, key)
        _check("token", token, len(text.ids))
        if not activity.mask[token]:
            raise errors.NotFoundError(f"Token {token} is padding, which has no state.")
        row = int(activity.mask[:token].sum())
        is_first = row in np.cumsum([0, *activity.lengths])
        state = read_rows(activity, np.arange(max(0, row - 1), row + 1))
        return int(text.ids[token]), state[-1] if is_first else state[-1] - state[0]


def _key(blobs: RecordingBlobs, key: QuantityKey) -> object:
    return blobs.text.key, blobs.activities[key].key


def _check(name: str, index: int, size: int) -> None:
    if not 0 <= index < size:
        raise errors.NotFoundError(f"{name} is from 0 to {size - 1}. Received: {index}")
