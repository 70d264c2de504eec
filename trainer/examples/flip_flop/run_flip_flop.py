"""Example `flip_flop`: training, recording, and fixed points against the bits."""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from rich.console import Console

import tb_rnnviz as rv
from trainer.examples.config import FlipFlopExample
from trainer.examples.fitting import ExampleData, ExampleRun, fit_recorded
from trainer.examples.flip_flop.pulses import Pulses, bit_names, draw_pulses


@dataclass(frozen=True)
class FlipFlopResult:
    """Result of the example, on the probe.

    Attributes:
        accuracy: Share of the bits that have the right sign.
        stable: Number of stable fixed points.
        unstable: Number of unstable ones.
        memories: Number of the words of bits that some stable point stands for.
        correct: Number of stable points at which the outputs are within 0.25 of their bits.
    """

    accuracy: float
    stable: int
    unstable: int
    memories: int
    correct: int


CLOSE = 0.25
"""Distance of an output from its bit up to which a point stands for the bit."""


def run_flip_flop(settings: FlipFlopExample, directory: Path, console: Console) -> FlipFlopResult:
    """Trains the network, records it, and finds what it stores.

    Args:
        settings: Options of the example.
        directory: Directory of the run.
        console: Output.
    """
    keras.utils.set_random_seed(settings.seed)
    random = np.random.default_rng(settings.seed)
    options = settings.steps, settings.bits, settings.pulses, random
    training = draw_pulses(settings.sequences, *options)
    held_out = draw_pulses(settings.probe_sequences, *options)
    model = make_model(settings.units, settings.bits)
    data = ExampleData(training.inputs, training.targets, (held_out.inputs, held_out.targets))
    probe = pulse_probe(held_out)
    run = ExampleRun(settings, directory, console)
    dynamics = rv.DynamicsOptions(starts=settings.starts)
    fit_recorded(model, keras.losses.MeanSquaredError(), data, probe, run, dynamics=dynamics)
    predicted = model.predict(held_out.inputs, verbose=0)
    accuracy = float((np.sign(predicted) == held_out.targets).mean())
    result = _stored(model, rv.dynamics(model, inputs=probe), accuracy)
    console.print(
        f"{result.accuracy:.1%} of the bits are right. Without input the network can stay in "
        f"{result.stable} stable states, which store {result.memories} of the "
        f"{2**settings.bits} words of {settings.bits} bits ({result.correct} with every output "
        f"within {CLOSE} of its bit); {result.unstable} unstable states lie between them.",
        soft_wrap=True,
    )
    return result


def make_model(units: int, bits: int) -> keras.Model:
    """Makes the network: a GRU, and a linear output for each bit."""
    return keras.Sequential(
        [
            keras.Input((None, bits)),
            keras.layers.GRU(units, return_sequences=True, name="gru"),
            keras.layers.Dense(bits, name="bits"),
        ]
    )


def pulse_probe(pulses: Pulses) -> rv.Probe:
    """Makes the probe: channels with pulses, and the bit that each stores as a column."""
    bits = pulses.inputs.shape[-1]
    names = [f"bit {k + 1}" for k in range(bits)]
    columns = {f"{name} is +": list(pulses.targets[..., k] > 0) for k, name in enumerate(names)}
    return rv.Probe(
        "bits",
        list(pulses.inputs),
        channels=[f"pulses of {name}" for name in names],
        targets=list(pulses.targets),
        target_names=names,
        columns=columns,
    )


def _stored(model: keras.Model, dynamics: rv.Dynamics, accuracy: float) -> FlipFlopResult:
    stable = dynamics.fixed_points[dynamics.stable]
    kernel, bias = model.get_layer("bits").get_weights()
    outputs = stable @ kernel + bias
    is_close = (np.abs(np.abs(outputs) - 1) <= CLOSE).all(axis=1)
    return FlipFlopResult(
        accuracy,
        stable=len(stable),
        unstable=int((~dynamics.stable).sum()),
        memories=len(set(bit_names(outputs).tolist())) if len(stable) else 0,
        correct=int(is_close.sum()),
    )
