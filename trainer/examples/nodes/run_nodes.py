"""Example `nodes`: training, recording, accuracy and agreement by round."""

from pathlib import Path

import keras
import numpy as np
from rich.console import Console
from rich.table import Table

import tb_rnnviz as rv
from tb_rnnviz.features import Column
from trainer.examples.config import NodesExample
from trainer.examples.fitting import ExampleData, ExampleRun, fit_recorded
from trainer.examples.nodes.agreement import RoundResults, round_results
from trainer.examples.nodes.digit_graphs import DigitGraphs, GraphOptions, draw_graphs
from trainer.examples.nodes.node_cell import make_model
from trainer.scalars import write_scalars

COLUMNS = ("informed", "distance", "sees the largest", "own digit", "largest digit")
"""Columns of the probe, which are also the features to look for."""


class AgreementByEpoch(keras.callbacks.Callback):
    """Callback that measures accuracy and agreement after every epoch.

    Args:
        graphs: Graphs to measure on.

    Attributes:
        epochs: Results of each epoch.
    """

    def __init__(self, graphs: DigitGraphs) -> None:
        super().__init__()
        self._graphs = graphs
        self.epochs: list[RoundResults] = []

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        answers = self.model.predict_on_batch(self._graphs.inputs()).argmax(axis=-1)
        self.epochs.append(round_results(answers, self._graphs))


def run_nodes(settings: NodesExample, directory: Path, console: Console) -> RoundResults:
    """Trains the nodes, records them, and prints accuracy and agreement by round.

    Args:
        settings: Options of the example.
        directory: Directory of the run.
        console: Output.

    Returns:
        The results on held-out graphs after the last epoch.
    """
    keras.utils.set_random_seed(settings.seed)
    random = np.random.default_rng(settings.seed)
    options = GraphOptions(settings.graph, settings.nodes, settings.rounds, settings.loss)
    training = draw_graphs(settings.graphs, options, random)
    test = draw_graphs(settings.test_graphs, options, random, held_out=True)
    data = ExampleData(
        training.inputs(), training.targets(), (test.inputs(), test.targets()), shuffle=False
    )
    model = make_model(settings.units, settings.nodes, settings.rounds)
    batch_size = settings.batch_size * settings.nodes
    run = ExampleRun(settings.model_copy(update={"batch_size": batch_size}), directory, console)
    by_epoch = AgreementByEpoch(test)
    fit_recorded(
        model,
        "sparse_categorical_crossentropy",
        data,
        nodes_probe(test, settings.probe_graphs),
        run,
        features=[Column(name, name) for name in COLUMNS],
        callbacks=[by_epoch],
    )
    write_scalars(
        directory,
        [
            (epoch, f"nodes/{name}_of_last_round", float(getattr(results, name)[-1]))
            for epoch, results in enumerate(by_epoch.epochs)
            for name in ("accuracy", "agreement")
        ],
    )
    _print_results(by_epoch.epochs[-1], console)
    return by_epoch.epochs[-1]


def nodes_probe(graphs: DigitGraphs, number: int) -> rv.Probe:
    """Makes the probe: a sequence is a node of a graph, its steps are the rounds.

    Args:
        graphs: Graphs.
        number: The probe has the first of them, up to this number.
    """
    graphs = DigitGraphs(**{name: array[:number] for name, array in vars(graphs).items()})
    number, rounds, nodes, _ = graphs.delivered.shape
    digits, distances = graphs.digits.ravel(), graphs.distances().ravel()
    columns = (
        graphs.informed().swapaxes(1, 2).reshape(-1, rounds),
        distances,
        distances == 0,
        digits,
        np.repeat(graphs.largest, nodes),
    )
    labels = [
        f"graph {index // nodes + 1}, node {index % nodes + 1} sees {digit}"
        for index, digit in enumerate(digits)
    ]
    return rv.Probe(
        "graphs",
        graphs.inputs(),
        tokens={"delivered": [[f"r{step + 1}" for step in range(rounds)]] * (number * nodes)},
        targets=list(graphs.targets()),
        classes=[str(digit) for digit in range(10)],
        labels=labels,
        columns=dict(zip(COLUMNS, columns, strict=True)),
        sequence="delivered",
    )


def _print_results(results: RoundResults, console: Console) -> None:
    table = Table(title="Held-out graphs, by round")
    for heading in ("round", "right", "could know", "right of these", "agreement"):
        table.add_column(heading, justify="right")
    rows = (results.accuracy, results.informed, results.informed_accuracy, results.agreement)
    for index, shares in enumerate(zip(*rows, strict=True)):
        table.add_row(str(index + 1), *(f"{share:.1%}" for share in shares))
    console.print(table)
    console.print(
        f"After the last round {results.accuracy[-1]:.1%} of the nodes name the largest digit, and "
        f"{results.agreement[-1]:.1%} of the pairs of nodes agree.",
        soft_wrap=True,
    )
