"""Comments and strings of source code."""

import sys

import pytest

from tb_rnnviz.features import InsideComment, InsideString, Text, feature_from

PYTHON = [
    ("x = 'a' # b\ny", "....'a.......", "........# b.."),
    ('"""a\n#""" # c', '"""a\n#"".....', "..........# c"),
    ("s = rb'\\'' 1", "....rb'\\'...", "............"),
    ("f(f\"{a['b']}c\", 1)", "..f\"{a['b']}c.....", ".................."),
]
CUT = [
    ('x = """a', '...."""a', "........"),
    ("f(  # open\n'a'", "...........'a.", "....# open...."),
    ("  a\nb  # c\n d", ".............", ".......# c..."),
    ("x = 'a\ny = 'b'  # c", "...........'b......", "................# c"),
    ("x = $?\n# a", "..........", ".......# a"),
    ("if a:\n  b\n c\n# d", "................", ".............# d"),
]
OTHERS = [
    ("c", 'x = "a\\n" "b";', '...."a\\n.."b..', ".............."),
    ("c", "/* a\n b */ x // hi\ny", "....................", "/* a\n b *....// hi.."),
    ("c", "#include <a.h>", "..............", ".............."),
    ("c", 'x = "op', '...."op', "......."),
    ("c", "/* op", ".....", "/* op"),
    ("js", "a = `x${b}y`; // c", "....`x${.}y.......", "..............// c"),
    ("bash", '"$b" "a $b" # x\n# y\n', '"...."a ............', "............# x.# y."),
]


def matched(feature, text):
    """Returns the text with a dot for every character that does not match."""
    values = feature.values(Text([list(text)]))
    return "".join(c if value else "." for c, value in zip(text, values, strict=True))


@pytest.mark.parametrize(("code", "strings", "comments"), PYTHON)
def test_strings_and_comments_of_python(code, strings, comments):
    assert matched(InsideString("s"), code) == strings
    assert matched(InsideComment("c"), code) == comments


@pytest.mark.parametrize(("code", "strings", "comments"), CUT)
def test_incomplete_python_is_read_as_far_as_possible(code, strings, comments):
    assert matched(InsideString("s"), code) == strings
    assert matched(InsideComment("c"), code) == comments


def test_prose_is_read_as_python_without_an_error():
    prose = '"Well, prince," he said (don\'t\n  ask).\n' * 50
    assert len(matched(InsideString("s"), prose)) == len(prose)
    assert matched(InsideComment("c"), prose) == "." * len(prose)


def test_tokens_of_code_may_be_words():
    text = Text([["x", " = ", "'", "a b", "'", "  ", "# why", "\n", "y"]])
    assert InsideString("s").values(text).tolist() == [False, False, True, True] + [False] * 5
    assert InsideComment("c").values(text).tolist() == [False] * 6 + [True, False, False]


@pytest.mark.parametrize(("language", "code", "strings", "comments"), OTHERS)
def test_strings_and_comments_of_other_languages(language, code, strings, comments):
    pytest.importorskip("pygments")
    assert matched(InsideString("s", language), code) == strings
    assert matched(InsideComment("c", language), code) == comments


def test_an_unknown_language_is_an_error():
    pytest.importorskip("pygments")
    feature = feature_from({"name": "x", "kind": "inside_string", "language": "klingonic"})
    with pytest.raises(ValueError, match="no lexer 'klingonic'.*c, cpp"):
        feature.values(Text([["a"]]))


def test_without_pygments_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygments.lexers", None)
    with pytest.raises(ImportError, match="'c' need Pygments.*pip install"):
        InsideComment("x", "c").values(Text([["a"]]))
