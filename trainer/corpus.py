"""Corpora: Python's standard library, the news of gensim, the user's files."""

import glob
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from trainer.config import Corpus
from trainer.errors import UserError


def read_corpus(corpus: Corpus) -> str:
    """Reads a corpus: its files are concatenated, each with a newline at its end.

    Raises:
        UserError: if a file is missing or not UTF-8, a pattern matches no file, or all are empty.
    """
    paths = {"stdlib": _modules, "lee": _lee, "files": _files}[corpus.source](corpus)
    text = _read(paths, corpus.characters)
    text = text[: round(len(text) * corpus.corpus_proportion)]
    if not text.strip():
        raise UserError(
            f"The corpus is empty: {_list(map(str, paths))} hold no text. "
            "Give files with text, --corpus FILE_OR_GLOB."
        )
    return text


def _read(paths: Iterable[Path], most: int | None) -> str:
    texts, characters = [], 0
    for path in paths:
        if most is not None and characters >= most:
            break
        text = read_text(path)
        texts.append(text if text.endswith("\n") or not text else text + "\n")
        characters += len(texts[-1])
    return "".join(texts)[:most]


def read_text(path: Path) -> str:
    """Reads a UTF-8 file, line ends as newlines, without a byte order mark.

    Raises:
        UserError: if the file cannot be read or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(
            f"Cannot read {path}: {error.strerror}. Give a text file in UTF-8."
        ) from error
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path} is not UTF-8: byte 0x{error.object[error.start]:02x} at position "
            f"{error.start}. Save it in UTF-8, for example with: iconv -t UTF-8."
        ) from error


def _files(corpus: Corpus) -> list[Path]:
    if not corpus.files:
        raise UserError(
            "The corpus names no files. Give --corpus FILE_OR_GLOB, or corpus.files in the "
            "experiment, or another corpus.source: stdlib, lee."
        )
    paths: dict[Path, None] = {}
    for pattern in corpus.files:
        exact = Path(pattern).expanduser()
        if exact.is_file():
            matches = [exact]
        else:
            matches = sorted(map(Path, glob.glob(str(exact), recursive=True)))
        matches = [path for path in matches if path.is_file()]
        if not matches:
            raise UserError(
                f"{pattern!r} matches no file in {Path.cwd()}. "
                "Allowed: a text file in UTF-8, or a pattern in quotes such as 'texts/*.txt'."
            )
        paths.update(dict.fromkeys(matches))
    return list(paths)


def _modules(corpus: Corpus) -> list[Path]:
    library = Path(sysconfig.get_path("stdlib"))
    if not corpus.modules:
        raise UserError("corpus.modules is empty. Name modules such as [argparse, json.decoder].")
    paths = []
    for module in corpus.modules:
        path = library.joinpath(*module.split("."))
        sources = [p for p in (path.with_suffix(".py"), path / "__init__.py") if p.is_file()]
        if not sources:
            raise UserError(
                f"This Python's standard library has no source of the module {module!r} in "
                f"{library}. Leave it out of corpus.modules."
            )
        paths.append(sources[0])
    return paths


def _lee(corpus: Corpus) -> list[Path]:
    try:
        from gensim.test.utils import datapath
    except ImportError as error:
        raise UserError(
            "The Lee corpus comes with gensim, which is not installed: pip install gensim."
        ) from error
    return [Path(datapath("lee_background.cor"))]


def _list(names: Iterable[str], most: int = 5) -> str:
    names = list(names)
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")
