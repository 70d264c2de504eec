"""CPU time of the report of a recording, beside another version of the code.

    python -m benchmarks.report [--against TREE] [--tokens 3000]
                                [--model MODEL.keras --probe PROBE.npz]

2 x LSTM 160 read 3,000 characters, or as many as `--tokens` says; every quantity is recorded and
tested for 16 features. The versions take turns in the same run, each in a process of its own. TREE
is a checkout of the repository, such as one that `git worktree add` made. MODEL is a trained Keras
model, and PROBE an archive of NumPy with the arrays `ids` and `vocabulary`; by default a model is
trained on the standard library of Python.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

TREE = Path(__file__).resolve().parents[1]
UNITS, CHARACTERS = 160, 300_000


def main() -> None:
    """Reads the options, measures and prints."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--against", type=Path, help="another checkout")
    options.add_argument("--model", type=Path)
    options.add_argument("--probe", type=Path)
    options.add_argument("--language", default="python", help="of the text of the probe")
    options.add_argument("--tokens", type=int, default=3000, help="characters of the probe")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.worker:
        serve(chosen.model, chosen.probe, chosen.language, chosen.tokens)
        return
    with tempfile.TemporaryDirectory() as folder:
        if chosen.model is None:
            chosen.model, chosen.probe = train(Path(folder), chosen.tokens)
        trees = [TREE] if chosen.against is None else [TREE, chosen.against.resolve()]
        workers = [start(tree, chosen) for tree in trees]
        rounds = [[measure(worker) for worker in workers] for _ in range(chosen.rounds + 1)][1:]
        for worker in workers:
            worker.communicate()
    print(f"report of 2 x LSTM {UNITS}, {chosen.tokens:,} characters, 16 features, every quantity")
    for tree, times in zip(trees, zip(*rounds, strict=True), strict=True):
        print(
            f"  CPU seconds, median of {len(rounds)}: {statistics.median(times):.2f}  {tree.name}"
        )
    if len(trees) > 1:
        ratios = [ours / other for ours, other in rounds]
        print(f"  ratio, median: {statistics.median(ratios):.2f}", end="")
        print(f"  ({min(ratios):.2f} to {max(ratios):.2f})")


def start(tree: Path, chosen: argparse.Namespace) -> subprocess.Popen[str]:
    """Starts a process that reports with the code of a tree."""
    command = [sys.executable, "-P", __file__, "--worker", "--model", chosen.model]
    command += ["--probe", chosen.probe, "--language", chosen.language]
    command += ["--tokens", str(chosen.tokens)]
    environment = os.environ | {"PYTHONPATH": str(tree), "TF_CPP_MIN_LOG_LEVEL": "3"}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)


def measure(worker: subprocess.Popen[str]) -> float:
    """Returns the CPU seconds that one report takes in a process."""
    worker.stdin.write("report\n")
    worker.stdin.flush()
    while not (line := worker.stdout.readline()).startswith("seconds "):
        if not line:
            raise RuntimeError(f"The process ended with exit status {worker.wait()}.")
    return float(line.split()[1])


def serve(model: Path, probe: Path, language: str, tokens: int) -> None:
    """Reports on the same recording for every line of the standard input."""
    import keras

    import tb_rnnviz as rv
    from tb_rnnviz.report.report import report

    archive = np.load(probe)
    ids, vocabulary = archive["ids"][:tokens], archive["vocabulary"].tolist()
    trained = keras.saving.load_model(model, compile=False)
    recording = rv.record(trained, rv.Probe("text", ids, vocabulary=vocabulary))
    looked_for = (
        *rv.features.DEFAULT_FEATURES[:6],
        rv.features.InsideComment("comment", language),
        rv.features.InsideString("string", language),
        rv.features.BracketDepth("bracket depth"),
        rv.features.InsideBrackets("in brackets"),
        rv.features.LinePosition("position in the line"),
        rv.features.Indentation("indentation"),
        rv.features.WordStart("word start"),
        rv.features.WordEnd("word end"),
        rv.features.Literal("equals sign", "="),
        rv.features.Literal("quotation mark", '"'),
    )
    for _ in sys.stdin:
        begin = time.process_time()
        report(recording, looked_for)
        print("seconds", time.process_time() - begin, flush=True)


def train(folder: Path, tokens: int) -> tuple[Path, Path]:
    """Trains a model on Python code; returns its file, and that of the probe."""
    import keras

    from benchmarks.callback import corpus

    text = corpus(CHARACTERS + tokens)
    vocabulary = sorted(set(text))
    indices = {character: index for index, character in enumerate(vocabulary)}
    ids = np.array([indices[character] for character in text], np.int32)
    inputs = ids[:CHARACTERS].reshape(-1, 100)
    targets = ids[1 : CHARACTERS + 1].reshape(-1, 100)
    layers = keras.layers
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(len(vocabulary), 32)])
    for _ in range(2):
        model.add(layers.LSTM(UNITS, return_sequences=True))
    model.add(layers.Dense(len(vocabulary)))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(3e-3), loss)
    model.fit(inputs, targets, batch_size=32, epochs=3, verbose=0)
    files = folder / "model.keras", folder / "probe.npz"
    model.save(files[0])
    np.savez(files[1], ids=ids[-tokens:], vocabulary=vocabulary)
    return files


if __name__ == "__main__":
    main()
