"""TensorBoard's side: loader, HTTP routes, cached reads, analysis on request.

The package imports nothing, because the process that evaluates features needs little of it.
"""
