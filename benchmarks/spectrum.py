"""Time of spectra with their red-noise test, relative to a Fourier transform.

    python -m benchmarks.spectrum [--units 1024] [--tokens 100000] [--rounds 3]

The bound: amplitudes with a p-value for every bin take at most 4 times as long as
`scipy.fft.rfft` of the same array. The last lines show how the time grows.
"""

import argparse
import statistics

from scipy import fft

from benchmarks.relevance import example, seconds
from tb_rnnviz.analysis import coherence, spectrum


def main() -> None:
    """Reads the options, measures and prints."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--units", type=int, default=1024)
    options.add_argument("--tokens", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()

    activity, masks = example(chosen.tokens, chosen.units, 1)
    ours, welch, coherent, transform = [], [], [], []
    for _ in range(chosen.rounds):
        transform.append(seconds(lambda: fft.rfft(activity, axis=0)))
        ours.append(seconds(lambda: spectrum(activity)))
        welch.append(seconds(lambda: spectrum(activity, method="welch")))
        coherent.append(seconds(lambda: coherence(activity, masks[0])))
    base = statistics.median(transform)
    print(f"{chosen.units} units x {chosen.tokens} tokens, medians")
    print(f"  scipy.fft.rfft               {base:8.2f} s")
    for name, times in (("periodogram, p", ours), ("Welch, p", welch), ("coherence, p", coherent)):
        took = statistics.median(times)
        print(f"  {name:28} {took:8.2f} s   ratio {took / base:6.2f}   (at most 4)")
    print("growth of the periodogram (seconds, median)")
    size = {"units": 128, "tokens": 10_000}
    for axis in size:
        for factor in (1, 2, 4):
            grown = {**size, axis: size[axis] * factor}
            example_of_size, _ = example(**grown, features=1)
            took = statistics.median(seconds(lambda a=example_of_size: spectrum(a)) for _ in "123")
            print(f"  {axis:7} {grown[axis]:7}: {took:.3f}")


if __name__ == "__main__":
    main()
