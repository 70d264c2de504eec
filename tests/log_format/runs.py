"""Runs on disk whose content is known, for tests that read them."""

from __future__ import annotations

import json

import numpy as np

from tb_rnnviz.features import Literal
from tb_rnnviz.log import log_recording
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.recording import LayerActivity, Recording

SPACE = Literal("space", " ")
TEXT = "it was a bright cold day in april and the clocks were striking thirteen " * 4
PLANTED = 5
"""The unit that is high at every space of the planted run, and low elsewhere."""


def planted_recording(text: str = TEXT, units: int = 12, seed: int = 0) -> Recording:
    """Noise in every unit but one, which marks the spaces; and a gate that is open at them."""
    random = np.random.default_rng(seed)
    tokens = list(text)
    spaces = np.array([token == " " for token in tokens])
    hidden = random.normal(0, 0.1, (1, len(tokens), units)).astype(np.float32)
    hidden[0, :, PLANTED] = np.where(spaces, 0.9, -0.8)
    gate = random.uniform(0.2, 0.8, hidden.shape).astype(np.float32)
    gate[0, :, PLANTED] = spaces
    mask = np.ones((1, len(tokens)), bool)
    activity = LayerActivity(
        "lstm",
        "LSTMCell",
        {"hidden_state": hidden, "forget_gate": gate},
        {"forget_gate": "retain"},
        mask,
        [len(tokens)],
    )
    return Recording([activity], [len(tokens)], tokens=[tokens], probe="novel")


def write_step(writer: RunWriter, step: int, recording: Recording, features=(SPACE,)) -> None:
    """Everything that the callback writes for one probe."""
    tokens = [token for sequence in recording.tokens for token in sequence]
    vocabulary = sorted(set(tokens))
    came = [vocabulary.index(token) for token in tokens[1:]] + [-1]
    k = min(3, len(vocabulary))
    said = {
        "loss": 1.0 / (step + 2),
        "target": np.array(came),
        "probability": np.where(np.array(came) < 0, np.nan, 0.5),
        "expected": np.tile(np.arange(k), (len(tokens), 1)),
        "expected_probability": np.tile(np.array([0.5, 0.3, 0.1])[:k], (len(tokens), 1)),
    }
    with writer.step(step):
        log_recording(writer, recording, features, said, vocabulary=vocabulary)


def write_planted_run(log_dir, steps=3, **options) -> None:
    with RunWriter(log_dir) as writer:
        for step in range(steps):
            write_step(writer, step, planted_recording(seed=step, **options))


def write_learning_run(log_dir, steps: int) -> None:
    """A run whose planted unit goes with spaces from step 2 on, and with nothing before."""
    with RunWriter(log_dir) as writer:
        for step in range(steps):
            recording = planted_recording(seed=step)
            if step < 2:
                hidden = recording["lstm"]["hidden_state"]
                hidden[..., PLANTED] = np.random.default_rng(step).normal(size=hidden.shape[:2])
            write_step(writer, step, recording, [SPACE, Literal("none", "!")])


def event_file(log_dir):
    (path,) = (log_dir / "rnnviz").glob("*tfevents*")
    return path


def unpack(container: bytes) -> tuple[dict, list[bytes]]:
    """Header and blobs of a container, read as `http_api.md` says."""
    count = int.from_bytes(container[:4], "little")
    lengths = np.frombuffer(container, "<u4", count, 4)
    ends = 4 + 4 * count + np.cumsum(lengths)
    blobs = [container[end - size : end] for size, end in zip(lengths, ends, strict=True)]
    assert ends[-1] == len(container)
    return json.loads(blobs[0]), blobs[1:]
