"""Which tagger is used, and what is said where there is none."""

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


def test_nltk_where_its_data_are(perceptron):
    import nltk

    assert tagger.best_tagger().name == f"NLTK averaged perceptron {nltk.__version__}"
    assert tagger.best_tagger() is tagger.best_tagger()


def test_else_textblob(without_data):
    textblob = pytest.importorskip("importlib.metadata").version("textblob")
    assert tagger.best_tagger().name == f"textblob PatternTagger {textblob}"


def test_names_have_no_kind(pattern):
    assert pattern.tag(["London", "and", "John", "Smith"]) == ["NNP", "CC", "NNP", "NNP"]


def test_else_says_what_to_install(without_data, monkeypatch):
    monkeypatch.setitem(sys.modules, "textblob", None)
    monkeypatch.setitem(sys.modules, "textblob.en", None)
    with pytest.raises(ImportError, match=r"pip install .tb-rnnviz\[text\]"):
        PartOfSpeech("verbs", ("VB",)).values(Text([["go"]]))
