"""Graphs whose nodes see one digit each, and the messages that get through."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

TEST_PROPORTION = 0.2
"""Share of the images that only held-out graphs have."""


@dataclass(frozen=True)
class DigitGraphs:
    """Graphs of nodes, with a digit each.

    Attributes:
        images: Pixels of 0 to 1, float32 (graphs, nodes, 64).
        digits: Digit of each image, integers (graphs, nodes).
        adjacency: Boolean (graphs, nodes, nodes), true between neighbours.
        delivered: Boolean (graphs, rounds, nodes, nodes), true at [g, r, i, j] if node i gets the
            message of its neighbour j in round r.
    """

    images: NDArray[np.float32]
    digits: NDArray[np.int64]
    adjacency: NDArray[np.bool_]
    delivered: NDArray[np.bool_]

    @property
    def largest(self) -> NDArray[np.int64]:
        """Largest digit of each graph, (graphs,)."""
        return self.digits.max(axis=1)

    def distances(self) -> NDArray[np.int64]:
        """Returns the edges from each node to the next that sees the largest digit.

        Returns:
            Integers (graphs, nodes).
        """
        reached = self.digits == self.largest[:, None]
        distances = np.where(reached, 0, self.digits.shape[1])
        for distance in range(1, self.digits.shape[1]):
            reached = reached | (self.adjacency & reached[:, None]).any(axis=2)
            distances = np.minimum(distances, np.where(reached, distance, distances))
        return distances

    def informed(self) -> NDArray[np.bool_]:
        """Returns the nodes that news of the largest digit has reached.

        A message in round r holds what its sender knew after round r - 1; in the first round
        there is nothing to tell.

        Returns:
            Boolean (graphs, rounds, nodes).
        """
        reached = self.digits == self.largest[:, None]
        rounds = [reached]
        for delivered in self.delivered.swapaxes(0, 1)[1:]:
            reached = reached | (delivered & reached[:, None]).any(axis=2)
            rounds.append(reached)
        return np.stack(rounds, axis=1)

    def inputs(self) -> dict[str, NDArray[np.float32]]:
        """Returns the inputs of the network, one row per node.

        Returns:
            `digit` (graphs x nodes, 64), and `delivered` (graphs x nodes, rounds, nodes).
        """
        graphs, rounds, nodes, _ = self.delivered.shape
        by_node = self.delivered.transpose(0, 2, 1, 3).reshape(graphs * nodes, rounds, nodes)
        return {
            "digit": self.images.reshape(graphs * nodes, -1),
            "delivered": by_node.astype(np.float32),
        }

    def targets(self) -> NDArray[np.int32]:
        """Returns the largest digit for each node and round, (graphs x nodes, rounds)."""
        _, rounds, nodes, _ = self.delivered.shape
        return np.tile(np.repeat(self.largest, nodes)[:, None], rounds).astype(np.int32)


@dataclass(frozen=True)
class GraphOptions:
    """Options of drawn graphs.

    Attributes:
        graph: `ring`; `random`, a tree with some more edges; or `complete`.
        nodes: Nodes of a graph.
        rounds: Rounds of messages.
        loss: Probability that a message is lost.
    """

    graph: str
    nodes: int
    rounds: int
    loss: float


def draw_graphs(
    number: int, options: GraphOptions, random: np.random.Generator, held_out: bool = False
) -> DigitGraphs:
    """Draws graphs with the 8 x 8 digits of scikit-learn.

    The limit of the digits of a graph is drawn first, so that the largest digit is not 9 nearly
    always.

    Args:
        number: Number of graphs.
        options: Their options.
        random: Source of randomness.
        held_out: If true, the images are those that no other graph has. Defaults to false.
    """
    data = load_digits()
    order = np.random.default_rng(0).permutation(len(data.target))  # the same in every call
    first_held_out = int(len(order) * (1 - TEST_PROPORTION))
    part = order[first_held_out:] if held_out else order[:first_held_out]
    images, labels = (data.data[part] / 16).astype(np.float32), data.target[part]
    by_limit = [np.flatnonzero(labels <= limit) for limit in range(10)]
    chosen = np.stack(
        [random.choice(by_limit[random.integers(10)], options.nodes) for _ in range(number)]
    )
    adjacency = np.stack([_adjacency(options, random) for _ in range(number)])
    shape = number, options.rounds, options.nodes, options.nodes
    delivered = adjacency[:, None] & (random.random(shape) >= options.loss)
    return DigitGraphs(images[chosen], labels[chosen].astype(np.int64), adjacency, delivered)


def _adjacency(options: GraphOptions, random: np.random.Generator) -> NDArray[np.bool_]:
    nodes = options.nodes
    edges = np.zeros((nodes, nodes), bool)
    index = np.arange(nodes)
    if options.graph == "complete":
        edges[:] = True
    elif options.graph == "ring":
        edges[index, (index + 1) % nodes] = True
    else:
        for node in range(1, nodes):
            edges[node, random.integers(node)] = True
        edges |= random.random(edges.shape) < 1 / nodes**2
    edges |= edges.T
    np.fill_diagonal(edges, False)
    return edges
