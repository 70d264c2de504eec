"""Schema of a study: the options of `configs/karpathy.yaml`, with their limits."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PositiveFloat, PositiveInt

from trainer.config import Corpus, Section, Seed

Proportion = Annotated[float, Field(gt=0, lt=1)]
Decay = Annotated[float, Field(gt=0, le=1)]


def _check_different(values: tuple) -> tuple:
    if len(set(values)) < len(values):
        raise ValueError("Allowed: each value once")
    return values


Cells = Annotated[
    tuple[Literal["SimpleRNN", "LSTM", "GRU"], ...],
    Field(min_length=1),
    AfterValidator(_check_different),
]
Numbers = Annotated[tuple[PositiveInt, ...], AfterValidator(_check_different)]
NonEmptyNumbers = Annotated[Numbers, Field(min_length=1)]


class StudyCorpus(Corpus):
    """Corpus of a study, always read as characters.

    Args:
        validation_proportion: Share for early stopping, before the test text.
        test_proportion: Share for the losses of the table, the end of the corpus.
    """

    validation_proportion: Proportion = 0.1
    test_proportion: Proportion = 0.1


class Grid(Section):
    """Grid of models to train, with their training and their time budget.

    Args:
        minutes: Time for all models together, from the start of the command.
        cells: Cells of the recurrent networks.
        layers: Numbers of recurrent layers.
        units: Numbers of units of each layer.
        variant: `paper`: GRUs that apply the reset gate before the product, and weights uniform
            in -0.08 to 0.08; `keras`: GRUs that apply it after the product, which is faster, and
            the initial weights of Keras.
        dropout: Share of values dropped before every recurrent layer but the first, and before
            the softmax.
        n_gram: Highest order of the n-gram models.
        n_nn: Numbers of characters that the feed-forward networks see.
        n_nn_units: Units of their hidden layer.
        n_nn_epochs: Maximum epochs of a feed-forward network.
        epochs: Maximum epochs of a recurrent network.
        patience: Epochs without a lower validation loss before a model is finished.
        min_delta: Least decrease of the loss that counts, in nats per character.
        batch_size: Positions of the text that are read in parallel.
        seq_length: Characters of truncated backpropagation.
        eta: Learning rate.
        rho: Decay of RMSprop's running average.
        decay_after: Epochs before the learning rate decays.
        decay: Factor of the learning rate at every epoch from then on.
        gradient_clip_threshold: Magnitude to which each number of a gradient is clipped.
    """

    minutes: PositiveFloat = 13.0
    cells: Cells = ("SimpleRNN", "LSTM", "GRU")
    layers: NonEmptyNumbers = (1, 2)
    units: NonEmptyNumbers = (64, 128)
    variant: Literal["keras", "paper"] = "keras"
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    n_gram: PositiveInt = 10
    n_nn: Numbers = (1, 2, 3, 4, 5, 6, 7)
    n_nn_units: PositiveInt = 128
    n_nn_epochs: PositiveInt = 10
    epochs: PositiveInt = 50
    patience: PositiveInt = 3
    min_delta: Annotated[float, Field(ge=0)] = 0.002
    batch_size: PositiveInt = 32
    seq_length: PositiveInt = 64
    eta: PositiveFloat = 0.005
    rho: Annotated[float, Field(gt=0, lt=1)] = 0.95
    decay_after: PositiveInt = 10
    decay: Decay = 0.95
    gradient_clip_threshold: PositiveFloat = 5.0


class Study(Section):
    """Settings of a study.

    Args:
        name: First part of the name of its directory, before that of the grid; null for the name
            of the file.
        grid: Name of the grid to train.
        seed: Seed of every model.
        watch: If true, each finished network is recorded for the tab RNN-Viz.
        features: File of the features of interest, relative to the study's file.
        probe_tokens: Characters of the probe, an excerpt of the validation text.
    """

    name: str | None = None
    grid: str = "small"
    seed: Seed = 0
    watch: bool = True
    features: str = "features.yaml"
    probe_tokens: PositiveInt = 1000
    corpus: StudyCorpus = StudyCorpus()
    grids: Annotated[dict[str, Grid], Field(min_length=1)] = {"small": Grid()}
