"""Dynamics of recurrent layers: fixed points, stability, Lyapunov exponents."""

from tb_rnnviz.state_space.dynamics import Dynamics, dynamics

__all__ = ["Dynamics", "dynamics"]
