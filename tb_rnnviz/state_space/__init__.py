"""Dynamics of recurrent layers: fixed points, stability, Lyapunov exponents."""

from tb_rnnviz.state_space.dynamics import Dynamics, dynamics, measure_dynamics

__all__ = ["Dynamics", "dynamics", "measure_dynamics"]
