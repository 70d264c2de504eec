"""Choice of the tagger, and the error without one."""

import sys

import pytest

from tb_rnnviz.features import PartOfSpeech, Text, tagger


@pytest.fixture(autouse=True)
def fresh():
    tagger.best_tagger.cache_clear()
    yield
    tagger.best_tagger.cache_clear()


@pytest.fixture
def without_data(monkeypatch):
    nltk = pytest.importorskip("nltk")
    monkeypatch.setattr(nltk.data, "path", [])


def test_nltk_is_used_if_its_data_are_installed(perceptron):
    import nltk

    assert tagger.best_tagger().name == f"NLTK averaged perceptron {nltk.__version__}"
    assert tagger.best_tagger() is tagger.best_tagger()


def test_textblob_is_used_otherwise(without_data):
    textblob = pytest.importorskip("importlib.metadata").version("textblob")
    assert tagger.best_tagger().name == f"textblob PatternTagger {textblob}"


def test_proper_nouns_have_the_plain_penn_tag(pattern):
    assert pattern.tag(["London", "and", "John", "Smith"]) == ["NNP", "CC", "NNP", "NNP"]


def test_without_a_tagger_the_error_says_how_to_install_one(without_data, monkeypatch):
    monkeypatch.setitem(sys.modules, "textblob", None)
    monkeypatch.setitem(sys.modules, "textblob.en", None)
    with pytest.raises(ImportError, match=r"pip install .tb-rnnviz\[text\]"):
        PartOfSpeech("verbs", ("VB",)).values(Text([["go"]]))
