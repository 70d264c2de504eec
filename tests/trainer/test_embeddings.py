import numpy as np
import pytest

from trainer.config import Embedding
from trainer.embeddings import initial_vectors, save_vectors, write_projector
from trainer.errors import UserError
from trainer.tokenizers import RARE

pytest.importorskip("gensim", reason="vectors are read and trained by gensim")

VOCABULARY = (RARE, "cat", " ", "dog")
TOKENS = ["cat", " ", "dog", " "] * 50


def vectors(**options):
    return initial_vectors(Embedding(size=3, **options), TOKENS, VOCABULARY, seed=0)


@pytest.fixture
def keyed_vectors():
    from gensim.models import KeyedVectors

    known = KeyedVectors(2)
    known.add_vectors(["cat", "bird"], np.array([[1, 2], [3, 4]], np.float32))
    return known


def test_without_file_and_training_there_are_no_initial_vectors():
    assert vectors() is None


def test_word2vec_has_a_vector_of_every_token_and_is_reproducible():
    first, second = vectors(train=True), vectors(train=True)
    assert first.shape == (4, 3) and first.dtype == np.float32
    np.testing.assert_array_equal(first, second)
    assert np.linalg.norm(first, axis=1).min() > 0


@pytest.mark.parametrize("suffix", [".txt", ".vec", ".bin", ".kv"])
def test_vectors_of_a_file_are_used_and_set_the_size(tmp_path, keyed_vectors, suffix):
    path = tmp_path / f"vectors{suffix}"
    if suffix == ".kv":
        keyed_vectors.save(str(path))
    else:
        keyed_vectors.save_word2vec_format(str(path), binary=suffix == ".bin")
    read = vectors(file=str(path))
    assert read.shape == (4, 2)
    np.testing.assert_array_equal(read[1], [1, 2])


def test_a_text_file_needs_no_header(tmp_path):
    (tmp_path / "glove.txt").write_text("cat 1 2\n. . 3 4\n")
    np.testing.assert_array_equal(vectors(file=str(tmp_path / "glove.txt"))[1], [1, 2])


def test_a_trained_gensim_model_is_read(tmp_path):
    from gensim.models import Word2Vec

    model = Word2Vec([["cat", "dog"]] * 5, vector_size=2, min_count=1)
    model.save(str(tmp_path / "word2vec.model"))
    read = vectors(file=str(tmp_path / "word2vec.model"))
    np.testing.assert_array_equal(read[3], model.wv["dog"])


def test_word2vec_starts_from_the_vectors_of_a_file(tmp_path):
    (tmp_path / "far.txt").write_text("cat 1 1 1\n")
    trained = vectors(file=str(tmp_path / "far.txt"), train=True)
    np.testing.assert_allclose(trained[1], 1, atol=0.5)
    assert np.all(trained[1] != 1)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.txt", None, "no file of vectors"),
        ("a.npy", "", "Allowed: .txt, .vec, .bin"),
        ("a.kv", "no pickle", "holds no vectors that gensim can read"),
        ("a.txt", "2 x\ncat 1\n", "holds no vectors that gensim can read"),
        ("other.txt", "Katze 1 2\n", "has no vector for any of the 4 tokens"),
    ],
)
def test_a_file_without_usable_vectors_raises_an_error(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(UserError, match=message):
        vectors(file=str(tmp_path / name))


def test_saved_vectors_are_read_again(tmp_path):
    saved = np.arange(8, dtype=np.float32).reshape(4, 2) / 3
    save_vectors(tmp_path / "embedding.txt", saved, VOCABULARY)
    read = vectors(file=str(tmp_path / "embedding.txt"))
    np.testing.assert_allclose(read[[1, 3]], saved[[1, 3]], rtol=1e-5)
    assert "U+0020 " in (tmp_path / "embedding.txt").read_text()


def test_the_projector_reads_vectors_and_tokens(tmp_path):
    write_projector(tmp_path / "train", np.ones((4, 2), np.float32), VOCABULARY)
    tokens = (tmp_path / "train" / "embedding_tokens.tsv").read_text().splitlines()
    assert tokens == ["<rare>", "cat", "U+0020", "dog"]
    assert "embedding.tsv" in (tmp_path / "train" / "projector_config.pbtxt").read_text()
