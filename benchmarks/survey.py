"""Time and memory of a survey, relative to a forward pass over the same batches.

    KERAS_BACKEND=tensorflow python -m benchmarks.survey [millions of characters ...]

Prints seconds for a million characters, the ratio to the forward pass and the peak of the memory
above that of the forward pass, for 1 and 3 million characters by default: memory does not grow
with the corpus. Each case runs in a process of its own, without the compilation.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

import keras
import numpy as np

import tb_rnnviz as rv
from tb_rnnviz import features
from tb_rnnviz.capture.keras.backends import compiled
from tb_rnnviz.corpus.run_survey import SHARD_TOKENS, WARM_UP
from tb_rnnviz.corpus.shard_reader import MOST_ROWS
from tb_rnnviz.corpus.shards import ROW_TOKENS

layers, ops = keras.layers, keras.ops
NAMES = [chr(32 + k) for k in range(96)]
FEATURES = [
    features.Literal("space", " "),
    features.CapitalLetter("capital letter"),
    features.Digit("digit"),
    features.WordStart("start of a word"),
    features.WordEnd("end of a word"),
    features.InsideQuotes("inside quotes"),
    features.InsideBrackets("inside brackets"),
    features.LinePosition("position in the line"),
    features.WordPosition("position in the word"),
]
MEBIBYTE = 1 << 20


def make_model() -> keras.Model:
    """Builds a language model of characters with two layers of 128 units."""
    keras.utils.set_random_seed(0)
    recurrent = [layers.LSTM(128, return_sequences=True, name=name) for name in "ab"]
    embedding = layers.Embedding(len(NAMES), 64)
    return keras.Sequential([keras.Input((None,)), embedding, *recurrent, layers.Dense(len(NAMES))])


def make_corpus(tokens: int) -> np.ndarray:
    """Draws characters of the frequencies of a text."""
    random = np.random.default_rng(0)
    share = 1 / np.arange(1, len(NAMES) + 1)
    return random.choice(len(NAMES), tokens, p=share / share.sum()).astype(np.int32)


def forward_pass(model: keras.Model, corpus: np.ndarray) -> None:
    """Reads the rows of a survey through the model, and fetches its outputs."""
    run = compiled(model, lambda inputs: model(inputs, training=False))
    length = WARM_UP + ROW_TOKENS
    starts = np.arange(0, max(len(corpus) - length, 1), ROW_TOKENS)
    for first in range(0, len(starts), MOST_ROWS):
        rows = np.stack([corpus[begin : begin + length] for begin in starts[first:][:MOST_ROWS]])
        ops.convert_to_numpy(run(ops.convert_to_tensor(rows)))


def survey(model: keras.Model, corpus: np.ndarray) -> None:
    """Surveys all quantities of the model with nine features."""
    rv.survey(model, corpus, vocabulary=NAMES, features=FEATURES)


CASES = {"forward": forward_pass, "survey": survey}


def measure(case: str, tokens: int) -> dict[str, float]:
    """Returns wall and processor time in seconds, and peak memory in bytes."""
    model, run = make_model(), CASES[case]
    run(model, make_corpus(2 * SHARD_TOKENS))  # compiles
    corpus = make_corpus(tokens)
    begin, processor = time.perf_counter(), time.process_time()
    run(model, corpus)
    return {
        "seconds": time.perf_counter() - begin,
        "processor": time.process_time() - processor,
        "memory": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }


def main(millions: list[float]) -> None:
    """Prints the ratios for corpora of some millions of characters."""
    for million in millions:
        results = {}
        for case in CASES:
            command = [sys.executable, "-m", "benchmarks.survey", case, str(int(1e6 * million))]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            results[case] = json.loads(output.splitlines()[-1])
        forward, survey = results["forward"], results["survey"]
        print(
            f"{million:g} million characters: {survey['seconds'] / million:.1f} s a million, "
            f"{survey['seconds'] / forward['seconds']:.2f} x the forward pass "
            f"({survey['processor'] / forward['processor']:.2f} x its processor time), "
            f"{(survey['memory'] - forward['memory']) / MEBIBYTE:.0f} MiB above it",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in CASES:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
    else:
        main(list(map(float, sys.argv[1:])) or [1.0, 3.0])
