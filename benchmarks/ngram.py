"""Time of Kneser-Ney n-grams relative to nltk: `python -m benchmarks.ngram`.

Prints the time per character of counting a text and scoring another, and its growth. The bound: a
fiftieth of nltk's time.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections.abc import Callable

import numpy as np

from tb_rnnviz.analysis import KneserNey

VOCABULARY = 80
AT_MOST = 1 / 50


def main() -> None:
    """Reads the options and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--order", type=int, default=10)
    parser.add_argument("--training", type=int, default=1_000_000, help="characters to count")
    parser.add_argument("--scored", type=int, default=100_000, help="characters to score")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--text", help="a file; random words by default")
    options = parser.parse_args()
    order, training, scored = options.order, options.training, options.scored
    ids = characters(options.text, training + scored)
    training = min(training, len(ids) - scored)

    part = 100
    theirs = seconds(lambda: with_nltk(order, ids, training // part, scored // part), 1)
    theirs /= (training + scored) // part
    ours = seconds(lambda: with_library(order, ids, training, scored), options.repeats)
    ours /= training + scored
    print(f"order {order}, {training:,} characters counted, {scored:,} scored")
    print(f"  ours  {1e6 * ours:10.2f} us per character")
    print(f"  nltk  {1e6 * theirs:10.2f} us per character, on a hundredth of the text")
    print(f"  ratio 1/{theirs / ours:.0f}, at most 1/{1 / AT_MOST:.0f}: {verdict(ours, theirs)}")

    print("growth")
    for n in sorted({1, 5, order, 20}):
        took = seconds(lambda n=n: with_library(n, ids, training, scored), 1)
        print(f"  order {n:2d}, {training:9,} characters: {took:6.2f} s")
    for size in (training // 10, training // 3, training):
        took = seconds(lambda size=size: with_library(order, ids, size, scored), 1)
        print(f"  order {order:2d}, {size:9,} characters: {took:6.2f} s")


def verdict(ours: float, theirs: float) -> str:
    """Returns the result of the comparison with the bound."""
    return "holds" if ours <= AT_MOST * theirs else "DOES NOT HOLD"


def characters(path: str | None, size: int) -> np.ndarray:
    """Returns the characters of a file as ids, or random words with Zipf frequencies."""
    if path:
        with open(path, encoding="utf-8") as file:
            return np.unique(list(file.read(size)), return_inverse=True)[1]
    rng = np.random.default_rng(0)
    words = [np.append(rng.integers(1, VOCABULARY, rng.integers(2, 10)), 0) for _ in range(20_000)]
    chosen = np.minimum(rng.zipf(1.3, size // 3), len(words)) - 1
    return np.concatenate([words[i] for i in chosen])[:size]


def with_library(order: int, ids: np.ndarray, training: int, scored: int) -> np.ndarray:
    """Counts and scores with `KneserNey`."""
    model = KneserNey(order).fit(ids[:training], vocabulary=int(ids.max()) + 1)
    return model.probability(ids[training : training + scored])


def with_nltk(order: int, ids: np.ndarray, training: int, scored: int) -> list[float]:
    """Counts and scores with nltk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nltk.lm import KneserNeyInterpolated
        from nltk.util import everygrams
    names = [str(i) for i in ids[: training + scored]]
    counted, tested = names[:training], names[training:]
    model = KneserNeyInterpolated(order)
    model.fit([list(everygrams(counted, max_len=order))], vocabulary_text=names)
    return [model.score(name, tested[max(i - order + 1, 0) : i]) for i, name in enumerate(tested)]


def seconds(work: Callable[[], object], repeats: int) -> float:
    """Returns the median seconds that some work takes."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    main()
