"""The schema of an experiment: every option of a file in `configs/`, its meaning and its limits."""

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
    """A part of an experiment; unknown options are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Corpus(Section):
    """What is read.

    Args:
        source: `stdlib`, modules of Python's standard library; `lee`, the Lee background corpus
            of news that comes with gensim; `files`.
        files: Files or patterns such as `texts/*.txt`, UTF-8, for the source `files`.
        modules: Modules for the source `stdlib`, in the order of reading.
        characters: Most characters to read; null for all.
        corpus_proportion: Share of these to keep, from the beginning.
        validation_proportion: Share held out for validation, the end of the corpus.
        flip_input: Whether the model reads the tokens from the last to the first.
    """

    source: Literal["stdlib", "lee", "files"] = "files"
    files: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    characters: PositiveInt | None = None
    corpus_proportion: Share = 1.0
    validation_proportion: Annotated[float, Field(gt=0, lt=1)] = 0.1
    flip_input: bool = False


class Tokens(Section):
    r"""What a token is.

    Args:
        kind: `character`, or `word`: every run of `\w`, and every other character by itself.
        word_frequency_threshold: A token less frequent in the training text is `<rare>`.
    """

    kind: Literal["character", "word"] = "character"
    word_frequency_threshold: PositiveInt = 1


class Embedding(Section):
    """How tokens become vectors. All vectors are trained further with the model.

    Args:
        size: Numbers per token; a file of vectors has its own.
        file: Vectors to begin with: `.txt`, `.vec` or `.bin` in word2vec format (GloVe's text
            too), `.kv` or `.model` as gensim saves them (pickles: only from those you trust); null.
        train: Whether Word2Vec is trained on the training text, from the file's vectors if any.
        save: Whether the vectors are saved beside the model, as `embedding.txt`.
        skip_gram: Skip-gram, or else CBOW.
        window: Tokens to each side.
        epochs: Passes over the training text.
        projector_words: Most frequent tokens shown in TensorBoard's Projector; 0 for none.
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
        cell: Of the recurrent layers: `SimpleRNN`, `GRU` and `LSTM` as Keras has them; `MinGRU`,
            `SLSTM` and `MultiZone` are written in `trainer/cells`.
        n_hidden_layers: Recurrent layers.
        n_hidden_neurons: Units of each; `auto` for as many as there are tokens in the vocabulary.
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
    """How the model learns.

    Args:
        train: False skips training: the model is only measured, recorded and saved.
        n_epochs: Epochs of this call; a resumed run adds them to those it has.
        batch_size: Sequences a batch.
        seq_length: Tokens a sequence.
        shuffle_data_sets: Whether the order of sequences changes every epoch.
        patience: Epochs without a lower validation loss before training stops.
        optimizer: Its name.
        eta: Learning rate.
        gamma: Decay of the running averages, for `rmsprop` and `adadelta`.
        clip_gradients: Whether each number of a gradient is clipped.
        gradient_clip_threshold: To at most this size.
        save_checkpoints: Whether every epoch's model is kept; the best one always is.
        remote_monitor: URL for `keras.callbacks.RemoteMonitor`; null for none.
        seed: Of weights, dropout and order.
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
    """The text that the model writes after every epoch.

    Args:
        prompt: What it begins with; null for the beginning of the validation text.
        length_synthesized_text: Tokens to write.
        temperature: Divides the logits before sampling; 0 takes the most probable token.
        seed: Same seed, same text.
    """

    prompt: str | None = None
    length_synthesized_text: PositiveInt = 200
    temperature: Annotated[float, Field(ge=0)] = 1.0
    seed: Seed = 0


class Display(Section):
    """The coloured text in the terminal.

    Args:
        present_tables_in_terminal: False writes the tables to files in `samples/` instead.
        dark_theme: Zero is black; otherwise white.
        positive: Colour of positive activity; negative activity has the other.
        color: `auto` leaves colours out where the output is no terminal.
        neurons: Such as `"3, 7:9"`, both ends included; `auto` for those that are detected.
        layer: Recurrent layer of interest, counted from 1.
        quantity: Quantity of interest, such as `hidden_state` or `forget_gate`.
        auto_detect_peak: What `auto` goes by: `relevance` to a feature, the strongest peak of the
            `spectrum`, or `none` for the first neuron.
        limit: Activity of full colour; null for 1, or where the quantity is not bounded for the
            0.999 quantile of its size.
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
    """What RNN-Viz logs at the end of every epoch.

    Args:
        features: File of the features of interest, relative to the experiment's file.
        quantities: Quantities to record; null for all.
        n_auto_detect: Units to suggest for each feature in each quantity.
        band: Frequencies among which peaks are looked for, in cycles per token, 0 to 0.5.
        before_training: Whether to record before the first epoch, too.
        encoding: Of stored activity.
        probe_tokens: Length of the probe, a piece of the validation text.
        probe_text: Text to read instead; null for the validation text.
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
    """An experiment.

    Args:
        name: Of the run's directory; null for the name of the experiment's file.
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
