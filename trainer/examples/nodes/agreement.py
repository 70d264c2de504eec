"""Accuracy and agreement of nodes, round by round."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.examples.nodes.digit_graphs import DigitGraphs


@dataclass(frozen=True)
class RoundResults:
    """Results of each round, all (rounds,) and of 0 to 1.

    Attributes:
        accuracy: Share of nodes that name the largest digit of their graph.
        informed: Share of nodes that news of this digit has reached.
        informed_accuracy: Share of these that name it.
        agreement: Share of pairs of nodes of a graph that name the same digit.
    """

    accuracy: NDArray[np.float64]
    informed: NDArray[np.float64]
    informed_accuracy: NDArray[np.float64]
    agreement: NDArray[np.float64]


def round_results(answers: NDArray[np.integer], graphs: DigitGraphs) -> RoundResults:
    """Compares the digits that nodes name with the largest of their graph.

    Args:
        answers: Digits, (graphs x nodes, rounds), as the network gives them.
        graphs: The graphs.
    """
    number, rounds, nodes, _ = graphs.delivered.shape
    by_graph = answers.reshape(number, nodes, rounds).swapaxes(1, 2)
    is_right = by_graph == graphs.largest[:, None, None]
    informed = graphs.informed()
    return RoundResults(
        is_right.mean(axis=(0, 2)),
        informed.mean(axis=(0, 2)),
        (is_right & informed).sum(axis=(0, 2)) / informed.sum(axis=(0, 2)),
        agreement(by_graph),
    )


def agreement(answers: NDArray[np.integer]) -> NDArray[np.float64]:
    """Returns the share of pairs of nodes that name the same digit.

    Args:
        answers: Digits, (graphs, rounds, nodes).

    Returns:
        Shares by round, (rounds,).

    Example:
        >>> agreement(np.array([[[1, 2, 3, 3], [3, 3, 3, 3]]])).round(2).tolist()
        [0.17, 1.0]
    """
    nodes = answers.shape[-1]
    is_same = answers[..., :, None] == answers[..., None, :]
    first, second = np.triu_indices(nodes, 1)
    return is_same[..., first, second].mean(axis=(0, 2), dtype=float)
