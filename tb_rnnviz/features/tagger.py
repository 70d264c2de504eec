"""Part-of-speech taggers, loaded when the first tag is asked for."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version


@dataclass(frozen=True)
class Tagger:
    """Gives words their Penn tags.

    Args:
        name: what it is, with its version.
        tag: gives the tags of the words of one sentence.
    """

    name: str
    tag: Callable[[Sequence[str]], list[str]]


@cache
def best_tagger() -> Tagger:
    """Gives the best tagger that this machine has; it is loaded once.

    That is NLTK's averaged perceptron where its data are installed, else textblob's pattern
    tagger, whose lexicon comes with the package.

    Raises:
        ImportError: if there is none.
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
        return [found for _, found in tagger.tag(list(words))]

    return Tagger(f"NLTK averaged perceptron {nltk.__version__}", tag)


def _pattern() -> Tagger:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # textblob leaves its files open
        from textblob.en import parser

        parser.find_tags(["the", "gostak", "distims"])  # reads the lexicon and its rules

    def tag(words: Sequence[str]) -> list[str]:
        # Names come as NNP-LOC, NNP-PERS, ...
        return [found.partition("-")[0] for _, found in parser.find_tags(list(words))]

    return Tagger(f"textblob PatternTagger {version('textblob')}", tag)
