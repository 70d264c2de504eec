"""Labelled lines: of Python's standard library, or of a file of the user's."""

import re
import sysconfig
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trainer.corpus import read_text
from trainer.errors import UserError

CODE, COMMENT, DOCSTRING, STRING = CLASSES = ("code", "comment", "docstring", "string")
"""Classes of the lines of source code."""

FEWEST_TOKENS = 3

_TOKEN = re.compile(r"\w+|[^\w\s]")
_SIGNS = re.compile(r"^(#+!?:?\s*|[rbuf]{0,2}[\"']+)+|[\"']+[,)\s]*$", re.IGNORECASE)
_LAYOUT = (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)


@dataclass(frozen=True)
class LabelledLines:
    """Lines of text with a class each.

    Attributes:
        tokens: Words and signs of each line.
        labels: Class of each line, index in `classes`.
        classes: Name of every class.
    """

    tokens: list[list[str]]
    labels: np.ndarray
    classes: list[str]

    def part(self, indices: Sequence[int]) -> "LabelledLines":
        """Returns some of the lines."""
        tokens = [self.tokens[index] for index in indices]
        return LabelledLines(tokens, self.labels[list(indices)], self.classes)


def library_lines(lines: int, longest: int, seed: int) -> LabelledLines:
    """Draws lines of Python's standard library, as many of each class.

    Signs that tell a comment or a string at once, `#` and quotes at both ends, are removed.

    Args:
        lines: Number of lines.
        longest: Tokens of a line that are kept.
        seed: Seed of the choice.
    """
    by_class: dict[str, dict[tuple[str, ...], None]] = {name: {} for name in CLASSES}
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")):
        for name, line in _classified(path):
            tokens = tuple(_TOKEN.findall(_SIGNS.sub("", line.strip())))[:longest]
            if len(tokens) >= FEWEST_TOKENS:
                by_class[name].setdefault(tokens)
    repeated = {
        tokens
        for name, own in by_class.items()
        for tokens in own
        if any(tokens in other for key, other in by_class.items() if key != name)
    }
    random = np.random.default_rng(seed)
    drawn = []
    for label, name in enumerate(CLASSES):
        own = [tokens for tokens in by_class[name] if tokens not in repeated]
        for index in random.permutation(len(own))[: lines // len(CLASSES)]:
            drawn.append((list(own[index]), label))
    order = random.permutation(len(drawn))
    labels = np.array([drawn[index][1] for index in order])
    return LabelledLines([drawn[index][0] for index in order], labels, list(CLASSES))


def file_lines(path: Path, lines: int, longest: int, seed: int) -> LabelledLines:
    """Reads lines of a file, each a label, a tab and a text.

    Args:
        path: The file, UTF-8.
        lines: Number of lines that are drawn at most.
        longest: Tokens of a text that are kept.
        seed: Seed of the choice.

    Raises:
        UserError: if the file cannot be read, a line has no tab, or there is one class only.
    """
    rows = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        label, tab, text = line.partition("\t")
        if line.strip() and not tab:
            raise UserError(
                f"{path}, line {number} has no tab. Allowed: a label, a tab and a text. "
                f"Received: {line[:60]!r}"
            )
        tokens = _TOKEN.findall(text.lower())[:longest]
        if tokens:
            rows.append((label.strip(), tokens))
    classes = sorted({label for label, _ in rows})
    if len(classes) < 2:
        raise UserError(f"{path} has lines of {len(classes)} classes. A classifier needs two.")
    order = np.random.default_rng(seed).permutation(len(rows))[:lines]
    labels = np.array([classes.index(rows[index][0]) for index in order])
    return LabelledLines([rows[index][1] for index in order], labels, classes)


def _classified(path: Path) -> Iterator[tuple[str, str]]:
    """Yields the class and the text of the lines of a module."""
    with path.open("rb") as file:
        try:
            tokens = list(tokenize.tokenize(file.readline))
        except (tokenize.TokenError, SyntaxError):
            return
    before = tokenize.NEWLINE
    done = 0
    for token in tokens:
        begins_line = token.start[0] > done
        if token.type in _LAYOUT or token.type == tokenize.ENDMARKER:
            before = token.type if token.type != tokenize.NL else before
            continue
        if begins_line:
            name = CODE
            if token.type == tokenize.COMMENT:
                name = COMMENT
            elif token.type == tokenize.STRING:
                begins_statement = before in (*_LAYOUT, tokenize.ENDMARKER)
                name = DOCSTRING if begins_statement else STRING
            text = token.string if name in (DOCSTRING, STRING) else token.line
            for line in text.splitlines():
                yield name, line
            done = token.end[0]
        if token.type != tokenize.COMMENT:
            before = token.type
