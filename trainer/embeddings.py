"""Embedding vectors: Word2Vec trained on the corpus, or read from a file."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trainer.config import Embedding
from trainer.errors import UserError
from trainer.tokenizers import RARE

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

SENTENCE = 1000
"""Tokens of a sentence for gensim."""

Vectors = NDArray[np.float32]


def initial_vectors(
    options: Embedding, tokens: Sequence[str], vocabulary: Sequence[str], seed: int
) -> Vectors | None:
    """Reads or trains the initial vectors of an embedding layer.

    Args:
        options: The section `embedding` of the experiment.
        tokens: The training text.
        vocabulary: The token of every id.
        seed: Seed of Word2Vec, and of the vectors of tokens that the file lacks.

    Returns:
        float32 (vocabulary, size), or None to use the initial values of the layer.

    Raises:
        UserError: if the file cannot be read or has no vector of the vocabulary.
    """
    if not options.file and not options.train:
        return None
    known = _load(Path(options.file).expanduser(), vocabulary) if options.file else None
    if known is not None and not any(token in known for token in vocabulary):
        raise UserError(
            f"{options.file} has no vector for any of the {len(vocabulary)} tokens of the corpus, "
            f"such as {list(vocabulary[1:9])}. Give vectors of the same language and kind of token."
        )
    size = options.size if known is None else known.vector_size
    scale = 1 / size if known is None else float(known.vectors.std())
    random = np.random.default_rng(seed)
    vectors = random.normal(0, scale, (len(vocabulary), size)).astype(np.float32)
    if known is not None:
        _copy_vectors(vectors, known, vocabulary)
    if options.train:
        initial = dict(zip(vocabulary, vectors, strict=True)) if known is not None else {}
        _copy_vectors(vectors, _word2vec(options, tokens, size, seed, initial), vocabulary)
    return vectors


def _word2vec(
    options: Embedding,
    tokens: Sequence[str],
    size: int,
    seed: int,
    initial: Mapping[str, NDArray[np.float32]],
) -> "KeyedVectors":
    """Trains Word2Vec, from initial vectors if there are any."""
    from gensim.models import Word2Vec

    # With more than one worker the same seed does not give the same vectors.
    model = Word2Vec(
        vector_size=size,
        sg=int(options.skip_gram),
        window=options.window,
        min_count=1,
        seed=seed,
        workers=1,
    )
    sentences = [tokens[i : i + SENTENCE] for i in range(0, len(tokens), SENTENCE)]
    model.build_vocab(sentences)
    if initial:
        model.wv.vectors[:] = np.stack([initial[token] for token in model.wv.index_to_key])
    model.train(sentences, total_examples=len(sentences), epochs=options.epochs)
    return model.wv


def _copy_vectors(vectors: Vectors, known: "KeyedVectors", vocabulary: Sequence[str]) -> None:
    for index, token in enumerate(vocabulary):
        if token in known:
            vectors[index] = known[token]


def _load(path: Path, vocabulary: Sequence[str]) -> "KeyedVectors":
    from gensim.models import KeyedVectors, Word2Vec

    if not path.is_file():
        raise UserError(f"There is no file of vectors at {path}. Give embedding.file, or null.")
    try:
        if path.suffix == ".model":
            return Word2Vec.load(str(path)).wv
        if path.suffix == ".kv":
            return KeyedVectors.load(str(path))
        if path.suffix == ".bin":
            return KeyedVectors.load_word2vec_format(str(path), binary=True)
        if path.suffix in (".txt", ".vec"):
            with path.open(encoding="utf-8") as lines:
                first = lines.readline()
                if len(first.split()) > 2:
                    return _without_header(itertools.chain([first], lines), set(vocabulary))
            return KeyedVectors.load_word2vec_format(str(path))
    except (ValueError, EOFError, AttributeError, OSError, UnpicklingError) as error:
        raise UserError(f"{path} holds no vectors that gensim can read: {error}") from error
    raise UserError(
        f"Unknown kind of vectors: {path.name}. Allowed: .txt, .vec, .bin in word2vec format, "
        ".kv and .model as gensim saves them."
    )


def _without_header(lines: Iterable[str], vocabulary: set[str]) -> "KeyedVectors":
    """Reads the vectors of a vocabulary in GloVe's text format, with spaces in tokens."""
    from gensim.models import KeyedVectors

    size, vectors = None, {}
    for line in lines:
        size = len(line.split(" ")) - 1 if size is None else size
        token, *numbers = line.rstrip("\n").rsplit(" ", size)
        if token in vocabulary:
            vectors[token] = np.array(numbers, np.float32)
    known = KeyedVectors(size)
    if vectors:
        known.add_vectors(list(vectors), np.stack(list(vectors.values())))
    return known


def save_vectors(path: Path, vectors: Vectors, vocabulary: Sequence[str]) -> None:
    """Writes vectors in word2vec's text format, white space in tokens escaped."""
    lines = [f"{len(vocabulary)} {vectors.shape[1]}"]
    for token, vector in zip(vocabulary, vectors, strict=True):
        lines.append(" ".join([_escape(token), *(f"{value:.6g}" for value in vector)]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_projector(directory: Path, vectors: Vectors, vocabulary: Sequence[str]) -> None:
    """Writes vectors and tokens as TensorBoard's Projector reads them.

    Args:
        directory: Directory of a run.
        vectors: float32 (tokens, size).
        vocabulary: The token of every row.
    """
    directory.mkdir(parents=True, exist_ok=True)
    rows = ("\t".join(f"{value:.6g}" for value in vector) for vector in vectors)
    (directory / "embedding.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    names = (RARE if token == RARE else _escape(token) for token in vocabulary)
    (directory / "embedding_tokens.tsv").write_text("\n".join(names) + "\n", encoding="utf-8")
    (directory / "projector_config.pbtxt").write_text(
        'embeddings {\n  tensor_name: "embedding"\n  tensor_path: "embedding.tsv"\n'
        '  metadata_path: "embedding_tokens.tsv"\n}\n',
        encoding="utf-8",
    )


def _escape(token: str) -> str:
    """Replaces white space by its code point, because it would end the field."""
    return f"U+{ord(token):04X}" if token.isspace() and len(token) == 1 else token
