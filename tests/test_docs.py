"""README and docs: links resolve, examples run, tables agree with the code.

In a page, a block opened with ```python run is executed, and a block that begins with >>> is a
doctest. The blocks of a page run in order and share a namespace, as if a reader pasted them.
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
from tests.test_walls import STANDS_ON

PAGES = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md")) + [
    ROOT / "tb_rnnviz" / "tensorboard" / "http_api.md"
]
TAB_README = ROOT / "plugin_frontend" / "README.md"
CURRENT = [page for page in (*PAGES, TAB_README) if page.name != "CHANGELOG.md"]
"""Pages about the code as it is; a changelog names removed files too."""

IMAGES = sorted((ROOT / "docs" / "images").iterdir())
LARGEST_IMAGE = 250_000

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:")
SOURCE = re.compile(
    r"(?<![\w/])((?:tb_rnnviz|trainer|tests|plugin_frontend|benchmarks|configs)/[\w./-]*\w)(?:::([\w.]+))?"
)
"""Path of a source file or folder, with the dotted name of a symbol after `::`."""

MACHINE_PATH = re.compile(r"(?<![\w.])(?:/(?:home|root|tmp|work|Users|mnt|usr|opt)/|[A-Z]:\\)\w*")


class Block(NamedTuple):
    """Fenced block: info string of the fence, text, number of its first line."""

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
    """Anchors of the headings of a page, as GitHub generates them."""
    text = re.sub(r"(?ms)^ *```.*?^ *```", "", page.read_text(encoding="utf-8"))
    slugs: set[str] = set()
    for heading in re.findall(r"(?m)^#+ (.+)$", text):
        slug = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        repeats = sum(known == slug or known.startswith(f"{slug}-") for known in slugs)
        slugs.add(slug if slug not in slugs else f"{slug}-{repeats}")
    return slugs


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def tables(page: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """Tables of a page as rows of cells, each with the heading above it."""
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
    """Rows of the table under a heading whose first column is called `first`."""
    for table_heading, (head, *rows) in tables(page):
        if table_heading == heading and head[0] == first:
            return rows
    raise LookupError(f"{name(page)} has no table of {first!r} under {heading!r}")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_relative_links_and_anchors_resolve(page: Path) -> None:
    broken = []
    for target in LINK.findall(prose(page)):
        if OUTSIDE.match(target):
            continue
        path, _, anchor = unquote(target).partition("#")
        linked = (page.parent / path).resolve() if path else page
        if not linked.exists():
            broken.append(f"{target}: there is no {path}")
        elif anchor and anchor not in anchors(linked):
            broken.append(f"{target}: {name(linked)} has {sorted(anchors(linked))}")
    assert not broken


def test_every_view_of_the_tab_links_to_a_section_of_the_docs() -> None:
    folder = ROOT / "plugin_frontend" / "src" / "app"
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


def defines(path: Path, symbol: str) -> bool:
    """Returns true if a file defines the symbol: a name, or `Class.member`."""
    text, (outer, *members) = path.read_text(encoding="utf-8"), symbol.split(".")
    if path.suffix != ".py":
        kinds = "class|function|const|interface|type"
        declared = rf"(?m)^(?:export )?(?:abstract |async )?(?:{kinds}) {outer}\b"
        patterns = [declared, *(rf"\b{member}\b" for member in members)]
        return all(re.search(pattern, text) for pattern in patterns)
    nodes = ast.parse(text).body
    for part in (outer, *members):
        nodes = [node for node in nodes if part in _names(node)]
        if not nodes:
            return False
        nodes = getattr(nodes[0], "body", [])
    return True


def _names(node: ast.stmt) -> set[str]:
    """Names that a statement binds."""
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    return {getattr(node, "name", ""), *(getattr(target, "id", "") for target in targets)}


@pytest.mark.parametrize("page", CURRENT, ids=name)
def test_sources_and_symbols_in_pages_exist(page: Path) -> None:
    missing = []
    for path, symbol in SOURCE.findall(page.read_text(encoding="utf-8")):
        source = ROOT / path
        if not source.exists() or (symbol and not defines(source, symbol)):
            missing.append(f"{path}::{symbol}" if symbol else path)
    assert not missing


def test_the_rooms_and_their_imports_are_documented() -> None:
    rows = table(ROOT / "docs" / "architecture.md", "Rooms in Python", "room")
    documented = {}
    for room, _, imports in rows:
        documented[Path(room.strip("`")).stem] = set(re.findall(r"`(\w+)`", imports))
    documented.pop("trainer")
    assert documented == {room: set(below) for room, below in STANDS_ON.items()}


def test_symbols_in_the_glossary_exist() -> None:
    import tb_rnnviz
    from tb_rnnviz import analysis

    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    codes = re.findall(r"(?m)^Code: (.+?)\. Page: ", text)
    assert len(codes) == len(re.findall(r"(?m)^### ", text)) >= 30
    for home, attribute in re.findall(r"`(rv|analysis)\.(\w+)`", "\n".join(codes)):
        assert hasattr(tb_rnnviz if home == "rv" else analysis, attribute), attribute


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_pages_contain_no_path_of_a_machine(page: Path) -> None:
    assert not MACHINE_PATH.findall(page.read_text(encoding="utf-8"))


def test_docs_contain_pages_and_pictures_only() -> None:
    kinds = {path.suffix for path in (ROOT / "docs").rglob("*") if path.is_file()}
    assert kinds <= {".md", ".png"}


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_every_image_is_a_small_png_that_a_page_shows(image: Path) -> None:
    assert image.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert image.stat().st_size <= LARGEST_IMAGE
    assert any(f"images/{image.name})" in page.read_text(encoding="utf-8") for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_blocks_parse_in_the_language_that_they_name(page: Path) -> None:
    for block in blocks(page):
        language = block.info.partition(" ")[0]
        assert language in {"", "python", "pycon", "yaml", "json", "toml"}, f"line {block.line}"
        if language == "python" and not block.is_session:
            ast.parse(block.text, f"{name(page)}:{block.line}")
        assert block.is_session or language != "pycon", f"line {block.line}"
        if language == "yaml":
            yaml.safe_load(block.text)


RUNNABLE = [page for page in PAGES if any(block.runs for block in blocks(page))]


def test_pages_that_teach_python_have_examples_that_run() -> None:
    assert {"README.md", "docs/getting-started.md", "docs/recording.md"} <= set(map(name, RUNNABLE))


@pytest.mark.parametrize("page", RUNNABLE, ids=name)
def test_examples_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    keras.utils.clear_session()  # the first LSTM of a page is `lstm`
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    runner = doctest.DocTestRunner(verbose=False, optionflags=flags)
    for block in blocks(page):
        location = f"{name(page)}:{block.line}"
        if block.info == "python run":
            exec(compile(block.text, location, "exec"), namespace)
        elif block.is_session:
            parser = doctest.DocTestParser()
            test = parser.get_doctest(block.text, {}, location, location, block.line)
            test.globs = namespace
            failures: list[str] = []
            runner.run(test, out=failures.append, clear_globs=False)
            assert not failures, "".join(failures)


def test_options_of_the_trainer_are_documented_with_their_defaults() -> None:
    from trainer.config import Config

    page = ROOT / "docs" / "trainer.md"
    for section, options in Config().model_dump(mode="json").items():
        if not isinstance(options, dict):
            section, options = "Options", {section: options}
        rows = table(page, section, "option")
        documented = {row[0].strip("`"): yaml.safe_load(row[1].strip("`")) for row in rows}
        assert documented == options
        assert all(row[2] for row in rows)


def test_options_in_experiment_files_are_documented() -> None:
    page = ROOT / "docs" / "trainer.md"
    for path in sorted((ROOT / "configs").glob("*_*.yaml")):
        assert f"configs/{path.name}" in page.read_text(encoding="utf-8")
        for section, options in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if isinstance(options, dict):
                known = {row[0].strip("`") for row in table(page, section, "option")}
                assert set(options) <= known


def test_the_documented_experiment_is_valid() -> None:
    from trainer.experiment import EXPERIMENT

    (example,) = (b.text for b in blocks(ROOT / "docs" / "trainer.md") if b.info == "yaml")
    EXPERIMENT.validate(yaml.safe_load(example), "docs/trainer.md")


def test_the_command_line_of_the_trainer_is_documented() -> None:
    from trainer.__main__ import _parser

    (commands,) = (action.choices for action in _parser()._actions if action.choices)
    rows = table(ROOT / "docs" / "trainer.md", "Commands", "option")
    for command, sub in commands.items():
        documented = " ".join(row[0] for row in rows if row[1] in (command, "both"))
        options = [word for action in sub._actions for word in action.option_strings]
        missing = [
            o for o in options if o not in ("-h", "--help") and f"`{o} " not in f"{documented} "
        ]
        missing = [o for o in missing if f"`{o}`" not in documented]
        assert not missing


def test_arguments_of_the_callback_are_documented_with_their_defaults() -> None:
    from tb_rnnviz.callbacks import RNNVizCallback

    page = ROOT / "docs" / "recording.md"
    rows = table(page, "During training: the callback", "argument")
    documented = {row[0].strip("`"): row[1].strip("`") for row in rows}
    parameters = inspect.signature(RNNVizCallback).parameters
    assert list(documented) == list(parameters)
    for parameter in parameters.values():
        if parameter.default not in (inspect.Parameter.empty, None, ()):
            assert ast.literal_eval(documented[parameter.name]) == parameter.default


def test_quantities_and_roles_are_documented() -> None:
    import keras

    import tb_rnnviz as rv

    page = ROOT / "docs" / "recording.md"
    documented = [rows for heading, rows in tables(page) if heading == "Quantities"]
    for (_, *rows), kind in zip(documented, ("LSTM", "GRU", "SimpleRNN"), strict=True):
        layer = getattr(keras.layers, kind)(2, name=kind)
        roles = rv.record(keras.Sequential([keras.Input((None, 1)), layer]), [[[0.0]]])[kind].roles
        assert [(row[0].strip("`"), row[1] or None) for row in rows] == list(roles.items())


def test_keys_of_the_tab_are_documented() -> None:
    source = (ROOT / "plugin_frontend/src/app/help.ts").read_text(encoding="utf-8")
    keys = re.search(r"const KEYS.*?= \[\n(.*?)\n\];", source, re.DOTALL).group(1)
    rows = table(ROOT / "docs" / "tab.md", "Keys", "key")
    assert [row[0] for row in rows] == re.findall(r"\[\s*'([^']+)',", keys)
