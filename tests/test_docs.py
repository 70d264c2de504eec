"""README and docs: links lead somewhere, examples run, tables agree with the code.

In a page, a block opened with ```python run is executed, and a block that begins with >>> is a
doctest. The blocks of one page run in their order, in one namespace, as a reader would paste them.
"""

from __future__ import annotations

import ast
import doctest
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
import yaml

from tests.programs import ROOT

PAGES = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md")) + [
    ROOT / "tb_rnnviz" / "tensorboard" / "http_api.md"
]
IMAGES = sorted((ROOT / "docs" / "images").iterdir())
LARGEST_IMAGE = 250_000

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:")
MACHINE_PATH = re.compile(r"(?<![\w.])(?:/(?:home|root|tmp|work|Users|mnt|usr|opt)/|[A-Z]:\\)\w*")


class Block(NamedTuple):
    """A fenced block: what stands behind the fence, its text, and its first line's number."""

    info: str
    text: str
    line: int

    @property
    def is_session(self) -> bool:
        return self.text.startswith(">>> ")

    @property
    def runs(self) -> bool:
        return self.info == "python run" or self.is_session


def blocks(page: Path) -> Iterator[Block]:
    info, start, lines = None, 0, []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        fence = line.lstrip().startswith("```")
        if fence and info is None:
            info, start, lines = line.strip()[3:], number + 1, []
        elif fence:
            yield Block(info, "\n".join(lines) + "\n", start)
            info = None
        elif info is not None:
            lines.append(line)


def prose(page: Path) -> str:
    """The page without its fenced blocks and inline code."""
    text = re.sub(r"(?ms)^ *```.*?^ *```", "", page.read_text(encoding="utf-8"))
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    text = re.sub(r"(?ms)^ *```.*?^ *```", "", page.read_text(encoding="utf-8"))
    found: set[str] = set()
    for heading in re.findall(r"(?m)^#+ (.+)$", text):
        slug = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        again = sum(known == slug or known.startswith(f"{slug}-") for known in found)
        found.add(slug if slug not in found else f"{slug}-{again}")
    return found


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def tables(page: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """Every table of a page, its rows as cells, under the heading that it stands under."""
    heading, rows = "", []
    for line in [*page.read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("|"):
            cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
            rows.append([cell.strip() for cell in cells])
            continue
        if rows:
            yield heading, [rows[0], *rows[2:]]
            rows = []
        if line.startswith("#"):
            heading = line.lstrip("# ")


def table(page: Path, heading: str, first: str) -> list[list[str]]:
    """The rows of the table under a heading whose first column is called `first`."""
    for found, (head, *rows) in tables(page):
        if found == heading and head[0] == first:
            return rows
    raise LookupError(f"{name(page)} has no table of {first!r} under {heading!r}")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_inside_the_project_leads_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(prose(page)):
        if OUTSIDE.match(target):
            continue
        path, _, anchor = unquote(target).partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists():
            broken.append(f"{target}: there is no {path}")
        elif anchor and anchor not in anchors(there):
            broken.append(f"{target}: {name(there)} has {sorted(anchors(there))}")
    assert not broken


def test_every_view_of_the_tab_links_to_a_section_of_the_docs() -> None:
    folder = ROOT / "plugin_frontend" / "src" / "views"
    sources = [path.read_text(encoding="utf-8") for path in folder.rglob("*.ts")]
    targets = [
        target for text in sources for target in re.findall(r"docs: '([^']+\.md[^']*)'", text)
    ]
    assert len(targets) >= 9
    for target in targets:
        path, _, anchor = target.partition("#")
        page = ROOT / "docs" / path
        assert page.is_file(), target
        assert not anchor or anchor in anchors(page), target


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_path_of_somebodys_machine_is_in_a_page(page: Path) -> None:
    assert not MACHINE_PATH.findall(page.read_text(encoding="utf-8"))


def test_nothing_in_docs_is_built_from_something_else() -> None:
    kinds = {path.suffix for path in (ROOT / "docs").rglob("*") if path.is_file()}
    assert kinds <= {".md", ".png"}


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_every_image_is_a_small_picture_that_a_page_shows(image: Path) -> None:
    assert image.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert image.stat().st_size <= LARGEST_IMAGE
    assert any(f"images/{image.name})" in page.read_text(encoding="utf-8") for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_is_what_it_says(page: Path) -> None:
    for block in blocks(page):
        language = block.info.partition(" ")[0]
        assert language in {"", "python", "pycon", "yaml", "json", "toml"}, f"line {block.line}"
        if language == "python" and not block.is_session:
            ast.parse(block.text, f"{name(page)}:{block.line}")
        assert block.is_session or language != "pycon", f"line {block.line}"
        if language == "yaml":
            yaml.safe_load(block.text)


RUNNABLE = [page for page in PAGES if any(block.runs for block in blocks(page))]


def test_the_pages_that_teach_python_have_examples_that_run() -> None:
    assert {"README.md", "docs/getting-started.md", "docs/recording.md"} <= set(map(name, RUNNABLE))


@pytest.mark.parametrize("page", RUNNABLE, ids=name)
def test_the_examples_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    keras.utils.clear_session()  # the first LSTM of a page is `lstm`
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    runner = doctest.DocTestRunner(verbose=False, optionflags=flags)
    for block in blocks(page):
        where = f"{name(page)}:{block.line}"
        if block.info == "python run":
            exec(compile(block.text, where, "exec"), namespace)
        elif block.is_session:
            test = doctest.DocTestParser().get_doctest(block.text, {}, where, where, block.line)
            test.globs = namespace
            said: list[str] = []
            runner.run(test, out=said.append, clear_globs=False)
            assert not said, "".join(said)


def test_the_trainers_options_are_in_its_page_with_their_defaults() -> None:
    from trainer.config import Config

    page = ROOT / "docs" / "trainer.md"
    for section, options in Config().model_dump(mode="json").items():
        if not isinstance(options, dict):
            section, options = "Options", {section: options}
        rows = table(page, section, "option")
        said = {row[0].strip("`"): yaml.safe_load(row[1].strip("`")) for row in rows}
        assert said == options
        assert all(row[2] for row in rows)


def test_every_file_of_an_experiment_says_nothing_that_the_page_does_not() -> None:
    page = ROOT / "docs" / "trainer.md"
    for path in sorted((ROOT / "configs").glob("*_*.yaml")):
        assert f"configs/{path.name}" in page.read_text(encoding="utf-8")
        for section, options in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if isinstance(options, dict):
                known = {row[0].strip("`") for row in table(page, section, "option")}
                assert set(options) <= known


def test_the_experiment_in_the_trainers_page_is_one() -> None:
    from trainer.experiment import check

    (example,) = (b.text for b in blocks(ROOT / "docs" / "trainer.md") if b.info == "yaml")
    check(yaml.safe_load(example), "docs/trainer.md")


def test_the_trainers_command_line_is_in_its_page() -> None:
    from trainer.__main__ import _parser

    (commands,) = (action.choices for action in _parser()._actions if action.choices)
    rows = table(ROOT / "docs" / "trainer.md", "Commands", "option")
    for command, sub in commands.items():
        said = " ".join(row[0] for row in rows if row[1] in (command, "both"))
        options = [word for action in sub._actions for word in action.option_strings]
        missing = [o for o in options if o not in ("-h", "--help") and f"`{o} " not in f"{said} "]
        missing = [o for o in missing if f"`{o}`" not in said]
        assert not missing


def test_the_callbacks_arguments_are_in_the_page_on_recording() -> None:
    from tb_rnnviz.callbacks import RNNVizCallback

    page = ROOT / "docs" / "recording.md"
    rows = table(page, "During training: the callback", "argument")
    said = {row[0].strip("`"): row[1].strip("`") for row in rows}
    parameters = inspect.signature(RNNVizCallback).parameters
    assert list(said) == list(parameters)
    for parameter in parameters.values():
        if parameter.default not in (inspect.Parameter.empty, None, ()):
            assert ast.literal_eval(said[parameter.name]) == parameter.default


def test_quantities_and_roles_are_in_the_page_on_recording() -> None:
    import keras

    import tb_rnnviz as rv

    named = [rows for heading, rows in tables(ROOT / "docs" / "recording.md")
             if heading == "Quantities"]  # fmt: skip
    for (_, *rows), kind in zip(named, ("LSTM", "GRU", "SimpleRNN"), strict=True):
        layer = getattr(keras.layers, kind)(2, name=kind)
        roles = rv.record(keras.Sequential([keras.Input((None, 1)), layer]), [[[0.0]]])[kind].roles
        assert [(row[0].strip("`"), row[1] or None) for row in rows] == list(roles.items())


def test_the_keys_of_the_tab_are_in_its_page() -> None:
    source = (ROOT / "plugin_frontend/src/elements/help.ts").read_text(encoding="utf-8")
    keys = re.search(r"const KEYS.*?= \[\n(.*?)\n\];", source, re.DOTALL).group(1)
    rows = table(ROOT / "docs" / "tab.md", "Keys", "key")
    assert [row[0] for row in rows] == re.findall(r"\[\s*'([^']+)',", keys)
