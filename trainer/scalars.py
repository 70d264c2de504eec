"""Numbers that TensorBoard shows as curves."""

import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from tensorboard.compat.proto import event_pb2, summary_pb2

from tb_rnnviz.log_format.event_file import EventFile


def write_scalars(directory: Path, values: Iterable[tuple[int, str, float]]) -> None:
    """Writes numbers to a new event file.

    Args:
        directory: Directory of the run.
        values: Step, tag and number of each.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with closing(EventFile(directory)) as file:
        for step, tag, number in values:
            value = summary_pb2.Summary.Value(tag=tag, simple_value=number)
            summary = summary_pb2.Summary(value=[value])
            file.append(event_pb2.Event(step=step, wall_time=time.time(), summary=summary))
