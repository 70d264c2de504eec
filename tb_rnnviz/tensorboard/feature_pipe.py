"""Messages between TensorBoard and the process that evaluates features.

A message is one line of JSON whose `sizes` are those of the payloads that follow. The pipes carry
nothing else, and nothing that is received is executed.
"""

from __future__ import annotations

import json
from typing import Any, BinaryIO


def send(stream: BinaryIO, message: dict[str, Any], *payloads: bytes) -> None:
    """Writes a message and its payloads."""
    sizes = [len(payload) for payload in payloads]
    stream.write(json.dumps({**message, "sizes": sizes}).encode() + b"\n")
    for payload in payloads:
        stream.write(payload)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """Reads a message and its payloads.

    Raises:
        EOFError: if the stream ends before the message does.
    """
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError("The stream ended.")
    message = json.loads(line)
    payloads = []
    for size in message.pop("sizes"):
        payloads.append(stream.read(size))
        if len(payloads[-1]) < size:
            raise EOFError("The stream ended within a message.")
    return message, payloads
