import pytest

from trainer.neuron_ranges import format_neurons, parse_neurons


@pytest.mark.parametrize(
    ("text", "neurons"),
    [
        ("3", (3,)),
        ("3,7:9", (3, 7, 8, 9)),
        (" 7:9 , 23,38 ", (7, 8, 9, 23, 38)),
        ("5:5", (5,)),
        ("9,7:9", (9, 7, 8)),
        (4, (4,)),
        ("auto", "auto"),
    ],
)
def test_ranges_are_inclusive_and_each_neuron_is_listed_once(text, neurons):
    assert parse_neurons(text) == neurons


@pytest.mark.parametrize("text", ["", "a", "1,,2", "9:7", "-1", "1:2:3", "1.5"])
def test_an_invalid_list_of_neurons_raises_an_error(text):
    with pytest.raises(ValueError, match="Allowed: indices from 0 and ranges that go up"):
        parse_neurons(text)


@pytest.mark.parametrize("neurons", [(), (0,), (3, 7, 8, 9), (9, 8, 1)])
def test_formatting_is_the_inverse_of_parsing(neurons):
    text = format_neurons(neurons)
    assert (parse_neurons(text) if text else ()) == neurons
