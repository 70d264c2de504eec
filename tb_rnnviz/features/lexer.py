"""Lexer that finds comments, strings, keywords and names of source code."""

import io
import keyword
import re
import tokenize
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, groupby
from typing import NamedTuple

COMMENT, STRING, BLOCK = "comment", "string", "block comment"
KEYWORD, NAME = "keyword", "name"

# From Python 3.12 on, an f-string is no token but several between these two.
_OPENING = getattr(tokenize, "FSTRING_START", None)
_CLOSING = getattr(tokenize, "FSTRING_END", None)

_CLOSING_MARKS = {STRING: ('"', "'", "`"), BLOCK: ("*/", "*)", "->", "-}")}


class Span(NamedTuple):
    """Span of a comment, a string, a keyword or a name.

    Args:
        kind: `COMMENT`, `STRING`, `KEYWORD` or `NAME`.
        start: Position of its first character.
        end: Position behind its last character, or, for comments and strings, behind the last
            character after which it is still open.
    """

    kind: str
    start: int
    end: int


@lru_cache(maxsize=16)
def find_spans(text: str, language: str) -> tuple[Span, ...]:
    """Returns the comments, strings, keywords and names of source code.

    Incomplete or invalid code is read as far as possible; after a line that cannot be read, reading
    continues with the next.

    Args:
        text: Source code.
        language: `"python"`, or the name of a lexer of Pygments.

    Raises:
        ImportError: if Pygments is needed and not installed.
        ValueError: if Pygments does not know the language.

    Example:
        >>> find_spans("= 'a'  # b", "python")
        (Span(kind='string', start=2, end=4), Span(kind='comment', start=7, end=10))
    """
    text = re.sub(r"\r(?!\n)", "\n", text)
    return tuple(_python(text) if language == "python" else _pygments(text, language))


def _python(text: str) -> Iterator[Span]:
    lines = text.split("\n")
    offsets = [0, *accumulate(len(line) + 1 for line in lines)]
    first = 0
    while first < len(lines):
        last = first
        opened: list[int] = []
        source = io.StringIO(text[offsets[first] :], newline="\n")

        def offset(position: tuple[int, int], first: int = first) -> int:
            return offsets[first + position[0] - 1] + position[1]

        try:
            for token in tokenize.generate_tokens(source.readline):
                last = max(last, first + token.end[0] - 1)
                if token.type == tokenize.COMMENT:
                    yield Span(COMMENT, offset(token.start), offset(token.end))
                elif token.type == tokenize.NAME:
                    kind = KEYWORD if keyword.iskeyword(token.string) else NAME
                    yield Span(kind, offset(token.start), offset(token.end))
                elif token.type == tokenize.STRING and not opened:
                    yield Span(STRING, offset(token.start), offset(token.end) - 1)
                elif token.type == _OPENING:
                    opened.append(offset(token.start))
                elif token.type == _CLOSING and len(opened) == 1:
                    yield Span(STRING, opened.pop(), offset(token.end) - 1)
                elif token.type == _CLOSING:
                    opened.pop()
            return
        except tokenize.TokenError as error:
            message, position = error.args
            if "multi-line string" in message or "triple-quoted" in message:
                yield Span(STRING, offset(position), len(text))
                return
        except SyntaxError:
            pass
        first = last + 1


def _pygments(text: str, language: str) -> Iterator[Span]:
    try:
        from pygments.lexers import get_lexer_by_name
        from pygments.token import Comment, Keyword, Name, String, _TokenType
        from pygments.util import ClassNotFound
    except ImportError as error:
        raise ImportError(
            f"Comments, strings and names of {language!r} need Pygments; Python's need nothing. "
            "Install it with: pip install pygments."
        ) from error
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound as error:
        raise ValueError(
            f"Pygments has no lexer {language!r}. Its names are such as c, cpp, java, js, bash, "
            "and stand at https://pygments.org/docs/lexers."
        ) from error

    def kind_of(token_type: _TokenType) -> str | None:
        if token_type in String:
            return STRING
        if token_type in Comment.Single or token_type in Comment.Hashbang:
            return COMMENT
        if token_type in Keyword:
            return KEYWORD
        if token_type in Name:
            return NAME
        is_preprocessor = str(token_type).startswith("Token.Comment.Preproc")
        return BLOCK if token_type in Comment and not is_preprocessor else None

    tokens = lexer.get_tokens_unprocessed(text)
    is_open = False  # a string continues behind an expression inserted into it
    for kind, group in groupby(tokens, key=lambda token: kind_of(token[1])):
        if kind is None:
            continue
        (start, _, value), *more = group
        last, _, value = more[-1] if more else (start, _, value)
        end = last + len(value)
        if kind == COMMENT:
            yield from _lines(text, start, end)
            continue
        if kind in (KEYWORD, NAME):
            yield Span(kind, start, end)
            continue
        ends = text[start:end].endswith(_CLOSING_MARKS[kind])
        is_closed = ends and (is_open or end - start > 1)
        is_open = kind == STRING and not is_closed
        yield Span(STRING if kind == STRING else COMMENT, start, end - is_closed)


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    """Yields comments up to the end of their line, without the line break."""
    for line in text[start:end].splitlines(keepends=True):
        yield Span(COMMENT, start, start + len(line.rstrip("\r\n")))
        start += len(line)
