"""Fitting of one model of a study: stateful batches, early stopping, best weights."""

import keras
import numpy as np
import pytest

from trainer.errors import UserError
from trainer.study.config import Grid
from trainer.study.corpus_split import CorpusSplit, HeldOutText
from trainer.study.early_stopping import TimedEarlyStopping, loss_on
from trainer.study.fitting import _schedule, fit_model
from trainer.study.model_spec import ModelSpec, model_specs
from trainer.study.n_grams import n_gram_results
from trainer.study.networks import build_model
from trainer.study.stateful_batches import StatefulBatches
from trainer.tokenizers import Tokenizer


def text_of(characters: str) -> CorpusSplit:
    tokenizer = Tokenizer.fit("character", characters)
    ids = tokenizer.encode(characters)
    third = len(ids) // 5
    return CorpusSplit(
        tokenizer,
        ids[: 3 * third],
        HeldOutText(ids[3 * third : 4 * third]),
        HeldOutText(ids[4 * third :]),
    )


TEXT = text_of("the quick brown fox jumps over the lazy dog " * 40)
QUICK = Grid(epochs=2, n_nn_epochs=2, batch_size=8, seq_length=16, eta=0.01)


def test_batches_contain_every_character_once_in_order():
    ids = np.arange(103)
    batches = StatefulBatches(ids, batch_size=4, length=5)
    rows = np.concatenate([batches[k][0] for k in range(len(batches))], axis=1)
    targets = np.concatenate([batches[k][1] for k in range(len(batches))], axis=1)
    assert rows.tolist() == [list(range(25 * row, 25 * row + 25)) for row in range(4)]
    assert np.array_equal(targets, rows + 1)


def test_a_text_shorter_than_a_batch_raises_an_error():
    with pytest.raises(UserError, match="batch_size=4 streams of 4, which is less than"):
        StatefulBatches(np.arange(20), batch_size=4, length=5)


@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM", "GRU"])
def test_stateful_networks_carry_states_from_batch_to_batch(kind):
    spec, ids = ModelSpec(kind, 3, layers=2), np.arange(10)[None] % 4
    carried, stateless = build_model(spec, QUICK, 4, batch_size=1), build_model(spec, QUICK, 4)
    stateless.set_weights(carried.get_weights()[: len(stateless.weights)])
    for weight, source in zip(stateless.trainable_weights, carried.trainable_weights, strict=True):
        weight.assign(source)
    parts = [carried(ids[:, :5]), carried(ids[:, 5:])]
    whole = keras.ops.convert_to_numpy(stateless(ids))
    parts = np.concatenate([keras.ops.convert_to_numpy(part) for part in parts], axis=1)
    assert np.allclose(parts, whole, atol=1e-6)


def test_the_paper_variant_has_the_grus_and_weights_of_the_paper():
    keras.utils.set_random_seed(0)
    paper = QUICK.model_copy(update={"variant": "paper"})
    gru = build_model(ModelSpec("GRU", 5), paper, 7).get_layer("gru")
    assert gru.cell.reset_after is False
    for kind in ("SimpleRNN", "LSTM", "GRU"):
        for weight in build_model(ModelSpec(kind, 50), paper, 7).trainable_weights:
            values = keras.ops.convert_to_numpy(weight)
            assert 0.02 < np.abs(values).max() <= 0.08


def test_the_learning_rate_decays_after_ten_epochs_as_in_the_paper():
    rate = _schedule(Grid(eta=0.002, decay=0.95, decay_after=10))
    assert [rate(epoch, 1.0) for epoch in (0, 9)] == [0.002, 0.002]
    assert rate(10, 1.0) == pytest.approx(0.002 * 0.95)
    assert rate(49, 1.0) == pytest.approx(0.002 * 0.95**40)


def test_gradients_are_clipped_by_value_under_rmsprop():
    optimizer = build_model(ModelSpec("LSTM", 3), QUICK, 4).optimizer
    assert isinstance(optimizer, keras.optimizers.RMSprop)
    assert (optimizer.clipvalue, optimizer.rho) == (5.0, 0.95)


@pytest.mark.parametrize(
    "spec", [ModelSpec("LSTM", 8), ModelSpec("n-NN", 8, n=3)], ids=lambda e: e.name
)
def test_the_same_seed_gives_the_same_losses(spec):
    first, second, other = (fit_model(spec, QUICK, TEXT, seed, 600)[1] for seed in (3, 3, 4))
    assert np.allclose(first.curve, second.curve) and first.test == pytest.approx(second.test)
    assert first.test != pytest.approx(other.test)


def test_the_model_has_the_reported_loss_and_learns():
    model, result = fit_model(ModelSpec("GRU", 16), QUICK, TEXT, 0, 600)
    assert loss_on(model, TEXT.test) == pytest.approx(result.test)
    assert result.validation == min(validation for _, validation in result.curve)
    assert result.validation < np.log(len(TEXT.tokenizer))
    assert (result.stopped, result.epochs) == ("epochs", 2)
    assert result.updates == 2 * len(StatefulBatches(TEXT.training, 8, 16))


def test_a_model_without_time_is_trained_on_one_batch_and_evaluated():
    result = fit_model(ModelSpec("LSTM", 4), QUICK, TEXT, 0, 0.0)[1]
    assert (result.stopped, result.updates, result.epochs) == ("time", 1, 1)
    assert 0 < result.test < 10


def test_patience_ends_training_and_the_best_weights_are_restored():
    grid = Grid(epochs=500, patience=2, batch_size=8, seq_length=16, eta=0.3, min_delta=0.0)
    model, result = fit_model(ModelSpec("SimpleRNN", 8), grid, TEXT, 0, 600)
    assert result.stopped == "patience" and result.epochs < 500
    losses = [validation for _, validation in result.curve]
    assert loss_on(model, TEXT.validation) == pytest.approx(result.validation)
    assert result.best_epoch == 0 or result.validation == losses[result.best_epoch - 1]


def test_decreases_below_min_delta_do_not_count():
    grid = QUICK.model_copy(update={"epochs": 50, "min_delta": 10.0, "patience": 3})
    result = fit_model(ModelSpec("SimpleRNN", 8), grid, TEXT, 0, 600)[1]
    assert (result.stopped, result.epochs, result.best_epoch) == ("patience", 3, 3)


def test_a_nan_loss_ends_training():
    model = build_model(ModelSpec("SimpleRNN", 4), QUICK, len(TEXT.tokenizer), batch_size=8)
    stateless = build_model(ModelSpec("SimpleRNN", 4), QUICK, len(TEXT.tokenizer))
    stopping = TimedEarlyStopping(stateless, TEXT.validation, 600, patience=9)

    class Poison(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            if batch == 2:
                weight = self.model.trainable_weights[0]
                weight.assign(weight * np.nan)

    batches = StatefulBatches(TEXT.training, 8, 16)
    model.fit(batches, epochs=5, shuffle=False, verbose=0, callbacks=[Poison(), stopping])
    assert (stopping.stopped, stopping.best_epoch) == ("diverged", 0)
    assert np.isfinite(loss_on(stateless, TEXT.test))


def test_small_models_come_first_after_n_nns():
    grid = Grid(layers=(2, 1), units=(64, 16), cells=("LSTM", "GRU"), n_nn=(3, 1))
    assert [spec.name for spec in model_specs(grid)] == [
        "3-NN", "1-NN", "LSTM-1x16", "GRU-1x16", "LSTM-2x16", "GRU-2x16",
        "LSTM-1x64", "GRU-1x64", "LSTM-2x64", "GRU-2x64",
    ]  # fmt: skip


def test_n_grams_are_evaluated_on_the_targets_of_networks():
    counts = np.bincount(TEXT.training, minlength=len(TEXT.tokenizer))
    results = n_gram_results(TEXT, 3)
    assert [(result.name, result.n) for result in results] == [
        ("1-gram", 1),
        ("2-gram", 2),
        ("3-gram", 3),
    ]
    share = counts[TEXT.test.targets.ravel()] / counts.sum()
    assert results[0].test == pytest.approx(-np.log(share).mean(), abs=0.01)


def test_the_highest_order_is_limited_by_the_text():
    assert len(n_gram_results(text_of("abcab" * 4), 50)) == 12
