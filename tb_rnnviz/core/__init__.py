"""Vocabulary shared by every room: names, statistics, findings, JSON, threads; NumPy alone."""
