import subprocess
import sys
from pathlib import Path

import pytest

from trainer.__main__ import main

ROOT = Path(__file__).parents[2]

SMALL = """\
corpus: {source: files, validation_proportion: 0.2}
embedding: {size: 4}
model: {cell: LSTM, n_hidden_neurons: 6}
training: {batch_size: 8, seq_length: 16, n_epochs: 1}
synthesis: {length_synthesized_text: 20}
recording: {probe_tokens: 60}
"""


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Directory with an experiment, its corpus and its features."""
    folder = tmp_path_factory.mktemp("trainer")
    (folder / "small.yaml").write_text(SMALL)
    (folder / "features.yaml").write_bytes((ROOT / "configs" / "features.yaml").read_bytes())
    lines = (f'The fox no. {i} said: "over the lazy dog".\n' for i in range(30))
    (folder / "text.txt").write_text("".join(lines))
    return folder


@pytest.fixture(scope="session")
def trained(small):
    """A run made from the command line, and the output of the command."""
    done = command(
        "train", small / "small.yaml", "--corpus", small / "*.txt", "--log-dir", small / "logs"
    )
    if done.returncode:
        pytest.fail(done.stdout + done.stderr)
    return small / "logs" / "small", done


@pytest.fixture
def refused(capsys):
    """Runs a command that must end with exit code 2, and returns its message."""

    def refused(*words):
        assert main([str(word) for word in words]) == 2
        message = capsys.readouterr().err
        assert message.startswith("error: ") and "Traceback" not in message
        return message

    return refused


def command(*words):
    """Runs `python -m trainer` from the checkout."""
    return subprocess.run(
        [sys.executable, "-m", "trainer", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
