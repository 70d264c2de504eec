"""RNN-Viz: see what a recurrent network does, token by token, inside TensorBoard.

Importing the package is free: each public name loads its module on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tb_rnnviz import analysis as analysis
    from tb_rnnviz import features as features
    from tb_rnnviz.callbacks import Attributions as Attributions
    from tb_rnnviz.callbacks import Budget as Budget
    from tb_rnnviz.callbacks import DynamicsOptions as DynamicsOptions
    from tb_rnnviz.callbacks import RNNVizCallback as RNNVizCallback
    from tb_rnnviz.capture.ablation import Ablation as Ablation
    from tb_rnnviz.capture.ablation import ablate as ablate
    from tb_rnnviz.capture.attribution import Attribution as Attribution
    from tb_rnnviz.capture.attribution import attribute as attribute
    from tb_rnnviz.capture.generate import generate as generate
    from tb_rnnviz.capture.gradient_flow import GradientFlow as GradientFlow
    from tb_rnnviz.capture.gradient_flow import gradient_flow as gradient_flow
    from tb_rnnviz.capture.gradients import Gradients as Gradients
    from tb_rnnviz.capture.gradients import gradients as gradients
    from tb_rnnviz.capture.record import record as record
    from tb_rnnviz.capture.sow import sow as sow
    from tb_rnnviz.capture.sow_matrix import sow_matrix as sow_matrix
    from tb_rnnviz.core.finding import Finding as Finding
    from tb_rnnviz.core.matrix_axes import MatrixAxes as MatrixAxes
    from tb_rnnviz.corpus.run_survey import survey as survey
    from tb_rnnviz.corpus.survey import Survey as Survey
    from tb_rnnviz.features import load_features as load_features
    from tb_rnnviz.log_format import DamagedRecordError as DamagedRecordError
    from tb_rnnviz.log_format import compact as compact
    from tb_rnnviz.log_format import load as load
    from tb_rnnviz.probe import Probe as Probe
    from tb_rnnviz.recording import Generation as Generation
    from tb_rnnviz.recording import Recording as Recording
    from tb_rnnviz.report.find import find as find
    from tb_rnnviz.state_space import Dynamics as Dynamics
    from tb_rnnviz.state_space import dynamics as dynamics

__version__ = "0.1.0"

_HOME = {
    "Ablation": "tb_rnnviz.capture.ablation",
    "Attribution": "tb_rnnviz.capture.attribution",
    "Attributions": "tb_rnnviz.callbacks",
    "Budget": "tb_rnnviz.callbacks",
    "DamagedRecordError": "tb_rnnviz.log_format",
    "Dynamics": "tb_rnnviz.state_space",
    "DynamicsOptions": "tb_rnnviz.callbacks",
    "Finding": "tb_rnnviz.core.finding",
    "Generation": "tb_rnnviz.recording",
    "GradientFlow": "tb_rnnviz.capture.gradient_flow",
    "Gradients": "tb_rnnviz.capture.gradients",
    "MatrixAxes": "tb_rnnviz.core.matrix_axes",
    "Probe": "tb_rnnviz.probe",
    "RNNVizCallback": "tb_rnnviz.callbacks",
    "Recording": "tb_rnnviz.recording",
    "Survey": "tb_rnnviz.corpus.survey",
    "ablate": "tb_rnnviz.capture.ablation",
    "attribute": "tb_rnnviz.capture.attribution",
    "compact": "tb_rnnviz.log_format",
    "dynamics": "tb_rnnviz.state_space",
    "find": "tb_rnnviz.report.find",
    "generate": "tb_rnnviz.capture.generate",
    "gradient_flow": "tb_rnnviz.capture.gradient_flow",
    "gradients": "tb_rnnviz.capture.gradients",
    "load": "tb_rnnviz.log_format",
    "load_features": "tb_rnnviz.features",
    "record": "tb_rnnviz.capture.record",
    "sow": "tb_rnnviz.capture.sow",
    "sow_matrix": "tb_rnnviz.capture.sow_matrix",
    "survey": "tb_rnnviz.corpus.run_survey",
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
