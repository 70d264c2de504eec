"""Task of the flip-flop: pulses on some channels, and the bits that they set.

Sussillo and Barak, *Opening the Black Box* (2013, doi:10.1162/NECO_a_00409): each channel has short
pulses of +1 or -1 at random times; the target of a channel is the sign of its last pulse.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Pulses:
    """Sequences of pulses.

    Attributes:
        inputs: -1, 0 or 1, float32 (sequences, steps, bits).
        targets: Sign of the last pulse of each channel, float32 (sequences, steps, bits).
    """

    inputs: np.ndarray
    targets: np.ndarray


def draw_pulses(
    sequences: int, steps: int, bits: int, probability: float, random: np.random.Generator
) -> Pulses:
    """Draws sequences; each begins with a pulse on every channel.

    Args:
        sequences: Number of sequences.
        steps: Steps of each.
        bits: Channels.
        probability: Probability of a pulse on a channel at a step.
        random: Source of random numbers.

    Example:
        >>> draw_pulses(1, 4, 1, 0.0, np.random.default_rng(0)).targets.ravel()
        array([1., 1., 1., 1.], dtype=float32)
    """
    shape = (sequences, steps, bits)
    is_pulse = random.random(shape) < probability
    is_pulse[:, 0] = True
    inputs = np.where(is_pulse, np.where(random.random(shape) < 0.5, -1, 1), 0)
    last = np.maximum.accumulate(np.where(is_pulse, np.arange(steps)[:, None], 0), axis=1)
    targets = np.take_along_axis(inputs, last, axis=1)
    return Pulses(inputs.astype(np.float32), targets.astype(np.float32))


def bit_names(targets: np.ndarray) -> np.ndarray:
    """Returns the bits of each row as a word, such as "+-+".

    Example:
        >>> bit_names(np.array([[1, -1, 1], [-1, -1, 1]])).tolist()
        ['+-+', '--+']
    """
    signs = np.where(np.asarray(targets) > 0, "+", "-")
    return np.array(["".join(row) for row in signs.reshape(-1, signs.shape[-1])])
