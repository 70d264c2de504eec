"""The schema of a study: every option of `configs/karpathy.yaml`, its meaning and its limits."""

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
SomeNumbers = Annotated[Numbers, Field(min_length=1)]


class StudyCorpus(Corpus):
    """What is read, always as characters.

    Args:
        validation_proportion: Share that decides when a model has learnt enough, before the test.
        test_proportion: Share that the table is about, the end of the corpus.
    """

    validation_proportion: Proportion = 0.1
    test_proportion: Proportion = 0.1


class Grid(Section):
    """Which models are trained, how, and for how long.

    Args:
        minutes: For all models together, from the start of the command.
        cells: Kinds of networks.
        layers: Numbers of recurrent layers.
        units: Units of each layer.
        variant: `paper`: GRUs that apply the reset gate before the product, and weights uniform
            in -0.08 to 0.08; `keras`: GRUs that apply it after the product, which is faster, and
            the initial weights that Keras chooses.
        dropout: Share of values dropped before every recurrent layer but the first, and before
            the softmax.
        n_gram: Highest order of the n-gram models.
        n_nn: Numbers of characters that the feed-forward networks see.
        n_nn_units: Units of their hidden layer.
        n_nn_epochs: Most epochs of such a network.
        epochs: Most epochs of a recurrent network.
        patience: Epochs without a lower validation loss before a model is finished.
        min_delta: A loss that is lower by less than this does not count, nats per character.
        batch_size: Places of the text that are read in parallel.
        seq_length: Characters through which gradients flow back.
        eta: Learning rate.
        rho: Decay of RMSprop's running average.
        decay_after: Epochs before the learning rate decays.
        decay: What it is multiplied with at every epoch from then on.
        gradient_clip_threshold: Size to which each number of a gradient is clipped.
    """

    minutes: PositiveFloat = 13.0
    cells: Cells = ("SimpleRNN", "LSTM", "GRU")
    layers: SomeNumbers = (1, 2)
    units: SomeNumbers = (64, 128)
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
    """A study.

    Args:
        name: The first part of its directory's name, the second is the grid's; null for the name
            of the file.
        grid: Which of the grids is trained.
        seed: Of every model.
        watch: Whether each finished network is recorded for the tab RNN-Viz.
        features: File of the features of interest, relative to the study's file.
        probe_tokens: Characters of the recorded text, a piece of the validation text.
    """

    name: str | None = None
    grid: str = "small"
    seed: Seed = 0
    watch: bool = True
    features: str = "features.yaml"
    probe_tokens: PositiveInt = 1000
    corpus: StudyCorpus = StudyCorpus()
    grids: Annotated[dict[str, Grid], Field(min_length=1)] = {"small": Grid()}
