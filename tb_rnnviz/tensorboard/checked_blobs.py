"""Blobs of the log that are checked before they are passed on undecoded."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial

from tb_rnnviz.log_format.activity import EncodedActivity
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.spectrum import decode_spectrum
from tb_rnnviz.log_format.text import EncodedText
from tb_rnnviz.tensorboard.cached_data_provider import KEY_BYTES, CachedDataProvider
from tb_rnnviz.tensorboard.large_value import LargeValue
from tb_rnnviz.tensorboard.references import Scope


class CheckedBlobs:
    """Reads blobs and checks each of them once; safe to share between threads.

    Methods raise a DamagedRecordError if a blob is damaged.

    Args:
        data: Reads of the data provider.
    """

    def __init__(self, data: CachedDataProvider):
        self._data = data

    def strings(self, scope: Scope, kind: str, value: LargeValue) -> list[bytes]:
        """Returns header and blobs of a text, an activity or a spectrum."""
        strings = self._data.strings(scope, value)
        if kind == "activity":
            activity = EncodedActivity(strings[0])
            activity.check_number(len(strings) - 1)
            for index, blob in enumerate(strings[1:]):
                self._check((value.key, index), partial(activity.check_chunk, index, blob))
        elif kind == "text":
            self._check(value.key, lambda: EncodedText(strings).check())
        else:
            self._check(value.key, partial(decode_spectrum, strings))
        return strings

    def chunks(
        self, scope: Scope, activity: EncodedActivity, value: LargeValue, indices: Sequence[int]
    ) -> list[bytes]:
        """Returns chunks of an activity by their indices."""
        chunks = self._data.strings(scope, value, [1 + index for index in indices])
        for index, chunk in zip(indices, chunks, strict=True):
            self._check((value.key, index), partial(activity.check_chunk, index, chunk))
        return chunks

    def _check(self, key: Hashable, check: Callable[[], object]) -> None:
        """Runs a check, unless it ran before; raises its error."""

        def run() -> tuple[str, int]:
            try:
                check()
            except DamagedRecordError as error:
                return error.reason, KEY_BYTES
            return "", KEY_BYTES

        damage = self._data.cache.get_or_make(("check", key), run)
        if damage:
            raise DamagedRecordError(damage)
