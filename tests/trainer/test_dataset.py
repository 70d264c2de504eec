import numpy as np
import pytest

from trainer.config import Config
from trainer.dataset import prepare_dataset, sequences
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


def test_the_end_is_held_out_and_the_vocabulary_is_that_of_the_rest(config):
    dataset = prepare_dataset(config)
    assert dataset.tokenizer.vocabulary == (RARE, "a", "b")
    assert len(dataset.training) == 80 and len(dataset.validation) == 20
    assert not dataset.validation.any()


def test_flipped_input_is_read_from_the_end(config):
    flipped = prepare_dataset(revise(config, {"corpus.flip_input": True}))
    assert flipped.tokenizer.decode(flipped.training[:4]) == "\nccc"


def test_the_tokenizer_of_a_saved_model_is_used(config):
    tokenizer = prepare_dataset(config).tokenizer
    flipped = revise(config, {"corpus.flip_input": True})
    assert prepare_dataset(flipped, tokenizer).tokenizer is tokenizer


def test_the_error_for_a_short_corpus_states_its_length(config):
    with pytest.raises(UserError, match="100 characters give 80 .* and 20 .*seq_length=30"):
        prepare_dataset(revise(config, {"training.seq_length": 30}))


def test_targets_are_inputs_one_token_later():
    inputs, targets = sequences(np.arange(12), 4, offset=2)
    assert inputs.tolist() == [[2, 3, 4, 5], [6, 7, 8, 9]]
    np.testing.assert_array_equal(targets, inputs + 1)


def test_the_baseline_is_scored_on_the_targets_of_the_model(config):
    dataset = prepare_dataset(config)
    inputs, targets = dataset.validation_sequences()
    assert inputs.shape == targets.shape == (1, 16)
    # Every target is id 0, never seen: the unigram leaves it D x 2/80 x 1/3 with D = 0.5.
    assert dataset.baseline(1) == pytest.approx(-np.log(0.5 * 2 / 80 / 3))
