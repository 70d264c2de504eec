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
"""Steps that TensorBoard keeps of runs whose event files the plugin reads."""

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
        directories = log_directories(flags)
        samples = dict(getattr(flags, "samples_per_plugin", None) or {})
        samples.setdefault(SMALL, STEPS_IN_MEMORY if directories else 0)
        samples.setdefault(LARGE, STEPS_IN_MEMORY if directories else LARGE_STEPS_ELSEWHERE)
        flags.samples_per_plugin = samples
        _let_tensorboard_open([path for path, _ in directories])

    def load(self, context):
        """Imports and returns the plugin."""
        from tb_rnnviz.tensorboard.plugin import RNNVizPlugin

        return RNNVizPlugin(context)


def log_directories(flags):
    """Returns the directories that the plugin reads, and the prefixes of their runs.

    Args:
        flags: Flags of TensorBoard, or `None`.

    Returns:
        A list of pairs of an absolute path or a URL and a name, `None` for no name. It is empty if
        TensorBoard reads anything that the plugin cannot open.

    Example:
        >>> log_directories(argparse.Namespace(logdir="/logs"))
        [('/logs', None)]
        >>> log_directories(argparse.Namespace(logdir="", logdir_spec="a:/x,/y"))
        [('/x', 'a'), ('/y', None)]
        >>> log_directories(argparse.Namespace(logdir="unknown://bucket"))
        []
    """
    if getattr(flags, "grpc_data_provider", ""):
        return []
    logdir, spec = getattr(flags, "logdir", ""), getattr(flags, "logdir_spec", "")
    directories = [(logdir, None)] if logdir else [_named(part) for part in (spec or "").split(",")]
    if not all(path and (not _URL.match(path) or _has_fsspec(path)) for path, _ in directories):
        return []
    return [
        (path if _URL.match(path) else os.path.abspath(os.path.expanduser(path)), name)
        for path, name in directories
    ]


def _has_fsspec(url):
    """Returns true if fsspec and its package for the scheme of a URL are installed."""
    try:
        import fsspec

        fsspec.get_filesystem_class(url.partition("://")[0])
    except (ImportError, ValueError):
        return False
    return True


def _let_tensorboard_open(paths):
    """Lets TensorBoard open URLs that TensorFlow does not know.

    It uses its own file layer, as it does by itself where TensorFlow is not installed; with
    TensorFlow it would end with an error.
    """
    schemes = {path.partition("://")[0] for path in paths if _URL.match(path)}
    if not schemes:
        return
    from tensorboard.compat import tensorflow_stub, tf

    if tf.__version__ != "stub" and not schemes <= set(tf.io.gfile.get_registered_schemes()):
        # A lazy module that has copied the names of TensorFlow: all of TensorBoard looks them up.
        vars(tf).update(vars(tensorflow_stub))


def _named(specification):
    """Splits a part of `--logdir_spec`, `name:path` or `path`, as TensorBoard does."""
    is_path = not specification or specification[0] == "/" or os.path.splitdrive(specification)[0]
    if is_path or _URL.match(specification) or ":" not in specification:
        return specification, None
    name, _, path = specification.partition(":")
    return path, name
