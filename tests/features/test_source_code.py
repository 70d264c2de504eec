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
    """The text with a dot for every character that does not match."""
    values = feature.values(Text([list(text)]))
    return "".join(c if value else "." for c, value in zip(text, values, strict=True))


@pytest.mark.parametrize(("code", "strings", "comments"), PYTHON)
def test_python(code, strings, comments):
    assert matched(InsideString("s"), code) == strings
    assert matched(InsideComment("c"), code) == comments


@pytest.mark.parametrize(("code", "strings", "comments"), CUT)
def test_python_that_is_cut_is_read_as_far_as_it_goes(code, strings, comments):
    assert matched(InsideString("s"), code) == strings
    assert matched(InsideComment("c"), code) == comments


def test_what_is_no_python_at_all():
    prose = '"Well, prince," he said (don\'t\n  ask).\n' * 50
    assert len(matched(InsideString("s"), prose)) == len(prose)
    assert matched(InsideComment("c"), prose) == "." * len(prose)


def test_python_in_words():
    text = Text([["x", " = ", "'", "a b", "'", "  ", "# why", "\n", "y"]])
    assert InsideString("s").values(text).tolist() == [False, False, True, True] + [False] * 5
    assert InsideComment("c").values(text).tolist() == [False] * 6 + [True, False, False]


@pytest.mark.parametrize(("language", "code", "strings", "comments"), OTHERS)
def test_other_languages(language, code, strings, comments):
    pytest.importorskip("pygments")
    assert matched(InsideString("s", language), code) == strings
    assert matched(InsideComment("c", language), code) == comments


def test_a_language_that_pygments_does_not_know():
    pytest.importorskip("pygments")
    feature = feature_from({"name": "x", "kind": "inside_string", "language": "klingonic"})
    with pytest.raises(ValueError, match="no lexer 'klingonic'.*c, cpp"):
        feature.values(Text([["a"]]))


def test_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygments.lexers", None)
    with pytest.raises(ImportError, match="'c' need Pygments.*pip install"):
        InsideComment("x", "c").values(Text([["a"]]))
