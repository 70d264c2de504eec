"""Simulated recordings, with and without planted units."""

import numpy as np
from scipy.signal import lfilter
from scipy.stats import binom


def autoregressive(rng, steps, units, memory=0.9):
    """AR(1) activity of variance 1: each step keeps a share of the one before."""
    before = int(10 / (1 - memory)) + 1
    noise = rng.normal(0, np.sqrt(1 - memory**2), (before + steps, units))
    return lfilter([1], [1, -memory], noise, axis=0)[before:]


def clustered(rng, steps, share=0.15, memory=0.8):
    """A feature with clustered matches."""
    level = autoregressive(rng, steps, 1, memory)[:, 0]
    return level > np.quantile(level, 1 - share)


def most_false_recordings(recordings, rate=0.05):
    """Most recordings with a false discovery at a rate, the 0.999 quantile.

    At 200 recordings and 0.05 these are 21: a tolerance of 0.055 on the share, as chance
    gives more than that once in a thousand times.
    """
    return binom.ppf(0.999, recordings, rate)
