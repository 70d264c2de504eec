"""Flags of the loader: the number of steps that TensorBoard keeps."""

from __future__ import annotations

import argparse

import pytest

from tb_rnnviz.tensorboard.loader import RNNVizLoader


def flags(*arguments, **more):
    parser = argparse.ArgumentParser()
    RNNVizLoader().define_flags(parser)
    parsed = parser.parse_args(arguments)
    for name, value in more.items():
        setattr(parsed, name, value)
    RNNVizLoader().fix_flags(parsed)
    return parsed.samples_per_plugin


def test_every_step_of_small_values_and_fifty_of_large_ones_are_kept():
    assert flags(samples_per_plugin={}) == {"rnnviz": 0, "rnnviz_activity": 50}


def test_the_flag_sets_the_number_of_large_steps():
    assert flags("--rnnviz_activity_steps=7")["rnnviz_activity"] == 7
    assert flags("--rnnviz_activity_steps=0")["rnnviz_activity"] == 0


def test_an_explicit_samples_per_plugin_takes_precedence():
    chosen = {"rnnviz_activity": 3, "images": 2}
    assert flags("--rnnviz_activity_steps=7", samples_per_plugin=chosen) == {
        "images": 2,
        "rnnviz": 0,
        "rnnviz_activity": 3,
    }
    assert chosen == {"rnnviz_activity": 3, "images": 2}


@pytest.mark.parametrize("odd", [None, {}])
def test_missing_samples_per_plugin_are_set(odd):
    assert flags(samples_per_plugin=odd)["rnnviz_activity"] == 50
