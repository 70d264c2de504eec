"""Messages between TensorBoard and the process that looks for typed features.

A message is one line of JSON whose `sizes` are those of the bytes that follow it. Nothing else is
on these pipes, and nothing that comes is executed.
"""

from __future__ import annotations

import json
from typing import Any, BinaryIO


def send(stream: BinaryIO, message: dict[str, Any], *payloads: bytes) -> None:
    """Writes a message and the bytes that belong to it."""
    sizes = [len(payload) for payload in payloads]
    stream.write(json.dumps({**message, "sizes": sizes}).encode() + b"\n")
    for payload in payloads:
        stream.write(payload)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """Reads a message and the bytes that belong to it.

    Raises:
        EOFError: if the other side ended.
    """
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError("The other side ended.")
    message = json.loads(line)
    payloads = []
    for size in message.pop("sizes"):
        payloads.append(stream.read(size))
        if len(payloads[-1]) < size:
            raise EOFError("The other side ended within a message.")
    return message, payloads
