"""`Text`: its tokens, their words and tags."""

import pytest

from tb_rnnviz.features import Text
from tb_rnnviz.features.penn_tags import PENN_TAGS

STORY = "The old cats quickly ran. They didn't sleep!\n"


def words_with_tags(text):
    """Returns every word of a text of characters with the tag of its characters."""
    tagged, previous = [], None
    for character, word, tag in zip(text.flat, text.words, text.tags, strict=True):
        if word and (word, tag) != previous:
            tagged.append((word, tag))
        assert (tag == "") == character.isspace()
        previous = (word, tag) if word else None
    return tagged


def test_flat_tokens_are_the_sequences_one_after_the_other():
    text = Text([["a", "b"], [], ("c",)])
    assert text.sequences == (("a", "b"), (), ("c",))
    assert text.lengths == (2, 0, 1)
    assert text.flat == ("a", "b", "c")
    assert text.words == ("a" + "b", "ab", "c")


def test_a_text_may_be_empty():
    assert Text([]).flat == () and Text([]).words == ()
    assert Text([[]]).lengths == (0,)


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (list("my cat"), ["my", "my", "", "cat", "cat", "cat"]),
        (["my", "cat", "."], ["my", "cat", "."]),
        (["my", "cat", "\n", "ran"], ["my", "cat", "", "ran"]),
        (["my", " ", "cat", "."], ["my", "", "cat", "."]),
        (["my", " ca", "ts", "."], ["my", "cats", "cats", "."]),
        (["in", "New York", "now"], ["in", "New", "now"]),
        (["do", "n't"], ["do", "n't"]),
        (["don't", "go"], ["do", "go"]),
        (["a", "", "b"], ["ab", "", "ab"]),
    ],
)
def test_the_word_of_a_token_contains_its_first_character(tokens, words):
    assert list(Text([tokens]).words) == words


def test_words_end_with_their_sequence():
    assert Text([list("ca"), list("ts")]).words == ("ca", "ca", "ts", "ts")


def test_words_are_tagged_sentence_by_sentence(recorder):
    text = Text([list('He ran. "No"'), list("Two")])
    tags = text.tags
    assert recorder == [["He", "ran", "."], ["``", "No", "''"], ["Two"]]
    assert tags == ("HE", "HE", "", *["RAN"] * 3, ".", "", "``", "NO", "NO", "''", *["TWO"] * 3)


def test_tags_are_computed_once_and_name_their_tagger(recorder):
    text = Text([["The", "cats"]])
    assert text.tagger is None
    assert text.words and text.tagger is None
    assert text.tags is text.tags
    assert text.tagger == "recorder 1"
    assert len(recorder) == 1


def test_every_token_has_the_tag_of_its_word(any_tagger):
    text = Text([list(STORY)])
    assert words_with_tags(text) == [
        ("The", "DT"),
        ("old", "JJ"),
        ("cats", "NNS"),
        ("quickly", "RB"),
        ("ran", "VBD"),
        (".", "."),
        ("They", "PRP"),
        ("did", "VBD"),
        ("n't", "RB"),
        ("sleep", "VB"),
        ("!", "."),
    ]
    assert text.tagger == any_tagger.name


def test_words_and_characters_as_tokens_have_the_same_tags(any_tagger):
    words = ["The", "cats", "of", "London", "ran", ",", "and", "we", "sat", "."]
    characters = Text([list(" ".join(words))])
    starts = [sum(len(word) + 1 for word in words[:i]) for i in range(len(words))]
    assert Text([words]).tags == tuple(characters.tags[start] for start in starts)


def test_the_tag_of_a_word_depends_on_its_sentence(perceptron):
    tags = Text([["They", "run", "."], ["The", "run", "was", "long", "."]]).tags
    assert (tags[1][:2], tags[4]) == ("VB", "NN")


def test_all_tags_are_penn_tags(any_tagger):
    text = Text([list("\"Well,\" the U.S. cats' owner (50% of $5) said -- 2; John's: “yes”… *")])
    assert set(text.tags) - {""} <= set(PENN_TAGS)


@pytest.mark.parametrize("sequences", ["text", [["a", 3]], [[b"a"]]])
def test_invalid_sequences_are_an_error(sequences):
    with pytest.raises(ValueError, match="Received"):
        Text(sequences)
