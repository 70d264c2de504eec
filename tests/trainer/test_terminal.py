import io

import numpy as np
import pytest

from trainer.colors import Palette
from trainer.terminal import activity_table, color_ramp, coloured_text, make_console, visible_token


def shown(renderable, color="always", width=80):
    file = io.StringIO()
    console = make_console(color, file)
    console.width = width
    console.print(renderable)
    return file.getvalue()


def test_a_token_stands_on_the_colour_of_its_value():
    assert shown(coloured_text(["a"], [0.75], Palette())) == (
        "\x1b[38;2;255;255;255;48;2;191;0;0ma\x1b[0m\n"
    )


def test_a_light_theme_has_dark_text():
    assert shown(coloured_text(["a"], [-0.5], Palette(dark=False))) == (
        "\x1b[38;2;0;0;0;48;2;128;128;255ma\x1b[0m\n"
    )


def test_the_prompt_is_underlined():
    text = shown(coloured_text(["a", "b"], [0.0, 0.0], Palette(), prompt_tokens=1))
    assert "\x1b[4;38;2" in text.split("a")[0] and "\x1b[38;2" in text.split("a")[1]


def test_newlines_are_visible_and_break_the_line():
    assert shown(coloured_text(["a", "\n", "b"], [0.0] * 3, Palette()), "never") == "a\\n\nb\n"


def test_no_token_can_move_the_cursor():
    assert visible_token("\x1b[2J\r\t\x00") == "\\x1b[2J\\r\\t\\x00"


def test_long_text_wraps_without_losing_anything():
    tokens = ["word", " "] * 40
    lines = shown(coloured_text(tokens, np.zeros(80), Palette()), "never", width=30).splitlines()
    assert max(map(len, lines)) <= 30
    assert "".join(lines).replace(" ", "") == "word" * 40


def test_the_legend_runs_from_minus_to_plus_the_limit_and_names_the_extremes():
    text = shown(color_ramp(Palette(limit=2.0), -0.25, 1.5))
    assert text.startswith("-2.0 ") and "48;2;0;0;255m" in text and "48;2;255;0;0m" in text
    assert text.endswith(" 2.0   activity from -0.2 to 1.5\n")


def test_a_table_has_the_text_once_for_every_neuron_in_the_order_given():
    activity = np.array([[0.1, 0.2, 0.3], [-0.1, -0.2, -0.3]])
    text = shown(
        activity_table("lstm", ["x", "y"], activity, (2, 0), Palette(), reasons={0: "why"}), "never"
    )
    assert text.index("Neuron 2") < text.index("Neuron 0: why")
    assert text.count("xy") == 2 and "activity from -0.3 to 0.3" in text


@pytest.mark.parametrize("color", ["auto", "never"])
def test_colours_are_left_out_where_there_is_no_terminal(color):
    assert "\x1b" not in shown(coloured_text(["a"], [1.0], Palette()), color)
