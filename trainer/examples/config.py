"""Schemas of the examples: the options of the files in `configs/examples/`."""

from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from trainer.config import Section, Seed

MOST_PROBE_NODES = 128
"""Sequences that a recording reads in one batch; a graph must not be cut."""


class Example(Section):
    """Options that every example has.

    Args:
        epochs: Passes over the training data.
        batch_size: Sequences in a batch.
        eta: Learning rate at the beginning; it falls to zero in the form of a cosine.
        units: Units of the recurrent layer, or of each.
        seed: Seed of the data, the weights and the order.
    """

    epochs: PositiveInt = 20
    batch_size: PositiveInt = 32
    eta: PositiveFloat = 0.01
    units: PositiveInt = 16
    seed: Seed = 0


class SensorsExample(Example):
    """Options of the example `sensors`.

    Args:
        steps: Steps to learn from, ten a second.
        window: Steps of a training sequence; windows overlap by half.
        probe_steps: Held-out steps that are recorded, and that the forecasts are measured on.
    """

    steps: Annotated[int, Field(ge=100)] = 60_000
    window: Annotated[int, Field(ge=20)] = 200
    probe_steps: Annotated[int, Field(ge=100)] = 2000


class DatesExample(Example):
    """Options of the example `dates`.

    Args:
        dates: Dates to learn from; each is written once in the plain run.
        forms: Forms of each date in the augmented run. The plain run repeats its pairs as often,
            so that both see as many pairs an epoch.
        tries: Random forms from which these are chosen.
        control: If true, a third run has as many forms of each date, chosen at random.
        test_dates: Held-out dates that accuracy and alignment are measured on.
        probe_pairs: The first of these, which are recorded.
    """

    epochs: PositiveInt = 8
    batch_size: PositiveInt = 64
    units: PositiveInt = 32
    dates: PositiveInt = 200
    forms: PositiveInt = 8
    tries: PositiveInt = 50
    control: bool = True
    test_dates: PositiveInt = 300
    probe_pairs: Annotated[int, Field(ge=1, le=64)] = 48


class TextClassifierExample(Example):
    """Options of the example `text_classifier`.

    Args:
        file: File of lines with a label, a tab and a text, in the place of the lines of Python's
            standard library.
        lines: Lines to learn from.
        test_lines: Held-out lines that are recorded, and that the accuracy is measured on.
        longest: Tokens of a line that are kept.
    """

    epochs: PositiveInt = 4
    batch_size: PositiveInt = 64
    eta: PositiveFloat = 0.004
    units: PositiveInt = 48
    file: str | None = None
    lines: Annotated[int, Field(ge=8)] = 12_000
    test_lines: Annotated[int, Field(ge=4)] = 1000
    longest: Annotated[int, Field(ge=4)] = 30


class FlipFlopExample(Example):
    """Options of the example `flip_flop`.

    Args:
        bits: Bits to store, each with a channel of pulses.
        steps: Steps of a sequence.
        pulses: Probability of a pulse on a channel at a step.
        sequences: Sequences to learn from.
        probe_sequences: Held-out sequences, which are recorded.
        starts: Visited states that the search for fixed points starts from, at every epoch.
    """

    epochs: PositiveInt = 20
    batch_size: PositiveInt = 32
    eta: PositiveFloat = 0.01
    units: PositiveInt = 24
    bits: Annotated[int, Field(ge=1, le=6)] = 3
    steps: Annotated[int, Field(ge=2)] = 60
    pulses: Annotated[float, Field(gt=0, lt=1)] = 0.1
    sequences: PositiveInt = 1500
    probe_sequences: PositiveInt = 24
    starts: Annotated[int, Field(ge=1, le=1024)] = 96


class NodesExample(Example):
    """Options of the example `nodes`; a batch has `batch_size` graphs.

    Args:
        graph: `ring`; `random`, a tree with some more edges; or `complete`.
        nodes: Nodes of a graph.
        rounds: Rounds of messages.
        loss: Probability that a message is lost.
        graphs: Graphs to learn from.
        test_graphs: Held-out graphs, with images of their own.
        probe_graphs: The first of these, which are recorded; all together at most 128 nodes.
    """

    epochs: PositiveInt = 10
    eta: PositiveFloat = 0.008
    units: PositiveInt = 48
    graph: Literal["ring", "random", "complete"] = "ring"
    nodes: Annotated[int, Field(ge=2, le=32)] = 9
    rounds: Annotated[int, Field(ge=2)] = 8
    loss: Annotated[float, Field(ge=0, lt=1)] = 0.2
    graphs: PositiveInt = 6000
    test_graphs: PositiveInt = 200
    probe_graphs: PositiveInt = 7

    @model_validator(mode="after")
    def _check_probe(self) -> "NodesExample":
        if self.nodes * self.probe_graphs > MOST_PROBE_NODES:
            raise ValueError(
                f"Allowed: nodes x probe_graphs of at most {MOST_PROBE_NODES}, as they are read "
                "in one batch"
            )
        return self
