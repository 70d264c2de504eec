from pathlib import Path

import pytest
import yaml

from trainer.config import Config
from trainer.errors import UserError
from trainer.experiment import dump_experiment, load_experiment, revise

CONFIGS = sorted(Path(__file__).parents[2].joinpath("configs").glob("*_*.yaml"))


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "mine.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def options(mapping, prefix=""):
    for key, value in mapping.items():
        if isinstance(value, dict):
            yield from options(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_experiment_file_lists_every_option(path):
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert list(options(written)) == list(options(Config().model_dump()))
    assert load_experiment(path).name == path.stem


def test_there_is_an_experiment_for_every_kind_of_network():
    assert [path.stem for path in CONFIGS] == [
        "char_lstm",
        "char_rnn",
        "code_lstm",
        "mingru_char",
        "multi_zone_char",
        "slstm_char",
        "word_lstm",
    ]


def test_every_option_is_described():
    for section in Config.model_fields.values():
        if isinstance(section.default, type(Config())) or section.default is None:
            continue
        documented = section.default.__doc__
        for name in type(section.default).model_fields:
            assert f"\n        {name}: " in documented or f"\n    {name}: " in documented, name


def test_missing_options_have_their_defaults(write):
    config = load_experiment(write("training: {eta: 1e-2}"))
    assert config.training.eta == 0.01
    assert config.training.batch_size == Config().training.batch_size
    assert config.name == "mine"


def test_an_error_for_an_unknown_option_lists_the_known_ones_and_the_closest(write):
    with pytest.raises(UserError) as caught:
        load_experiment(write("training: {batchsize: 3}"))
    message = str(caught.value)
    assert "training.batchsize is unknown. Did you mean batch_size?" in message
    assert all(name in message for name in type(Config().training).model_fields)


def test_an_error_for_an_unknown_section_lists_the_sections(write):
    with pytest.raises(UserError, match="trainin is unknown. Did you mean training\\?.*corpus"):
        load_experiment(write("trainin: {}"))


def test_one_error_lists_all_invalid_options(write):
    with pytest.raises(UserError) as caught:
        load_experiment(write("model: {dropout: 2}\ntraining: {optimizer: magic, n_epochs: 0}"))
    message = str(caught.value)
    assert "model.dropout" in message and "Received: 2" in message
    assert "'adam'" in message and "Received: 'magic'" in message
    assert "training.n_epochs" in message


@pytest.mark.parametrize(
    ("override", "read"),
    [
        ("training.eta=1e-3", lambda config: config.training.eta == 1e-3),
        ("display.neurons=7:9", lambda config: config.display.neurons == (7, 8, 9)),
        ("display.neurons=4", lambda config: config.display.neurons == (4,)),
        ("corpus.files=[a, b]", lambda config: config.corpus.files == ("a", "b")),
        ("model.n_hidden_neurons=auto", lambda config: config.model.n_hidden_neurons == "auto"),
        ("synthesis.prompt='1'", lambda config: config.synthesis.prompt == "1"),
        ("corpus.characters=null", lambda config: config.corpus.characters is None),
    ],
)
def test_an_override_is_yaml(write, override, read):
    assert read(load_experiment(write("training: {}"), [override]))


@pytest.mark.parametrize("override", ["training.eta", "=3", "training.eta.x=3", "name='"])
def test_an_invalid_override_raises_an_error(write, override):
    with pytest.raises(UserError, match="--set"):
        load_experiment(write("training: {eta: 0.1}"), [override])


@pytest.mark.parametrize("content", ["", "[1]", "a: [", "training: 3"])
def test_a_file_that_is_no_experiment_raises_an_error(write, content):
    with pytest.raises(UserError, match="mine.yaml"):
        load_experiment(write(content))


def test_a_missing_file_raises_an_error(tmp_path):
    with pytest.raises(UserError, match="none.yaml: No such file"):
        load_experiment(tmp_path / "none.yaml")


def test_an_experiment_survives_writing_and_reading(write):
    config = load_experiment(write("display: {neurons: '3, 7:9'}\nsynthesis: {prompt: 'é\n'}"))
    assert load_experiment(write(dump_experiment(config))) == config


def test_revised_options_are_validated():
    assert revise(Config(), {"training.n_epochs": 3}).training.n_epochs == 3
    with pytest.raises(UserError, match="training.n_epochs"):
        revise(Config(), {"training.n_epochs": 0})
