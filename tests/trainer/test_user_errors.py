"""Mistakes of the user end with exit code 2 and a message; nothing is written."""

import pytest


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "needs an experiment or a run"),
        (["none.yaml"], "Cannot read the experiment none.yaml"),
        (["{small}/small.yaml"], "--corpus FILE_OR_GLOB"),
        (["{small}/small.yaml", "--corpus", "{small}/none*"], "matches no file"),
        (["{small}/small.yaml", "--set", "training.epoch=1"], "Did you mean n_epochs?"),
        (["{small}/small.yaml", "--set", "training.epochs"], "--set takes key.path=value"),
        (["{small}/small.yaml", "--epochs", "0"], "training.n_epochs"),
        (["{small}/small.yaml", "--neurons", "9:7"], "'9:7' is no neuron"),
        (["{small}/small.yaml", "--set", "recording.band=[0, 3]"], "0 <= low <= high <= 0.5"),
        (["--resume", "{small}"], "is no run: it has no model.keras, vocabulary.json"),
    ],
)
def test_invalid_arguments_of_train(refused, small, words, message):
    assert message in refused("train", *(word.format(small=small) for word in words))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--name", "a/b"], "A run's name is one directory's name. Received: 'a/b'"),
        (["--set", "training.seq_length=500"], "The corpus is too short"),
        (["--neurons", "3,6:7"], "has no neurons 6:7. Allowed: 0:5"),
        (["--layer", "2"], "no recurrent layer 2. Allowed for display.layer: 1 (lstm)"),
        (["--quantity", "update_gate"], "display.quantity: "),
        (["--set", "recording.quantities=[x]"], "recording.quantities: "),
        (["--set", "recording.features=none.yaml"], "recording.features: "),
        (["--prompt", "Ж"], "The prompt holds tokens outside the vocabulary: ['Ж']"),
        (["--set", "recording.probe_text=Ж"], "recording.probe_text holds tokens outside"),
        (["--set", "recording.probe_text=T"], "two tokens at least"),
        (["--set", "embedding.file=none.txt"], "no file of vectors at none.txt"),
    ],
)
def test_invalid_options_of_train_with_a_corpus(refused, small, tmp_path, options, message):
    train = ["train", small / "small.yaml", "--corpus", small / "text.txt", "--log-dir", tmp_path]
    assert message in refused(*train, *options)
    assert not list(tmp_path.iterdir())


def test_bytes_that_are_not_utf8(refused, small, tmp_path):
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9 " * 50)
    assert "latin.txt is not UTF-8: byte 0xe9 at position 3" in refused(
        "train", small / "small.yaml", "--corpus", tmp_path / "latin.txt"
    )


def test_an_empty_corpus(refused, small, tmp_path):
    (tmp_path / "empty.txt").touch()
    assert "The corpus is empty" in refused(
        "train", small / "small.yaml", "--corpus", tmp_path / "empty.txt"
    )


def test_generate_from_a_directory_that_is_no_run(refused, small, trained):
    assert "Runs in" in (message := refused("generate", small / "logs" / "none"))
    assert "small" in message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--prompt", "Жo"], "The prompt holds tokens outside the vocabulary: ['Ж']"),
        (["--prompt", ""], "The prompt is empty"),
        (["--neurons", "6"], "has no neurons 6. Allowed: 0:5"),
        (["--quantity", "pre_activation"], "display.quantity: "),
        (["--length", "0"], "synthesis.length_synthesized_text"),
        (["--temperature", "-1"], "synthesis.temperature"),
    ],
)
def test_invalid_options_of_generate(refused, trained, options, message):
    assert message in refused("generate", trained[0], *options)
