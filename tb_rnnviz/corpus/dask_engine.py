"""Dask engine: reads shards on the workers of a cluster."""

from __future__ import annotations

import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import metadata
from typing import Any

import tb_rnnviz
from tb_rnnviz.capture.recorder import Recorder
from tb_rnnviz.corpus.engine import Result
from tb_rnnviz.corpus.shard_reader import ShardReader
from tb_rnnviz.corpus.shards import Shard
from tb_rnnviz.corpus.survey_settings import SurveySettings
from tb_rnnviz.corpus.survey_statistics import SurveyStatistics

try:
    from distributed import WorkerPlugin
except ImportError:  # `connected` says how to install it
    WorkerPlugin: Any = object  # type: ignore[no-redef]

SHARDS_PER_THREAD = 2
"""Shards that are sent to a thread of a worker ahead of time."""


@contextmanager
def connected(client: Any) -> Iterator[Any]:
    """Connects to a cluster, and disconnects if the client was an address.

    Args:
        client: A `dask.distributed.Client`, or the address of its scheduler.

    Raises:
        ImportError: If Dask is not installed.
        ValueError: If it is neither, or no cluster answers.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ImportError(
            'A survey on a cluster needs Dask. Install it with: pip install "tb-rnnviz[corpus]".'
        ) from error
    if isinstance(client, Client):
        yield client
        return
    if not isinstance(client, str):
        raise ValueError(
            "`client` is a dask.distributed.Client or the address of its scheduler, such as "
            f"'tcp://10.0.0.1:8786'. Received: {client!r}."
        )
    try:
        connection = Client(client, timeout="30s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise ValueError(f"No Dask scheduler answers at {client!r}: {error}") from error
    with connection:
        yield connection


def on_cluster(
    client: Any,
    recorder: Recorder,
    settings: SurveySettings,
    shards: Iterable[Shard],
    lost: Callable[[str], None],
) -> Iterator[Result]:
    """Reads shards on the workers of a cluster, each of which loads the model once.

    Shards of a lost worker are read by another one. If the cluster goes away, the rest is read in
    this process.

    Args:
        client: A `dask.distributed.Client`.
        recorder: Recorder of the model.
        settings: Settings of the survey.
        shards: The shards, of which a few for each thread of the workers are in memory.
        lost: Takes a sentence when the cluster goes away.

    Yields:
        Each shard with its statistics or an error, in the order of the shards.

    Raises:
        ValueError: If there is no worker, or one has another version of this package.
    """
    threads = _threads(client)
    plugin = ReaderPlugin(recorder, settings)
    client.register_plugin(plugin, name=plugin.name)
    local: ShardReader | None = None
    waiting: deque[tuple[Shard, Any]] = deque()

    def result(shard: Shard, future: Any) -> Result:
        nonlocal local
        try:
            if future is not None:
                return shard, future.result()
        except Exception as error:
            if client.status == "running" and not future.cancelled():
                return shard, error
            lost(f"The Dask cluster went away, and shards from {shard.index} on were read here.")
        local = local or ShardReader(recorder, settings)
        try:
            return shard, local.read(shard)
        except Exception as error:
            return shard, error

    try:
        for shard in shards:
            waiting.append((shard, _submit(client, plugin.name, shard) if not local else None))
            if len(waiting) >= SHARDS_PER_THREAD * threads:
                yield result(*waiting.popleft())
        while waiting:
            yield result(*waiting.popleft())
    finally:
        for _, future in waiting:
            if future is not None and client.status == "running":
                future.cancel()
        if client.status == "running":
            client.unregister_worker_plugin(plugin.name)


def _submit(client: Any, plugin: str, shard: Shard) -> Any:
    try:
        return client.submit(_read, plugin, shard, pure=False, retries=1)
    except Exception:  # the cluster went away; the shard is read here when its turn comes
        if client.status == "running":
            raise
        return None


def _threads(client: Any) -> int:
    """Returns the number of threads of the workers, which are of this version."""
    versions = client.run(_versions)
    if not versions:
        raise ValueError("The Dask cluster has no worker. Start one: dask worker ADDRESS.")
    own = _versions()
    others = {worker: version for worker, version in versions.items() if version != own}
    if others:
        raise ValueError(
            f"Workers of a survey have the versions of this process, {own}. "
            f"Received: {dict(list(others.items())[:5])}."
        )
    return sum(client.nthreads().values())


def _versions() -> dict[str, str]:
    versions = {"tb-rnnviz": tb_rnnviz.__version__}
    for package in ("keras", "numpy"):
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = "not installed"
    return versions


class ReaderPlugin(WorkerPlugin):
    """Plugin that brings the model to every worker, later ones included.

    A worker loads the model at its first shard.

    Args:
        recorder: Recorder of the model.
        settings: Settings of the survey.
    """

    def __init__(self, recorder: Recorder, settings: SurveySettings):
        self.name = f"rnnviz-survey-{uuid.uuid4()}"
        self._recorder_type, self._data = type(recorder), recorder.to_bytes()
        self._fingerprint, self._settings = recorder.fingerprint(), settings
        self._versions = _versions()
        self._reader: ShardReader | None = None

    def setup(self, worker: Any) -> None:
        """Prepares a worker, which calls this when it gets the plugin."""
        self._lock = threading.Lock()

    def teardown(self, worker: Any) -> None:
        """Frees the model when a worker loses the plugin."""
        self._reader = None

    def read(self, shard: Shard) -> SurveyStatistics:
        """Returns the statistics of a shard.

        Raises:
            ValueError: If the worker has another version of a package, or of the model.
        """
        with self._lock:
            if self._reader is None:
                if (versions := _versions()) != self._versions:
                    raise ValueError(f"A worker has other versions: {versions}")
                copy = self._recorder_type.from_bytes(self._data)
                if copy.fingerprint() != self._fingerprint:
                    raise ValueError("A worker has loaded another model.")
                self._reader = ShardReader(copy, self._settings)
            reader = self._reader
        return reader.read(shard)


def _read(plugin: str, shard: Shard) -> SurveyStatistics:
    """Reads a shard on a worker."""
    from distributed import get_worker

    reader: Any = get_worker().plugins[plugin]
    return reader.read(shard)
