"""Example `sensors`: a GRU forecasts a signal that depends on a hidden load."""
