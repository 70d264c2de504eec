"""Comments and strings of source code."""

import io
import tokenize
from collections.abc import Iterator
from itertools import accumulate, groupby
from typing import NamedTuple

COMMENT, STRING, BLOCK = "comment", "string", "block comment"

# From Python 3.12 on, an f-string is no token but several between these two.
_OPENING = getattr(tokenize, "FSTRING_START", None)
_CLOSING = getattr(tokenize, "FSTRING_END", None)

_CLOSING_MARKS = {STRING: ('"', "'", "`"), BLOCK: ("*/", "*)", "->", "-}")}


class Span(NamedTuple):
    """A stretch of characters after which a comment or string is open.

    Args:
        what: `COMMENT` or `STRING`.
        start: position of its first character.
        end: position behind the last one after which it is still open.
    """

    what: str
    start: int
    end: int


def find_spans(text: str, language: str) -> list[Span]:
    """Finds comments and strings.

    A text that is cut in the middle, or is no proper source code, is read as far as it goes; after
    a line that cannot be read it goes on with the next.

    Args:
        text: source code.
        language: `"python"`, or the name of a lexer of Pygments.

    Raises:
        ImportError: if Pygments is needed and not installed.
        ValueError: if Pygments does not know the language.

    Example:
        >>> find_spans("x = 'a'  # b", "python")
        [Span(what='string', start=4, end=6), Span(what='comment', start=9, end=12)]
    """
    return list(_python(text) if language == "python" else _pygments(text, language))


def _python(text: str) -> Iterator[Span]:
    lines = text.split("\n")
    offsets = [0, *accumulate(len(line) + 1 for line in lines)]
    first = 0
    while first < len(lines):
        last = first
        opened: list[int] = []
        source = io.StringIO(text[offsets[first] :], newline="\n")

        def place(position: tuple[int, int], first: int = first) -> int:
            return offsets[first + position[0] - 1] + position[1]

        try:
            for token in tokenize.generate_tokens(source.readline):
                last = max(last, first + token.end[0] - 1)
                if token.type == tokenize.COMMENT:
                    yield Span(COMMENT, place(token.start), place(token.end))
                elif token.type == tokenize.STRING and not opened:
                    yield Span(STRING, place(token.start), place(token.end) - 1)
                elif token.type == _OPENING:
                    opened.append(place(token.start))
                elif token.type == _CLOSING and len(opened) == 1:
                    yield Span(STRING, opened.pop(), place(token.end) - 1)
                elif token.type == _CLOSING:
                    opened.pop()
            return
        except tokenize.TokenError as error:
            message, position = error.args
            if "multi-line string" in message or "triple-quoted" in message:
                yield Span(STRING, place(position), len(text))
                return
        except SyntaxError:
            pass
        first = last + 1


def _pygments(text: str, language: str) -> Iterator[Span]:
    try:
        from pygments.lexers import get_lexer_by_name
        from pygments.token import Comment, String, _TokenType
        from pygments.util import ClassNotFound
    except ImportError as error:
        raise ImportError(
            f"Comments and strings of {language!r} need Pygments; Python's need nothing. "
            "Install it with: pip install pygments."
        ) from error
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound as error:
        raise ValueError(
            f"Pygments has no lexer {language!r}. Its names are such as c, cpp, java, js, bash, "
            "and stand at https://pygments.org/docs/lexers."
        ) from error

    def what(kind: _TokenType) -> str | None:
        if kind in String:
            return STRING
        if kind in Comment.Single or kind in Comment.Hashbang:
            return COMMENT
        is_comment = kind in Comment and not str(kind).startswith("Token.Comment.Preproc")
        return BLOCK if is_comment else None

    tokens = lexer.get_tokens_unprocessed(text)
    is_open = False  # a string goes on behind what is inserted into it
    for found, group in groupby(tokens, key=lambda token: what(token[1])):
        if found is None:
            continue
        (start, _, value), *more = group
        last, _, value = more[-1] if more else (start, _, value)
        end = last + len(value)
        if found == COMMENT:
            yield from _lines(text, start, end)
            continue
        ends = text[start:end].endswith(_CLOSING_MARKS[found])
        is_closed = ends and (is_open or end - start > 1)
        is_open = found == STRING and not is_closed
        yield Span(STRING if found == STRING else COMMENT, start, end - is_closed)


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    """Comments up to the end of a line, without it."""
    for line in text[start:end].splitlines(keepends=True):
        yield Span(COMMENT, start, start + len(line.rstrip("\r\n")))
        start += len(line)
