"""Schema of an experiment: the options of a file in `configs/`, with their limits."""

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
)

from trainer.neuron_ranges import parse_neurons

Share = Annotated[float, Field(gt=0, le=1)]
Neurons = Annotated[Literal["auto"] | tuple[int, ...], BeforeValidator(parse_neurons)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]


def _check_band(band: tuple[float, float]) -> tuple[float, float]:
    if not 0 <= band[0] <= band[1] <= 0.5:
        raise ValueError("Allowed: two frequencies in cycles per token, 0 <= low <= high <= 0.5")
    return band


Band = Annotated[tuple[float, float], AfterValidator(_check_band)]


class Section(BaseModel):
    """Section of an experiment; unknown options are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Corpus(Section):
    """Corpus: the text of an experiment.

    Args:
        source: `stdlib`, modules of Python's standard library; `lee`, the Lee background corpus
            of news that is part of gensim; `files`.
        files: Files or patterns such as `texts/*.txt`, UTF-8, for the source `files`.
        modules: Modules for the source `stdlib`, in the order of reading.
        characters: Maximum number of characters to read; null for all.
        corpus_proportion: Share of these to use, from the beginning.
        validation_proportion: Share held out for validation, the end of the corpus.
        flip_input: If true, the model reads the tokens from the last to the first.
    """

    source: Literal["stdlib", "lee", "files"] = "files"
    files: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    characters: PositiveInt | None = None
    corpus_proportion: Share = 1.0
    validation_proportion: Annotated[float, Field(gt=0, lt=1)] = 0.1
    flip_input: bool = False


class Tokens(Section):
    r"""Tokenisation.

    Args:
        kind: `character`, or `word`: every run of `\w`, and every other character by itself.
        word_frequency_threshold: A token less frequent in the training text is `<rare>`.
    """

    kind: Literal["character", "word"] = "character"
    word_frequency_threshold: PositiveInt = 1


class Embedding(Section):
    """Embedding of the tokens. All vectors are trained further with the model.

    Args:
        size: Numbers per token; a file of vectors overrides it.
        file: Initial vectors: `.txt`, `.vec` or `.bin` in word2vec format or GloVe's text format,
            `.kv` or `.model` as gensim saves them (pickles: from trusted sources only); null for
            none.
        train: If true, Word2Vec is trained on the training text, from the file's vectors if any.
        save: If true, the vectors are saved beside the model, as `embedding.txt`.
        skip_gram: If true, skip-gram, otherwise CBOW.
        window: Tokens to each side.
        epochs: Passes over the training text.
        projector_words: Number of the most frequent tokens shown in TensorBoard's Projector; 0
            for none.
    """

    size: PositiveInt = 64
    file: str | None = None
    train: bool = False
    save: bool = False
    skip_gram: bool = True
    window: PositiveInt = 5
    epochs: PositiveInt = 10
    projector_words: Annotated[int, Field(ge=0)] = 0


class Model(Section):
    """The network: embedding, recurrent layers, dropout, softmax.

    Args:
        cell: Cell of the recurrent layers: `SimpleRNN`, `GRU` and `LSTM` of Keras; `MinGRU`,
            `SLSTM` and `MultiZone` of `trainer/cells`.
        n_hidden_layers: Number of recurrent layers.
        n_hidden_neurons: Units of each layer; `auto` for the size of the vocabulary.
        dropout: Share of values dropped before every recurrent layer but the first, and at the end.
        embedding_dropout: Share of values dropped from the embedding.
        weight_init: Kernels of the recurrent layers: `glorot`, `he`, or `random`, normal with a
            standard deviation of 0.01.
    """

    cell: Literal["SimpleRNN", "GRU", "LSTM", "MinGRU", "SLSTM", "MultiZone"] = "LSTM"
    n_hidden_layers: PositiveInt = 1
    n_hidden_neurons: PositiveInt | Literal["auto"] = 128
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    embedding_dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    weight_init: Literal["glorot", "he", "random"] = "glorot"


class Training(Section):
    """Training of the model.

    Args:
        train: If false, the model is only evaluated, recorded and saved.
        n_epochs: Epochs of this call; a resumed run adds them to its own.
        batch_size: Sequences in a batch.
        seq_length: Tokens in a sequence.
        shuffle_data_sets: If true, the order of sequences changes every epoch.
        patience: Epochs without a lower validation loss before training stops.
        optimizer: Name of the optimiser.
        eta: Learning rate.
        gamma: Decay of the running averages, for `rmsprop` and `adadelta`.
        clip_gradients: If true, each number of a gradient is clipped.
        gradient_clip_threshold: Magnitude to which it is clipped.
        save_checkpoints: If true, the model of every epoch is saved; the best one always is.
        remote_monitor: URL for `keras.callbacks.RemoteMonitor`; null for none.
        seed: Seed of weights, dropout and order.
    """

    train: bool = True
    n_epochs: PositiveInt = 10
    batch_size: PositiveInt = 32
    seq_length: PositiveInt = 64
    shuffle_data_sets: bool = True
    patience: PositiveInt = 2
    optimizer: Literal["adam", "rmsprop", "adadelta", "adagrad", "sgd"] = "adam"
    eta: PositiveFloat = 1e-3
    gamma: Annotated[float, Field(gt=0, lt=1)] = 0.9
    clip_gradients: bool = True
    gradient_clip_threshold: PositiveFloat = 5.0
    save_checkpoints: bool = False
    remote_monitor: str | None = None
    seed: Seed = 0


class Synthesis(Section):
    """Generation of a text after every epoch.

    Args:
        prompt: Beginning of the text; null for the beginning of the validation text.
        length_synthesized_text: Number of tokens to generate.
        temperature: Divisor of the logits before sampling; 0 takes the most probable token.
        seed: Seed of the sampling.
    """

    prompt: str | None = None
    length_synthesized_text: PositiveInt = 200
    temperature: Annotated[float, Field(ge=0)] = 1.0
    seed: Seed = 0


class Display(Section):
    """Coloured text in the terminal.

    Args:
        present_tables_in_terminal: If false, the tables are written to files in `samples/`.
        dark_theme: If true, zero is black; otherwise white.
        positive: Colour of positive activity; negative activity has the other.
        color: Colours `always`, `never`, or with `auto` only in a terminal.
        neurons: Neurons to show, such as `"3, 7:9"`, both ends included; `auto` selects one.
        layer: Recurrent layer of interest, counted from 1.
        quantity: Quantity of interest, such as `hidden_state` or `forget_gate`.
        auto_detect_peak: Criterion of `auto`: `relevance` to a feature, the strongest peak of the
            `spectrum`, or `none` for the first neuron.
        limit: Activity of full colour; null for 1, or for the 0.999 quantile of the magnitude if
            the quantity is not bounded.
    """

    present_tables_in_terminal: bool = True
    dark_theme: bool = True
    positive: Literal["red", "blue"] = "red"
    color: Literal["auto", "always", "never"] = "always"
    neurons: Neurons = "auto"
    layer: PositiveInt = 1
    quantity: str = "hidden_state"
    auto_detect_peak: Literal["relevance", "spectrum", "none"] = "relevance"
    limit: PositiveFloat | None = None


class Recording(Section):
    """Recording with RNN-Viz at the end of every epoch.

    Args:
        features: File of the features of interest, relative to the experiment's file.
        quantities: Quantities to record; null for all.
        n_auto_detect: Units to suggest for each feature in each quantity.
        band: Lowest and highest frequency of a spectral peak in cycles per token, 0 to 0.5.
        before_training: If true, the untrained model is recorded, too.
        encoding: Encoding of stored activity.
        probe_tokens: Length of the probe, an excerpt of the validation text.
        probe_text: Text to use as the probe; null for the validation text.
    """

    features: str = "features.yaml"
    quantities: tuple[str, ...] | None = None
    n_auto_detect: PositiveInt = 2
    band: Band = (0.0, 0.5)
    before_training: bool = True
    encoding: Literal["int8", "float16"] = "int8"
    probe_tokens: PositiveInt = 1000
    probe_text: str | None = None


class Config(Section):
    """Settings of an experiment.

    Args:
        name: Name of the run's directory; null for the name of the experiment's file.
    """

    name: str | None = None
    corpus: Corpus = Corpus()
    tokens: Tokens = Tokens()
    embedding: Embedding = Embedding()
    model: Model = Model()
    training: Training = Training()
    synthesis: Synthesis = Synthesis()
    display: Display = Display()
    recording: Recording = Recording()
