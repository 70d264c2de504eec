"""Content of a text, recognised or named, and the default features of it."""

import re
import textwrap
from pathlib import Path

import numpy as np
import pytest

from tb_rnnviz.core.content import CONTENT_KINDS, LEVELS, Content
from tb_rnnviz.features import (
    DEFAULT_FEATURES,
    Text,
    check_content,
    default_features,
    feature_from,
    named_content,
    recognise_content,
)
from tb_rnnviz.features.language_marks import LANGUAGES

RNG = np.random.default_rng(0)


def letters(alphabet, count=600):
    return "".join(RNG.choice(list(alphabet), count))


SUMS = "".join(f"{a}+{b}={a + b}\n" for a, b in RNG.integers(0, 999, (60, 2)))
LOG = "".join(
    f"2026-03-0{day} 11:0{minute}:27,513 INFO worker-{minute} finished task {day * 31}\n"
    for day in range(1, 9)
    for minute in range(5)
)

SAMPLES = {
    ("prose", "english"): """\
        The count had not slept that night. "You are late," he said, and looked at the door which
        nobody had opened. She did not answer; it was the third time that week, and there was
        nothing left to say about it. Outside, the horses stood in the rain.
        """,
    ("prose", None): """\
        Der Graf hatte die ganze Nacht nicht geschlafen. Er sah auf die Tür, die niemand geöffnet
        hatte, und schwieg. Sie antwortete nicht; es war das dritte Mal in dieser Woche, und es gab
        nichts mehr, was man dazu sagen konnte. Draußen standen die Pferde im Regen, und der alte
        Diener ging über den Hof und suchte die Laterne, die er am Abend vergessen hatte.
        """,
    ("source code", "python"): Path(textwrap.__file__).read_text("utf-8")[4000:7000],
    ("source code", "c"): """\
        #include <stdio.h>
        /* Counts the words of a line. */
        static int count_words(const char *line) {
            int count = 0;
            while (*line != '\\0') {
                if (*line == ' ') count++;
                line++;
            }
            return count;
        }
        """,
    ("source code", "c++"): """\
        #include <vector>
        namespace text {
        template <typename T>
        class Counter {
          public:
            void add(const T& item) { counts_[item] += 1; }  // one more
            std::size_t size() const { return counts_.size(); }
          private:
            std::map<T, int> counts_;
        };
        }
        """,
    ("source code", "java"): """\
        package org.words;
        import java.util.List;
        public class Counter implements Runnable {
            private final List<String> words;
            @Override
            public void run() {
                for (String word : words) { System.out.println(word); }
            }
        }
        """,
    ("source code", "javascript"): """\
        const fs = require('fs');
        function count(words) {
          let total = 0;
          words.forEach((word) => { total += word === '' ? 0 : 1; });
          return total;  // blanks are none
        }
        module.exports = { count };
        """,
    ("source code", "typescript"): """\
        export interface Counter {
          readonly name: string;
          count(words: string[]): number;
        }
        export const count = (words: readonly string[]): number => words.length;
        type Sizes = Record<string, number>;
        """,
    ("source code", "go"): """\
        package main
        import "fmt"
        func count(words []string) (int, error) {
            total := 0
            for _, word := range words {
                if err := check(word); err != nil { return 0, err }
                total += 1
            }
            return total, nil
        }
        """,
    ("source code", "rust"): """\
        use std::collections::HashMap;
        pub fn count(words: &[String]) -> Option<usize> {
            let mut total = 0;
            for word in words { match word.len() { 0 => {} _ => total += 1 } }
            println!("{}", total);
            Some(total)
        }
        """,
    ("source code", "ruby"): """\
        require 'set'
        class Counter
          attr_reader :total
          def add(word)
            @total += 1 unless word.nil?
          end
        end
        words.each do |word|
          puts word
        end
        """,
    ("source code", "bash"): """\
        #!/bin/bash
        for file in "$@"; do
          if [ -f "$file" ]; then
            echo "$(wc -w < "$file") $file"
          fi
        done
        exit 0
        """,
    ("source code", "sql"): """\
        CREATE TABLE words (id BIGINT PRIMARY KEY, text VARCHAR(40) NOT NULL);
        INSERT INTO words VALUES (1, 'cat');
        SELECT text, count(*) FROM words WHERE id > 0 GROUP BY text ORDER BY text;
        """,
    ("source code", "css"): """\
        .word { color: #333; margin: 4px 0; }
        h1 { font-size: 2em; padding: 0 8px; }
        @media (max-width: 600px) { .word { display: none; } }
        """,
    ("source code", "json"): """\
        {"words": [{"text": "cat", "count": 3, "rare": false},
                   {"text": "dog", "count": 1, "rare": true}], "total": 4}
        """,
    ("source code", "yaml"): """\
        name: words
        model:
          cell: lstm
          units: 160
        training:
          epochs: 10
          batch_size: 32
        features:
          - space
          - digit
        """,
    ("markup", "html"): """\
        <!DOCTYPE html>
        <html><head><title>Words</title></head>
        <body><h1 class="top">Words</h1><p>A <b>cat</b> and a <a href="dog.html">dog</a>.</p></body>
        </html>
        """,
    ("markup", "xml"): """\
        <?xml version="1.0"?>
        <words><word count="3">cat</word><word count="1">dog</word>
          <note lang="en">none</note></words>
        """,
    ("markup", "markdown"): """\
        # Words
        Counts the **words** of a [file](docs/files.md).

        ## Use
        * `count` counts
        * [more](more.md)
        ```
        count file.txt
        ```
        """,
    ("markup", "latex"): """\
        \\section{Words}
        Let $w \\in W$ be a word, see \\cite{zipf} and
        \\begin{equation} f(w) = \\frac{1}{r(w)} \\end{equation}
        as \\emph{Zipf} has it in \\ref{law}.
        """,
    ("log lines", None): LOG,
    ("digits", None): SUMS,
    ("letter sequence", "dna"): letters("ACGT"),
    ("letter sequence", "rna"): letters("ACGU"),
    ("letter sequence", "protein"): letters("ACDEFGHIKLMNPQRSTVWY"),
    ("letter sequence", None): "".join(
        "a" * n + "b" * n + "\n" for n in RNG.integers(1, 9, 60).tolist()
    ),
    ("unknown", None): letters("()[]{}<>!?%&/=+*~#-_.:,; \n"),
}
SAMPLES = {key: textwrap.dedent(text) for key, text in SAMPLES.items()}
KEYS = list(SAMPLES)


def names(content):
    return [feature.name for feature in default_features(content)]


def words_and_blanks(text):
    return re.findall(r"\n|[ \t]+|\w+|[^\w\s]", text)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key[1] or key[0])
def test_content_of_characters_is_recognised(key):
    content = recognise_content(Text([list(SAMPLES[key])]))
    assert (content.kind, content.language, content.level) == (*key, "characters")
    assert 0 <= content.confidence <= 1 and content.evidence


SPOKEN = [key for key in KEYS if key[0] not in ("digits", "letter sequence", "unknown")]


@pytest.mark.parametrize("key", SPOKEN, ids=lambda key: key[1] or key[0])
def test_content_of_words_is_recognised(key):
    content = recognise_content(Text([words_and_blanks(SAMPLES[key])]))
    assert (content.kind, content.language, content.level) == (*key, "words")


@pytest.mark.parametrize("language", ["python", "c", "c++", "html"])
def test_words_without_blanks_are_recognised(language):
    (text,) = (text for key, text in SAMPLES.items() if key[1] == language)
    tokens = [token for token in words_and_blanks(text) if token == "\n" or not token.isspace()]
    assert recognise_content(Text([tokens])).language == language


def test_content_of_subwords_is_recognised():
    words = re.findall(r"\S+", SAMPLES["prose", "english"])
    pieces = [piece for word in words for piece in (f"▁{word[:3]}", word[3:]) if piece]
    content = recognise_content(Text([pieces]))
    assert (content.kind, content.language, content.level) == ("prose", "english", "subwords")


def test_short_sentences_with_a_class_are_prose():
    sentences = [
        "The actors are fantastic .",
        "It is a movie so bad that we left .",
        "Not my cup .",
    ]
    content = recognise_content(Text([sentence.split() for sentence in sentences]))
    assert (content.kind, content.language, content.level) == ("prose", "english", "words")


@pytest.mark.parametrize(
    "tokens",
    [["17", "4", "230"] * 20, ["speed=0.3 heat=1.2e-05", "speed=1 heat=-4"] * 20, ["0.5", "-3"]],
)
def test_ids_without_names_and_channels_are_unknown_numbers(tokens):
    content = recognise_content(Text([tokens]))
    assert (content.kind, content.level) == ("unknown", "numbers")
    values = [feature.values(Text([tokens])) for feature in default_features(content)]
    assert values and all(len(each) == len(tokens) for each in values)


@pytest.mark.parametrize("tokens", [[], [[]], [["a"]], [list("\n\n  ")], [list("ab ba")]])
def test_a_text_too_short_is_unknown_and_has_the_general_features(tokens):
    content = recognise_content(Text(tokens))
    assert content.kind == "unknown"
    assert default_features(content) == DEFAULT_FEATURES


def test_special_tokens_do_not_make_words_of_characters():
    tokens = ["<s>", *SAMPLES["prose", "english"], "</s>"]
    assert recognise_content(Text([tokens])).level == "characters"


def test_code_searches_for_comments_strings_brackets_keywords_and_names():
    content = Content(kind="source code", language="c++")
    assert set(names(content)) >= {
        "inside a comment",
        "inside a string",
        "keyword",
        "name",
        "bracket depth",
        "depth of braces",
        "indentation",
        "position in the line",
    }
    languages = {spec.get("language") for spec in (f.spec() for f in default_features(content))}
    assert languages == {"c++", None}


def test_prose_searches_for_quotations_sentences_capitals_and_parts_of_speech():
    english = Content(kind="prose", language="english", level="words")
    assert {"inside quotation marks", "position in the sentence", "a noun"} <= set(names(english))
    characters = Content(kind="prose", language="english", level="characters")
    assert {"in a noun", "in a verb"} <= set(names(characters))
    assert "a noun" not in names(characters)


def test_parts_of_speech_are_those_of_english():
    kinds = {feature.kind for feature in default_features(Content(kind="prose"))}
    assert "pos" not in kinds


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("kind", "language"),
    sorted(
        {(kind, "") for kind in CONTENT_KINDS}
        | {(language.kind, language.name) for language in LANGUAGES}
        | {key for key in KEYS if key[1]}
    ),
)
def test_default_features_are_few_and_can_be_written_to_a_file(kind, language, level):
    content = Content(kind=kind, language=language or None, level=level)
    features = default_features(content, channels=["speed", "heat"], columns=["fault"])
    assert 1 <= len(features) <= 16
    assert len({feature.name for feature in features}) == len(features)
    for feature in features:
        assert feature_from(feature.spec()) == feature


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("prose", "prose"),
        ("English", "prose (english)"),
        ("python", "source code (python)"),
        ("log lines", "log lines"),
        ("dna", "letter sequence (dna)"),
        ("latex", "markup (latex)"),
    ],
)
def test_a_named_content_is_taken_as_it_is(name, title):
    content = named_content(name, Text([list("anything")]))
    assert (content.title, content.level, content.confidence) == (title, "characters", None)


def test_a_language_may_have_any_name_of_pygments():
    pytest.importorskip("pygments")
    text = Text([["main", "=", "print"]])
    assert named_content("cpp", text).language == "c++"
    assert named_content("haskell", text).title == "source code (haskell)"


@pytest.mark.parametrize("name", ["", "klingon", 7, ["python"]])
def test_an_unknown_name_is_an_error_that_lists_the_kinds_and_languages(name):
    with pytest.raises(ValueError, match="prose, source code, .*python.*english, dna"):
        check_content(name)


def test_content_survives_json():
    content = recognise_content(Text([list(SAMPLES["source code", "c"])]))
    assert Content.from_json(content.to_json()) == content
    named = named_content("prose", Text([["a"]]))
    assert Content.from_json(named.to_json()) == named
