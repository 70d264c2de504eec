"""`load_features`: features from a YAML file."""

import sys
from pathlib import Path

import pytest

from tb_rnnviz.features import Literal, PartOfSpeech, Regex, StopWords, Text, load_features

CONFIG = Path(__file__).parents[2] / "configs" / "features.yaml"


@pytest.fixture
def written(tmp_path):
    def write(content: str | bytes) -> Path:
        path = tmp_path / "features.yaml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def test_features_are_read_in_the_order_of_the_file(written):
    path = written(
        """
        - {name: space, kind: literal, text: " "}
        - {name: newline, kind: literal, text: "\\n"}
        - {name: digits, kind: regex, pattern: '\\d+'}
        - name: Verben, „ja“
          kind: pos
          tags: [VB, PRP$]
        - {name: stop words, kind: stop_words}
        """
    )
    expected = (
        Literal("space", " "),
        Literal("newline", "\n"),
        Regex("digits", r"\d+"),
        PartOfSpeech("Verben, „ja“", ("VB", "PRP$")),
        StopWords("stop words"),
    )
    assert load_features(path) == expected
    assert load_features(str(path)) == expected


def test_a_file_of_specs_loads_the_same_features(written):
    yaml = pytest.importorskip("yaml")
    features = load_features(CONFIG)
    path = written(yaml.safe_dump([feature.spec() for feature in features], allow_unicode=True))
    assert load_features(path) == features


def test_the_features_of_the_configuration_match_the_tokens_they_name():
    features = {feature.name: feature for feature in load_features(CONFIG)}
    text = Text([list('"No, Prince," said 5.\n')])

    def matched(name):
        values = features[name].values(text)
        return "".join(token for token, value in zip(text.flat, values, strict=True) if value)

    assert matched("space") == "  " + " "
    assert matched("newline") == "\n"
    assert matched("end of sentence") == "."
    assert matched("comma") == ",,"
    assert matched("quote") == '""'
    assert matched("digits") == "5"
    assert matched("capital letter") == "NP"
    assert {"verbs", "nouns", "stop words"} <= set(features)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "must list features.*Received: nothing"),
        ("# only a comment\n", "Received: nothing"),
        ("[]", r"Received: \[\]"),
        ("name: space", "must list features.*'space'"),
        ("- {name: x, kind: [", "is no YAML.*line 1"),
        ('- {name: x, kind: regex, pattern: "\\d"}', "is no YAML.*quotes"),
        ("- !!python/object/apply:os.getcwd []", "is no YAML"),
        ("- space", "Entry 1 of .*features.yaml: A feature is a mapping"),
        ("- {name: a, kind: stop_words}\n- {name: b, kind: words}", "Entry 2 .* kind 'words'"),
        ("- {name: a, kind: stop_words}\n- {name: a, kind: stop_words}", "Entry 2 .* name 'a'"),
        ("- {name: a, kind: literal, text: no}", r"Entry 1 .*False \(bool\)"),
        (b"- {name: caf\xe9, kind: stop_words}", "not UTF-8: byte 0xe9 at position 12"),
    ],
)
def test_an_invalid_file_is_an_error_that_names_the_entry(written, content, message):
    with pytest.raises(ValueError, match=f"(?s){message}"):
        load_features(written(content))


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file of features at .*nowhere.yaml"):
        load_features(tmp_path / "nowhere.yaml")


def test_without_pyyaml_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(ImportError, match="PyYAML.*pip install"):
        load_features(CONFIG)


def test_a_path_may_begin_with_the_home_directory(written, monkeypatch):
    path = written("- {name: space, kind: literal, text: ' '}")
    monkeypatch.setenv("HOME", str(path.parent))
    monkeypatch.setenv("USERPROFILE", str(path.parent))
    assert [feature.name for feature in load_features(f"~/{path.name}")] == ["space"]
