"""Style of docstrings, comments and names: `python -m tests.style` counts.

A text is a docstring, the docstring of an attribute, an entry of an `Args:` list or a comment of
the sources in Python and TypeScript. Comments on consecutive lines are one text.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pygments.lexers import TypeScriptLexer
from pygments.token import Comment, Name

ROOT = Path(__file__).resolve().parent.parent

BARE_OPENER = re.compile(r"(What|Which|Whether|Whose|Where|How|Who|Whoever|Whatever)\b(?!')")
"""First word of a clause that stands in for a noun: "What a unit does"."""

VAGUE_NAMES = ("place", "found", "said", "held", "kept", "given", "wanted", "anew")
"""Identifiers that do not tell what they hold."""

HYPOTHESIS_GIVEN = re.compile(r"^from hypothesis import .*\bgiven\b|^@given\b", re.MULTILINE)
"""Uses of the decorator of that name in Hypothesis."""

LINE_LIMITS = {".py": 100, ".ts": 120, ".js": 120, ".mjs": 120}
SUMMARY_LIMIT = 80
"""Characters of the first line of a docstring, its indentation not counted."""

DOCSTRINGS = ("module", "class", "function", "attribute", "doc comment")
SCOPES = {
    ast.Module: "module",
    ast.ClassDef: "class",
    ast.FunctionDef: "function",
    ast.AsyncFunctionDef: "function",
}
ENTRY = re.compile(r"    +\*{0,2}[\w.`, *]+(?: \([^)]*\))?: +(.*)")
SECTION = re.compile(r"(?:Args|Attributes|Parameters|Keyword Args|Raises):$")
RESULT = re.compile(r"(?:Returns|Yields):$")
LEFT_OUT = {".git", ".venv", "node_modules", "static", "build", "dist", "artifacts", "logs"}


@dataclass(frozen=True)
class Text:
    """A docstring or comment of the sources.

    Attributes:
        path: File, relative to the root of the repository.
        line: Number of its first line, from 1.
        kind: One of `DOCSTRINGS`, or "entry" or "comment".
        first_line: Its first line, without quotes, comment signs and indentation.
    """

    path: str
    line: int
    kind: str
    first_line: str

    @property
    def opens_bare(self) -> bool:
        return bool(BARE_OPENER.match(self.first_line))

    @property
    def is_long(self) -> bool:
        return self.kind in DOCSTRINGS and len(self.first_line) > SUMMARY_LIMIT

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.kind}: {self.first_line}"


def sources(root: Path = ROOT) -> Iterator[Path]:
    """Yields the files of the repository that hold code in Python or TypeScript."""
    for path in sorted(root.iterdir()):
        if path.name in LEFT_OUT:
            continue
        if path.is_dir():
            yield from sources(path)
        elif path.suffix in LINE_LIMITS:
            yield path


@cache
def texts(path: Path, root: Path = ROOT) -> list[Text]:
    """Returns the docstrings and comments of a file in the order of their kinds."""
    source, name = path.read_text(encoding="utf-8"), path.relative_to(root).as_posix()
    parts = python_texts(source) if path.suffix == ".py" else typescript_texts(source)
    return [Text(name, *part) for part in parts]


def names(path: Path) -> Counter[str]:
    """Counts the identifiers of a file."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        source = HYPOTHESIS_GIVEN.sub(lambda use: use[0].replace("given", "hypothesis"), source)
        return Counter(token.string for token in _tokens(source) if token.type == tokenize.NAME)
    return Counter(word for kind, word in _typescript_tokens(source) if kind in Name)


def long_lines(path: Path) -> int:
    """Counts the lines of a file that are longer than its language allows."""
    limit = LINE_LIMITS[path.suffix]
    return sum(len(line) > limit for line in path.read_text(encoding="utf-8").splitlines())


def python_texts(source: str) -> Iterator[tuple[int, str, str]]:
    """Yields line, kind and first line of the texts of a Python module."""
    for docstring, kind in _docstrings(ast.parse(source)):
        lines = docstring.value.value.splitlines() or [""]
        yield docstring.lineno, kind, lines[0].strip()
        for offset, entry in _entries(lines):
            yield docstring.lineno + offset, "entry", entry
    comments = [token for token in _tokens(source) if token.type == tokenize.COMMENT]
    last_line = -1
    for token in comments:
        line, text = token.start[0], token.string.lstrip("#!: ").strip()
        is_alone = not token.line[: token.start[1]].strip()
        if not (is_alone and line == last_line + 1):
            yield line, "comment", text
        last_line = line if is_alone else -1


def typescript_texts(source: str) -> Iterator[tuple[int, str, str]]:
    """Yields line, kind and first line of the texts of a TypeScript module."""
    line, last_line, is_alone = 1, -1, True
    for kind, word in _typescript_tokens(source):
        if kind in Comment.Multiline:
            text = re.sub(r"^[/* ]+|[/* ]+$", "", re.sub(r"(?m)^\s*\* ?", "", word)).strip()
            first_line = text.partition("\n")[0].strip()
            yield line, "doc comment" if word.startswith("/**") else "comment", first_line
        elif kind in Comment.Single:
            if not (is_alone and line == last_line + 1):
                yield line, "comment", word.lstrip("/ ").strip()
            last_line = line if is_alone else -1
        is_alone = not word.rpartition("\n")[2].strip() and ("\n" in word or is_alone)
        line += word.count("\n")


def _tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    return tokenize.generate_tokens(io.StringIO(source).readline)


@cache
def _typescript_tokens(source: str) -> list[tuple[object, str]]:
    return list(TypeScriptLexer(ensurenl=False, stripnl=False).get_tokens(source))


def _docstrings(tree: ast.Module) -> Iterator[tuple[ast.Expr, str]]:
    """Yields the strings that are statements, with the kind of text of each."""
    for node in ast.walk(tree):
        for position, statement in enumerate(node.body if type(node) in SCOPES else ()):
            match statement:
                case ast.Expr(value=ast.Constant(value=str())):
                    yield statement, "attribute" if position else SCOPES[type(node)]


def _entries(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yields offset and text of the entries under `Args:` and its like."""
    section, indent = None, 0
    for offset, line in enumerate(lines):
        text = line.strip()
        if not text:
            continue
        depth = len(line) - len(line.lstrip())
        if SECTION.match(text) or RESULT.match(text):
            section, indent, is_first = text, depth, True
        elif section and depth <= indent:
            section = None
        elif section and depth == indent + 4:
            entry = ENTRY.match(line)
            if SECTION.match(section) and entry:
                yield offset, entry.group(1)
            elif RESULT.match(section) and is_first:
                yield offset, text
            is_first = False


def report(root: Path = ROOT) -> str:
    """Returns the counts of the whole tree as lines of text."""
    python = [path for path in sources(root) if path.suffix == ".py"]
    tab = [path for path in sources(root) if path.suffix != ".py"]
    rows = []
    for label, paths in (("Python", python), ("TypeScript", tab)):
        every_text = [text for path in paths for text in texts(path, root)]
        identifiers = sum((names(path) for path in paths), Counter())
        rows.append(f"{label}, {len(paths)} files")
        rows += [f"  identifier `{name}`: {identifiers[name]}" for name in VAGUE_NAMES]
        for kind in (*DOCSTRINGS, "entry", "comment"):
            of_kind = [text for text in every_text if text.kind == kind]
            if of_kind:
                bare = sum(text.opens_bare for text in of_kind)
                share = f"{bare} of {len(of_kind)} ({bare / len(of_kind):.1%})"
                rows.append(f"  {kind}, bare opener: {share}")
        long = sum(text.is_long for text in every_text)
        rows.append(f"  first lines of docs over {SUMMARY_LIMIT} characters: {long}")
        limit = LINE_LIMITS[paths[0].suffix]
        rows.append(f"  lines over {limit} characters: {sum(map(long_lines, paths))}")
    return "\n".join(rows)


def main() -> None:
    """Prints the counts, or with a path the texts in it that break a rule."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, help="list what to mend in these")
    parser.add_argument("--root", type=Path, default=ROOT, help="another checkout to count in")
    options = parser.parse_args()
    for path in options.paths:
        files = sources(path.resolve()) if path.is_dir() else [path.resolve()]
        for text in (text for file in files for text in texts(file)):
            if text.opens_bare or text.is_long:
                print(text)
    if not options.paths:
        print(report(options.root.resolve()))


if __name__ == "__main__":
    main()
