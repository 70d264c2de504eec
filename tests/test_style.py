"""Style of docstrings, comments and names, room by room."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import ModuleType

import pytest

from tests.style import (
    ROOT,
    VAGUE_NAMES,
    Text,
    names,
    python_texts,
    sources,
    texts,
    typescript_texts,
)

CLEAN = (
    "benchmarks/",
    "conftest.py",
    "dev.py",
    "plugin_frontend/src/",
    "setup.py",
    "tb_rnnviz/",
    "tests/",
    "trainer/",
)
"""Folders and files whose texts follow the rules."""

PATHS = [path for path in sources() if path.relative_to(ROOT).as_posix().startswith(CLEAN)]

MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in PATHS
    if path.is_relative_to(ROOT / "tb_rnnviz") and path.suffix == ".py"
]


def identifier(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_text_opens_with_a_bare_clause() -> None:
    assert not [str(text) for path in sources() for text in texts(path) if text.opens_bare]


def test_first_lines_of_docs_are_short() -> None:
    assert not [str(text) for path in PATHS for text in texts(path) if text.is_long]


def test_every_name_says_what_it_holds() -> None:
    vague = {identifier(path): names(path).keys() & set(VAGUE_NAMES) for path in PATHS}
    assert not {path: words for path, words in vague.items() if words}


@pytest.mark.parametrize("room", CLEAN)
def test_every_clean_room_has_sources(room: str) -> None:
    assert [path for path in PATHS if identifier(path).startswith(room)]


def undocumented_methods(module: ModuleType) -> list[str]:
    """Returns the public methods that neither have nor inherit a docstring."""
    classes = [
        value
        for name, value in vars(module).items()
        if inspect.isclass(value)
        and value.__module__ == module.__name__
        and not name.startswith("_")
    ]
    return [
        f"{owner.__qualname__}.{name}"
        for owner in classes
        for name, method in vars(owner).items()
        if not name.startswith("_")
        and (inspect.isroutine(method) or isinstance(method, property))
        and not inspect.getdoc(getattr(owner, name))
    ]


@pytest.mark.parametrize("name", MODULES)
def test_public_methods_are_documented(name: str) -> None:
    module = pytest.importorskip(name, exc_type=ImportError)
    assert not undocumented_methods(module)


PYTHON = '''#!/usr/bin/env python
"""What a module does.

Second paragraph.
"""

# Where it starts.
# Which is the same comment.
LIMIT = 3
"""How many there are."""


class Layer:
    """Cell of one layer.

    Attributes:
        mask: Whether a token counts.
        size (int): Number of units,
            which stand in a row.

    Example:
        >>> Layer()  # What is no comment
    """

    def call(self, x):
        """Whose inputs are read.

        Args:
            x: Which array to read.

        Returns:
            What the layer gives.

        Raises:
            ValueError: if x is empty.
        """
        return x  # How often


text = "# What is no comment"
'''


def test_texts_of_python_are_docstrings_entries_and_comments() -> None:
    assert sorted(python_texts(PYTHON)) == [
        (1, "comment", "/usr/bin/env python"),
        (2, "module", "What a module does."),
        (7, "comment", "Where it starts."),
        (10, "attribute", "How many there are."),
        (14, "class", "Cell of one layer."),
        (17, "entry", "Whether a token counts."),
        (18, "entry", "Number of units,"),
        (26, "function", "Whose inputs are read."),
        (29, "entry", "Which array to read."),
        (32, "entry", "What the layer gives."),
        (35, "entry", "if x is empty."),
        (37, "comment", "How often"),
    ]


TYPESCRIPT = """/** What a view shows. */
const slash = a / b; // Where it ends
const text = '// Which is no comment' + `/** How ${`// deep`} */`;
// Whose two lines
// Whether they are one comment
const pattern = /['"]\\/\\/ What/;
/**
 * Draws the lines.
 *
 * @param x Which axis
 */
/* Plain comment. */
"""


def test_texts_of_typescript_are_its_comments() -> None:
    assert list(typescript_texts(TYPESCRIPT)) == [
        (1, "doc comment", "What a view shows."),
        (2, "comment", "Where it ends"),
        (4, "comment", "Whose two lines"),
        (7, "doc comment", "Draws the lines."),
        (12, "comment", "Plain comment."),
    ]


@pytest.mark.parametrize(
    ("first_line", "expected"),
    [
        ("What a unit does.", True),
        ("Whether the run ended.", True),
        ("How many units there are.", True),
        ("Whoever asks first.", True),
        ("However many units there are.", False),
        ("True if the run ended.", False),
        ("Statistics of what was found.", False),
    ],
)
def test_bare_openers_are_clauses_without_a_noun(first_line: str, expected: bool) -> None:
    assert Text("file.py", 1, "module", first_line).opens_bare is expected


def test_long_first_lines_are_those_of_docs_alone() -> None:
    line = "x" * 81
    assert Text("file.py", 1, "function", line).is_long
    assert not Text("file.py", 1, "function", line[1:]).is_long
    assert not Text("file.py", 1, "comment", line).is_long
