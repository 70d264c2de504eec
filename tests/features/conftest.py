"""Fixtures: part-of-speech taggers."""

import pytest

from tb_rnnviz.features import tagger


@pytest.fixture
def perceptron(monkeypatch):
    """NLTK's tagger, also if others are installed."""
    pytest.importorskip("nltk")
    try:
        loaded = tagger._perceptron()
    except LookupError:
        pytest.skip("NLTK's data averaged_perceptron_tagger_eng are not installed")
    monkeypatch.setattr("tb_rnnviz.features.text.best_tagger", lambda: loaded)
    return loaded


@pytest.fixture
def pattern(monkeypatch):
    """TextBlob's tagger, also if others are installed."""
    pytest.importorskip("textblob")
    loaded = tagger._pattern()
    monkeypatch.setattr("tb_rnnviz.features.text.best_tagger", lambda: loaded)
    return loaded


@pytest.fixture(params=["perceptron", "pattern"])
def any_tagger(request):
    """Each tagger in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def recorder(monkeypatch):
    """Sentences that a tagger received, which tags each word with itself."""
    sentences: list[list[str]] = []

    def tag(words):
        sentences.append(list(words))
        return [word.upper() for word in words]

    monkeypatch.setattr(
        "tb_rnnviz.features.text.best_tagger", lambda: tagger.Tagger("recorder 1", tag)
    )
    return sentences
