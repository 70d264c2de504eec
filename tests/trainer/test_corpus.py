import pytest

from trainer.config import Corpus
from trainer.corpus import read_corpus
from trainer.errors import UserError


def files(*patterns, **more):
    return Corpus(source="files", files=tuple(map(str, patterns)), **more)


def test_files_are_read_one_after_the_other_each_once(tmp_path):
    (tmp_path / "b.txt").write_text("bé", encoding="utf-8")
    (tmp_path / "a.txt").write_text("a\n", encoding="utf-8")
    assert read_corpus(files(tmp_path / "*.txt", tmp_path / "a.txt")) == "a\nbé\n"


def test_a_name_with_brackets_is_a_file_if_there_is_one(tmp_path):
    (tmp_path / "a[1].txt").write_text("a\n", encoding="utf-8")
    assert read_corpus(files(tmp_path / "a[1].txt")) == "a\n"


def test_byte_order_marks_and_foreign_line_ends_are_removed(tmp_path):
    (tmp_path / "a.txt").write_bytes("\ufeffa\r\nb\r\n".encode())
    assert read_corpus(files(tmp_path / "a.txt")) == "a\nb\n"


def test_the_corpus_can_be_limited_and_reduced_to_a_share(tmp_path):
    (tmp_path / "a.txt").write_text("0123456789", encoding="utf-8")
    assert read_corpus(files(tmp_path / "a.txt", characters=8, corpus_proportion=0.5)) == "0123"


def test_a_pattern_without_match_raises_an_error(tmp_path):
    with pytest.raises(UserError, match=r"none\*' matches no file.*Allowed"):
        read_corpus(files(tmp_path / "none*"))


def test_an_error_locates_bytes_that_are_not_utf8(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"ab\xe9c")
    with pytest.raises(UserError, match="a.txt is not UTF-8: byte 0xe9 at position 2.*iconv"):
        read_corpus(files(tmp_path / "a.txt"))


@pytest.mark.parametrize("content", ["", " \n"])
def test_a_corpus_without_text_raises_an_error(tmp_path, content):
    (tmp_path / "a.txt").write_text(content)
    with pytest.raises(UserError, match="The corpus is empty.*a.txt"):
        read_corpus(files(tmp_path / "a.txt"))


def test_a_corpus_without_files_raises_an_error():
    with pytest.raises(UserError, match="--corpus FILE_OR_GLOB"):
        read_corpus(Corpus())


def test_modules_of_the_standard_library_are_read_in_order():
    text = read_corpus(Corpus(source="stdlib", modules=("this", "json.decoder", "json")))
    assert text.index("Gur Mra bs Clguba") < text.index("class JSONDecoder") < len(text)
    assert "def dumps(" in text


def test_an_unknown_module_raises_an_error():
    with pytest.raises(UserError, match="'no_such_module'"):
        read_corpus(Corpus(source="stdlib", modules=("no_such_module",)))


def test_the_lee_corpus_is_english_news():
    pytest.importorskip("gensim", reason="the Lee corpus comes with gensim")
    text = read_corpus(Corpus(source="lee"))
    assert text.startswith("Hundreds of people") and text.count("\n") == 300
