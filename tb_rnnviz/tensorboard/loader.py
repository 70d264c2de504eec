"""Entry point of TensorBoard, which imports it at every start: keep it light."""

from __future__ import annotations

import argparse
import os
import re
import sys

from tensorboard.plugins import base_plugin

SMALL = "rnnviz"
LARGE = "rnnviz_activity"

STEPS_IN_MEMORY = 1
"""Steps that TensorBoard keeps of runs in local directories."""

LARGE_STEPS_ELSEWHERE = 50
"""Steps of large values that TensorBoard keeps of other runs."""

_URL = re.compile(r"[a-zA-Z][0-9a-zA-Z.+-]*://")


class RNNVizLoader(base_plugin.TBLoader):
    """Sets how many steps TensorBoard keeps in memory, and loads the plugin."""

    def define_flags(self, parser):
        """Adds the flag `--rnnviz_activity_steps`, which has no effect any more."""
        parser.add_argument_group("RNN-Viz").add_argument(
            "--rnnviz_activity_steps", type=int, default=None, help=argparse.SUPPRESS
        )

    def fix_flags(self, flags):
        """Sets the number of steps that TensorBoard keeps, unless the user has set it."""
        if getattr(flags, "rnnviz_activity_steps", None) is not None:
            sys.stderr.write(
                "--rnnviz_activity_steps is no longer needed: RNN-Viz reads every step from the "
                "event files.\n"
            )
        samples = dict(getattr(flags, "samples_per_plugin", None) or {})
        is_local = bool(local_log_directories(flags))
        samples.setdefault(SMALL, STEPS_IN_MEMORY if is_local else 0)
        samples.setdefault(LARGE, STEPS_IN_MEMORY if is_local else LARGE_STEPS_ELSEWHERE)
        flags.samples_per_plugin = samples

    def load(self, context):
        """Imports and returns the plugin."""
        from tb_rnnviz.tensorboard.plugin import RNNVizPlugin

        return RNNVizPlugin(context)


def local_log_directories(flags):
    """Returns the log directories of TensorBoard and the prefixes of their runs.

    Args:
        flags: Flags of TensorBoard, or `None`.

    Returns:
        A list of pairs of an absolute path and a name, `None` for no name. It is empty if
        TensorBoard reads anything that is not a local directory.

    Example:
        >>> local_log_directories(argparse.Namespace(logdir="/logs"))
        [('/logs', None)]
        >>> local_log_directories(argparse.Namespace(logdir="", logdir_spec="a:/x,/y"))
        [('/x', 'a'), ('/y', None)]
        >>> local_log_directories(argparse.Namespace(logdir="gs://bucket"))
        []
    """
    if getattr(flags, "grpc_data_provider", ""):
        return []
    logdir, spec = getattr(flags, "logdir", ""), getattr(flags, "logdir_spec", "")
    directories = [(logdir, None)] if logdir else [_named(part) for part in (spec or "").split(",")]
    if not all(path and not _URL.match(path) for path, _ in directories):
        return []
    return [(os.path.abspath(os.path.expanduser(path)), name) for path, name in directories]


def _named(specification):
    """Splits a part of `--logdir_spec`, `name:path` or `path`, as TensorBoard does."""
    is_path = not specification or specification[0] == "/" or os.path.splitdrive(specification)[0]
    if is_path or _URL.match(specification) or ":" not in specification:
        return specification, None
    name, _, path = specification.partition(":")
    return path, name
