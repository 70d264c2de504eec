"""The Keras callback: record, analyse, write, within a budget."""

from tb_rnnviz.callbacks.attributions import Attributions
from tb_rnnviz.callbacks.budget import Budget
from tb_rnnviz.callbacks.callback import RNNVizCallback
from tb_rnnviz.callbacks.layer_dynamics import DynamicsOptions

__all__ = ["Attributions", "Budget", "DynamicsOptions", "RNNVizCallback"]
