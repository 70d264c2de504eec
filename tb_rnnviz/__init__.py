"""RNN-Viz: see what a recurrent network does, token by token, inside TensorBoard.

Importing the package is free: each public name loads its module on first use.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOME = {
    "Ablation": "tb_rnnviz.capture.ablation",
    "Budget": "tb_rnnviz.callbacks",
    "Generation": "tb_rnnviz.recording",
    "Probe": "tb_rnnviz.recording",
    "RNNVizCallback": "tb_rnnviz.callbacks",
    "Recording": "tb_rnnviz.recording",
    "ablate": "tb_rnnviz.capture.ablation",
    "generate": "tb_rnnviz.capture.generate",
    "load": "tb_rnnviz.log_format",
    "load_features": "tb_rnnviz.features",
    "record": "tb_rnnviz.capture.record",
    "sow": "tb_rnnviz.capture.sow",
}
_ROOMS = ("analysis", "capture", "features", "log_format", "recording")

__all__ = [*_HOME, "analysis", "features"]


def __getattr__(name):
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}. Public names: {__all__}")


def __dir__():
    return sorted([*globals(), *__all__])
