"""HTTP routes, one module each.

`python -m tb_rnnviz.tensorboard.routes` prints their description.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from tb_rnnviz.tensorboard.route import Route


def all_routes() -> dict[str, Route]:
    """Returns the `ROUTE` of every module in this package by the name of the module."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    return {
        name: import_module(f"{__name__}.{name}").ROUTE
        for name in names
        if not name.startswith("_")
    }


def contract() -> str:
    """Returns a Markdown page of all routes, made of their docstrings."""
    sections = []
    for name, route in all_routes().items():
        required = [f"`{parameter}`" for parameter in route.required]
        optional = [f"optional `{parameter}`" for parameter in route.optional]
        docstring = (import_module(f"{__name__}.{name}").__doc__ or "").strip()
        query = ", ".join([*required, *optional]) or "none"
        sections.append(f"## /{name}\nQuery: {query}\n\n{docstring}\n")
    return "\n".join(sections)
