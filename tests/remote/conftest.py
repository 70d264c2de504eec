"""Object store on the loopback interface, by a connection that can break."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tb_rnnviz.log_format import event_parts

_buckets = itertools.count(1)


class BreakingProxy:
    """Forwards TCP connections to a port, and breaks them on demand.

    Attributes:
        is_down: If true, connections are closed as soon as they are made.
        cuts: Number of connections that are closed after some bytes of an upload.
        cut_after: Bytes of an upload after which its connection is closed.
    """

    def __init__(self, port: int):
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.heal()
        threading.Thread(target=self._accept, daemon=True).start()

    def heal(self) -> None:
        self.is_down, self.cuts, self.cut_after = False, 0, 2000

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if self.is_down:
            client.close()
            return
        server = socket.create_connection(("127.0.0.1", self._target))
        threading.Thread(target=self._forward, args=(server, client, False), daemon=True).start()
        self._forward(client, server, True)

    def _forward(self, source: socket.socket, target: socket.socket, is_request: bool) -> None:
        uploaded = -1
        try:
            while data := source.recv(1 << 16):
                if is_request and data.startswith(b"PUT "):
                    uploaded = 0
                if uploaded >= 0:
                    uploaded += len(data)
                is_cut = self.cuts > 0 and uploaded > self.cut_after
                if self.is_down or is_cut:
                    self.cuts -= is_cut
                    target.sendall(data[: len(data) // 2] if is_request else b"")
                    break
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()


@pytest.fixture(scope="session")
def proxy() -> Iterator[BreakingProxy]:
    """Connection to an S3 server, to which the environment points."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    proxy = BreakingProxy(server.get_host_and_port()[1])
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (
            ("AWS_ENDPOINT_URL", proxy.url),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_MAX_ATTEMPTS", "1"),
        ):
            patch.setenv(name, value)
        yield proxy
    proxy.close()
    server.stop()


@pytest.fixture
def bucket(proxy: BreakingProxy, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """URL of an empty bucket; steps are uploaded as soon as they are written."""
    monkeypatch.setattr(event_parts, "MIN_SECONDS", 0.0)
    monkeypatch.setattr(event_parts, "MAX_SECONDS", 0.0)
    monkeypatch.setattr(event_parts, "RETRY_SECONDS", (0.05, 0.05))
    monkeypatch.setattr(event_parts, "LAST_RETRY_SECONDS", (0.05, 0.05))
    monkeypatch.setattr(event_parts, "PAUSE_SECONDS", 0.0)
    name = f"bucket-{next(_buckets)}"
    boto3.client("s3", endpoint_url=proxy.url).create_bucket(Bucket=name)
    yield f"s3://{name}"
    proxy.heal()


@pytest.fixture
def quick_store_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the client of the store report an error at once."""
    import s3fs.core

    monkeypatch.setattr(s3fs.core.S3FileSystem, "retries", 1)
