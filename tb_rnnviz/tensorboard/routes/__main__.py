"""Prints query and answer of every route as Markdown."""

from __future__ import annotations

from tb_rnnviz.tensorboard.routes import contract

print(contract())
