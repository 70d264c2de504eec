"""Data provider with a time limit, for a data server that does not answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any

from tensorboard import errors
from tensorboard.data import provider

from tb_rnnviz.log_format.damaged_record import DamagedRecordError

CALL_SECONDS = 10.0
"""Time limit of a call."""

RETRY_SECONDS = 1.0
"""Time limit of a call while an earlier one has not returned."""

MAX_OVERDUE = 32
"""Number of calls that may be running past their limit; further ones are not made."""

_UNREADABLE = (ValueError, TypeError, OverflowError, MemoryError)
"""Errors with which TensorBoard refuses a tensor whose content is damaged."""


class DataServerTimeoutError(errors.PublicError):
    """Error of a data server that did not answer within the time limit."""

    http_code = 503


class TimeLimitedProvider:
    """Calls of a data provider, each of which returns or fails within a time limit.

    Arguments and results of the methods are those of TensorBoard's data provider. A call that
    takes longer goes on in a thread of its own, which does not keep the process from ending.

    Args:
        data_provider: Data provider of TensorBoard.
        seconds: Time limit of a call. Defaults to `CALL_SECONDS`.
    """

    def __init__(self, data_provider: provider.DataProvider, seconds: float | None = None):
        self._provider = data_provider
        self._seconds = CALL_SECONDS if seconds is None else seconds
        self._lock = threading.Lock()
        self._overdue: set[Future] = set()

    def list_runs(self, context: Any, **arguments: Any) -> Any:
        """Lists the runs."""
        return self._call(self._provider.list_runs, context, arguments)

    def list_scalars(self, context: Any, **arguments: Any) -> Any:
        """Lists tags of scalars."""
        return self._call(self._provider.list_scalars, context, arguments)

    def list_tensors(self, context: Any, **arguments: Any) -> Any:
        """Lists tags of tensors."""
        return self._call(self._provider.list_tensors, context, arguments)

    def list_blob_sequences(self, context: Any, **arguments: Any) -> Any:
        """Lists tags of blob sequences."""
        return self._call(self._provider.list_blob_sequences, context, arguments)

    def read_scalars(self, context: Any, **arguments: Any) -> Any:
        """Reads scalars."""
        return self._call(self._provider.read_scalars, context, arguments)

    def read_tensors(self, context: Any, **arguments: Any) -> Any:
        """Reads tensors."""
        return self._call(self._provider.read_tensors, context, arguments)

    def read_blob_sequences(self, context: Any, **arguments: Any) -> Any:
        """Reads the keys of blobs."""
        return self._call(self._provider.read_blob_sequences, context, arguments)

    def read_blob(self, context: Any, **arguments: Any) -> Any:
        """Reads a blob."""
        return self._call(self._provider.read_blob, context, arguments)

    def _call(self, method: Callable, context: Any, arguments: dict[str, Any]) -> Any:
        """Calls a method.

        Raises:
            DamagedRecordError: if the method refuses the data that it reads.
            DataServerTimeoutError: if it takes too long.
            NotFoundError: if the run or tag no longer exists.
        """
        result: Future[Any] = Future()

        def run() -> None:
            try:
                result.set_result(method(context, **arguments))
            except BaseException as error:
                result.set_exception(error)

        with self._lock:
            overdue = len(self._overdue)
        seconds = min(RETRY_SECONDS, self._seconds) if overdue else self._seconds
        if overdue < MAX_OVERDUE:
            threading.Thread(target=run, name="rnnviz-data", daemon=True).start()
            self._wait(result, seconds)
        if not result.done():
            raise DataServerTimeoutError(
                f"TensorBoard's data server did not answer within {seconds:g} s. It is stopped or "
                "busy; try again, or start TensorBoard again."
            )
        try:
            return result.result()
        except KeyError as error:
            raise errors.NotFoundError(f"TensorBoard no longer holds {error}.") from error
        except _UNREADABLE as error:
            raise DamagedRecordError(f"TensorBoard cannot read it: {error}.") from error

    def _wait(self, result: Future[Any], seconds: float) -> None:
        """Waits for a result, and counts it as overdue from the limit to its end."""
        done, _ = wait([result], timeout=seconds)
        if done:
            return
        with self._lock:
            self._overdue.add(result)
        result.add_done_callback(self._discard)

    def _discard(self, result: Future[Any]) -> None:
        with self._lock:
            self._overdue.discard(result)
