"""Time of relevance with its null distribution, relative to matrix products.

    python -m benchmarks.relevance [--units 1024] [--tokens 100000] [--features 20] [--rounds 3]

The bound: all shifts take no longer than 1,000 random shifts by matrix products, and use at most
2 GiB. The last lines show how the time grows.
"""

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from tb_rnnviz.analysis import relevances

RANDOM_SHIFTS = 1000
_BATCH = 200  # shifted features in one matrix product


def main() -> None:
    """Reads the options, measures and prints."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--units", type=int, default=1024)
    options.add_argument("--tokens", type=int, default=100_000)
    options.add_argument("--features", type=int, default=20)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()

    activity, masks = example(chosen.tokens, chosen.units, chosen.features)
    before = peak_memory()
    ours, products = [], []
    for _ in range(chosen.rounds):
        ours.append(seconds(lambda: relevances(activity, masks)))
        after = peak_memory()
        products.append(seconds(lambda: by_matrix_products(activity, masks)))
    a, b = statistics.median(ours), statistics.median(products)
    print(f"{chosen.units} units x {chosen.tokens} tokens x {chosen.features} features")
    print(f"  all {chosen.tokens} shifts, effect, area, p, q   {a:9.2f} s (median)")
    print(f"  {RANDOM_SHIFTS} random shifts by matrix products  {b:9.2f} s (median)")
    print(f"  ratio                                  {a / b:9.2f}   (at most 1.0)")
    print(f"  peak memory                            {after / 2**30:9.2f} GiB (at most 2)")
    print(f"  of it before the first call            {before / 2**30:9.2f} GiB")
    print("growth (seconds, median)")
    base = {"units": 128, "tokens": 10_000, "features": 10}
    for axis in base:
        sizes = [base[axis] * factor for factor in (1, 2, 4)]
        print(f"  {axis:9}", *(f"{n}: {timed({**base, axis: n}):.3f}" for n in sizes), sep="  ")
    for sequences in (1, 10, 100):
        cut = timed(base, lengths=[base["tokens"] // sequences] * sequences)
        print(f"  {sequences} sequences: {cut:.3f}")
    epoch = {"units": 256, "tokens": 1_000, "features": 10}
    print(f"  an epoch of a callback, 12 quantities of {epoch}: {12 * timed(epoch):.3f}")


def example(
    tokens: int, units: int, features: int
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Returns AR(1) activity with memory 0.9, and features with clustered matches."""
    rng = np.random.default_rng(0)
    activity = np.empty((tokens, units), dtype=np.float32)
    for start in range(0, units, 32):
        noise = rng.standard_normal((tokens, min(32, units - start)))
        activity[:, start : start + 32] = lfilter([1], [1, -0.9], noise, axis=0)
    level = lfilter([1], [1, -0.8], rng.standard_normal((features, tokens)), axis=1)
    return activity, level > np.quantile(level, 0.85, axis=1, keepdims=True)


def by_matrix_products(activity: NDArray[np.float32], masks: NDArray[np.bool_]) -> None:
    """Sums the activity over 1,000 random shifts of every feature, in batches."""
    rng = np.random.default_rng(1)
    for mask in masks:
        for start in range(0, RANDOM_SHIFTS, _BATCH):
            distances = rng.integers(mask.size, size=min(_BATCH, RANDOM_SHIFTS - start))
            shifted = np.stack([np.roll(mask, d) for d in distances]).astype(np.float32)
            shifted @ activity


def timed(size: dict[str, int], lengths: list[int] | None = None) -> float:
    """Returns the median seconds of `relevances` on an example of some size."""
    activity, masks = example(**size)
    return statistics.median(
        seconds(lambda: relevances(activity, masks, lengths=lengths)) for _ in range(3)
    )


def seconds(run: Callable[[], object]) -> float:
    """Returns the seconds that a call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def peak_memory() -> int:
    """Returns the peak memory of this process so far, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    main()
