"""Shared vocabulary: names, statistics, findings, numbers in JSON, threads."""
