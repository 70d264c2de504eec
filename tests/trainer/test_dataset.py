import numpy as np
import pytest

from trainer.config import Config
from trainer.dataset import prepare, sequences
from trainer.errors import UserError
from trainer.experiment import revise
from trainer.tokenizers import RARE


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("ab" * 40 + "c" * 19, encoding="utf-8")
    return revise(
        Config(),
        {
            "corpus.files": (str(path),),
            "corpus.validation_proportion": 0.2,
            "training.seq_length": 4,
        },
    )


def test_the_end_is_held_out_and_the_vocabulary_is_of_the_rest(config):
    data = prepare(config)
    assert data.tokenizer.vocabulary == (RARE, "a", "b")
    assert len(data.training) == 80 and len(data.validation) == 20
    assert not data.validation.any()


def test_flipped_input_is_read_from_the_end(config):
    flipped = prepare(revise(config, {"corpus.flip_input": True}))
    assert flipped.tokenizer.decode(flipped.training[:4]) == "\nccc"


def test_the_vocabulary_of_a_saved_model_is_kept(config):
    tokenizer = prepare(config).tokenizer
    assert prepare(revise(config, {"corpus.flip_input": True}), tokenizer).tokenizer is tokenizer


def test_a_corpus_that_is_too_short_says_how_long_it_is(config):
    with pytest.raises(UserError, match="100 characters give 80 .* and 20 .*seq_length=30"):
        prepare(revise(config, {"training.seq_length": 30}))


def test_targets_are_inputs_one_token_later():
    inputs, targets = sequences(np.arange(12), 4, offset=2)
    assert inputs.tolist() == [[2, 3, 4, 5], [6, 7, 8, 9]]
    np.testing.assert_array_equal(targets, inputs + 1)


def test_the_baseline_is_scored_on_the_targets_of_the_model(config):
    data = prepare(config)
    inputs, targets = data.validation_sequences()
    assert inputs.shape == targets.shape == (1, 16)
    # Every target is id 0, never seen: the unigram leaves it D x 2/80 x 1/3 with D = 0.5.
    assert data.baseline(1) == pytest.approx(-np.log(0.5 * 2 / 80 / 3))
