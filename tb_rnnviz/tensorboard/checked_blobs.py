"""Blobs of the log that are checked before they are passed on undecoded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from tb_rnnviz.log_format.activity import EncodedActivity
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.spectrum import decode_spectrum
from tb_rnnviz.log_format.text import EncodedText
from tb_rnnviz.tensorboard.bytes_cache import BytesCache
from tb_rnnviz.tensorboard.cached_data_provider import KEY_BYTES, BlobKey, CachedDataProvider
from tb_rnnviz.tensorboard.references import Scope

CHECK_BYTES = 8 << 20
"""Approximate bytes of results of checks that are kept."""


class CheckedBlobs:
    """Reads blobs and checks each of them once; safe to share between threads.

    Methods raise a DamagedRecordError if a blob is damaged.

    Args:
        data: Reads of the data provider.
    """

    def __init__(self, data: CachedDataProvider):
        self._data = data
        self._damage: BytesCache[str] = BytesCache(CHECK_BYTES)

    def blobs(self, scope: Scope, kind: str, keys: Sequence[BlobKey]) -> list[bytes]:
        """Returns header and blobs of a text, an activity or a spectrum."""
        strings = self._data.blobs(scope, keys)
        if kind == "activity":
            activity = EncodedActivity(strings[0])
            activity.check_number(len(strings) - 1)
            for index, (key, blob) in enumerate(zip(keys[1:], strings[1:], strict=True)):
                self._check((keys[0], key), partial(activity.check_chunk, index, blob))
        elif kind == "text":
            self._check(tuple(keys), lambda: EncodedText(strings).check())
        else:
            self._check(tuple(keys), partial(decode_spectrum, strings))
        return strings

    def chunks(
        self, scope: Scope, activity: EncodedActivity, keys: Mapping[int, BlobKey]
    ) -> list[bytes]:
        """Returns chunks of an activity by their indices, in the order of `keys`."""
        chunks = self._data.blobs(scope, list(keys.values()))
        for (index, key), chunk in zip(keys.items(), chunks, strict=True):
            self._check(("chunk", key), partial(activity.check_chunk, index, chunk))
        return chunks

    def _check(self, key: tuple, check: Callable[[], object]) -> None:
        """Runs a check, unless it ran before; raises its error."""

        def run() -> tuple[str, int]:
            try:
                check()
            except DamagedRecordError as error:
                return error.reason, KEY_BYTES
            return "", KEY_BYTES

        damage = self._damage.get_or_make(key, run)
        if damage:
            raise DamagedRecordError(damage)
