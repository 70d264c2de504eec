import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.colors import Palette, contrast


@pytest.mark.parametrize(
    ("palette", "value", "color"),
    [
        (Palette(), 0.0, (0, 0, 0)),
        (Palette(), 0.75, (191, 0, 0)),
        (Palette(), -0.75, (0, 0, 191)),
        (Palette(dark=False), 0.0, (255, 255, 255)),
        (Palette(dark=False), 0.75, (255, 64, 64)),
        (Palette(dark=False), -0.75, (64, 64, 255)),
        (Palette(positive="blue"), 0.75, (0, 0, 191)),
        (Palette(positive="blue"), -0.75, (191, 0, 0)),
        (Palette(limit=20.0), 10.0, (127, 0, 0)),
    ],
)
def test_red_is_positive_and_blue_negative_unless_reversed(palette, value, color):
    assert palette.background(value) == color


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("value", [1.5, np.inf])
def test_activity_beyond_the_limit_is_clamped(dark, value):
    palette = Palette(dark)
    assert palette.background(value) == palette.background(1.0)
    assert palette.background(-value) == palette.background(-1.0)


def test_nan_has_no_colour():
    assert Palette().background(np.nan) is None
    assert Palette().style(np.nan).bgcolor is None


@given(value=st.floats(-1, 1), dark=st.booleans())
def test_text_is_readable_on_every_colour(value, dark):
    style = Palette(dark).style(value)
    assert contrast(tuple(style.color.triplet), tuple(style.bgcolor.triplet)) >= 4.5
