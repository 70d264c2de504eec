"""Part-of-speech taggers, loaded on first use."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version


@dataclass(frozen=True)
class Tagger:
    """A part-of-speech tagger with Penn tags.

    Args:
        name: Name of the tagger, with its version.
        tag: Returns the tags of the words of a sentence.
    """

    name: str
    tag: Callable[[Sequence[str]], list[str]]


@cache
def best_tagger() -> Tagger:
    """Returns the best tagger that is installed; it is loaded once.

    That is NLTK's averaged perceptron if its data are installed, else textblob's pattern tagger,
    whose lexicon comes with the package.

    Raises:
        ImportError: if no tagger is installed.
    """
    for load in (_perceptron, _pattern):
        try:
            return load()
        except (ImportError, LookupError):
            continue
    raise ImportError(
        "Parts of speech need a tagger, and neither textblob nor NLTK with its data "
        "`averaged_perceptron_tagger_eng` is installed. Install one with: "
        'pip install "tb-rnnviz[text]".'
    )


def _perceptron() -> Tagger:
    import nltk
    from nltk.tag.perceptron import PerceptronTagger

    nltk.data.find("taggers/averaged_perceptron_tagger_eng")
    tagger = PerceptronTagger()

    def tag(words: Sequence[str]) -> list[str]:
        return [penn_tag for _, penn_tag in tagger.tag(list(words))]

    return Tagger(f"NLTK averaged perceptron {nltk.__version__}", tag)


def _pattern() -> Tagger:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # textblob leaves its files open
        from textblob.en import parser

        parser.find_tags(["the", "gostak", "distims"])  # reads the lexicon and its rules

    def tag(words: Sequence[str]) -> list[str]:
        # Names of places and persons are tagged NNP-LOC, NNP-PERS, ...
        return [penn_tag.partition("-")[0] for _, penn_tag in parser.find_tags(list(words))]

    return Tagger(f"textblob PatternTagger {version('textblob')}", tag)
