"""Steps stored at full size: early ones, the last one, and evenly spaced ones."""

from __future__ import annotations

import math

import pytest

from tb_rnnviz.callbacks.recording_plan import recording_stride, spread_steps


@pytest.mark.parametrize("total", range(1, 40))
def test_however_few_fit_the_last_stays_and_early_and_even_ones_do(total):
    for most in range(1, total + 5):
        steps = spread_steps(total, most)
        assert steps == sorted(set(steps)) and len(steps) <= most
        assert steps[-1] == total - 1 and steps[0] >= 0
        if most >= total:
            assert steps == list(range(total))
        if most >= 2:
            assert steps[0] == 0
        if 2 <= most < total:
            gap = max(b - a for a, b in zip(steps, steps[1:], strict=False))
            assert gap <= -(-(total - 1) // (most - 1 - most // 3))
        if 6 <= most < total:
            assert steps[:2] == [0, 1]


def test_nearly_all_places_are_taken():
    for total in (50, 100, 1000):
        for most in range(1, 50):
            assert len(spread_steps(total, most)) >= most - 3


def test_no_place_keeps_nothing():
    assert spread_steps(10, 0) == []


def test_a_stride_that_doubles_lasts_longer_than_the_places_do():
    for most in (1, 2, 7, 32):
        steps = []
        for index in range(10_000):
            if len(steps) < most and index % recording_stride(most, len(steps)) == 0:
                steps.append(index)
        assert steps[: most // 2] == list(range(most // 2))
        assert len(steps) == most
        assert steps[-1] >= 0.6 * most * math.log2(most) / 2
