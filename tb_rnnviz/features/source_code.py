"""Kinds `inside_comment`, `inside_string`, `keyword` and `identifier`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, check_string, register
from tb_rnnviz.features.lexer import COMMENT, KEYWORD, NAME, STRING, find_spans
from tb_rnnviz.features.running_text import in_spans
from tb_rnnviz.features.text import Text


@dataclass(frozen=True)
class _InSourceCode(Feature):
    language: str = "python"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_string(self, "language", self.language)

    def _inside(self, text: Text, kind: str) -> NDArray[np.bool_]:
        def inside(running: str) -> NDArray[np.bool_]:
            spans = find_spans(running, self.language)
            return in_spans(len(running), (span[1:] for span in spans if span.kind == kind))

        return text.at_token_ends(inside).astype(bool)

    def _overlapping(self, text: Text, kind: str) -> NDArray[np.bool_]:
        return text.overlapping(
            lambda running: (
                span[1:] for span in find_spans(running, self.language) if span.kind == kind
            )
        )


@register("inside_comment")
@dataclass(frozen=True)
class InsideComment(_InSourceCode):
    r"""Matches tokens after which a comment is open, from its first character.

    Args:
        language: `"python"`, which Python's own tokenizer reads, or the name of any lexer of
            Pygments, such as `"c"`. Defaults to `"python"`.

    Raises:
        ImportError: from `values`, if another language is asked for and Pygments is not installed.
        ValueError: from `values`, if Pygments does not know the language.

    Example:
        >>> InsideComment("comment").values(Text([list("1 # a\n")])).tolist()
        [False, False, True, True, True, False]
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        return self._inside(text, COMMENT)


@register("inside_string")
@dataclass(frozen=True)
class InsideString(_InSourceCode):
    """Matches tokens after which a string is open.

    The opening quote matches, the closing quote does not.

    Args:
        language: As for `inside_comment`.

    Raises:
        ImportError: from `values`, if another language is asked for and Pygments is not installed.
        ValueError: from `values`, if Pygments does not know the language.

    Example:
        >>> InsideString("string").values(Text([list("x='a' ")])).tolist()
        [False, False, True, True, False, False]
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        return self._inside(text, STRING)


@register("keyword")
@dataclass(frozen=True)
class Keyword(_InSourceCode):
    """Matches tokens in the keywords of a programming language.

    Every character of a keyword matches, the first one too, at which a model that reads characters
    cannot know it yet.

    Args:
        language: As for `inside_comment`.

    Raises:
        ImportError: from `values`, if another language is asked for and Pygments is not installed.
        ValueError: from `values`, if Pygments does not know the language.

    Example:
        >>> Keyword("keyword").values(Text([["if", " ", "x", ":"]])).tolist()
        [True, False, False, False]
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        return self._overlapping(text, KEYWORD)


@register("identifier")
@dataclass(frozen=True)
class Identifier(_InSourceCode):
    """Matches tokens in the names of variables, functions and types.

    Args:
        language: As for `inside_comment`.

    Raises:
        ImportError: from `values`, if another language is asked for and Pygments is not installed.
        ValueError: from `values`, if Pygments does not know the language.

    Example:
        >>> Identifier("name").values(Text([["if", " ", "x", ":"]])).tolist()
        [False, False, True, False]
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        return self._overlapping(text, NAME)
